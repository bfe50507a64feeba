"""Typst's glyphs as filled curves, pictures of them at any place between the pixels, and pages."""

from __future__ import annotations

import functools
import math
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import cairo
import numpy as np
import svgelements
import typst
from manim import DL, RIGHT, VMobject, VMobjectFromSVGPath
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.look import formats
from epochreel.look.style import Style, rgba
from epochreel.notation.letter import Letter

__all__ = [
    "MOVING",
    "Outline",
    "Writing",
    "character",
    "formula_writing",
    "number_writing",
    "rounded",
    "set_glyphs",
    "set_pages",
    "turned",
]

# A mark stands on the baseline, one cap height tall and wide, and takes no room; it is removed
# once it has told where the baseline is, how large the letters are and where the line ends.
# Letters are set large, because what is set small is rounded and badly spaced.
_PAGE = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: FONT, size: 96pt, hyphenate: false)
#set par(leading: 0.8em, spacing: 1.4em)
#let cap() = measure(text(top-edge: "cap-height", bottom-edge: "baseline")[H]).height
#let mark = context box(width: 0pt, height: cap(), rect(width: cap(), height: cap(), fill: black))
"""

# A package that Typst does not find is fetched, wherever it is told to look: but not by way of a
# port that nobody can listen at.
_NOWHERE = {"https_proxy": "http://127.0.0.1:0", "no_proxy": ""}
_SETTING = threading.Lock()

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"

MOVING = 16  # places a pixel where a text moves: fewer pictures to make, and none to be seen
FINE = 1024  # Cairo keeps paths as multiples of 1/256: a cap this tall loses nothing


def set_glyphs(source: str, preamble: str, body: str, font: str, cap: float) -> list[Letter]:
    """Set a body in letters `cap` tall; marks are among its glyphs, the first at the origin.

    `source` is what an author wrote, for the message of a ClipError.
    """
    document = preamble + _PAGE.replace("FONT", formats.quoted(font)) + body
    with _telling(source):
        drawing = _drawing(document).copy()
    drawing.scale(cap / drawing.submobjects[0].height, about_point=np.zeros(3))
    drawing.shift(-drawing.submobjects[0].get_corner(DL))
    return list(drawing.submobjects)


def set_pages(source: str, document: str, **form: Any) -> list[bytes]:
    """Set a whole document, in one of Typst's forms, such as format="svg"; a picture for each page.

    `source` is what an author wrote, for the message of a ClipError.
    """
    with _telling(source):
        pages = _compiled(document, **form)
    return pages if isinstance(pages, list) else [pages]


@contextmanager
def _telling(source: str) -> Iterator[None]:
    """Turn what Typst refuses into one sentence about what an author wrote."""
    try:
        yield
    except typst.TypstError as error:
        hint = f" ({error.hints[0]})" if error.hints else ""
        if error.message.startswith(("failed to load", "path ")):
            hint = "; a clip's texts read no files"
        reason = error.message
        if "package" in reason.split("(")[0]:
            reason = "packages are not fetched; write what is needed of them into the clip"
            hint = ""
        raise ClipError(f"Typst cannot set {source!r}: {reason}{hint}.") from error


@functools.lru_cache(maxsize=512)
def _drawing(document: str) -> VMobject:
    """Compile and read a document; a clip is played twice, to count its frames and to draw them."""
    root = ElementTree.fromstring(_compiled(document, format="svg"))
    glyphs = {f"#{symbol.get('id')}": symbol[0] for symbol in root.iter(f"{SVG}symbol")}
    drawing = VMobject().add(*_shapes(root, svgelements.Matrix(), glyphs))
    return drawing.flip(RIGHT)


def _compiled(document: str, **form: Any) -> Any:
    # In memory, so that processes cannot meet in a file.
    with _offline():
        return _compiler().compile(input=document.encode(), **form)


@contextmanager
def _offline() -> Iterator[None]:
    """Keep Typst from the network, which it asks for by the environment's proxies alone."""
    with _SETTING:
        before = {name: os.environ.get(name) for name in _NOWHERE}
        os.environ.update(_NOWHERE)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


@functools.cache
def _compiler() -> Any:
    # Nothing lies in what is no folder: what is set is the same wherever one stands.
    return typst.Compiler(ignore_system_fonts=True, root=os.devnull, package_path=os.devnull)


def _shapes(
    parent: ElementTree.Element,
    matrix: svgelements.Matrix,
    glyphs: Mapping[str, ElementTree.Element],
) -> Iterator[Letter]:
    """The paths and glyphs below an element of an image by Typst, every one a filled shape.

    Manim's own reader takes five times as long, most of it for letters that it has read before.
    """
    for element in parent:
        within = svgelements.Matrix(element.get("transform", "")) * matrix
        if element.tag == f"{SVG}g":
            yield from _shapes(element, within, glyphs)
        elif element.tag == f"{SVG}path":
            yield from _shape(element, within, element.get("d", ""))
        elif element.tag == f"{SVG}use":
            place = svgelements.Matrix.translate(*(float(element.get(axis, 0)) for axis in "xy"))
            glyph = glyphs[element.get(f"{XLINK}href", "")]
            yield from _shape(element, place * within, glyph.get("d", ""))


