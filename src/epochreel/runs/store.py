"""The bytes of a run on disk: a folder with run.json and checksummed safetensors shards.

A commit writes its shards and then run.json, each aside, flushed to disk and renamed. run.json
holds a checksum of its own and names every committed shard by its, so its rename is the one
instant at which a commit happens: whatever else lies in the folder after a kill belongs to no run
and is swept on resume.

What is read may be damaged or crafted: only regular files are opened, none is in memory before its
length and checksum are right, and nothing is written through a link.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import ValidationError
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, save

from epochreel import errors
from epochreel.errors import RunError
from epochreel.files import RUNS, opened, tidy, whole
from epochreel.runs.header import LARGEST, SCHEMA, Header, TensorType, from_json, to_json

HEADER = "run.json"
LOCK = "lock"
AGAIN = "record the run again (epochreel train NAME --restart)"

Arrays = Mapping[str, NDArray[Any]]


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


def encode(arrays: Arrays) -> bytes:
    """Turn arrays into the bytes of a safetensors file."""
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()})


def writing(folder: Path) -> AbstractContextManager[None]:
    """Turn what the operating system refuses into a sentence about the run in `folder`."""
    return errors.writing(f"The run {folder}", RunError, then="resume it")


def write(path: Path, data: bytes) -> None:
    """Write a file aside, flush it to disk, and let it appear under its name only when whole."""
    with whole(path) as aside, aside.open("xb") as file:
        file.write(data)


def write_header(folder: Path, header: Header) -> None:
    """Commit: every file written before becomes part of the run, for good."""
    try:
        data = to_json(header)
    except ValueError as error:
        raise RunError(
            f"{folder / HEADER} cannot be written ({error}): "
            "keep less in the config, or take fewer snapshots."
        ) from None
    flush_folder(folder)
    write(folder / HEADER, data)
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
    path = folder / HEADER
    try:
        with opened(path) as file:
            return from_json(file.read(LARGEST + 1))
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(f"{folder} holds no run: there is no {HEADER} in it.") from None
    except OSError as error:
        raise RunError(
            f"{path} cannot be read ({error.strerror}): put that right, or {AGAIN}."
        ) from error
    except LookupError as error:
        raise RunError(
            f"The run {folder} has schema {error.args[0]!r}, and this version of epochreel reads "
            f"schema {SCHEMA}: update epochreel or {AGAIN}."
        ) from None
    except (RecursionError, ValidationError, ValueError) as error:
        raise damaged(path, error) from error


def damaged(path: Path, why: object) -> RunError:
    """Make the error of a file whose content is wrong."""
    return RunError(f"{path} is damaged ({why}): {AGAIN}.")


def read(path: Path, expected: str) -> bytes:
    """Return the bytes of a file, which must have the expected checksum."""
    with _checked(path, expected) as file:
        return file.read()


def read_scalars(folder: Path, header: Header, index: int) -> dict[str, NDArray[Any]]:
    """Return `epochs` and `snapshots` of a shard, int64, and its scalars, float64 by their keys."""
    path = folder / scalars_name(index)
    try:
        arrays = load(read(path, header.shards[index].scalars))
    except (KeyError, TypeError) as error:  # of a dtype that NumPy has not
        raise damaged(path, error) from error
    kinds = {"epochs": "int64", "snapshots": "int64"}
    kinds |= {f"scalar:{name}": "float64" for name in header.scalars}
    if not arrays.keys() >= {"epochs", "snapshots"} or not arrays["epochs"].size:
        raise damaged(path, "it says no epochs")
    for key, array in arrays.items():
        shape = array.shape if key == "snapshots" else arrays["epochs"].shape
        if array.dtype.name != kinds.get(key) or array.ndim != 1 or array.shape != shape:
            raise damaged(path, f"it holds {key!r}, {array.dtype} {list(array.shape)}")
    return arrays


class ShardFile:
    """The memory-mapped snapshots of a shard, whose rows are read when asked for.

    Raises RunError unless it holds `count` rows of all that the run's layout says; its checksum
    is compared where it was not `checked` before.
    """

    def __init__(
        self, folder: Path, header: Header, index: int, count: int, *, checked: bool = False
    ) -> None:
        path = folder / snapshots_name(index)
        layout, expected = header.layout, header.shards[index].snapshots
        if layout is None or expected is None:
            raise damaged(folder / HEADER, f"it names no {path.name}")
        try:
            with opened(path) if checked else _checked(path, expected):
                pass
            self._file = _arrays(path)
            for key, kind in layout.rows().items():
                rows = self._file.get_slice(key)
                due = TensorType((count, *kind.shape), kind.dtype)
                found = TensorType(tuple(rows.get_shape()), rows[:0].dtype.name)
                if found != due:
                    raise damaged(path, f"{key!r} is {found} and should be {due}")
        except (OSError, SafetensorError, TypeError, UnicodeEncodeError) as error:
            raise damaged(path, error) from error

    def row(self, key: str, index: int) -> NDArray[Any]:
        """Return one snapshot's value of `key`, a copy."""
        row: NDArray[Any] = np.asarray(self._file.get_slice(key)[index])
        return row


