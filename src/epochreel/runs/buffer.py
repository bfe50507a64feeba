"""What a recorder has been handed and not yet committed."""

import math
from collections.abc import KeysView, Mapping
from typing import Any

import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray

from epochreel.errors import RunError
from epochreel.runs.header import Layout, TensorType
from epochreel.runs.nets import NetRows, fields_of, not_finite, state_of

# A commit is due at whichever comes first. A kill loses at most this much.
SNAPSHOTS = 256
EPOCHS = 1024
BYTES = 8 * 2**20


class Entry(Struct, frozen=True):
    """An epoch, its scalars, whether it has a row of a snapshot, and the rows up to it."""

    epoch: int
    scalars: Mapping[str, float]
    recorded: bool
    rows: int


class Buffer:
    """The scalars of every epoch and the nets and tensors of every snapshot since a commit.

    The rows of the snapshots are allocated once, from the layout, which the first one sets. A row
    that is filled counts once its epoch is added: one step, so that a Ctrl-C comes before or after
    all that an epoch gave.
    """

    def __init__(self, layout: Layout | None = None, latest: int = -1) -> None:
        self.layout: Layout | None = None
        self._entries: list[Entry] = []
        self._committed = latest
        self._nets: dict[str, NetRows] = {}
        self._tensors: dict[str, NDArray[Any]] = {}
        self._capacity = SNAPSHOTS
        if layout:
            self._allocate(layout)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def latest(self) -> int:
        """The latest epoch, committed or not; -1 before the first."""
        return self._entries[-1].epoch if self._entries else self._committed

    @property
    def due(self) -> bool:
        """Whether enough has gathered for a commit."""
        return len(self._entries) >= EPOCHS or self._rows >= self._capacity

    @property
    def scalars(self) -> set[str]:
        """The names of the scalars."""
        return {name for entry in self._entries for name in entry.scalars}

    @property
    def _rows(self) -> int:
        return self._entries[-1].rows if self._entries else 0

    def fill(
        self,
        epoch: int,
        modules: Mapping[str, torch.nn.Module],
        tensors: Mapping[str, NDArray[Any]],
    ) -> None:
        """Copy nets and tensors into the next row, which counts when the epoch is added."""
        if self.layout is None:
            nets = {name: fields_of(state_of(module, name)) for name, module in modules.items()}
            self._allocate(Layout(nets, {name: _field_of(each) for name, each in tensors.items()}))
        layout = self.layout
        assert layout is not None
        _require_names("net", layout.nets.keys(), modules.keys(), epoch)
        _require_names("tensor", layout.tensors.keys(), tensors.keys(), epoch)
        row = self._rows
        for name, module in modules.items():
            self._nets[name].fill(row, module, epoch)
        for name, array in tensors.items():
            if (expected := layout.tensors[name]) != (found := _field_of(array)):
                raise RunError(
                    f"The tensor {name!r} is {found} at epoch {epoch} and was {expected} before: "
                    "record the other one under another name."
                )
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise not_finite(f"The tensor {name!r}", epoch)
            if row == len(self._tensors[name]):
                self._tensors[name] = np.concatenate([self._tensors[name]] * 2)
            self._tensors[name][row] = array

    def add(self, epoch: int, scalars: Mapping[str, float], *, recorded: bool) -> None:
        """Keep an epoch: its scalars and, where it is `recorded`, the row filled for it."""
        self._entries.append(Entry(epoch, scalars, recorded, self._rows + recorded))

    def scalar_arrays(self) -> dict[str, NDArray[Any]]:
        """Return `epochs`, `snapshots` and each scalar, NaN at the epochs that did not give it."""
        entries = self._entries
        arrays: dict[str, NDArray[Any]] = {
            f"scalar:{name}": np.array([each.scalars.get(name, math.nan) for each in entries])
            for name in self.scalars
        }
        arrays["epochs"] = np.array([each.epoch for each in entries], np.int64)
        snapshots = [each.epoch for each in entries if each.recorded]
        arrays["snapshots"] = np.array(snapshots, np.int64)
        return arrays

    def snapshot_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the rows of the S > 0 snapshots, an array (S, …) a key; {} where there is none."""
        if not (count := self._rows):
            return {}
        arrays = {f"tensor:{name}": rows[:count] for name, rows in self._tensors.items()}
        for net in self._nets.values():
            arrays |= net.arrays(count)
        return arrays

    def clear(self) -> None:
        """Start anew after a commit, in the same memory."""
        self._committed = self.latest
        self._entries = []

    def _allocate(self, layout: Layout) -> None:
        fields = [*layout.tensors.values()]
        for entries in layout.nets.values():
            fields += entries.values()
        self._capacity = min(SNAPSHOTS, max(1, BYTES // max(1, sum(map(_bytes, fields)))))
        self._nets = {
            name: NetRows(name, entries, self._capacity) for name, entries in layout.nets.items()
        }
        self._tensors = {
            name: np.empty((self._capacity, *field.shape), field.dtype)
            for name, field in layout.tensors.items()
        }
        self._require_keys()
        self.layout = layout

    def _require_keys(self) -> None:
        """RunError where two nets would be kept under the same key."""
        owners: dict[str, str] = {}
        for name, rows in self._nets.items():
            for key in rows.arrays(0):
                if (other := owners.setdefault(key, name)) != name:
                    raise RunError(
                        f"The nets {other!r} and {name!r} cannot be told apart in a run, where "
                        f"both would have {key!r}: give them names without a colon."
                    )


def _bytes(field: TensorType) -> int:
    dtype: torch.dtype = getattr(torch, field.dtype)
    return math.prod(field.shape) * dtype.itemsize


def _field_of(array: NDArray[Any]) -> TensorType:
    return TensorType(array.shape, array.dtype.name)


def _require_names(kind: str, expected: KeysView[str], found: KeysView[str], epoch: int) -> None:
    if expected == found:
        return
    if missing := sorted(set(expected) - set(found)):
        raise RunError(
            f"The {kind} {missing[0]!r} was recorded before and is missing at epoch {epoch}: "
            "hand it over at every snapshot."
        )
    if new := sorted(set(found) - set(expected)):
        raise RunError(
            f"The {kind} {new[0]!r} first appears at epoch {epoch}: "
            "hand it over from the first snapshot on."
        )
