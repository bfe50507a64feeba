"""Frames on demand of the flagship, 16:9: a cold sheet, a cold still, and frames of a warm reel.

A warm frame is told beside drawing alone, frame after frame in one run, since a machine is never
quiet. Drawing is the play's picture of what stands still and the frame over it, at 1080p.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np

from epochreel.files import ROOT
from epochreel.film import rendering
from epochreel.film.frames import Reel
from epochreel.runs import training

CLIP = "classifier_unwarp"
ROUNDS = 3
COMMAND = "from epochreel.cli import main; main()"


def command_seconds(*arguments):
    """Seconds from starting a command of epochreel to its end, imports and all.

    Medians of the wall clock and of all processor cores together, which a busy machine changes
    less.
    """
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "picture.png")
        for _ in range(ROUNDS + 1):
            begin = time.perf_counter(), processor_seconds()
            subprocess.run(
                [sys.executable, "-c", COMMAND, *arguments, "-o", output],
                check=True,
                capture_output=True,
                cwd=ROOT,
            )
            seconds.append((time.perf_counter() - begin[0], processor_seconds() - begin[1]))
    return np.median(seconds[1:], axis=0)  # kernels are compiled


def processor_seconds():
    """What the processes that this one started and that ended have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def warm_frames(reel):
    """Milliseconds of (a frame from the reel, drawing it again, what moves alone), any order."""
    moments = list(np.linspace(0, reel.seconds, 48))
    random.Random(0).shuffle(moments)
    scene, renderer = reel.scene, reel.scene.renderer
    rows = []
    for seconds in [*moments[:12], *moments]:
        times = [time.thread_time()]
        reel.frame(seconds)
        times.append(time.thread_time())
        renderer.save_static_frame_data(scene, scene.static_mobjects)
        times.append(time.thread_time())
        renderer.update_frame(scene, scene.moving_mobjects)
        times.append(time.thread_time())
        warm, still, moving = 1e3 * np.diff(times)
        rows.append((warm, still + moving, moving))
    return np.array(rows[12:])


def megabytes(make):
    """Megabytes that are held by what `make` makes."""
    tracemalloc.start()
    try:
        made = make()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del made
    return held / 1e6


def rows() -> list[tuple[str, float, str]]:
    """Every figure as (name, value, unit)."""
    run = training.record(CLIP)
    sheet = command_seconds("sheet", CLIP, "--aspect", "16:9")
    still = command_seconds("still", CLIP, "--at", "17.5")
    with rendering.configured(CLIP):
        scene_class = rendering.clip_class(CLIP)
        begin = time.perf_counter()
        scene = rendering.rehearse(scene_class, theme="dark", run=run)
        rehearsing = time.perf_counter() - begin
        begin = time.perf_counter()
        reel = Reel(scene_class, run=run)
        reeling = time.perf_counter() - begin
        frames = warm_frames(reel)
        del scene, reel
        without = megabytes(lambda: rendering.rehearse(scene_class, theme="dark", run=run))
        held = megabytes(lambda: Reel(scene_class, run=run))
    warm, drawn, moving = np.median(frames, axis=0)
    return [
        ("cold sheet of 24 frames, imports included", sheet[0], "s"),
        ("the same, all cores' time", sheet[1], "s"),
        ("cold still at 17.5 s, imports included", still[0], "s"),
        ("the same, all cores' time", still[1], "s"),
        ("playing without drawing", rehearsing, "s"),
        ("playing into a reel", reeling, "s"),
        ("a warm frame, any order", warm, "ms"),
        ("drawing it", drawn, "ms"),
        ("drawing what moves of it", moving, "ms"),
        ("warm frame ÷ drawing it", float(np.median(frames[:, 0] / frames[:, 1])), "×"),
        ("the same, all frames' times together", frames[:, 0].sum() / frames[:, 1].sum(), "×"),
        ("mementos of all plays", held - without, "MB"),
    ]
