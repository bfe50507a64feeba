"""Small nets of linear layers and rectifiers, worked out in one pass over the rows.

Torch's share of such a net is its calls and what it writes in between; and its sums are in another
order on another processor. Here each is in the order of the inputs, every term rounded once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray
from torch import float32, nn

from epochreel.raster.compiling import exact_kernel

__all__ = ["Chain"]

ROWS = 128  # go through the net together: a length that the compiler knows, and makes vectors of
SMALL = 2048  # weights of a layer: one with more is for a library of linear algebra
ZERO = np.float32(0)


@dataclass(frozen=True)
class Chain:
    """Linear layers one after the other, maybe with a rectifier after each, in float32.

    `entries` are the names of the parameters in a state, one layer's weight and bias after the
    other's; `sizes` (L + 1,) are the widths from the inputs to the outputs, and `rectified` (L,)
    tells after which layers what is negative becomes zero.
    """

    entries: tuple[str, ...]
    sizes: NDArray[np.int64]
    rectified: NDArray[np.bool_]

    @classmethod
    def of(cls, module: nn.Module, layer: str = "") -> Chain | None:
        """Make one of a module up to a submodule's output, unless anything else is in it."""
        entries: list[str] = []
        sizes: list[int] = []
        rectified: list[bool] = []
        for name, part in _parts(module, layer):
            if part._forward_hooks or part._forward_pre_hooks:
                return None
            if type(part) is nn.Linear and part.bias is not None:
                small = part.weight.dtype == float32 and part.weight.numel() <= SMALL
                if not small or sizes[-1:] not in ([], [part.in_features]):
                    return None
                sizes += [part.out_features] if sizes else [part.in_features, part.out_features]
                entries += [f"{name}.{each}".removeprefix(".") for each in ("weight", "bias")]
                rectified.append(False)
            elif type(part) is nn.ReLU and rectified:
                rectified[-1] = True
            elif type(part) not in (nn.Sequential, nn.Identity):
                return None
        return cls(tuple(entries), np.array(sizes), np.array(rectified)) if entries else None

    def takes(self, inputs: NDArray[Any]) -> bool:
        """Whether these are rows of as many real numbers as the first layer has inputs."""
        return inputs.dtype.kind == "f" and inputs.shape[1:] == (self.sizes[0],)

    def __call__(
        self, state: Mapping[str, NDArray[Any]], rows: NDArray[Any]
    ) -> NDArray[np.float32]:
        """Return the outputs, float32 (N, sizes[-1]), for rows (N, sizes[0])."""
        numbers = np.concatenate([state[name].ravel() for name in self.entries])
        outputs = np.empty((len(rows), self.sizes[-1]), np.float32)
        inputs = np.ascontiguousarray(rows, np.float32)
        _chain(inputs, self.sizes, self.rectified, numbers, outputs)
        return outputs


def _parts(module: nn.Module, layer: str) -> Iterator[tuple[str, nn.Module]]:
    """The submodules in the order in which a Sequential uses them, up to the last in a layer."""
    reached = False
    for name, part in module.named_modules(remove_duplicate=False):
        within = f"{name}.".startswith(f"{layer}.") or not layer
        if reached and not within:
            return
        reached = within
        yield name, part


@intrinsic
def _fused(context, a, b, c):  # type: ignore[no-untyped-def]
    """Work out a · b + c, rounded once, on every processor."""
    one = types.float32
    return one(one, one, one), lambda _, builder, __, arguments: builder.fma(*arguments)


@exact_kernel
def _chain(rows, sizes, rectified, numbers, outputs):  # type: ignore[no-untyped-def]
    widest = 0
    for size in sizes:
        widest = max(widest, size)
    values, sums = np.zeros((widest, ROWS), np.float32), np.zeros((widest, ROWS), np.float32)
    for first in range(0, len(rows), ROWS):
        count = min(ROWS, len(rows) - first)
        for i in range(sizes[0]):
            for k in range(count):
                values[i, k] = rows[first + k, i]
        start = 0
        for layer in range(len(rectified)):
            width = sizes[layer]
            biases = start + width * sizes[layer + 1]
            for j in range(sizes[layer + 1]):
                run = sums[j]
                for k in range(ROWS):
                    run[k] = numbers[biases + j]
                for i in range(width):
                    weight, column = numbers[start + j * width + i], values[i]
                    for k in range(ROWS):
                        run[k] = _fused(weight, column[k], run[k])
                if rectified[layer]:
                    for k in range(ROWS):
                        run[k] = ZERO if run[k] < ZERO else run[k]  # what is no number stays so
            start = biases + sizes[layer + 1]
            values, sums = sums, values
        for j in range(outputs.shape[1]):
            for k in range(count):
                outputs[first + k, j] = values[j, k]
