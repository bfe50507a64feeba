"""Render clips small and quickly into a folder of a test's own, and read the files again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from filelock import FileLock
from manim import logger, tempconfig

from epochreel import Run
from epochreel.film.clip import Clip
from epochreel.marks.box import Box
from epochreel.runs import training

SIZES = {"16:9": (256, 144), "1:1": (192, 192), "9:16": (144, 256), "4:5": (160, 200)}

SMALL = {
    "classifier_plain": {"points_per_class": 60},
    "autoencoder": {"epochs": 1000},
    "classifier_unwarp": {"points_per_class": 60},
    "contractive_autoencoder": {"epochs": 400},
    "denoising_autoencoder": {"epochs": 1000, "learning_rate": 1e-2},
    "ensemble": {"epochs": 600, "points": 20, "learning_rate": 2e-3},
    "gan_critic": {"epochs": 600},
    "hopfield": {"sets": 8},
    "jepa": {"epochs": 400},
    "joint_embedding": {"points": 100, "vary_from": 100, "differ_from": 400, "epochs": 800},
    "model_energies": {"epochs": 400, "points_per_class": 60, "learning_rate": 6e-3},
    "vae": {"epochs": 900, "cheap": 300, "hidden": 50, "learning_rate": 3.5e-3},
}
"""What makes the recording of a trainer a matter of seconds, where its defaults do not."""


def small_run(trainer: str, folder: Path, **options: Any) -> Run:
    """Record a trainer's story with little data, once for all processes that name a folder.

    Options are of its Config, such as the seed.
    """
    before = os.environ.get("EPOCHREEL_RUNS")
    os.environ["EPOCHREEL_RUNS"] = str(folder)
    try:
        with FileLock(folder / f"{trainer}.lock"):
            return training.record(trainer, progress=False, **SMALL.get(trainer, {}) | options)
    finally:
        del os.environ["EPOCHREEL_RUNS"]
        if before is not None:
            os.environ["EPOCHREEL_RUNS"] = before


@contextmanager
def studio(
    folder: Path, *, aspect: str = "16:9", rate: int = 4, scale: int = 1, **options: Any
) -> Iterator[None]:
    """Manim's configuration for small clips: video in `folder`, segments in folder/segments."""
    logger.setLevel("ERROR")
    width, height = SIZES[aspect]
    with tempconfig(
        {
            "pixel_width": scale * width,
            "pixel_height": scale * height,
            "frame_rate": rate,
            "media_dir": str(folder / "media"),
            "video_dir": str(folder),
            "images_dir": str(folder / "images"),
            "partial_movie_dir": str(folder / "segments"),
            "progress_bar": "none",
            "max_files_cached": -1,
            "verbosity": "ERROR",
            **options,
        }
    ):
        yield


def film(clip: type[Clip], folder: Path, *, theme: str = "dark", run: Run | None = None, **options):
    """Render a clip in a studio; give the scene, whose `video` is the path of what was rendered."""
    with studio(folder, **options):
        scene = clip(theme=theme, run=run)
        scene.perform()
        scene.video = getattr(scene.renderer.file_writer, "final_file_path", None)
    return scene


def segments(folder: Path) -> dict[str, bytes]:
    """Names and bytes of the plays that were drawn."""
    return {path.name: path.read_bytes() for path in sorted((folder / "segments").glob("*.mp4"))}


def decoded(path: Path) -> tuple[list[Fraction], np.ndarray, Any]:
    """Times in seconds, frames RGB by BT.709 (N, H, W, 3), and the stream's codec context."""
    with av.open(path) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        times = [frame.pts * frame.time_base for frame in frames]
        pictures = [
            frame.to_ndarray(format="rgb24", src_colorspace="itu709", dst_colorspace="itu709")
            for frame in frames
        ]
        return times, np.array(pictures), stream.codec_context


def python(program: str, *arguments: object, cwd: Path | None = None, **environment: str) -> str:
    """Run a program in another process and give its output."""
    root = Path(__file__).parents[1]
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *map(str, arguments)],
        cwd=cwd or root,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(map(str, (root, root / "src")))}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


class Areas:
    """A layout for tests: for each shape named areas, (left, bottom, right, top) in shares."""

    def __init__(self, trees: dict[str, dict[str, tuple[float, float, float, float]]]) -> None:
        self.trees = trees

    def slots(self, aspect: str, box: Box) -> dict[str, Box]:
        return {name: box.part(*area) for name, area in self.trees[aspect].items()}
