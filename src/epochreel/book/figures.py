"""A picture out of a clip as geometry: what tables hold, and TikZ and Matplotlib draw.

Places are in Manim units from the frame's centre, colours straight RGBA bytes; lengths that the
stylesheet gives in pixels are in Manim units here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.look.style import SHORTER_SIDE, Style
from epochreel.marks.box import Box

__all__ = [
    "DOTS",
    "MARGIN",
    "PIXEL",
    "Arrowheads",
    "Bars",
    "Curves",
    "Discs",
    "Figure",
    "Heat",
    "Label",
    "Mark",
    "Mesh",
    "Patches",
    "Plane",
    "Shape",
    "Table",
    "palette",
    "rows",
    "still",
]

Floats: TypeAlias = NDArray[np.float64]
Bytes: TypeAlias = NDArray[np.uint8]

PIXEL = SHORTER_SIDE / 1080
"""A pixel of the stylesheet in Manim units."""

MARGIN = 0.1
"""Around a figure, in centimetres, as wide as a Manim unit in print."""

DOTS = 300 / 2.54
"""Pixels of a picture in a centimetre."""

FEW = 16
"""Colours of points and arrows that are told apart by a class; more are written out."""


@dataclass(frozen=True)
class Plane:
    """A rectangle of the figure, and the data limits that it shows."""

    box: Box
    x: tuple[float, float]
    y: tuple[float, float]

    def to_scene(self, data: NDArray[np.floating]) -> Floats:
        """Data coordinates (…, 2) as places (…, 2)."""
        low, high = np.array([self.x, self.y]).T
        size = np.array([self.box.width, self.box.height])
        return np.asarray(self.box.corner[:2] + (data - low) / (high - low) * size)


Column: TypeAlias = tuple[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Table:
    """Named columns (N,); `lengths` are the rows of each part, which blank lines set apart."""

    columns: tuple[Column, ...]
    lengths: tuple[int, ...] = ()

    def __getitem__(self, name: str) -> NDArray[np.generic]:
        return dict(self.columns)[name]


@dataclass(frozen=True)
class Mark:
    """What a layer draws: composited as a whole with its opacity.

    `name` says what it is in the name of a file; what has none is decoration, and no data.
    """

    plane: Plane
    name: str
    opacity: float

    @property
    def table(self) -> Table:
        """What is measured or computed in it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what is in its table.")


def rows(values: ArrayLike, count: int) -> Bytes:
    """One colour, or one for each, as (N, 4)."""
    return np.broadcast_to(np.asarray(values, np.uint8), (count, 4))


