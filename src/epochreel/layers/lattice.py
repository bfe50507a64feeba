"""Functions of the plane, sampled on a lattice: what fields, level lines and surfaces draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.errors import ClipError

__all__ = ["Energy", "flow", "lattice"]


def lattice(
    x: tuple[float, float], y: tuple[float, float], columns: int, rows: int
) -> NDArray[np.float32]:
    """Points (rows · columns, 2) of a regular lattice from edge to edge, row by row from below.

    What a net says of them in one batch is, reshaped to (rows, columns), what a `Field` takes.
    """
    if columns < 2 or rows < 2:
        raise ClipError(f"A lattice of {columns} × {rows} points spans no area; give it 2 × 2.")
    across, up = np.meshgrid(np.linspace(*x, columns), np.linspace(*y, rows))
    return np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)


class Energy:
    """A function's values on a lattice, as a function of the clocks: `energy(epoch)` is (h, w).

    `function(epoch, points)`, of the clocks and the lattice's points (h·w, 2), gives (h·w,) or
    (h·w, 1), as a `Playback` does.
    """

    def __init__(self, function: Callable[..., ArrayLike], points: ArrayLike) -> None:
        self.function = function
        self.points = np.asarray(points, dtype=np.float32)
        self.columns = int(np.argmax(self.points[:, 1] != self.points[0, 1]))

    def __call__(self, *instants: float) -> NDArray[np.float64]:
        """Return the values (h, w), the lowest row first."""
        values = np.asarray(self.function(*instants, self.points), dtype=np.float64)
        if values.size != len(self.points):
            raise ClipError(
                f"An energy of {len(self.points)} points must be as many numbers, not an array "
                f"of shape {values.shape}."
            )
        return values.reshape(-1, self.columns)


def flow(
    function: Callable[[NDArray[np.float64]], ArrayLike],
    starts: ArrayLike,
    step: float,
    steps: int,
) -> NDArray[np.float64]:
    """Follow the vectors `function(points)` from `starts` (L, 2): polylines (L, steps + 1, 2).

    Each step goes `step` (negative: backwards) along the vector half a step ahead: the midpoint
    rule, a Runge–Kutta method of order 2.
    """
    path = [np.asarray(starts, dtype=np.float64)]
    for _ in range(steps):
        here = path[-1]
        half_way = here + step / 2 * np.asarray(function(here))
        path.append(here + step * np.asarray(function(half_way)))
    return np.stack(path, axis=1)
