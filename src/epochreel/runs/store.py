"""The bytes of a run on disk: a folder with run.json and checksummed safetensors shards.

A commit writes its shards and then run.json, each aside, flushed to disk and renamed. run.json
names every committed shard by its checksum, so its rename is the one instant at which a commit
happens: whatever else lies in the folder after a kill belongs to no run and is swept on resume.
"""

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save

from epochreel.errors import RunError
from epochreel.files import RUNS, whole

SCHEMA = 1
HEADER = "run.json"
AGAIN = "record the run again (epochreel train NAME --restart)"

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class TensorType:
    """What never changes about a recorded tensor: its shape and the name of its dtype."""

    shape: tuple[int, ...]
    dtype: str

    @property
    def floating(self) -> bool:
        """Whether values between two snapshots can be interpolated."""
        return self.dtype.startswith(("float", "bfloat"))

    def __str__(self) -> str:
        return f"{self.dtype} {list(self.shape)}"


@dataclass(frozen=True)
class Layout:
    """What every snapshot holds: the fields of each net, by parameter, and of each tensor."""

    nets: dict[str, dict[str, TensorType]]
    tensors: dict[str, TensorType]


@dataclass(frozen=True)
class Shard:
    """The checksums of one commit: its scalars and, where it holds any, its snapshots."""

    scalars: str
    snapshots: str | None


@dataclass(frozen=True)
class Resume:
    """Where the loop can go on: the first epoch to do, the state before it, the shards to keep."""

    epoch: int
    state: str
    shards: int


@dataclass(frozen=True)
class Header:
    """The content of run.json."""

    trainer: str
    created: str
    config: dict[str, Any]
    schedule: dict[str, Any]
    seeds: dict[str, int]
    versions: dict[str, str]
    schema: int = SCHEMA
    complete: bool = False
    layout: Layout | None = None
    scalars: list[str] = field(default_factory=list)
    shards: list[Shard] = field(default_factory=list)
    resume: Resume | None = None


def runs_root() -> Path:
    """Return the folder of all runs: $EPOCHREEL_RUNS, or assets/runs of the checkout.

    Where there is no checkout, it is runs/ in the current folder.
    """
    chosen = os.environ.get("EPOCHREEL_RUNS")
    return Path(chosen) if chosen else RUNS


def scalars_name(index: int) -> str:
    """Name the file of the scalars and epochs of shard `index`."""
    return f"scalars-{index:05d}.safetensors"


def snapshots_name(index: int) -> str:
    """Name the file of the nets and tensors of shard `index`."""
    return f"snapshots-{index:05d}.safetensors"


def state_name(checksum: str) -> str:
    """Name the file of a resume state by its content, so that a new one never overwrites."""
    return f"state-{checksum}.safetensors"


def checksum(data: bytes | memoryview) -> str:
    """Compute what run.json keeps of a file's bytes."""
    return hashlib.sha256(data).hexdigest()[:32]


def encode(arrays: Arrays) -> bytes:
    """Turn arrays into the bytes of a safetensors file."""
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()})


def decode(data: bytes) -> dict[str, NDArray[Any]]:
    """Undo `encode`, for bytes whose checksum was right."""
    return load(data)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a sentence about the run in `folder`."""
    try:
        yield
    except OSError as error:
        remedy = (
            "free some space, then resume it"
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            else "choose a folder that can be written"
        )
        raise RunError(
            f"The run {folder} cannot be written ({error.strerror}): {remedy}."
        ) from error


def write(path: Path, data: bytes) -> None:
    """Write a file aside, flush it to disk, and let it appear under its name only when whole."""
    with whole(path) as aside:
        aside.write_bytes(data)


def write_header(folder: Path, header: Header) -> None:
    """Commit: every file written before becomes part of the run, for good."""
    flush_folder(folder)
    write(folder / HEADER, json.dumps(asdict(header), indent=1).encode())
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_header(folder: Path) -> Header:
    """Read run.json; RunError where it is missing, malformed, or of another schema."""
    try:
        data = json.loads((folder / HEADER).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(f"{folder} holds no run: there is no {HEADER} in it.") from None
    except OSError as error:
        raise RunError(f"The run {folder} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise RunError(f"{folder / HEADER} is damaged ({error}): {AGAIN}.") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise RunError(
            f"The run {folder} has schema {schema!r}, and this version of epochreel reads "
            f"schema {SCHEMA}: update epochreel or {AGAIN}."
        )
    try:
        if data["layout"] is not None:
            data["layout"] = Layout(
                {
                    net: {name: _field(entry) for name, entry in fields.items()}
                    for net, fields in data["layout"]["nets"].items()
                },
                {name: _field(entry) for name, entry in data["layout"]["tensors"].items()},
            )
        data["shards"] = [Shard(**shard) for shard in data["shards"]]
        data["resume"] = data["resume"] and Resume(**data["resume"])
        return Header(**data)
    except (AttributeError, KeyError, TypeError) as error:
        raise RunError(f"{folder / HEADER} is damaged ({error}): {AGAIN}.") from error


def _field(entry: dict[str, Any]) -> TensorType:
    return TensorType(tuple(entry["shape"]), entry["dtype"])


def read(path: Path, expected: str) -> bytes:
    """Return the bytes of a file, which must have the expected checksum."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RunError(
            f"{path}, a part of its run, cannot be read ({error.strerror}): {AGAIN}."
        ) from error
    if checksum(data) != expected:
        raise RunError(f"{path} is damaged: its checksum is not the one in {HEADER}; {AGAIN}.")
    return data


class ShardFile:
    """A memory-mapped shard, whose rows are read when asked for."""

    def __init__(self, path: Path) -> None:
        try:
            self._file: Any = safe_open(path, framework="numpy")
        except (OSError, SafetensorError) as error:
            raise RunError(f"{path} is damaged ({error}): {AGAIN}.") from error

    def row(self, key: str, index: int) -> NDArray[Any]:
        """Return one snapshot's value of `key`, a copy."""
        row: NDArray[Any] = np.asarray(self._file.get_slice(key)[index])
        return row


def sweep(folder: Path, header: Header) -> None:
    """Delete what an interrupted commit left behind, keeping all that `header` names."""
    kept = {
        name(index)
        for index in range(len(header.shards))
        for name in (scalars_name, snapshots_name)
    }
    if header.resume:
        kept.add(state_name(header.resume.state))
    for pattern in ("scalars-*", "snapshots-*", "state-*", ".*.part-*"):
        for path in folder.glob(pattern):
            if path.name not in kept:
                path.unlink()


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the folder against other writers; the operating system lets go when we die."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"Another recorder is writing the run {folder}: wait for it, stop it, "
                "or record under another path."
            ) from None
        yield
