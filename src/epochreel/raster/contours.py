"""Level lines as paths in data coordinates, and places on them for labels."""

from itertools import pairwise

import contourpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.interpolation import ends, grid, sample, taps

FINER = 4  # steps into which each cell is cut before its lines are traced
ALONG = 4  # samples a cell along a ray


def level_paths(
    values: ArrayLike, xs: ArrayLike, ys: ArrayLike, level: float
) -> list[NDArray[np.float64]]:
    """Trace where values (h, w), sampled at xs (w,) and ys (h,), equal `level`.

    Returns lines (N, 2) in the coordinates of xs and ys, closed ones with their first point
    repeated; they follow the function that `field` shows. Raises ValueError for arguments of the
    wrong shape and for xs or ys that do not rise in even steps.
    """
    samples = grid(values, np.float64)
    rows, columns = samples.shape[0] - 2, samples.shape[1] - 2
    x0, x1 = ends("xs", xs, columns)
    y0, y1 = ends("ys", ys, rows)
    up, across = _refinement(rows), _refinement(columns)
    with np.errstate(invalid="ignore"):
        fine = np.einsum("nk,nkc->nc", up[1], samples[up[0][:, None] + np.arange(4)])
        fine = np.einsum("nk,rnk->rn", across[1], fine[:, across[0][:, None] + np.arange(4)])
    generator = contourpy.contour_generator(
        x=np.linspace(x0, x1, fine.shape[1]),
        y=np.linspace(y0, y1, fine.shape[0]),
        z=np.ma.masked_invalid(fine),
    )
    return [np.asarray(line, np.float64) for line in generator.lines(level)]


def _refinement(count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    first, weights, _ = taps(np.arange((count - 1) * FINER + 1) / FINER, count, np.float64)
    return first, weights


def crossing(
    values: ArrayLike,
    xs: ArrayLike,
    ys: ArrayLike,
    level: float,
    start: ArrayLike,
    direction: ArrayLike,
) -> tuple[float, float] | None:
    """Find where a ray from `start` (2,) along `direction` (2,) first meets a level of the values.

    Arguments are as for `level_paths`. The place lies exactly on the line that `field` and
    `level_lines` show and moves with the values without a jump as long as no nearer crossing
    appears: a place for a label. None where the ray leaves the grid first. Raises ValueError as
    `level_paths` does, and for a direction of no length.
    """
    samples = np.asarray(values)
    origin, ahead = np.asarray(start, np.float64), np.asarray(direction, np.float64)
    if origin.shape != (2,) or ahead.shape != (2,):
        raise ValueError(
            f"start and direction must have shape (2,), not {origin.shape}, {ahead.shape}"
        )
    if not np.isfinite([*origin, *ahead]).all() or not ahead.any():
        raise ValueError(f"direction must have a length and start be finite, not {ahead}, {origin}")
    grid(samples)
    low = np.array([ends("xs", xs, samples.shape[1])[0], ends("ys", ys, samples.shape[0])[0]])
    high = np.array([ends("xs", xs, samples.shape[1])[1], ends("ys", ys, samples.shape[0])[1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        walls = np.stack([(low - origin) / ahead, (high - origin) / ahead])
    inside = (low <= origin) & (origin <= high)
    walls[:, ahead == 0] = np.where(inside[ahead == 0], [[-np.inf], [np.inf]], np.nan)
    enter, leave = max(walls.min(axis=0).max(), 0.0), walls.max(axis=0).min()
    if not enter < leave:
        return None
    cells = np.abs(ahead) * (leave - enter) / (high - low) * (np.array(samples.shape[::-1]) - 1)
    at = np.linspace(enter, leave, int(np.ceil(ALONG * cells.max())) + 2)

    def excess(distance: NDArray[np.float64]) -> NDArray[np.float64]:
        places = np.clip(origin + distance[:, None] * ahead, low, high)
        return np.asarray(sample(samples, xs, ys, places) - level)

    above = excess(at)
    for i, (before, after) in enumerate(pairwise(above)):
        if before == 0 or before * after < 0:
            near, far = at[i], at[i + 1] if before else at[i]
            while far - near > 1e-12 * max(abs(far), leave - enter):
                # eight at a time, since a call of numpy costs more than its numbers
                steps = np.linspace(near, far, 9)
                side = np.sign(excess(steps)) == np.sign(before)
                k = int(np.argmin(side[1:])) + 1
                near, far = steps[k - 1], steps[k]
            x, y = np.clip(origin + (near + far) / 2 * ahead, low, high)
            return float(x), float(y)
    return None
