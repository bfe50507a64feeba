"""Smooth interpolation of a grid: Catmull and Rom's bicubic, the same for a field and its lines.

It passes through the samples, is exact for linear functions, has a continuous gradient, and reaches
no further than a cell, so that a steep place does not ring. Beyond the grid the samples continue
linearly. What comes within two samples of one that is not finite is NaN.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.arguments import frozen, told
from epochreel.raster.compiling import kernel

Floats = NDArray[np.floating[Any]]


def grid(values: ArrayLike, dtype: type[Any] = np.float32) -> NDArray[Any]:
    """Return samples (h, w) with one more on every side, continued linearly: (h + 2, w + 2)."""
    array = np.asarray(values)
    if array.ndim != 2 or min(array.shape) < 2 or array.dtype.kind not in "fiu":
        raise ValueError(
            f"values must be numbers of shape (h, w), both at least 2, not {told(values)}"
        )
    padded = np.empty((array.shape[0] + 2, array.shape[1] + 2), dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        padded[1:-1, 1:-1] = np.where(np.isfinite(array), array, np.nan)
        padded[0], padded[-1] = 2 * padded[1] - padded[2], 2 * padded[-2] - padded[-3]
        padded[:, 0] = 2 * padded[:, 1] - padded[:, 2]
        padded[:, -1] = 2 * padded[:, -2] - padded[:, -3]
    return frozen(padded, dtype)


def taps(
    positions: Floats, count: int, dtype: type[Any] = np.float32
) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]:
    """Say which four of `count` padded samples give the value at positions from 0 to count − 1.

    Returns the first of the four (N,), their weights (N, 4) and the derivatives of those (N, 4).
    Source: E. Catmull and R. Rom, A class of local interpolating splines, 1974.
    """
    held = np.clip(positions, 0, count - 1)
    first = np.minimum(held.astype(np.int64), count - 2)
    t = held - first
    weights = np.stack(
        [
            ((2 - t) * t - 1) * t / 2,
            ((3 * t - 5) * t * t + 2) / 2,
            ((4 - 3 * t) * t + 1) * t / 2,
            (t - 1) * t * t / 2,
        ],
        axis=-1,
    )
    slopes = np.stack(
        [
            ((4 - 3 * t) * t - 1) / 2,
            (9 * t - 10) * t / 2,
            ((8 - 9 * t) * t + 1) / 2,
            (3 * t - 2) * t / 2,
        ],
        axis=-1,
    )
    return frozen(first, np.int64), frozen(weights, dtype), frozen(slopes, dtype)


def sample(values: ArrayLike, xs: ArrayLike, ys: ArrayLike, points: ArrayLike) -> Floats:
    """Evaluate values (h, w), sampled at evenly rising xs (w,) and ys (h,), at points (…, 2).

    The result (…), float64, is that of the field and its level lines; NaN outside the grid. Raises
    ValueError for arguments of the wrong shape.
    """
    samples = grid(values, np.float64)
    rows, columns = samples.shape[0] - 2, samples.shape[1] - 2
    x0, x1 = ends("xs", xs, columns)
    y0, y1 = ends("ys", ys, rows)
    places = np.asarray(points, np.float64)
    if places.shape[-1:] != (2,):
        raise ValueError(f"points must have shape (…, 2), not {places.shape}")
    across = (places[..., 0].ravel() - x0) / (x1 - x0) * (columns - 1)
    up = (places[..., 1].ravel() - y0) / (y1 - y0) * (rows - 1)
    tolerance = 1e-9 * max(rows, columns)
    inside = (np.abs(across - (columns - 1) / 2) <= (columns - 1) / 2 + tolerance) & (
        np.abs(up - (rows - 1) / 2) <= (rows - 1) / 2 + tolerance
    )
    column, across_weights, _ = taps(np.where(inside, across, 0), columns, np.float64)
    row, up_weights, _ = taps(np.where(inside, up, 0), rows, np.float64)
    patches = samples[
        row[:, None, None] + np.arange(4)[:, None], column[:, None, None] + np.arange(4)
    ]
    with np.errstate(invalid="ignore"):
        result = np.einsum("nij,ni,nj->n", patches, up_weights, across_weights)
    return np.where(inside, result, np.nan).reshape(places.shape[:-1])


def ends(name: str, positions: ArrayLike, count: int) -> tuple[float, float]:
    """Return the first and last of evenly rising positions (count,)."""
    array = np.asarray(positions, np.float64)
    if array.shape != (count,):
        raise ValueError(f"{name} must have shape ({count},), not {array.shape}")
    first, last = float(array[0]), float(array[-1])
    even = np.linspace(first, last, count)
    if not first < last or np.abs(array - even).max() > 1e-3 * (last - first) / (count - 1):
        raise ValueError(
            f"{name} must rise in even steps: the grid is interpolated as a regular one"
        )
    return first, last


def placed(
    name: str, first: float, last: float, begin: int, end: int, count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Return the taps of the pixels from `begin` to `end` for samples from pixel edge to edge.

    `first` and `last` are the pixel coordinates of the first and the last of `count` samples; the
    slopes are per pixel.
    """
    step = (count - 1) / (last - first)
    cells, weights, slopes = taps((np.arange(begin, end) + 0.5 - first) * step, count)
    return cells, weights, frozen(slopes * np.float32(step), np.float32)


def drawable(left: float, top: float, right: float, bottom: float) -> bool:
    """Tell whether a rectangle has finite edges and an area."""
    return (
        math.isfinite(right - left)
        and math.isfinite(bottom - top)
        and left < right
        and top < bottom
    )


@kernel
def widen(samples, cells, weights, wide):  # type: ignore[no-untyped-def]
    """Interpolate every row of the samples at the columns of the picture."""
    for row in range(samples.shape[0]):
        line, result = samples[row], wide[row]
        for i in range(len(cells)):
            k = cells[i]
            result[i] = (
                weights[i, 0] * line[k]
                + weights[i, 1] * line[k + 1]
                + weights[i, 2] * line[k + 2]
                + weights[i, 3] * line[k + 3]
            )
