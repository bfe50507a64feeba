"""Files: where the project's lie, and how one is written so that it is never seen half."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["ASSETS", "PACKAGE", "ROOT", "RUNS", "aside", "settings", "tidy", "whole"]

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
    with aside(target) as place:
        written = place / target.name
        try:
            yield written
            with written.open("rb+") as file:
                os.fsync(file.fileno())
            written.replace(target)
        except OSError as error:
            if error.filename == str(written):
                error.filename = str(target)  # which is what a person knows of
            raise


ASIDE = re.compile(r"\.(\w+\.)?part-.+")
LOCK = ".lock"


@contextmanager
def aside(target: Path) -> Iterator[Path]:
    """Give a folder beside a target for what is not whole yet; it goes in the end.

    It is locked for as long as its writer lives, so that the next one into the same folder can tell
    what a killed one left there, and takes it away.
    """
    tidy(target.parent)
    while True:
        place = target.with_name(f".{uuid.uuid4().hex[:12]}.part-{target.name}")
        place.mkdir()
        # Before it is locked, one that tidies may take it for a dead one's.
        with suppress(FileNotFoundError, BlockingIOError):
            lock = _lock(place)
            break
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(lock)


def tidy(folder: Path) -> None:
    """Take away what killed writers left aside in a folder; what a living one writes stays."""
    for left in folder.glob(".*part-*"):
        if ASIDE.fullmatch(left.name):
            with suppress(OSError):  # where it lives, goes, or is another person's
                _take_away(left)


def _take_away(left: Path) -> None:
    if left.is_symlink() or not left.is_dir():
        left.unlink()  # as earlier versions left them
        return
    lock = _lock(left)
    shutil.rmtree(left, ignore_errors=True)
    os.close(lock)


def _lock(place: Path) -> int:
    """Lock a folder aside until the descriptor is closed, or its process ends.

    Raises BlockingIOError where another has it, FileNotFoundError where it goes meanwhile.
    """
    lock = os.open(place / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (place / LOCK).lstat()
    except OSError:
        os.close(lock)
        raise
    return lock
