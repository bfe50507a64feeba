"""What travels to a cluster: a project's code, laid out to be run, and folders by their content."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from epochreel import files

__all__ = ["Content", "digest", "lay_out", "read", "unpack", "write"]

Content = Mapping[str, NDArray[np.uint8]]
"""The files of a folder: their paths in it, with slashes, and their bytes."""


def lay_out(folder: Path) -> None:
    """Copy what films a net into a folder, as it lies where a wheel is installed.

    That is the package with its assets, scenes, trainers and Manim's settings. Who works in that
    folder works with this copy alone: no runs, and nothing of what is rendered.
    """
    code = shutil.ignore_patterns("__pycache__")
    shutil.copytree(files.PACKAGE, folder / "epochreel", ignore=code)
    if not files.INSTALLED:
        runs = shutil.ignore_patterns("runs", "__pycache__")
        shutil.copytree(files.ASSETS, folder / "epochreel" / "assets", ignore=runs)
    for room in ("scenes", "trainers"):
        if (files.ROOT / room).is_dir():
            shutil.copytree(files.ROOT / room, folder / room, ignore=code)
    for path in [files.settings(), *files.ROOT.glob("*.py")]:
        shutil.copy(path, folder)


def read(folder: Path) -> Content:
    """Return the content of a folder, hidden files apart. Raises OSError."""
    return {
        path.relative_to(folder).as_posix(): np.fromfile(path, np.uint8)
        for path in sorted(folder.rglob("[!.]*"))
        if path.is_file()
    }


def digest(content: Content) -> str:
    """Return 32 hex digits over the names and the bytes of files."""
    total = hashlib.sha256()
    for name, data in content.items():
        total.update(f"{name}\0{len(data)}\0".encode())
        total.update(data.data)
    return total.hexdigest()[:32]


def write(content: Content, folder: Path) -> None:
    """Write a content into a new folder, flushed to disk. Raises OSError."""
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data.data)
            file.flush()
            os.fsync(file.fileno())


def unpack(content: Content, folder: Path) -> None:
    """Have a content lie in a folder, which appears when all is there, unless it is there already.

    Of several processes that want it, one writes it and the others wait. Its files are read-only.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.is_dir():
            return
        with files.aside(folder) as place:
            write(content, place / folder.name)
            for name in content:
                (place / folder.name / name).chmod(0o444)
            (place / folder.name).rename(folder)
