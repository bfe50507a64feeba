"""What a recorder has been handed and not yet committed."""

import math
from collections.abc import KeysView, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from epochreel.errors import RunError
from epochreel.runs.header import Layout, TensorType
from epochreel.runs.nets import NetRows, fields_of, not_finite, state_of

# A commit is due at whichever comes first. A kill loses at most this much.
SNAPSHOTS = 256
EPOCHS = 1024
BYTES = 8 * 2**20


class Buffer:
    """The scalars of every epoch and the nets and tensors of every snapshot since a commit.

    The rows of the snapshots are allocated once, from the layout, which the first one sets.
    """

    def __init__(self, layout: Layout | None = None) -> None:
        self.layout = layout
        self.epochs: list[int] = []
        self.snapshots: list[int] = []
        self.scalars: list[Mapping[str, float]] = []
        self._nets: dict[str, NetRows] = {}
        self._tensors: dict[str, NDArray[Any]] = {}
        self._capacity = SNAPSHOTS
        if layout:
            self._allocate(layout)

    @property
    def due(self) -> bool:
        """Whether enough has gathered for a commit."""
        return len(self.epochs) >= EPOCHS or len(self.snapshots) >= self._capacity

    def add_snapshot(
        self,
        epoch: int,
        modules: Mapping[str, torch.nn.Module],
        tensors: Mapping[str, NDArray[Any]],
    ) -> None:
        """Copy nets and tensors into the next row; a RunError leaves the rows as they were."""
        if self.layout is None:
            self.layout = Layout(
                {name: fields_of(state_of(module)) for name, module in modules.items()},
                {name: _field_of(array) for name, array in tensors.items()},
            )
            self._allocate(self.layout)
        _require_names("net", self.layout.nets.keys(), modules.keys(), epoch)
        _require_names("tensor", self.layout.tensors.keys(), tensors.keys(), epoch)
        row = len(self.snapshots)
        for name, module in modules.items():
            self._nets[name].fill(row, module, epoch)
        for name, array in tensors.items():
            if (expected := self.layout.tensors[name]) != (found := _field_of(array)):
                raise RunError(
                    f"The tensor {name!r} is {found} at epoch {epoch} and was {expected} before: "
                    "record the other one under another name."
                )
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise not_finite(f"The tensor {name!r}", epoch)
            if row == len(self._tensors[name]):
                self._tensors[name] = np.concatenate([self._tensors[name]] * 2)
            self._tensors[name][row] = array
        self.snapshots.append(epoch)

    def add_scalars(self, epoch: int, scalars: Mapping[str, float]) -> None:
        """Keep the scalars of an epoch."""
        self.epochs.append(epoch)
        self.scalars.append(scalars)

    def scalar_arrays(self) -> dict[str, NDArray[Any]]:
        """Return `epochs`, `snapshots` and each scalar, NaN at the epochs that did not give it."""
        names = {name for scalars in self.scalars for name in scalars}
        arrays: dict[str, NDArray[Any]] = {
            f"scalar:{name}": np.array([each.get(name, math.nan) for each in self.scalars])
            for name in names
        }
        arrays["epochs"] = np.array(self.epochs, np.int64)
        arrays["snapshots"] = np.array(self.snapshots, np.int64)
        return arrays

    def snapshot_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the rows of the S > 0 snapshots, an array (S, …) a key; {} where there is none."""
        count = len(self.snapshots)
        if not count:
            return {}
        arrays = {f"tensor:{name}": rows[:count] for name, rows in self._tensors.items()}
        for net in self._nets.values():
            arrays |= net.arrays(count)
        return arrays

    def clear(self) -> None:
        """Start anew after a commit, in the same memory."""
        self.epochs, self.snapshots, self.scalars = [], [], []

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


def as_array(value: torch.Tensor | NDArray[Any], name: str) -> NDArray[Any]:
    """Return a tensor handed to a snapshot, as an array that can be recorded in its own dtype."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        # numpy has no bfloat16.
        value = (value.float() if value.dtype == torch.bfloat16 else value).numpy()
    if value.dtype.kind not in "biuf" or value.dtype.itemsize > 8:
        raise RunError(
            f"The tensor {name!r} has dtype {value.dtype}, which cannot be recorded: "
            "hand over booleans, integers or real numbers."
        )
    return value


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
