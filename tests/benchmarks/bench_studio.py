"""The studio at 720p: any frame of a clip in any order, backwards too, and the page after a save.

A frame is asked for as the page does, of another process, and comes as JPEG. A save is written to
a copy of the scene, and counts until the frame of the moment is there again, the last of the clip.
The processor time is that of all threads of the process that plays and draws, for a machine is
never quiet.
"""

import asyncio
import os
import random
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from epochreel.crew.local import Processes
from epochreel.files import ROOT
from epochreel.studio.orders import looks_of
from epochreel.studio.studio import Studio

CLIPS = ("classifier_unwarp", "ellipse_temperature", "transformer")
FRAMES, SAVES = 60, 3


class Timed(Processes):
    """A process that tells how much processor time each call took."""

    def __init__(self) -> None:
        super().__init__(1)
        self.seconds: list[float] = []

    def call(self, worker, function, *arguments):
        super().call(worker, timed, function, arguments)

    def wait(self):
        ((worker, outcome),) = super().wait()
        value, seconds = outcome.value
        self.seconds.append(seconds)
        return [(worker, type(outcome)(value))]


def timed(function, arguments):
    """What a function returns, and the seconds of all processor cores that it took."""
    begin = time.process_time()
    value = function(*arguments)
    return value, time.process_time() - begin


async def played(heard):
    """What is told of the clip when it is played the next time."""
    while True:
        what, _, value = await heard.get()
        if what == "clip":
            return value
        if what == "fault" and value:
            raise RuntimeError(value)


async def measured(scene):
    """Rows (seconds, processor seconds) of frames in any order, and of saves."""
    looks = looks_of(scene, "16:9", "dark", "medium")
    hired = []
    studio = Studio(looks, lambda: hired.append(Timed()) or hired[-1])

    async def spent(work):
        begin, before = time.perf_counter(), sum(hired[0].seconds)
        await work
        return time.perf_counter() - begin, sum(hired[0].seconds) - before

    async def saved(count):
        scene.write_text(f"{scene.read_text('utf-8')}\n# {count}\n", "utf-8")
        await played(heard)
        await studio.frame(looks[0], clip["frames"] - 1)

    async with studio.open():
        with studio.audience(looks) as heard:
            clip = await played(heard)
            numbers = random.Random(0).choices(range(clip["frames"]), k=2 * FRAMES)
            frames = [await spent(studio.frame(looks[0], number)) for number in numbers]
            saves = [await spent(saved(count)) for count in range(SAVES)]
    return np.array(frames[FRAMES:]), np.array(saves)  # kernels are compiled by then


def rows() -> list[tuple[str, float, str]]:
    """Every figure as (name, value, unit)."""
    found: list[tuple[str, float, str]] = []
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the command has it
    with TemporaryDirectory() as folder:
        scenes = Path(shutil.copytree(ROOT / "scenes", Path(folder) / "scenes"))
        for name in CLIPS:
            frames, saves = asyncio.run(measured(scenes / f"{name}.py"))
            for what, share in (("in the middle", 0.5), ("nine of ten within", 0.9)):
                wall, processor = 1e3 * np.quantile(frames, share, axis=0)
                found.append((f"{name}: a frame, {what}", wall, "ms"))
                found.append(("the same, processor time", processor, "ms"))
            wall, processor = np.median(saves, axis=0)
            found.append((f"{name}: from a save to the last frame", wall, "s"))
            found.append(("the same, processor time", processor, "s"))
    return found
