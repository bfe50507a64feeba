"""Recorded scalars and tensors as functions of the epoch, and a scalar as a curve."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from epochreel.runs.run import Run

__all__ = ["RecordedScalar", "RecordedTensor"]


class RecordedScalar:
    """A scalar of a run, drawn through `transform` (np.log10 for a logarithmic axis).

    `scalar(epoch)` is its value at a fractional epoch, linear between neighbours.
    """

    def __init__(
        self,
        run: Run,
        name: str,
        transform: Callable[[NDArray[np.float64]], NDArray[np.float64]] = np.asarray,
    ) -> None:
        epochs, values = run.scalar(name)
        self.name = name
        self.epochs = np.asarray(epochs, dtype=np.float64)
        self.values = np.asarray(transform(np.asarray(values, dtype=np.float64)))

    def __call__(self, epoch: float) -> float:
        """The value at an epoch; before the first and after the last, theirs."""
        return float(np.interp(epoch, self.epochs, self.values))

    def mean(self, width: int) -> RecordedScalar:
        """Return the scalar averaged over the `width` epochs around each, fewer at both ends."""
        box = np.ones(min(width, len(self.values)))
        averaged = copy(self)
        averaged.values = np.convolve(self.values, box, "same") / np.convolve(
            np.ones(len(self.values)), box, "same"
        )
        return averaged

    @property
    def curve(self) -> NDArray[np.float64]:
        """The whole curve: vertices (E, 2) of epoch and value."""
        return np.stack([self.epochs, self.values], axis=1)

    def until(self, epoch: float) -> NDArray[np.float64]:
        """The curve up to a fractional epoch: vertices (≥ 2, 2)."""
        behind = self.curve[self.epochs < epoch]
        start = self.curve[:1] if len(behind) == 0 else behind
        return np.concatenate([start, self.at(epoch)])

    def at(self, epoch: float) -> NDArray[np.float64]:
        """The point of the curve at an epoch, (1, 2)."""
        return np.array([[epoch, self(epoch)]])

    def __deepcopy__(self, memo: object) -> Self:
        return self


class RecordedTensor:
    """A named tensor of a run: `tensor(epoch)` is its value at a fractional epoch."""

    __slots__ = ("__dict__", "_run")

    def __init__(self, run: Run, name: str) -> None:
        self.name = name
        self.digest = run.digest
        self._run = run

    def __call__(self, epoch: float) -> NDArray[Any]:
        """The value at an epoch, as in `Run.tensor`."""
        return self._run.tensor(self.name, epoch)

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __digest__(self) -> dict[str, Any]:
        return vars(self)
