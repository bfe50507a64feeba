"""What a recorder has been handed and not yet committed, in flat preallocated rows."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from epochreel.errors import RunError
from epochreel.runs.store import Field, Layout

# A commit is due at whichever comes first. A kill loses at most this much.
SNAPSHOTS = 256
EPOCHS = 1024
BYTES = 8 * 2**20

NetState = Mapping[str, torch.Tensor]


class Buffer:
    """The scalars of every epoch and the nets and tensors of every snapshot since a commit.

    The floating-point entries of a net lie one after the other in a single float32 row, in the
    order of its layout; its other entries, and every named tensor, have rows of their own.
    """

    def __init__(self, layout: Layout | None = None) -> None:
        self.layout = layout
        self.epochs: list[int] = []
        self.snapshots: list[int] = []
        self.scalars: list[Mapping[str, float]] = []
        self._rows: dict[str, NDArray[Any]] = {}
        self._capacity = 0
        if layout:
            self._allocate(layout)

    @property
    def due(self) -> bool:
        """Whether enough has gathered for a commit."""
        return len(self.epochs) >= EPOCHS or (
            self._capacity > 0 and len(self.snapshots) >= self._capacity
        )

    def add_snapshot(
        self,
        epoch: int,
        modules: Mapping[str, torch.nn.Module],
        tensors: Mapping[str, NDArray[Any]],
    ) -> None:
        """Copy nets and tensors into the next row; RunError leaves the rows as they were."""
        states = {name: _tensors_of(module) for name, module in modules.items()}
        if self.layout is None:
            self.layout = _layout(states, tensors)
            self._allocate(self.layout)
        _require_names("net", self.layout.nets, states, epoch)
        _require_names("tensor", self.layout.tensors, tensors, epoch)
        row = len(self.snapshots)
        if self._rows and row == len(next(iter(self._rows.values()))):
            self._rows = {key: np.concatenate([a, a]) for key, a in self._rows.items()}
        for name, state in states.items():
            self._fill_net(name, state, row, epoch)
        for name, array in tensors.items():
            if (expected := self.layout.tensors[name]) != (found := _array_field(array)):
                raise RunError(
                    f"The tensor {name!r} is {found} at epoch {epoch} and was {expected} before: "
                    "record the other one under another name."
                )
            _require_finite(array, f"The tensor {name!r}", epoch)
            self._rows[f"tensor:{name}"][row] = array
        self.snapshots.append(epoch)

    def add_scalars(self, epoch: int, scalars: Mapping[str, float]) -> None:
        """Keep the scalars of an epoch."""
        self.epochs.append(epoch)
        self.scalars.append(scalars)

    def scalar_arrays(self) -> dict[str, NDArray[Any]]:
        """`epochs`, `snapshots`, and each scalar, NaN at the epochs that did not give it."""
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
        return {key: rows[:count] for key, rows in self._rows.items()} if count else {}

    def clear(self) -> None:
        """Start anew after a commit, in the same memory."""
        self.epochs, self.snapshots, self.scalars = [], [], []

    def _allocate(self, layout: Layout) -> None:
        fields = {f"tensor:{name}": field for name, field in layout.tensors.items()}
        for net, entries in layout.nets.items():
            length = sum(math.prod(field.shape) for field in entries.values() if field.floating)
            fields[f"net:{net}"] = Field((length,), "float32")
            for name, field in entries.items():
                if not field.floating:
                    fields[f"net:{net}:{name}"] = field
        size = sum(
            math.prod(field.shape) * np.dtype(field.dtype).itemsize for field in fields.values()
        )
        self._capacity = min(SNAPSHOTS, max(1, BYTES // max(1, size)))
        self._rows = {
            key: np.empty((self._capacity, *field.shape), field.dtype)
            for key, field in fields.items()
        }

    def _fill_net(self, net: str, state: NetState, row: int, epoch: int) -> None:
        assert self.layout is not None
        expected = self.layout.nets[net]
        found = _net_fields(state)
        if found != expected:
            raise RunError(_difference(net, expected, found, epoch))
        floats = [tensor.reshape(-1) for tensor in state.values() if tensor.is_floating_point()]
        flat = self._rows[f"net:{net}"][row]
        if floats:
            torch.from_numpy(flat).copy_(torch.cat(floats))
        if not np.isfinite(flat).all():
            for name, tensor in state.items():
                if not torch.isfinite(tensor).all():
                    raise _not_finite(f"The net {net!r}, in {name},", epoch)
            raise _not_finite(f"The net {net!r}, beyond the range of float32,", epoch)
        for name, tensor in state.items():
            if not tensor.is_floating_point():
                self._rows[f"net:{net}:{name}"][row] = tensor.cpu().numpy()


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


def _tensors_of(module: torch.nn.Module) -> NetState:
    return {
        name: value
        for name, value in module.state_dict().items()
        if isinstance(value, torch.Tensor)
    }


def _net_fields(state: NetState) -> dict[str, Field]:
    return {
        name: Field(tuple(tensor.shape), str(tensor.dtype)[6:])  # without "torch."
        for name, tensor in state.items()
    }


def _array_field(array: NDArray[Any]) -> Field:
    return Field(array.shape, array.dtype.name)


def _layout(states: Mapping[str, NetState], tensors: Mapping[str, NDArray[Any]]) -> Layout:
    return Layout(
        {name: _net_fields(state) for name, state in states.items()},
        {name: _array_field(array) for name, array in tensors.items()},
    )


def _require_names(kind: str, expected: Iterable[str], found: Iterable[str], epoch: int) -> None:
    expected, found = set(expected), set(found)
    if missing := sorted(expected - found):
        raise RunError(
            f"The {kind} {missing[0]!r} was recorded before and is missing at epoch {epoch}: "
            "hand it over at every snapshot."
        )
    if new := sorted(found - expected):
        raise RunError(
            f"The {kind} {new[0]!r} first appears at epoch {epoch}: "
            "hand it over from the first snapshot on."
        )


def _difference(
    net: str, expected: Mapping[str, Field], found: Mapping[str, Field], epoch: int
) -> str:
    if list(expected) != list(found):
        gone = ", ".join(sorted(set(expected) - set(found))) or "none"
        new = ", ".join(sorted(set(found) - set(expected))) or "none"
        what = f"changed its parameters at epoch {epoch} (gone: {gone}; new: {new})"
    else:
        name = next(name for name in expected if expected[name] != found[name])
        what = f"has {name} as {found[name]} at epoch {epoch} and had {expected[name]} before"
    return f"The net {net!r} {what}: record the other net under another name."


def _require_finite(array: NDArray[Any], what: str, epoch: int) -> None:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise _not_finite(what, epoch)


def _not_finite(what: str, epoch: int) -> RunError:
    return RunError(
        f"{what} is not finite at epoch {epoch}: recording stopped there, and everything before "
        "it is kept; lower the learning rate or look for a division by zero."
    )
