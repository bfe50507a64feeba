"""Write a training into a run, epoch by epoch."""

import json
import math
import os
import platform
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any, Self, cast
from weakref import WeakSet

import numpy as np
import torch
from msgspec.structs import replace
from numpy.typing import NDArray

from epochreel.errors import RunError
from epochreel.files import is_text
from epochreel.runs import store
from epochreel.runs.buffer import Buffer
from epochreel.runs.header import Header, Resume, Shard, checksum
from epochreel.runs.interrupts import held_back
from epochreel.runs.nets import unwrapped
from epochreel.runs.ranks import rank
from epochreel.runs.schedule import Schedule, every, whole_epoch
from epochreel.runs.state import Resumable, capture, restore
from epochreel.runs.tensors import as_array, as_number

Observer = Callable[[int, dict[str, float]], None]


class Recorder:
    """The writing end of a run; make one with `create` or `resume`, and use it in a `with`.

    Every error, a Ctrl-C included, leaves a run that opens and holds what was recorded before.
    Threads may share a recorder; a process that is forked while one is open does not have it.
    Of the processes of a distributed training the one of rank 0 writes, and its numbers are kept;
    the others' recorders only let their loops run.
    """

    def __init__(
        self,
        path: Path,
        header: Header,
        locked: int,
        release: ExitStack,
        observer: Observer | None,
    ) -> None:
        self.path = path
        self._header = header
        self._locked = locked
        self._release_lock = release
        self._turn = threading.RLock()
        self._observer = observer
        self._schedule = Schedule.from_json(header.schedule)
        self._next = header.resume.epoch if header.resume else 0
        self._restoring = header.resume is not None
        self._in_loop = False
        self._finished: bool | None = None  # whether a loop over `epochs` came to its end
        self._open = True
        latest = -1
        if header.shards:
            epochs = store.read_scalars(path, header, len(header.shards) - 1)["epochs"]
            latest = int(epochs[-1])
        self._buffer = Buffer(header.layout, latest)
        _opened.add(self)

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        trainer: str,
        config: Any = None,
        schedule: Schedule | None = None,
        observer: Observer | None = None,
        restart: bool = False,
    ) -> Self:
        """Start a new run in the folder `path`, which must not hold one, unless to `restart` it.

        `trainer` is the name a scene asks for; `config` a dict or a dataclass of plain values;
        `schedule` says when nets and tensors are recorded, by default at every epoch;
        `observer(epoch, scalars)` is called at each snapshot. Raises RunError where the folder
        cannot be written, holds a run, or is being written by another recorder.
        """
        path = Path(path)
        if rank():
            return cast(Self, _Follower(path))
        header = Header(
            trainer=trainer,
            created=datetime.now(UTC).isoformat(),
            config=_plain(config),
            schedule=(schedule or every(1)).to_json(),
            seeds={"torch": torch.initial_seed()},
            versions={
                "epochreel": version("epochreel"),
                "numpy": np.__version__,
                "python": platform.python_version(),
                "torch": str(torch.__version__),
            },
        )
        with store.writing(path), ExitStack() as release:
            path.mkdir(parents=True, exist_ok=True)
            locked = release.enter_context(store.lock(path))
            if restart:  # of the run alone: the folder is a person's, and may hold more
                (path / store.HEADER).unlink(missing_ok=True)
            if (path / store.HEADER).exists():
                raise RunError(
                    f"{path} already holds a run: resume it with Recorder.resume, replace it "
                    "with restart=True, or record under another path."
                )
            store.sweep(path, header)  # or of a recorder that was killed before its run was there
            store.write_header(path, header)
            return cls(path, header, locked, release.pop_all(), observer)

    @classmethod
    def resume(cls, path: str | Path, *, observer: Observer | None = None) -> Self:
        """Go on with the run in the folder `path`, in a loop over `epochs`.

        Raises RunError where there is no run, where its loop was not one over `epochs` (nothing
        but the nets is known then), where another recorder is writing it, where a part of what
        is recorded is damaged: what is trained on to it could not be read; and in one of several
        processes, for the random state of one alone is kept.
        """
        path = Path(path)
        if rank() is not None:
            raise RunError(
                f"The run {path} cannot be resumed by several processes, of which only the first "
                "one's random state is kept: resume it in one, or record anew elsewhere."
            )
        store.read_header(path)
        with store.writing(path), ExitStack() as release:
            locked = release.enter_context(store.lock(path))
            header = store.read_header(path)
            if header.shards and not header.resume:
                raise RunError(
                    f"The run {path} was recorded by a plain loop, which leaves nothing to resume "
                    "from: record it again with `for epoch in recorder.epochs(last, net=net, "
                    "optimiser=optimiser):`."
                )
            # What an interrupt committed in the middle of an epoch is recorded once more.
            kept = header.shards[: header.resume.shards] if header.resume else []
            header = replace(header, shards=kept, complete=False)
            if not store.require_whole(path, header):
                header = replace(header, layout=None)  # the first snapshot will say it anew
            store.write_header(path, header)
            store.sweep(path, header)
            return cls(path, header, locked, release.pop_all(), observer)

    def epochs(self, last: int, **keep: Resumable) -> Iterator[int]:
        """Yield the epochs still to do, up to and including `last`.

        All of them in a new run; in a resumed one, from the first whose iteration was not wholly
        committed. Everything that changes from one epoch to the next is handed by keyword:
        modules, optimisers, learning-rate schedulers, random generators. Their state, and that
        of the global random generators of torch, numpy and Python, is kept with every commit and
        put back before the first epoch on resuming.
        """
        end = whole_epoch(last, "epochs(…)") + 1
        if self._restoring:
            assert self._header.resume is not None
            name = self._header.resume.state
            restore(store.read(self.path / store.state_name(name), name), keep)
            self._restoring = False
        else:
            self._commit(capture(keep))
        self._in_loop, self._finished = True, False
        try:
            for epoch in range(self._next, end):
                yield epoch
                self._next = epoch + 1
                if self._buffer.due:
                    self._commit(capture(keep))
        finally:
            self._in_loop = False
        self._commit(capture(keep), complete=True)
        self._finished = True

    def snapshot(self, epoch: int, **items: Any) -> None:
        """Hand over an epoch, greater than the one before; call it at every epoch.

        A module is a net (that within, where torch.compile or DistributedDataParallel wraps one),
        a number or 0-dimensional tensor a scalar, any other tensor or array a named tensor.
        Scalars are kept at every epoch; nets and tensors, which keep their names, shapes and dtypes
        throughout a run, at those of the schedule. Raises RunError where a value is not finite, a
        net or tensor changed, or the disk cannot be written: recording stops, and what was recorded
        before is kept.
        """
        with self._turn:
            self._require_open()
            self._snapshot(epoch, items)

    def _snapshot(self, given: int, items: Mapping[str, Any]) -> None:
        epoch = whole_epoch(given, "snapshot(…)")
        if epoch <= (latest := self._buffer.latest) or epoch < 0:
            raise RunError(
                f"Epoch {epoch} does not follow epoch {latest}, the latest in {self.path}: "
                "epochs count up from 0, and a resumed loop runs over recorder.epochs(…)."
            )
        scalars: dict[str, float] = {}
        modules: dict[str, torch.nn.Module] = {}
        tensors: dict[str, torch.Tensor | NDArray[Any]] = {}
        for name, item in items.items():
            if not is_text(name):
                raise RunError(f"The name {name!r} cannot be written in UTF-8: choose another.")
            if isinstance(item, torch.nn.Module):
                modules[name] = unwrapped(item)
            elif isinstance(item, (torch.Tensor, np.ndarray)) and item.ndim:
                tensors[name] = item
            else:
                scalars[name] = as_number(item, name)
        try:
            for name, value in scalars.items():
                if not math.isfinite(value):
                    raise RunError(
                        f"The scalar {name!r} is {value} at epoch {epoch}: recording stopped "
                        "there, and everything before it is kept; lower the learning rate or look "
                        "for a division by zero."
                    )
            recorded = epoch in self._schedule
            if recorded:
                arrays = {name: as_array(item, name) for name, item in tensors.items()}
                self._buffer.fill(epoch, modules, arrays)
        except RunError:
            self._close(clean=False)
            raise
        self._buffer.add(epoch, scalars, recorded=recorded)
        if self._buffer.due and not self._in_loop:
            self._commit()
        if self._observer:
            self._observer(epoch, scalars)

    def close(self) -> None:
        """Commit what was handed over and let go of the run; `with` does it."""
        self._close(clean=True)

    def _close(self, *, clean: bool) -> None:
        with held_back(), self._turn:
            if not self._open:
                return
            complete = clean if self._finished is None else self._finished
            try:
                if self._buffer or complete != self._header.complete:
                    self._commit(complete=complete)
            finally:
                self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close(clean=kind is None)

    def _commit(self, state: bytes | None = None, *, complete: bool = False) -> None:
        """Write the buffer and, between two epochs, the state to resume from."""
        with held_back(), self._turn:
            self._require_open()
            self._write(state, complete=complete)

    def _write(self, state: bytes | None, *, complete: bool) -> None:
        old, buffer = self._header, self._buffer
        shards, resume = old.shards, old.resume
        try:
            with store.writing(self.path):
                store.require_held(self.path, self._locked)
                if buffer:
                    shards = [*shards, self._write_shard(len(shards))]
                if state is not None:
                    resume = Resume(self._next, checksum(state), len(shards))
                    if not old.resume or resume.state != old.resume.state:
                        store.write(self.path / store.state_name(resume.state), state)
                new = replace(
                    old,
                    complete=complete,
                    layout=buffer.layout,
                    scalars=sorted({*old.scalars, *buffer.scalars}),
                    shards=shards,
                    resume=resume,
                )
                store.write_header(self.path, new)
                buffer.clear()
                self._header = new
                if old.resume and resume and old.resume.state != resume.state:
                    (self.path / store.state_name(old.resume.state)).unlink(missing_ok=True)
        except RunError:
            self._release()
            raise

    def _write_shard(self, index: int) -> Shard:
        snapshots = None
        if arrays := self._buffer.snapshot_arrays():
            data = store.encode(arrays)
            store.write(self.path / store.snapshots_name(index), data)
            snapshots = checksum(data)
        data = store.encode(self._buffer.scalar_arrays())
        store.write(self.path / store.scalars_name(index), data)
        return Shard(checksum(data), snapshots)

    def _require_open(self) -> None:
        if not self._open:
            raise RunError(
                f"The recorder of {self.path} is closed, or another process has it: record "
                "there, go on with Recorder.resume, or record under another path."
            )

    def _release(self) -> None:
        self._open = False
        self._release_lock.close()


