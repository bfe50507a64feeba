"""Numbers on level lines that never jump: a pure and continuous function of what is drawn.

Each level is looked for along a ray that stands still. Where a crossing appears or vanishes its
number has faded already: at the ends of the ray and the border of the panel by the distance to it,
where a line only grazes the ray by how flat the function is. Where lines stand dense, every second,
fourth, eighth … level keeps its number, as on a ruler.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from epochreel import raster
from epochreel.look.style import Style, rgba
from epochreel.notation.typesetting import Writing, number_writing

__all__ = ["HALO", "level_name", "level_writing", "place_labels", "stamp_labels"]

Floats = NDArray[np.float64]

SAMPLES = 513  # along the ray: about two pixels apart
STEEP = 0.05  # of the spacing of levels in a cap height: what is flatter fades
ROOM = 1.1  # times the room that numbers take: what has less fades, down to 1
HALO = 0.2  # caps


def crossings(
    values: Floats, extent: Floats, levels: Floats, ray: Floats
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Where the interpolant of `values` on the lattice over `extent` passes `levels` along a ray.

    Returns the index of the level (N,), the share of the ray (N,), and the slope there (N,) in
    values per length of the ray; ordered by level, then along the ray.
    """
    shares = np.linspace(0, 1, SAMPLES)
    (left, right), (bottom, top) = extent
    xs = np.linspace(left, right, values.shape[1])
    ys = np.linspace(bottom, top, values.shape[0])
    heights = raster.sample(values, xs, ys, ray[0] + shares[:, None] * (ray[1] - ray[0]))
    above = heights - levels[:, None]
    before, after = above[:, :-1], above[:, 1:]
    level, at = np.nonzero((before < 0) != (after < 0))
    start, stop = before[level, at], after[level, at]
    finite = np.isfinite(stop - start)
    level, at, start, stop = level[finite], at[finite], start[finite], stop[finite]
    slope = np.gradient(heights, shares)[at]
    return level, (at + start / (start - stop)) / (SAMPLES - 1), np.abs(slope)


def place_labels(
    values: Floats,
    extent: Floats,
    levels: Floats,
    ray: Floats,
    ends: Floats,
    bounds: Floats,
    cap: float,
    style: Style,
) -> list[tuple[int, Floats, float]]:
    """Where numbers with capitals of `cap` stand whose ray has these `ends` (2, 2) on the picture.

    Returns the index of the level, the centre (2,) and the opacity of each that is seen within
    `bounds` (2, 2), the lowest coordinates and the highest.
    """
    level, share, slope = crossings(values, extent, levels, ray)
    if not len(level) or cap <= 0:
        return []
    length = float(np.linalg.norm(ends[1] - ends[0]))
    order = np.argsort(np.argsort(levels))
    spacing = float(np.diff(np.sort(levels)).min(initial=np.inf))
    if not np.isfinite(spacing):
        spacing = float(np.ptp(values[np.isfinite(values)]))
    centres = ends[0] + share[:, None] * (ends[1] - ends[0])
    shown = _ease(slope * cap / length / (STEEP * spacing))
    shown *= _ease(np.minimum(share, 1 - share) * length / cap)
    extents = [level_writing(levels[k], style).extent for k in level]
    halves = cap * np.array([extent / 2 + HALO for extent in extents])
    # from one number to the next along the ray, and from one level to the next
    along = np.abs(ends[1] - ends[0]) / length
    room = (2 * halves / np.maximum(along, 1e-9)).min(axis=1)
    gap = spacing * length / np.maximum(slope, 1e-30)
    stride = np.array([order[k] & -order[k] or len(levels) for k in level])
    shown *= _ease((stride * gap / room - 1) / (ROOM - 1))
    spare = np.minimum(centres - halves - bounds[0], bounds[1] - centres - halves)
    shown *= _ease(spare.min(axis=1) / cap + 0.5)
    _make_room(shown, centres, halves)
    placed = zip(level.tolist(), centres, shown.tolist(), strict=True)
    return [(k, centre, weight) for k, centre, weight in placed if weight > 0]


def level_name(level: float) -> str:
    """What is written on the line of a level."""
    return f"{level:g}".replace("-", "−")


def level_writing(level: float, style: Style) -> Writing:
    """The same, set."""
    return number_writing(level_name(level), style)


def stamp_labels(
    pixels: NDArray[np.uint8],
    clip: tuple[int, int, int, int],
    values: Floats,
    extent: Floats,
    levels: Floats,
    ray: Floats,
    ray_pixels: Floats,
    cap: float,
    style: Style,
    opacity: float,
) -> None:
    """Paint the number of each level, `cap` pixels tall, on its line where that crosses the ray."""
    bounds = np.array(clip, float).reshape(2, 2)
    ground = rgba(style.chrome.background)
    for k, centre, weight in place_labels(
        values, extent, levels, ray, ray_pixels, bounds, cap, style
    ):
        level_writing(levels[k], style).stamp(
            pixels, clip, centre, cap, opacity * weight, HALO * cap, ground
        )


def _ease(share: Floats) -> Floats:
    """From 0 at 0 to 1 at 1, without a corner."""
    held = np.clip(share, 0, 1)
    return np.asarray(held * held * (3 - 2 * held))


def _make_room(shown: Floats, centres: Floats, halves: Floats) -> None:
    """Fade every box as far as one before it is both shown and too near."""
    for i in range(1, len(shown)):
        apart = np.abs(centres[:i] - centres[i]) / (halves[:i] + halves[i])
        near = _ease((ROOM - apart.max(axis=1)) / (ROOM - 1))
        shown[i] *= np.prod(1 - near * shown[:i])
