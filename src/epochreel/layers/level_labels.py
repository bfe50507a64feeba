"""Numbers in level lines that never jump: a pure and continuous function of what is drawn.

Each level is looked for along a ray that stands still. Where a crossing appears or vanishes its
number has faded already: at the ends of the ray and the border of the panel by the distance to it,
where a line only grazes the ray by how flat the function is. Where lines stand dense, every second,
fourth, eighth … level keeps its number, as on a ruler. A number lies along its line, which leaves a
gap for it; it has faded before it would have to be turned over to be read, and before it comes
near other words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epochreel import raster
from epochreel.layers.crowding import ROOM, ease, make_room
from epochreel.layers.gaps import Gap
from epochreel.look.style import Style
from epochreel.marks.kinds import Bytes, Words
from epochreel.notation.typesetting import MOVING, Writing, number_writing, turned

__all__ = ["GAP", "Label", "label_cap", "level_name", "level_writing", "numbered", "place_labels"]

Floats = NDArray[np.float64]

SAMPLES = 513  # along the ray: about two pixels apart
STEEP = 0.05  # of the spacing of levels in a cap height: what is flatter fades
SPARSE = 2.5  # caps at least from one number to the next along the ray
SIZE = 0.9  # of the stylesheet's small type: it is the line that is to be seen
GAP = 0.3  # caps around a number where no line is drawn
LEAN = 25.0  # degrees: how far the middle of what can be read leans towards the ray's lines
FLIP = 10.0  # degrees before it would be turned over in which a number fades


@dataclass(frozen=True)
class Label:
    """A number on the line of level `index`, about `centre` (2,), turned by `turn` degrees.

    `weight` in (0, 1] is how much of it is to be seen.
    """

    index: int
    centre: Floats
    turn: float
    weight: float

    def words(self, level: float, cap: float, ink: Bytes, style: Style, opacity: float) -> Words:
        """The number as it stands in the frame, of a layer with this opacity."""
        writing = level_writing(level, style)
        curves = turned(cap * (writing.whole.curves - writing.centre), self.turn) + self.centre
        return Words(
            source=level_name(level),
            maths=False,
            baseline=float(self.centre[1] - cap * writing.centre[1]),
            cap=cap,
            ink=ink,
            style=style,
            glyphs=((curves, ink),),
            opacity=opacity * self.weight,
            turn=self.turn,
            detail=True,
        )

    def gap(self, level: float, cap: float, style: Style) -> Gap:
        """Where its line is not drawn."""
        return Gap(self.centre, cap * (level_writing(level, style).extent / 2 + GAP), self.turn)


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
    place: Callable[[Floats], Floats],
    bounds: Floats,
    words: Floats,
    cap: float,
    style: Style,
) -> list[Label]:
    """Where numbers with capitals of `cap` stand in a picture whose y axis points upwards.

    `place` takes data coordinates (N, 2) to those of the picture, an affine map. What is seen is
    within `bounds` (2, 2), the lowest coordinates and the highest, and away from other `words`
    (K, 2, 2), boxes like it.
    """
    level, share, slope = crossings(values, extent, levels, ray)
    if not len(level) or cap <= 0:
        return []
    ends = place(ray)
    length = float(np.linalg.norm(ends[1] - ends[0]))
    order = np.argsort(np.argsort(levels))
    spacing = float(np.diff(np.sort(levels)).min(initial=np.inf))
    if not np.isfinite(spacing):
        spacing = float(np.ptp(values[np.isfinite(values)]))
    centres = ends[0] + share[:, None] * (ends[1] - ends[0])
    shown = ease(slope * cap / length / (STEEP * spacing))
    shown *= ease(np.minimum(share, 1 - share) * length / cap)
    turns, readable = _turns(
        values, extent, ray[0] + share[:, None] * (ray[1] - ray[0]), ends, place, cap
    )
    shown *= readable
    extents = cap * np.array([level_writing(levels[k], style).extent + 2 * GAP for k in level])
    cosines, sines = np.abs(np.cos(np.radians(turns))), np.abs(np.sin(np.radians(turns)))
    across = cosines * extents[:, 0] + sines * extents[:, 1]
    halves = np.stack([across, sines * extents[:, 0] + cosines * extents[:, 1]], axis=1) / 2
    # from one number to the next along the ray, and from one level to the next
    along = np.abs(ends[1] - ends[0]) / length
    room = np.maximum((2 * halves / np.maximum(along, 1e-9)).min(axis=1), SPARSE * cap)
    gap = spacing * length / np.maximum(slope, 1e-30)
    stride = np.array([order[k] & -order[k] or len(levels) for k in level])
    shown *= ease((stride * gap / room - 1) / (ROOM - 1))
    spare = np.minimum(centres - halves - bounds[0], bounds[1] - centres - halves)
    shown *= ease(spare.min(axis=1) / cap + 0.5)
    for low, high in words:
        apart = np.maximum(low - centres - halves, centres - halves - high).max(axis=1)
        shown *= ease(apart / cap)
    make_room(shown, centres, halves)
    placed = zip(level.tolist(), centres, turns.tolist(), shown.tolist(), strict=True)
    return [Label(*label) for label in placed if label[-1] > 0]


def _turns(
    values: Floats,
    extent: Floats,
    points: Floats,
    ends: Floats,
    place: Callable[[Floats], Floats],
    cap: float,
) -> tuple[Floats, Floats]:
    """How the lines through points (N, 2) of the data run, degrees, and how well that is read.

    A turn is within 90° of level, or of up to `LEAN` from it where lines across the ray are steep.
    """
    origin, *units = place(np.array([[0.0, 0], [1, 0], [0, 1]]))
    matrix = np.stack([unit - origin for unit in units], axis=1)
    # over the height of a number, so that what it lies along is the line and not its wriggles
    steps = cap / 2 * np.array([[-1, 0], [1, 0], [0, -1], [0, 1]]) @ np.linalg.inv(matrix).T
    around = np.clip(points[:, None] + steps, extent[:, 0], extent[:, 1])
    (first, last), (lowest, highest) = extent
    xs = np.linspace(first, last, values.shape[1])
    ys = np.linspace(lowest, highest, values.shape[0])
    left, right, down, up = raster.sample(values, xs, ys, around).T
    gradient = np.stack(
        [
            (right - left) / (around[:, 1, 0] - around[:, 0, 0]),
            (up - down) / (around[:, 3, 1] - around[:, 2, 1]),
        ],
        axis=1,
    )
    lines = np.nan_to_num(gradient) @ [[0, 1], [-1, 0]] @ matrix.T
    along, up_along = ends[1] - ends[0]
    expected = 90 - (90 - np.degrees(np.arctan2(along, -up_along))) % 180  # above −90, to 90
    middle = np.clip(expected, -LEAN, LEAN)
    angles = np.degrees(np.arctan2(lines[:, 1], lines[:, 0]))
    turns = middle + (angles - middle + 90) % 180 - 90
    return turns, ease((90 - np.abs(turns - middle)) / FLIP) * lines.any(axis=1)


def label_cap(style: Style, side: float) -> float:
    """Cap height of a number where the frame's shorter side is `side`."""
    return SIZE * style.type.small * side


