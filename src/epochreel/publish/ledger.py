"""What is published already, and from what: so that a second run does nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from glob import escape
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

import msgspec
from msgspec import Meta

from epochreel import files
from epochreel.errors import PublishError, RunError
from epochreel.media.ffmpeg import published
from epochreel.runs.run import Run
from epochreel.runs.store import HEADER, runs_root

__all__ = ["NAME", "Ledger", "digest", "sources"]

NAME = "published.json"
SCHEMA = 1

DERIVING = ("media", "publish", "checks", "gallery", "book")
"""The parts of the package that read what is rendered, and change nothing of it."""


Stamp = Annotated[list[int], Meta(min_length=2, max_length=2)]
"""Size and time of the last change of a file, in bytes and nanoseconds."""


class NotedVideo(TypedDict):
    """A rendered variant: where it is, what it is on disk, and a digest of what it holds."""

    path: Annotated[str, Meta(pattern=r"\A[^\x00]+\Z")]
    stamp: Stamp
    digest: str


class NotedFile(TypedDict):
    """A published file: what it is on disk, and the digest of what it is made from."""

    stamp: Stamp
    made_from: str


class Notes(TypedDict):
    """What is kept on disk of a ledger."""

    schema: Literal[1]
    inputs: str
    lengths: dict[str, Annotated[float, Meta(gt=0, le=1e6)]]
    videos: dict[str, NotedVideo]
    checked: dict[str, str]
    files: dict[str, NotedFile]


@dataclass
class Ledger:
    """The notes beside a clip's published files, kept after each of them."""

    path: Path
    inputs: str = ""
    """Digest of all that the rendered videos are made from."""
    lengths: dict[str, float] = field(default_factory=dict)
    """Seconds of each shape and cut, found by playing it."""
    videos: dict[str, NotedVideo] = field(default_factory=dict)
    """The rendered variants."""
    checked: dict[str, str] = field(default_factory=dict)
    """What each variant held, and the rules were, when it passed the clip check."""
    files: dict[str, NotedFile] = field(default_factory=dict)
    """The published files."""

    @classmethod
    def open(cls, folder: Path, inputs: str) -> Ledger:
        """Read a folder's notes; what was noted of videos from other inputs is forgotten."""
        path = folder / NAME
        try:
            noted: dict[str, Any] = dict(msgspec.json.decode(files.content(path), type=Notes))
            del noted["schema"]
            ledger = cls(path, **noted)
        except (OSError, ValueError, RecursionError):
            ledger = cls(path)  # none yet, or unreadable: everything is made again
        if ledger.inputs != inputs:
            ledger.inputs, ledger.lengths, ledger.videos = inputs, {}, {}
        return ledger

    def save(self) -> None:
        """Write the notes, in whatever order they were taken; PublishError where it cannot be."""
        noted = {"schema": SCHEMA, **asdict(self)}
        del noted["path"]
        with published(self.path) as aside:
            aside.write_text(json.dumps(noted, indent=1, sort_keys=True), encoding="utf-8")

    def has_video(self, key: str) -> bool:
        """Whether a variant is rendered and is as it was noted."""
        noted = self.videos.get(key)
        return noted is not None and noted["stamp"] == stamp(Path(noted["path"]))

    def note_video(self, key: str, video: Path) -> None:
        """Note a variant that was rendered just now."""
        with video.open("rb") as file:  # which may be larger than the memory
            seen = hashlib.file_digest(file, "sha256").hexdigest()
        held = digest([seen, video.with_name("clip.json").read_bytes()])
        self.videos[key] = {"path": str(video), "stamp": stamp(video), "digest": held}
        self.save()

    def has_file(self, path: Path, made_from: str) -> bool:
        """Whether a file is there, made from just this, and untouched since."""
        noted = self.files.get(path.name)
        return noted == {"stamp": stamp(path), "made_from": made_from}

    def note_file(self, path: Path, made_from: str) -> None:
        """Note a file that was written just now."""
        self.files[path.name] = {"stamp": stamp(path), "made_from": made_from}
        self.save()


def stamp(path: Path) -> list[int]:
    """Size and time of the last change of a file; nothing where there is none."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def digest(parts: Iterable[bytes | str]) -> str:
    """Return a digest of bytes and texts, told apart by their lengths."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        total.update(f"{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()[:32]


def sources(scene: Path, trainer: str, run_path: str) -> str:
    """Digest of all that a clip's pictures depend on: code, stylesheet, and what is recorded.

    It errs on the side of rendering again, which draws nothing that is drawn already.
    """
    paths = [
        path
        for path in files.PACKAGE.rglob("*.py")
        if path.relative_to(files.PACKAGE).parts[0] not in DERIVING
    ]
    paths += [*scene.parent.glob("*.py"), *(files.ROOT / "trainers").glob("*.py")]
    paths += [files.ASSETS / "style.toml", files.settings()]
    if trainer:
        paths.append(Path(trainer))  # which may be the path of a file
    # A run that cannot be read is told of where it is played.
    runs = runs_root().glob(f"{escape(Path(trainer).stem)}-*/{HEADER}") if trainer else ()
    recorded: list[bytes | str] = []
    for folder in sorted([*(run.parent for run in runs), *([Path(run_path)] if run_path else [])]):
        with suppress(RunError):
            recorded += [os.fsencode(folder), Run.open(folder).digest]
    try:
        return digest(
            [
                *(
                    part
                    for path in sorted(paths)
                    if path.is_file()
                    for part in (os.fsencode(path), files.content(path))
                ),
                *recorded,
            ]
        )
    except OSError as error:
        raise PublishError(f"{error.filename} cannot be read: {error.strerror}.") from error
