"""The key of a play: a digest of everything that can change one of its pixels.

A play is drawn again exactly when its key is another. The key is made of the drawing code of this
package, the stylesheet, the scene's file with all that it imports of the project, the versions of
the libraries that draw, Manim's configuration, and the play's own state, by value.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from manim import Scene, config

from epochreel import files
from epochreel.film.values import digest
from epochreel.look import style
from epochreel.runs.sources import code

__all__ = ["ground", "play_key"]

DERIVING = (
    "media",
    "checks",
    "book",
    "publish",
    "gallery",
    "notebook",
    "callbacks",
    "crew",
    "cli",
    "assets",
)
"""The rooms of the package that have no part in a frame; the code of all others decides it."""

LIBRARIES = (
    "av", "cmap", "contourpy", "manim", "numba", "numpy", "pillow", "pycairo", "svgelements",
    "torch", "typst",
)  # fmt: skip


def ground(scene: Scene) -> str:
    """Return a digest of what all plays of a scene have in common: code, libraries and settings."""
    camera = scene.camera
    settings = {
        "size": (camera.pixel_width, camera.pixel_height),
        "frame": (camera.frame_width, camera.frame_height, camera.frame_center),
        "background": (camera.background_color, camera.background_opacity, config.transparent),
        "line": camera.cairo_line_width_multiple,
        "frame_rate": float(config.frame_rate),  # 60 of -qh and 60.0 of manim.cfg are one rate
        "encoder": (config.video_codec, config.pixel_format, config.video_encoder_options),
    }
    total = hashlib.sha256(digest(settings).encode())
    for path in drawing_code():
        total.update(f"{path.relative_to(files.PACKAGE).as_posix()}\0".encode())
        total.update(path.read_bytes())
    total.update(style.SHEET.read_bytes())
    for file in scene_files(type(scene)):
        total.update(code(file).encode())
    total.update(platform.python_version().encode())
    total.update(_libraries().encode())
    return total.hexdigest()


@cache
def _libraries() -> str:
    """The versions of what draws, looked up once: whatever is looked up is kept for good."""
    return "".join(f"{library} {version(library)}" for library in LIBRARIES)


def play_key(scene: Scene, common: str) -> str:
    """Return the key of the play that a scene has compiled; `common` is the scene's `ground`.

    Raises ClipError where something in the play cannot be told from something else.
    """
    state = scene.animations, scene.mobjects, scene.foreground_mobjects, scene.updaters
    return hashlib.sha256(f"{common}{digest(state)}".encode()).hexdigest()


def drawing_code() -> list[Path]:
    """All files of this package that have a part in what a frame shows."""
    paths = sorted(files.PACKAGE.rglob("*.py"))
    derived = {files.PACKAGE / room for room in DERIVING}
    return [path for path in paths if not derived & {*path.parents}]


def scene_files(kind: type[Scene]) -> Iterator[Path]:
    """The files of a scene's class and of those that it comes from, this package's apart."""
    seen = set()
    for base in kind.__mro__:
        file = getattr(sys.modules.get(base.__module__), "__file__", None)
        if file is not None and issubclass(base, Scene) and file not in seen:
            seen.add(file)
            if not Path(file).is_relative_to(files.PACKAGE) and base.__module__[:6] != "manim.":
                yield Path(file)
