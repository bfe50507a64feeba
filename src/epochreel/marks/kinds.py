"""The few kinds of marks that everything on screen is made of.

Places are in Manim units from the frame's centre, or in the data coordinates of a seat; colours
are straight RGBA bytes; lengths that the stylesheet gives in pixels are in Manim units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.look.style import SHORTER_SIDE, Style, rgba
from epochreel.marks.box import Box

__all__ = [
    "PIXEL",
    "Arrowheads",
    "Bytes",
    "Discs",
    "Drawn",
    "Floats",
    "Heat",
    "Mark",
    "Mesh",
    "Pillars",
    "Polygons",
    "Seat",
    "Shape",
    "Strokes",
    "Words",
    "each",
]

Floats: TypeAlias = NDArray[np.float64]
Bytes: TypeAlias = NDArray[np.uint8]
Flags: TypeAlias = NDArray[np.bool_]

PIXEL = SHORTER_SIDE / 1080
"""A pixel of the stylesheet in Manim units."""


def each(colours: ArrayLike, count: int) -> Bytes:
    """One colour, or one for each, as (N, 4)."""
    return np.broadcast_to(np.asarray(colours, np.uint8), (count, 4))


@dataclass(frozen=True)
class Seat:
    """Where marks stand: a rectangle of the frame that clips them, and the data limits it shows."""

    box: Box
    x: tuple[float, float]
    y: tuple[float, float]

    def to_scene(self, data: NDArray[np.floating]) -> Floats:
        """Data coordinates (…, 2) as places in the frame (…, 2)."""
        low, high = np.array([self.x, self.y]).T
        size = np.array([self.box.width, self.box.height])
        return np.asarray(self.box.corner[:2] + (data - low) / (high - low) * size)


@dataclass(frozen=True)
class Mark:
    """What a layer draws: composited as a whole with its opacity.

    `name` says what it is, "points" or "field"; what has none is decoration, and no data.
    """

    seat: Seat
    name: str
    opacity: float

    @property
    def box(self) -> Box:
        """The rectangle that it may cover."""
        return self.seat.box


@dataclass(frozen=True)
class Discs(Mark):
    """Points (N, 2) as discs of `radius` (N,), in `colours` (N, 4).

    `halo` is how much larger one behind is, and its colour. `data` (N, 3) are those points in
    space; what is not `seen` (N,) is drawn with the share `hidden` of its opacity.
    """

    points: Floats
    radius: Floats
    colours: Bytes
    halo: tuple[float, Bytes] | None = None
    data: Floats | None = None
    seen: Flags | None = None
    hidden: float = 0.0


@dataclass(frozen=True)
class Strokes(Mark):
    """Lines, each (S, 2), of one `width`, in `colours` (L, 4); those of one colour are one shape.

    `levels` (L,) is the height of each where they are level lines; `data` (S, 3), `seen` (L,) and
    `hidden` are as for `Discs`.
    """

    lines: tuple[Floats, ...]
    width: float
    colours: Bytes
    levels: Floats | None = None
    data: tuple[Floats, ...] | None = None
    seen: Flags | None = None
    hidden: float = 0.0


@dataclass(frozen=True)
class Polygons(Mark):
    """Filled polygons, each (S, 2), in `colours` (L, 4)."""

    polygons: tuple[Floats, ...]
    colours: Bytes

    def outlines(self) -> list[Floats]:
        """Their corners in the frame, each (S, 2)."""
        return [self.seat.to_scene(polygon) for polygon in self.polygons]


@dataclass(frozen=True)
class Pillars(Mark):
    """Bars of `heights` (K,) at 0 … K − 1, `width` wide in data units, in `colours` (K, 4).

    Those that are `lying` stand on the line x = 0, below each other, at 0, −1 … 1 − K.
    """

    heights: Floats
    width: float
    colours: Bytes
    lying: bool = False

    def outlines(self) -> list[Floats]:
        """Their corners in the frame, each (4, 2)."""
        half = self.width / 2
        corners = (
            np.array([(k - half, 0), (k + half, 0), (k + half, height), (k - half, height)])
            for k, height in enumerate(self.heights)
        )
        if self.lying:
            corners = (each[:, ::-1] * [1, -1] for each in corners)
        return [self.seat.to_scene(each) for each in corners]


@dataclass(frozen=True)
class Arrowheads(Mark):
    """Arrows from `tails` (N, 2) to `tips` (N, 2), shafts of `width`, in `colours` (N, 4)."""

    tails: Floats
    tips: Floats
    width: float
    colours: Bytes
    halo: tuple[float, Bytes] | None = None

    @property
    def head(self) -> float:
        """Length of a head."""
        return 4 * self.width

    @property
    def shrink(self) -> Floats:
        """What an arrow shorter than its head is scaled by (N,), to a thousandth; 1 for others."""
        reach = self.seat.to_scene(self.tips) - self.seat.to_scene(self.tails)
        return np.asarray(np.minimum(1, np.linalg.norm(reach, axis=1) / self.head).round(3))

    def outlines(self, grown: float = 0.0) -> list[Floats]:
        """Their corners in the frame, each (7, 2), `grown` wider than they are."""
        tails, tips = self.seat.to_scene(self.tails), self.seat.to_scene(self.tips)
        shaft, wide = self.width + grown, 3.4 * self.width + grown
        return [
            _arrow(tail, tip, size * shaft, size * self.head, size * wide)
            for tail, tip, size in zip(tails, tips, self.shrink, strict=True)
        ]


@dataclass(frozen=True)
class Heat(Mark):
    """Values (h, w) on the lattice over `x` and `y`, coloured by a `table` (256, 4) of colours.

    Where it is not `smooth`, each value is a rectangle of one colour, and the edges of all are `x`
    and `y`; values (h, w, 3) are then red, green and blue, each by its column of the table.
    """

    values: Floats
    x: tuple[float, float]
    y: tuple[float, float]
    low: float
    high: float
    table: Bytes
    smooth: bool = True

    @property
    def lattice(self) -> tuple[Floats, Floats]:
        """Where the columns (w,) and the rows (h,) of values are."""
        counts = self.values.shape[1::-1]
        x, y = (
            np.linspace(*ends, count)
            if self.smooth
            else ends[0] + (np.arange(count) + 0.5) * (ends[1] - ends[0]) / count
            for ends, count in zip((self.x, self.y), counts, strict=True)
        )
        return x, y

    def picture(self, dots: float) -> Bytes:
        """The rectangle that it fills, at `dots` pixels a Manim unit."""
        corners = self.seat.to_scene(np.array([self.x, self.y]).T)
        width, height = np.rint((corners[1] - corners[0]) * dots).astype(int).clip(min=2).tolist()
        pixels = np.zeros((height, width, 4), np.uint8)
        clip, edges = (0, 0, width, height), (0.0, 0.0, float(width), float(height))
        paint = raster.field if self.smooth else raster.image
        paint(pixels, clip, self.values, *edges, self.table, self.low, self.high)
        return raster.straight(pixels)


@dataclass(frozen=True)
class Mesh(Mark):
    """A surface in space: vertices `data` (h, w, 3), seen at `points` (h, w, 2) in their `depth`.

    Depth (h, w), in Manim units, grows away from the viewer; `colours` are (h, w, 4).
    """

    data: Floats
    points: Floats
    depth: Floats
    colours: Bytes

    def picture(self, dots: float) -> Bytes:
        """What one sees of it in its rectangle, at `dots` pixels a Manim unit; straight RGBA."""
        box = self.box
        width, height = round(box.width * dots), round(box.height * dots)
        pixels, clip = np.zeros((height, width, 4), np.uint8), (0, 0, width, height)
        places = np.dstack([(self.points - [box.left, box.top]) * [1, -1], self.depth]) * dots
        raster.surface(pixels, raster.depth_buffer(clip), clip, places, self.colours, self.opacity)
        return raster.straight(pixels)


@dataclass(frozen=True)
class Words:
    """A text on a `baseline`, its capitals `cap` tall.

    `source` is maths, or else words with maths between dollar signs, in Typst's notation; `ink` is
    the colour (4,) of all but the symbols, which wear those of `style`. `glyphs` are its shapes,
    cubic Béziers (N, 4, 2) and their colour. `halo` is how far its background reaches, `turn` the
    degrees by which glyphs that stood on the baseline are turned about their middle, `slots` the
    rectangle in which a number counts by itself. A `detail` is part of a picture, as the number in
    a level line is, and may be smaller and fainter than a text.
    """

    source: str
    maths: bool
    baseline: float
    cap: float
    ink: Bytes
    style: Style = field(repr=False)
    glyphs: tuple[tuple[Floats, Bytes], ...] = field(repr=False)
    opacity: float = 1.0
    halo: float = 0.0
    turn: float = 0.0
    slots: Box | None = None
    detail: bool = False

    @property
    def box(self) -> Box:
        """What its glyphs cover."""
        return _around(np.concatenate([curves.reshape(-1, 2) for curves, _ in self.glyphs]))

    @property
    def coloured(self) -> bool:
        """Whether its symbols wear colours of their own: not, where all was painted over."""
        return any(bool((ink != self.glyphs[0][1]).any()) for _, ink in self.glyphs)

    @property
    def colour(self) -> Bytes:
        """The colour (4,) of all that does not wear its own."""
        return self.ink if self.coloured else self.glyphs[0][1]

    @property
    def ground(self) -> Bytes:
        """The colour (4,) of its halo."""
        return rgba(self.style.chrome.background)


@dataclass(frozen=True)
class Shape:
    """A path of cubic Béziers (N, 4, 2), filled and stroked; a colour of alpha 0 is none."""

    curves: Floats
    fill: Bytes
    stroke: Bytes
    width: float

    @property
    def box(self) -> Box:
        """What its points cover."""
        return _around(self.curves.reshape(-1, 2))


Drawn: TypeAlias = Mark | Words | Shape
"""Whatever is on screen."""


def _arrow(tail: Floats, tip: Floats, shaft: float, head: float, wide: float) -> Floats:
    """The outline (7, 2) of an arrow."""
    length = max(float(np.linalg.norm(tip - tail)), 1e-9)
    along = (tip - tail) / length
    aside = along[::-1] * [-1, 1]
    places = [(0, 1, 0), (1, 1, 0), (1, 0, 1), (2, 0, 0), (1, 0, -1), (1, -1, 0), (0, -1, 0)]
    reach = [0.0, length - head, length]
    return np.array(
        [
            tail + reach[at] * along + (narrow * shaft + broad * wide) / 2 * aside
            for at, narrow, broad in places
        ]
    )


def _around(points: Floats) -> Box:
    """The rectangle around points (N, 2)."""
    return Box(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