def _shape(element: ElementTree.Element, matrix: svgelements.Matrix, path: str) -> Iterator[Letter]:
    """A path in the colours of an element, if there is anything to it."""
    points = _points(path)
    if not len(points):
        return
    width = float(element.get("stroke-width", 1)) * math.sqrt(abs(matrix.determinant))
    shape = _unshaped(element.get("fill", "none"), element.get("stroke", "none"), width).copy()
    linear = np.array([[matrix.a, matrix.b, 0], [matrix.c, matrix.d, 0], [0, 0, 1]])
    shape.points = points @ linear + [matrix.e, matrix.f, 0]
    yield _filled(shape)


@functools.lru_cache(maxsize=512)
def _unshaped(filled: str, stroked: str, width: float) -> Letter:
    """A letter of no shape, in colours of SVG's, to be copied: Manim is slow to make one."""
    fill, stroke = svgelements.Color(filled), svgelements.Color(stroked)
    return Letter(
        fill_color=fill.hexrgb,
        fill_opacity=fill.opacity,
        stroke_color=stroke.hexrgb,
        stroke_opacity=stroke.opacity,
        stroke_width=0 if stroke.value is None else width,
    )


@functools.lru_cache(maxsize=4096)
def _points(path: str) -> NDArray[np.float64]:
    """The cubic Béziers of a path in SVG's notation, as Manim keeps them, (4 N, 3)."""
    points = VMobjectFromSVGPath(svgelements.Path(path)).points
    points.flags.writeable = False
    return np.asarray(points)


def _filled(mobject: Letter) -> Letter:
    """Replace a straight line by a rectangle: Manim does not scale the width of strokes."""
    width = mobject.get_stroke_width()
    if width == 0 or mobject.get_fill_opacity() > 0:
        return mobject
    start, end = mobject.get_start(), mobject.get_end()
    along = (end - start) / np.linalg.norm(end - start)
    across = np.array([-along[1], along[0], 0.0]) * width / 2
    bar = Letter(stroke_width=0, fill_color=mobject.get_stroke_color(), fill_opacity=1)
    bar.set_points_as_corners(
        [start + across, end + across, end - across, start - across, start + across]
    )
    return bar


class Outline:
    """A filled shape of cubic Béziers (N, 4, 2) about the pen's place, in caps, y upwards."""

    def __init__(self, curves: NDArray[np.float64]) -> None:
        self.empty = not len(curves)
        self.curves = curves
        if self.empty:
            return
        self.low, self.high = curves.min((0, 1)), curves.max((0, 1))
        pen = cairo.Context(cairo.RecordingSurface(cairo.CONTENT_ALPHA, None))
        last = None
        for start, first, second, end in (FINE * curves).tolist():
            if last is None or math.dist(start, last) > 1e-3:
                pen.move_to(*start)
            pen.curve_to(*first, *second, *end)
            last = end
        pen.close_path()
        self.path = pen.copy_path()

    def stamp(
        self,
        pixels: NDArray[np.uint8],
        clip: tuple[int, int, int, int],
        place: ArrayLike,
        cap: float,
        colour: ArrayLike,
        opacity: float = 1.0,
        halo: float = 0.0,
        steps: int = 64,
        turn: float = 0.0,
    ) -> None:
        """Paint the shape, a cap being `cap` pixels, with its pen at a place in pixels (2,).

        `halo`, `steps` and `turn` are those of `cover`.
        """
        if self.empty or cap <= 0:
            return
        coverage, left, top = self.cover(place, cap, halo, steps, turn)
        raster.stamp(pixels, clip, coverage, left, top, colour, opacity)

    def cover(
        self, place: ArrayLike, cap: float, halo: float, steps: int, turn: float
    ) -> tuple[NDArray[np.uint8], int, int]:
        """How much of each pixel the shape covers (h, w), and the first one's column and row.

        `halo` is how many pixels it is grown by all around; `steps` a pixel are the places that
        are told apart; `turn` are the degrees, to the nearest, that it is turned by about its pen,
        anticlockwise.
        """
        x, y = (float(coordinate) for coordinate in np.asarray(place))
        column, row = math.floor(x), math.floor(y)
        right, down = round((x - column) * steps) / steps, round((y - row) * steps) / steps
        coverage, left, top = _sprite(self, round(cap, 2), right, down, round(halo, 2), round(turn))
        return coverage, column + left, row + top


