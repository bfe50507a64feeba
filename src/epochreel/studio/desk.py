"""What a worker of the studio does: it keeps a clip played, ready for any of its frames.

The same process plays the clip again after every save, with what it has set and compiled by then;
of the project's own files nothing is kept.
"""

from __future__ import annotations

import importlib
import io
import json
import linecache
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from epochreel import files
from epochreel.checks.rules import Finding
from epochreel.checks.words import rehearsed
from epochreel.errors import EpochreelError
from epochreel.film import clip_json, rendering
from epochreel.film.frames import Reel
from epochreel.look import style
from epochreel.runs import training
from epochreel.runs.store import HEADER, read_header, runs_root
from epochreel.studio.orders import Look, Missing, Played

__all__ = ["check", "draw", "play", "record", "step_back"]

TOLD = (
    *("title", "width", "height", "frame_rate", "frames", "duration"),
    *("beats", "captions", "epochs", "run"),
)
"""What the page takes of a clip's description."""
QUALITY = 90
"""Of JPEG, with all of its colour: thin lines in the palette's colours stay what they are."""
LOW = 10
"""The niceness of what nobody waits for."""
OFTEN = 0.2
"""Seconds between two notes of how far a training is."""


@dataclass
class _Desk:
    """What is kept from one call to the next: the reels, and after which save they were played."""

    reels: dict[Look, Reel]
    saves: int = -1


_desk = _Desk({})
_before = frozenset(sys.modules)
"""What was imported before anything was played, and so is nothing that a clip is made of."""


def play(look: Look, saves: int) -> Played | Missing:
    """Play a clip without drawing, as its files are now, and say what it shows when.

    `saves` counts those of the project's files. Missing is a run that is to be recorded first.
    Raises EpochreelError, one sentence, for whatever the scene raises; the reel that was there
    before stays.
    """
    with _as_saved(look.scene, saves), _variant(look):
        try:
            reel = Reel(rendering.clip_class(look.scene), theme=look.theme)
            described = clip_json.describe(reel.scene, look.scene.stem, look.quality)
        except training.RunMissingError as missing:
            if missing.trainer is None:
                missing.found()  # which says what is wrong there
            return Missing(missing.name, missing.trainer or "", missing.values)
    _desk.reels[look] = reel
    slots = {name: astuple(box) for name, box in reel.slots.items()}
    told = {name: described[name] for name in TOLD}
    folders = {path.parent for path in _own(look.scene).values()}
    told |= {"slots": slots, "safe": astuple(reel.safe)}
    return Played(told, folders)


def draw(look: Look, number: int) -> bytes:
    """The frame of a clip by its number as JPEG, the last one for any past the end.

    Raises EpochreelError where the clip was not played, or cannot be drawn there.
    """
    if look not in _desk.reels:
        raise EpochreelError("The clip is not played yet.")
    reel = _desk.reels[look]
    with _sentence(look.scene):
        picture = np.ascontiguousarray(reel.draw(min(number, reel.frames - 1)))
    height, width, _ = picture.shape
    image = Image.frombuffer("RGBX", (width, height), picture, "raw", "RGBX", 0, 1)
    written = io.BytesIO()
    image.save(written, "jpeg", quality=QUALITY, subsampling=0)
    return written.getvalue()


def check(look: Look, saves: int, note: Path) -> list[dict[str, Any]]:
    """What is wrong with the texts of a clip, in the order of time; raises as `play`.

    What is found by then is noted in a file.
    """
    by_now: list[dict[str, Any]] = []

    def tell(finding: Finding) -> None:
        by_now.append(_told(finding))
        _write(note, by_now)

    with _as_saved(look.scene, saves):
        found = rehearsed(look.scene, aspect=look.aspect, theme=look.theme, tell=tell)
    return [_told(each) for each in found]


def record(missing: Missing, note: Path) -> None:
    """Record a run, and note in a file how far it is: its epoch, the last one, and the loss."""
    trainer = training.find(missing.trainer)
    config = training.configure(trainer, **missing.values)
    noted = 0.0

    def observe(epoch: int, scalars: Mapping[str, float]) -> None:
        nonlocal noted
        if time.monotonic() - noted > OFTEN:
            noted = time.monotonic()
            far = {"epoch": epoch, "epochs": config.epochs, "loss": scalars.get("loss")}
            _write(note, far)

    with _sentence(Path(trainer.__file__ or "")):
        training.record(missing.trainer, config, observer=observe)


def step_back() -> None:
    """Let those who draw go first: this process does what nobody waits for."""
    os.setpriority(os.PRIO_PROCESS, 0, LOW)


def _told(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in ("rule", "seconds", "sentence")}


def _write(note: Path, content: Any) -> None:
    """Write a note whole, for it is read at any moment."""
    with files.whole(note) as aside:
        aside.write_text(json.dumps(content), encoding="utf-8")


@contextmanager
def _as_saved(scene: Path, saves: int) -> Iterator[None]:
    """Import the project's files as they are after so many saves, and lend what is recorded."""
    if _desk.saves != saves:
        for name in _own(scene):
            del sys.modules[name]
        linecache.clearcache()
        style.reread()
        _desk.saves = saves
    importlib.invalidate_caches()
    before = training.LENT, sys.dont_write_bytecode
    # A file that is saved twice in a second, at the same length, has the bytecode of the first.
    training.LENT, sys.dont_write_bytecode = _Recorded(), True
    try:
        with _sentence(scene):
            yield
    finally:
        training.LENT, sys.dont_write_bytecode = before


@contextmanager
def _variant(look: Look) -> Iterator[None]:
    with rendering.configured(look.scene, look.aspect, look.theme, look.quality):
        yield


class _Recorded(dict[str, Path]):
    """All runs that are recorded to their end, as if each of them had been lent."""

    def __contains__(self, name: object) -> bool:
        path = self[str(name)]
        return (path / HEADER).exists() and read_header(path).complete

    def __getitem__(self, name: str) -> Path:
        recorded = runs_root() / name
        return recorded if recorded.exists() else Path(name)


@contextmanager
def _sentence(scene: Path) -> Iterator[None]:
    """Tell in one sentence, an EpochreelError, what is raised, and where in the project."""
    try:
        yield
    except training.RunMissingError:
        raise
    except Exception as error:
        frames = reversed(traceback.extract_tb(error.__traceback__))
        where = next((f for f in frames if _is_of_project(Path(f.filename), scene)), None)
        at = f" ({_short(Path(where.filename))}:{where.lineno})" if where else ""
        if isinstance(error, EpochreelError):
            raise EpochreelError(f"{error}{at}") from error
        said = " ".join(traceback.format_exception_only(error)[-1].split())
        raise EpochreelError(f"{said}{at}") from error


def _own(scene: Path) -> dict[str, Path]:
    """The modules of the project that are imported, and their files."""
    found = {}
    for name, module in sys.modules.items():
        file = getattr(module, "__file__", None)
        if name not in _before and file and _is_of_project(Path(file), scene):
            found[name] = Path(file)
    return found


def _is_of_project(file: Path, scene: Path) -> bool:
    """Whether a file is the project's, and neither this package's nor a library's."""
    if file.is_relative_to(files.PACKAGE) or file.is_relative_to(sys.prefix):
        return False
    return file.is_relative_to(files.ROOT) or file.is_relative_to(scene.parent)


def _short(path: Path) -> Path:
    return path.relative_to(files.ROOT) if path.is_relative_to(files.ROOT) else path
