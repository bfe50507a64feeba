"""Files: where the project's lie, and how one is written so that it is never seen half."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["ASSETS", "PACKAGE", "ROOT", "whole"]

PACKAGE = Path(__file__).parent
ROOT = PACKAGE.parents[1]
"""The checkout: scenes, trainers, and the renders and runs that come of them."""
ASSETS = ROOT / "assets"


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