def palette(colours: Bytes) -> tuple[Bytes, NDArray[np.int64]]:
    """Different colours (K, 4) in the order of their first use, and which each is of (N,)."""
    found, first, which = np.unique(colours, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return found[order], np.argsort(order)[which.ravel()]


def class_columns(colours: Bytes, few: float = inf) -> tuple[Column, ...]:
    """Columns that tell colours (N, 4): none for one, `class` for a few, else their channels."""
    different, which = palette(colours)
    if len(different) == 1:
        return ()
    if len(different) <= few:
        return (("class", which),)
    return tuple(zip(("red", "green", "blue", "alpha"), colours.T, strict=True))


@dataclass(frozen=True)
class Discs(Mark):
    """Points (N, 2) as discs of `radius` (N,).

    `halo` is how much larger one behind is, and its colour. `data` (N, 3) are those points in
    space; what is not `seen` (N,) is drawn with the share `hidden` of its opacity.
    """

    points: Floats
    radius: Floats
    colours: Bytes
    halo: tuple[float, Bytes] | None = None
    data: Floats | None = None
    seen: NDArray[np.bool_] | None = None
    hidden: float = 0.0

    @property
    def table(self) -> Table:
        """Where points are, and of which class."""
        columns = [*_places(self.points, self.data), *class_columns(self.colours, FEW)]
        if self.radius.min() < self.radius.max():
            columns.append(("radius", self.radius / PIXEL))
        if self.seen is not None:
            columns.append(("seen", self.seen.astype(int)))
        return Table(tuple(columns))


@dataclass(frozen=True)
class Curves(Mark):
    """Lines, each (S, 2), of one `width`, in `colours` (L, 4); those of one colour are one shape.

    `levels` (L,) is the height of each where they are level lines; `data` (S, 3), `seen` (L,) and
    `hidden` are as for `Discs`.
    """

    lines: tuple[Floats, ...]
    width: float
    colours: Bytes
    levels: Floats | None = None
    data: tuple[Floats, ...] | None = None
    seen: NDArray[np.bool_] | None = None
    hidden: float = 0.0

    @property
    def table(self) -> Table:
        """Line after line, a blank line between them."""
        lengths = [len(line) for line in self.lines]
        points = np.concatenate([np.empty((0, 2)), *self.lines])
        data = None if self.data is None else np.concatenate([np.empty((0, 3)), *self.data])
        columns = list(_places(points, data))
        if self.levels is not None:
            columns.append(("level", np.repeat(self.levels, lengths)))
        else:
            columns.extend(class_columns(np.repeat(self.colours, lengths, axis=0)))
        if self.seen is not None:
            columns.append(("seen", np.repeat(self.seen, lengths).astype(int)))
        return Table(tuple(columns), tuple(lengths))


@dataclass(frozen=True)
class Heat(Mark):
    """Values (h, w) on the lattice over `x` and `y`, coloured by a table (256, 4) of colours."""

    values: Floats
    x: tuple[float, float]
    y: tuple[float, float]
    low: float
    high: float
    colours: Bytes

    @property
    def picture(self) -> Bytes:
        """The lattice's rectangle as the clip shows it, smooth between the values, RGBA."""
        corners = self.plane.to_scene(np.array([self.x, self.y]).T)
        width, height = np.rint((corners[1] - corners[0]) * DOTS).astype(int).clip(min=2).tolist()
        pixels = np.zeros((height, width, 4), np.uint8)
        clip, edges = (0, 0, width, height), (0.0, 0.0, float(width), float(height))
        raster.field(pixels, clip, self.values, *edges, self.colours, self.low, self.high)
        return raster.straight(pixels)

    @property
    def table(self) -> Table:
        """The lattice row by row from below, x fastest."""
        rows, columns = self.values.shape
        across, up = np.meshgrid(np.linspace(*self.x, columns), np.linspace(*self.y, rows))
        places = (("x", across.ravel()), ("y", up.ravel()), ("value", self.values.ravel()))
        return Table(places, (columns,) * rows)


@dataclass(frozen=True)
class Arrowheads(Mark):
    """Arrows from `tails` (N, 2) to `tips` (N, 2) with shafts of `width`, and a halo of theirs."""

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
        reach = self.plane.to_scene(self.tips) - self.plane.to_scene(self.tails)
        return np.asarray(np.minimum(1, np.linalg.norm(reach, axis=1) / self.head).round(3))

    @property
    def table(self) -> Table:
        """Tails and the vectors from there to the tips."""
        (x, y), (u, v) = self.tails.T, (self.tips - self.tails).T
        places = (("x", x), ("y", y), ("u", u), ("v", v), ("size", self.shrink))
        return Table((*places, *class_columns(self.colours, FEW)))


@dataclass(frozen=True)
class Patches(Mark):
    """Filled polygons, each (S, 2), in `colours` (L, 4)."""

    polygons: tuple[Floats, ...]
    colours: Bytes

    @property
    def table(self) -> Table:
        """Outline after outline, a blank line between them."""
        lengths = [len(polygon) for polygon in self.polygons]
        points = np.concatenate([np.empty((0, 2)), *self.polygons])
        which = np.repeat(palette(self.colours)[1], lengths)
        return Table((*_places(points, None), ("class", which)), tuple(lengths))


@dataclass(frozen=True)
class Bars(Mark):
    """Bars of `heights` (K,) at 0 … K − 1, `width` wide in data units, in `colours` (K, 4)."""

    heights: Floats
    width: float
    colours: Bytes

    @property
    def table(self) -> Table:
        """Place and height of each."""
        places = (("x", np.arange(len(self.heights))), ("height", self.heights))
        return Table((*places, *class_columns(self.colours)))


@dataclass(frozen=True)
class Mesh(Mark):
    """A surface in space: vertices `data` (h, w, 3), seen at `points` (h, w, 2) in their `depth`.

    Depth (h, w) grows away from the viewer. `picture` is what one sees of it in the plane's
    rectangle, straight RGBA.
    """

    data: Floats
    points: Floats
    depth: Floats
    picture: Bytes

    @property
    def table(self) -> Table:
        """Row by row; where vertices are in space and where they are seen."""
        rows, columns = self.depth.shape
        places = _places(self.points.reshape(-1, 2), self.data.reshape(-1, 3))
        return Table((*places, ("depth", self.depth.ravel())), (columns,) * rows)


def still(mark: Heat | Mesh, table: str, theme: str) -> str:
    """The file of a mark's picture beside the file of its table; maps look alike in all themes."""
    return f"{table.removesuffix('.dat')}{f'-{theme}' if isinstance(mark, Mesh) else ''}.png"


@dataclass(frozen=True)
class Label:
    """A text on a `baseline`, its capitals `cap` tall, in a colour (4,).

    `source` is maths, or else words with maths between dollar signs, in Typst's notation; where it
    is `coloured`, its symbols wear the colours of `style`. `glyphs` are
    its shapes, cubic Béziers (N, 4, 2) and their colour. `halo` is how far its background reaches;
    `turn` are the degrees by which glyphs, which stood on the baseline, are turned about their
    middle.
    """

    source: str
    maths: bool
    baseline: float
    cap: float
    colour: Bytes
    style: Style
    coloured: bool
    glyphs: tuple[tuple[Floats, Bytes], ...]
    opacity: float = 1.0
    halo: float = 0.0
    turn: float = 0.0

    @property
    def box(self) -> Box:
        """What its glyphs cover."""
        points = np.concatenate([curves.reshape(-1, 2) for curves, _ in self.glyphs])
        return Box(*points.min(axis=0), *points.max(axis=0))


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
        points = self.curves.reshape(-1, 2)
        return Box(*points.min(axis=0), *points.max(axis=0))


@dataclass(frozen=True)
class Figure:
    """What is drawn, in that order, in a rectangle of the frame, and the style it is drawn in."""

    box: Box
    style: Style
    marks: tuple[Mark | Label | Shape, ...] = field(repr=False)

    def numbered(self) -> Figure:
        """The same, a number behind each name that is not the only one of its kind."""
        names = [mark.name for mark in self.marks if isinstance(mark, Mark)]
        seen: dict[str, int] = {}
        marks: list[Mark | Label | Shape] = []
        for mark in self.marks:
            if isinstance(mark, Mark) and mark.name and names.count(mark.name) > 1:
                seen[mark.name] = seen.get(mark.name, 0) + 1
                mark = replace(mark, name=f"{mark.name}-{seen[mark.name]}")
            marks.append(mark)
        return replace(self, marks=tuple(marks))


def _places(points: Floats, data: Floats | None) -> tuple[Column, ...]:
    """Columns x and y; those of space and where it is seen, right and up, where there are such."""
    if data is None:
        return ("x", points[:, 0]), ("y", points[:, 1])
    space = tuple(zip(("x", "y", "z"), data.T, strict=True))
    return (*space, ("right", points[:, 0]), ("up", points[:, 1]))