@functools.lru_cache(maxsize=4096)
def _sprite(
    outline: Outline, cap: float, right: float, down: float, halo: float, turn: int
) -> tuple[NDArray[np.uint8], int, int]:
    """Rasterise an outline, turned by whole degrees, with its pen at (right, down) within a pixel.

    Returns its coverage (h, w) and the column and row of the coverage's first pixel.
    """
    low, high = outline.low, outline.high
    corners = np.array([low, [low[0], high[1]], [high[0], low[1]], high])
    reach = np.array([right, down]) + cap * turned(corners, turn) * [1, -1]
    (left, top), (end, bottom) = reach.min(axis=0), reach.max(axis=0)
    column, row = math.floor(left - halo), math.floor(top - halo)
    width, height = math.ceil(end + halo) - column, math.ceil(bottom + halo) - row
    surface = cairo.ImageSurface(cairo.FORMAT_A8, width, height)
    painter = cairo.Context(surface)
    painter.set_antialias(cairo.ANTIALIAS_BEST)
    painter.translate(right - column, down - row)
    painter.rotate(-math.radians(turn))
    painter.scale(cap / FINE, -cap / FINE)
    painter.append_path(outline.path)
    if halo:
        painter.identity_matrix()
        painter.set_line_width(2 * halo)
        painter.set_line_join(cairo.LINE_JOIN_ROUND)
        painter.stroke_preserve()
    painter.fill()
    surface.flush()
    rows = np.frombuffer(surface.get_data(), np.uint8).reshape(height, surface.get_stride())
    return np.ascontiguousarray(rows[:, :width]), column, row


def turned(points: ArrayLike, degrees: float) -> NDArray[np.float64]:
    """Points (…, 2), y upwards, turned anticlockwise about the origin."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.asarray(points @ np.array([[cosine, sine], [-sine, cosine]]))


@functools.cache
def character(letter: str, font: str) -> tuple[Outline, float]:
    """The outline of a character and its advance, in caps."""
    _, *glyphs, end = set_glyphs(letter, "", f"#mark;#{formats.quoted(letter)}#mark", font, 1.0)
    return Outline(_curves(glyphs)), float(end.get_left()[0])


def _curves(glyphs: list[Letter]) -> NDArray[np.float64]:
    curves = [glyph.points[:, :2].reshape(-1, 4, 2) for glyph in glyphs]
    return np.concatenate([np.empty((0, 4, 2)), *curves])


@dataclass(frozen=True, eq=False)
class Writing:
    """A short text that can be stamped anywhere: its shapes, each with a straight RGBA colour.

    `whole` is all of it, for a halo; `low` and `high` are the corners of its box, in caps.
    """

    shapes: tuple[tuple[Outline, NDArray[np.uint8]], ...]
    whole: Outline

    @property
    def centre(self) -> NDArray[np.float64]:
        """The middle of its box (2,), in caps from the pen, y upwards."""
        return np.asarray((self.whole.low + self.whole.high) / 2)

    @property
    def extent(self) -> NDArray[np.float64]:
        """Width and height of its box (2,), in caps."""
        return np.asarray(self.whole.high - self.whole.low)

    def pen(self, centre: ArrayLike, cap: float, turn: float = 0.0) -> NDArray[np.float64]:
        """Where in pixels the pen is that writes it about a centre (2,), turned about that."""
        away = cap * turned(self.centre, round(turn)) * [1, -1]
        return np.asarray(np.asarray(centre) - away)

    def stamp(
        self,
        pixels: NDArray[np.uint8],
        clip: tuple[int, int, int, int],
        centre: ArrayLike,
        cap: float,
        opacity: float,
        halo: float,
        ground: ArrayLike,
    ) -> None:
        """Paint it about a centre in pixels (2,), set off by a halo, pixels, of the ground."""
        pen = self.pen(centre, cap)
        if halo:
            self.whole.stamp(pixels, clip, pen, cap, ground, opacity, halo, MOVING)
        for outline, colour in self.shapes:
            outline.stamp(pixels, clip, pen, cap, colour, opacity, 0, MOVING)


def rounded(number: float, decimals: int) -> str:
    """A number to so many decimals as it is written; what is rounded to zero has no sign."""
    return f"{round(number, decimals) + 0.0:.{decimals}f}".replace("-", "−")


@functools.lru_cache(maxsize=1024)
def number_writing(number: str, style: Style) -> Writing:
    """A number, each of its characters as a `Counter` shows it, in the colour of text."""
    pen, curves = 0.0, []
    for letter in number:
        outline, advance = character(letter, style.font.text)
        curves.append(np.add(outline.curves, [pen, 0]))
        pen += advance
    whole = Outline(np.concatenate(curves))
    return Writing(((whole, rgba(style.chrome.maths)),), whole)


@functools.lru_cache(maxsize=4096)
def formula_writing(source: str, style: Style) -> Writing:
    """Inline maths in Typst's notation, each symbol in its colour.

    Raises ClipError when Typst cannot set the source.
    """
    body = f"#mark;${source.strip()}$"
    preamble = formats.typst(style, None, None)
    _, *glyphs = set_glyphs(source, preamble, body, style.font.text, 1.0)
    if not glyphs:
        raise ClipError(f"There is nothing to typeset in {source!r}.")
    shapes = tuple(
        (Outline(_curves([glyph])), rgba(glyph.get_fill_color().to_hex().lower()))
        for glyph in glyphs
    )
    return Writing(shapes, Outline(_curves(glyphs)))
