"""Files: where the project's lie, and how one is written so that it is never seen half."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["ASSETS", "PACKAGE", "ROOT", "RUNS", "settings", "whole"]

PACKAGE = Path(__file__).parent
INSTALLED = (PACKAGE / "assets").is_dir()
"""Whether this is a package by itself, as pip installs it, and not a part of a checkout."""
ROOT = Path.cwd() if INSTALLED else PACKAGE.parents[1]
"""The project: scenes, trainers, and the renders that come of them. A checkout, or where one is."""
ASSETS = (PACKAGE if INSTALLED else ROOT) / "assets"
RUNS = ROOT / "runs" if INSTALLED else ASSETS / "runs"


def settings() -> Path:
    """Return the file of Manim's settings: the project's own, or else that of this package."""
    own = ROOT / "manim.cfg"
    return own if own.is_file() else ASSETS / "manim.cfg"


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a path to write to; what is there in the end is flushed and gets the target's name.

    The path is no other writer's, even of the same target: the last to end wins, and its file is
    whole. Where anything is raised, the target stays as it was and nothing is left aside. Raises
    OSError where the disk is full or the folder cannot be written to.
    """
    aside = target.with_name(f".{uuid.uuid4().hex[:12]}.part-{target.name}")
    try:
        yield aside
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