@contextmanager
def numbered(
    pixels: NDArray[np.uint8],
    clip: tuple[int, int, int, int],
    labels: list[Label],
    levels: Floats,
    colours: NDArray[np.uint8],
    cap: float,
    style: Style,
    opacity: float,
) -> Iterator[None]:
    """Leave gaps in the lines that are drawn meanwhile, and paint the numbers into them.

    `colours` (L, 4) are those of the levels; the labels' places are in pixels, y upwards.
    """
    gaps = []
    for label in labels:
        writing = level_writing(levels[label.index], style)
        pen = writing.pen(label.centre * [1, -1], cap, label.turn)
        coverage, left, top = writing.whole.cover(pen, cap, GAP * cap, MOVING, label.turn)
        coverage = coverage[max(-top, 0) :, max(-left, 0) :]
        part = pixels[max(top, 0) :, max(left, 0) :][: coverage.shape[0], : coverage.shape[1]]
        share = label.weight / 255 * coverage[: part.shape[0], : part.shape[1], None]
        gaps.append((part, part.copy(), share))
    yield
    for part, before, share in gaps:
        part[:] = np.rint(share * before + (1 - share) * part)
    for label in labels:
        writing, colour = level_writing(levels[label.index], style), colours[label.index]
        pen = writing.pen(label.centre * [1, -1], cap, label.turn)
        writing.whole.stamp(
            pixels, clip, pen, cap, colour, opacity * label.weight, 0, MOVING, label.turn
        )


def level_name(level: float) -> str:
    """What is written on the line of a level."""
    return f"{level:g}".replace("-", "−")


def level_writing(level: float, style: Style) -> Writing:
    """The same, set."""
    return number_writing(level_name(level), style)