class _Follower(Recorder):
    """What a process whose rank is not 0 has in place of a recorder: the same loop, unwritten."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def epochs(self, last: int, **_: Resumable) -> Iterator[int]:
        return iter(range(whole_epoch(last, "epochs(…)") + 1))

    def snapshot(self, epoch: int, **_: Any) -> None:
        pass

    def _close(self, **_: bool) -> None:
        pass


_opened: WeakSet[Recorder] = WeakSet()


def _leave_to_the_parent() -> None:
    """Let go, in a process just forked, of what would hold the lock after the parent has closed.

    Closing a copy of the descriptor leaves the parent's lock as it is.
    """
    for recorder in _opened:
        recorder._turn = threading.RLock()  # another thread may have had it
        recorder._release()


os.register_at_fork(after_in_child=_leave_to_the_parent)


def _plain(config: Any) -> dict[str, Any]:
    """Turn a config into what JSON keeps: dataclass to dict, tuple to list, path to string."""
    if config is None:
        return {}
    if is_dataclass(config) and not isinstance(config, type):
        config = asdict(config)
    if not isinstance(config, Mapping):
        raise RunError(
            f"The config is a {type(config).__name__}: hand over a dict or a dataclass instance."
        )
    try:
        plain: dict[str, Any] = json.loads(json.dumps(dict(config), default=_plain_value))
    except (TypeError, ValueError) as error:
        raise RunError(
            f"The config cannot be written as JSON ({error}): keep to plain values."
        ) from error
    return plain


def _plain_value(value: Any) -> Any:
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} is a {type(value).__name__}")
