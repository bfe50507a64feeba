"""Data limits: what holds the data, and what fills a box at equal units."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from epochreel.errors import ClipError
from epochreel.marks.box import Box

__all__ = ["Limits", "filling", "holding"]

Limits: TypeAlias = tuple[float, float]
"""The lower and the upper end of an axis."""


def holding(data: ArrayLike, margin: float = 0.08) -> tuple[Limits, Limits]:
    """Return limits of x and y that hold points (…, 2), and a margin, a share of the larger extent.

    Raises ClipError where there is no finite point.
    """
    points = np.asarray(data, dtype=np.float64).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        raise ClipError("There is no finite point to fit a panel to; give it limits x and y.")
    low, high = points.min(axis=0), points.max(axis=0)
    room = margin * ((high - low).max() or 1.0)
    (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
    return (left, right), (bottom, top)


def filling(x: Limits, y: Limits, box: Box) -> tuple[Limits, Limits]:
    """Return the narrowest limits about the same centre at which a unit of x is as long as of y."""
    unit = max((x[1] - x[0]) / box.width, (y[1] - y[0]) / box.height)

    def about(limits: Limits, length: float) -> Limits:
        middle = (limits[0] + limits[1]) / 2
        return middle - unit * length / 2, middle + unit * length / 2

    return about(x, box.width), about(y, box.height)