def require_whole(folder: Path, header: Header) -> int:
    """Return the number of snapshots; RunError unless every shard can be read."""
    snapshots = 0
    for index, shard in enumerate(header.shards):
        count = len(read_scalars(folder, header, index)["snapshots"])
        only_scalars = header.layout is not None and not header.layout.rows()
        if (count and not only_scalars) or shard.snapshots:
            ShardFile(folder, header, index, count)
        snapshots += count
    return snapshots


def _arrays(path: Path) -> Any:
    return safe_open(path, framework="numpy")


@contextmanager
def _checked(path: Path, expected: str) -> Iterator[BufferedReader]:
    """Open a file of arrays that has the expected checksum.

    A damaged one may be of any size: its length is compared with what its first bytes say, and
    it is never in memory.
    """
    try:
        with opened(path) as file:
            _arrays(path)
            if hashlib.file_digest(file, "sha256").hexdigest()[: len(expected)] != expected:
                raise RunError(
                    f"{path} is damaged: its checksum is not the one in {HEADER}; {AGAIN}."
                )
            file.seek(0)
            yield file
    except OSError as error:
        raise RunError(
            f"{path}, a part of its run, cannot be read ({error.strerror}): {AGAIN}."
        ) from error
    except SafetensorError as error:
        raise damaged(path, error) from error


def sweep(folder: Path, header: Header) -> None:
    """Delete what an interrupted commit left behind, keeping all that `header` names."""
    kept = {
        name(index)
        for index in range(len(header.shards))
        for name in (scalars_name, snapshots_name)
    }
    if header.resume:
        kept.add(state_name(header.resume.state))
    tidy(folder)
    for pattern in ("scalars-*", "snapshots-*", "state-*"):
        for path in folder.glob(pattern):
            if path.name not in kept:
                path.unlink()


def forget(folder: Path) -> None:
    """Delete a run: run.json first, so that one killed meanwhile leaves none, and never the lock.

    Who waits for the folder would find another lock in a new one. Raises RunError where a recorder
    is writing it, OSError where it is a link to a folder elsewhere.
    """
    with lock(folder):
        if folder.is_symlink():
            raise OSError(errno.ELOOP, "it is a link", str(folder))
        for path in sorted(folder.iterdir(), key=lambda path: path.name != HEADER):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != LOCK:
                path.unlink()


@contextmanager
def lock(folder: Path) -> Iterator[int]:
    """Hold the folder against other writers; the operating system lets go when we die.

    Gives the descriptor of the file that is locked, which `require_held` asks for.
    """
    path = folder / LOCK
    # Whatever lies there stays as it is, and a link to elsewhere is not followed.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS):
            raise
        raise RunError(
            f"{path} cannot be opened ({error.strerror}): delete it where it is a link or a "
            "folder, or choose a folder that can be written."
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"Another recorder is writing the run {folder}: wait for it, stop it, "
                "or record under another path."
            ) from None
        yield descriptor
    finally:
        os.close(descriptor)


def require_held(folder: Path, locked: int) -> None:
    """Raise RunError where the folder is no longer the one that was locked."""
    try:
        same = os.path.samestat((folder / LOCK).lstat(), os.fstat(locked))
    except (FileNotFoundError, NotADirectoryError):
        same = False
    if not same:
        raise RunError(
            f"The run {folder} was moved, deleted or replaced while it was recorded: what was "
            "committed lies where it was moved, to be resumed there, or else record it again."
        )
