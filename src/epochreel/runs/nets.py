"""The snapshots of one net, not yet committed: a row each, filled in a few dozen microseconds."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch.nn.parallel import DataParallel, DistributedDataParallel

from epochreel.errors import RunError
from epochreel.runs.header import TensorType
from epochreel.runs.tensors import require_values

State = Mapping[str, torch.Tensor]


class NetRows:
    """The floating-point entries of a net one after the other in a float32 row, others apart.

    `fields` are the entries of the net's `state_dict`, which every later module must have.
    """

    def __init__(self, name: str, fields: dict[str, TensorType], capacity: int) -> None:
        self._name = name
        self._fields = fields
        length = sum(math.prod(field.shape) for field in fields.values() if field.floating)
        self._flat = torch.empty(capacity, length)
        self._others = {
            entry: torch.empty(capacity, *field.shape, dtype=getattr(torch, field.dtype))
            for entry, field in fields.items()
            if not field.floating
        }
        self._addresses: list[int] | None = None
        self._state: State = {}
        self._floats: list[torch.Tensor] = []

    def fill(self, row: int, module: torch.nn.Module, epoch: int) -> None:
        """Copy a module into a row; RunError where it is another net, or not finite."""
        if row == len(self._flat):
            self._others = {name: torch.cat([rows, rows]) for name, rows in self._others.items()}
            self._flat = torch.cat([self._flat, self._flat])
        if self._addresses is None or self._addresses != _addresses(module):
            self._look(module, epoch)
        if self._floats:
            flat = self._flat[row]
            if self._floats[0].is_cpu:
                torch.cat(self._floats, out=flat)
            else:
                flat.copy_(torch.cat(self._floats))
            # One sum tells; it alone may overflow, so whoever is to blame is looked for.
            if not math.isfinite(flat.sum().item()):
                self._require_finite(flat, epoch)
        for name, rows in self._others.items():
            rows[row] = self._state[name]

    def arrays(self, count: int) -> dict[str, NDArray[Any]]:
        """Return the first `count` rows by their keys in a shard."""
        arrays = {f"net:{self._name}:{name}": rows[:count] for name, rows in self._others.items()}
        arrays[f"net:{self._name}"] = self._flat[:count]
        return {key: rows.numpy() for key, rows in arrays.items()}

    def _look(self, module: torch.nn.Module, epoch: int) -> None:
        """Take the module's state anew, and note whether it can be read in place from now on.

        `state_dict` costs more than the copy. Its tensors share the module's memory, so while
        the module keeps that memory they show what it learns; a state that lies elsewhere, as a
        state_dict of one's own may make, is asked for every time.
        """
        self._addresses = None  # until all is known: a Ctrl-C may come in between
        self._state = state_of(module, self._name)
        found = fields_of(self._state)
        if found != self._fields:
            raise RunError(_difference(self._name, self._fields, found, epoch))
        floats = [tensor for tensor in self._state.values() if tensor.is_floating_point()]
        self._floats = [tensor.reshape(-1) for tensor in floats]
        addresses = _addresses(module)
        in_place = addresses is not None and all(
            tensor.is_contiguous() and tensor.data_ptr() in addresses
            for tensor in self._state.values()
        )
        self._addresses = addresses if in_place else None

    def _require_finite(self, flat: torch.Tensor, epoch: int) -> None:
        if flat.isfinite().all():
            return
        guilty = [name for name, tensor in self._state.items() if not tensor.isfinite().all()]
        where = f"in {guilty[0]}" if guilty else "beyond the range of float32"
        raise not_finite(f"The net {self._name!r}, {where},", epoch)


def unwrapped(module: torch.nn.Module) -> torch.nn.Module:
    """Return the net itself where it is wrapped for several processes or devices, or compiled."""
    while True:
        if isinstance(module, (DistributedDataParallel, DataParallel)):
            module = module.module
        elif "_orig_mod" in module._modules:  # torch.compile's, whose class is slow to import
            module = module.get_submodule("_orig_mod")
        else:
            return module


def state_of(module: torch.nn.Module, name: str) -> State:
    """Return the tensors of a module's state; RunError where one has no values to record."""
    state = {
        entry: value
        for entry, value in module.state_dict().items()
        if isinstance(value, torch.Tensor)
    }
    for entry, value in state.items():
        require_values(value, f"The net {name!r}: its {entry}")
    return state


def fields_of(state: State) -> dict[str, TensorType]:
    """Return the shape and dtype of each entry of a state."""
    return {
        name: TensorType(tuple(tensor.shape), str(tensor.dtype).removeprefix("torch."))
        for name, tensor in state.items()
    }


def not_finite(what: str, epoch: int) -> RunError:
    """Make the error of a value that is infinite or not a number."""
    return RunError(
        f"{what} is not finite at epoch {epoch}: recording stopped there, and everything before "
        "it is kept; lower the learning rate or look for a division by zero."
    )


def _addresses(module: torch.nn.Module) -> list[int] | None:
    """Where the tensors of a module and its submodules lie in memory; None where one does not."""
    addresses: list[int] = []
    modules: list[torch.nn.Module | None] = [module]
    for each in modules:  # grows as it goes
        if each is not None:
            modules += each._modules.values()
            for tensors in (each._parameters, each._buffers):
                try:
                    addresses += [t.data_ptr() for t in tensors.values() if t is not None]
                except (RuntimeError, ValueError):  # sparse, or without a shape as yet
                    return None
    return addresses


def _difference(
    net: str, expected: Mapping[str, TensorType], found: Mapping[str, TensorType], epoch: int
) -> str:
    if list(expected) != list(found):
        gone = ", ".join(sorted(set(expected) - set(found))) or "none"
        new = ", ".join(sorted(set(found) - set(expected))) or "none"
        what = f"changed its parameters at epoch {epoch} (gone: {gone}; new: {new})"
    else:
        name = next(name for name in expected if expected[name] != found[name])
        what = f"has {name} as {found[name]} at epoch {epoch} and had {expected[name]} before"
    return f"The net {net!r} {what}: record the other net under another name."
