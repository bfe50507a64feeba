"""Files: where the project's lie, how one is read, and how one is written to be never seen half.

What is read may be anything by now: only regular files are opened, and none is in memory before
its length is known.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import stat
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any

__all__ = [
    *("ASSETS", "PACKAGE", "ROOT", "RUNS"),
    *("aside", "content", "is_text", "opened", "settings", "tidy", "toml", "whole"),
]

PACKAGE = Path(__file__).parent
INSTALLED = (PACKAGE / "assets").is_dir()
"""Whether this is a package by itself, as pip installs it, and not a part of a checkout."""
ROOT = Path.cwd() if INSTALLED else PACKAGE.parents[1]
"""The project: scenes, trainers, and the renders that come of them. A checkout, or where one is."""
ASSETS = (PACKAGE if INSTALLED else ROOT) / "assets"
RUNS = ROOT / "runs" if INSTALLED else ASSETS / "runs"
LARGEST = 10_000_000
"""Bytes of a text that a person writes."""


def settings() -> Path:
    """Return the file of Manim's settings: the project's own, or else that of this package."""
    own = ROOT / "manim.cfg"
    return own if own.is_file() else ASSETS / "manim.cfg"


def is_text(name: str) -> bool:
    """Whether a name can be written in UTF-8, as that of a file in another encoding cannot."""
    return name.isascii() or name.encode(errors="replace").decode() == name


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file to read it.

    Raises OSError where there is none, also for a pipe in its place, which would be waited for.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no file", str(path))
        yield file


def content(path: Path, largest: int = LARGEST) -> bytes:
    """Return the bytes of a file; OSError where there is none, or it has more than `largest`."""
    with opened(path) as file:
        if (size := os.fstat(file.fileno()).st_size) > largest:
            reason = f"it has {size} bytes and may have {largest}"
            raise OSError(errno.EFBIG, reason, str(path))
        return file.read(largest)


def toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file; OSError as `content`, ValueError where it is none."""
    try:
        return tomllib.loads(content(path).decode())
    except RecursionError:
        raise ValueError("it is nested too deep") from None


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a path to write to; what is there in the end is flushed and gets the target's name.

    The path is no other writer's, even of the same target: the last to end wins, and its file is
    whole. Where anything is raised, the target stays as it was and nothing is left aside. A
    device, such as /dev/stdout, is written to as it is. Raises OSError where the disk is full or
    the folder cannot be written to.
    """
    if Path("/dev") in target.parents and target.exists() and not target.is_file():
        yield target
        return
    with aside(target) as place:
        written = place / target.name
        try:
            yield written
            with written.open("rb+") as file:
                os.fsync(file.fileno())
            written.replace(target)
        except OSError as error:
            if error.filename == str(written):
                with suppress(AttributeError):  # of FFmpeg's, who keep theirs
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
        try:
            lock = _lock(place)
            break
        except (FileNotFoundError, BlockingIOError):
            continue  # before it was locked, one that tidies took it for a dead one's
        except OSError:
            shutil.rmtree(place, ignore_errors=True)
            raise
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
