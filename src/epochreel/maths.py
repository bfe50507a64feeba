"""Formulas, captions and counters in the book's notation, typeset by Typst: no TeX, no system font.

Sizes are cap heights as fractions of the frame's shorter side, so texts of one size match whatever
letters they hold. Symbols in equations wear their colours by themselves (`style.emit("typst")`).
"""

from __future__ import annotations

import functools
import hashlib
import io
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from xml.etree import ElementTree

import cairo
import numpy as np
import svgelements
import typst
from manim import DL, RIGHT, Mobject, SVGMobject, ValueTracker, VMobject
from numpy.typing import NDArray

from epochreel import raster, style_formats
from epochreel.errors import ClipError
from epochreel.layers.layer import Canvas, Layer
from epochreel.style import Style, rgba

__all__ = ["Counter", "Typeset", "baseline", "formula", "text"]

SHORTER_SIDE = 8.0  # of every frame, in Manim units

# A mark stands on the baseline, one cap height tall and wide, and takes no room; it is removed
# once it has told where the baseline is, how large the letters are and where the line ends.
# Letters are set large, because what is set small is rounded and badly spaced.
_PAGE = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: "FONT", size: 96pt, hyphenate: false)
#set par(leading: 0.8em, spacing: 1.4em)
#let cap() = measure(text(top-edge: "cap-height", bottom-edge: "baseline")[H]).height
#let mark = context box(width: 0pt, height: cap(), rect(width: cap(), height: cap(), fill: black))
"""


class Typeset(VMobject):
    """Typeset glyphs, one submobject each in reading order, that know where their baseline is."""

    def __init__(self, glyphs: list[VMobject], baseline: float) -> None:
        super().__init__(stroke_width=0, fill_opacity=0)
        self.add(*glyphs)
        # Relative to a glyph, the baseline follows whatever shifts and scales the glyphs.
        heights = [glyph.height for glyph in glyphs]
        self.tallest = int(np.argmax(heights))
        bottom = glyphs[self.tallest].get_bottom()[1]
        self.drop = float((baseline - bottom) / heights[self.tallest])

    @property
    def baseline(self) -> float:
        """Height of the first line's baseline in scene coordinates."""
        glyph = self.submobjects[self.tallest]
        return float(glyph.get_bottom()[1] + self.drop * glyph.height)


def formula(
    source: str,
    style: Style,
    *,
    size: float | None = None,
    colour: str | None = None,
    context: str | None = None,
) -> Typeset:
    """Set display maths, written as Typst writes what stands between two dollars, about the origin.

    `size` is the cap height as a fraction of the frame's shorter side (the style's `formula`),
    `colour` that of everything but the symbols, `context` that of `Style.role`.

    Raises ClipError when Typst cannot set the source.
    """
    body = f"#let it = ${source.strip()}\n$\n#mark#math.equation(math.display(it.body))"
    return _typeset(source, body, style, size or style.type.formula, colour, context)


def text(
    source: str,
    style: Style,
    *,
    size: float | None = None,
    colour: str | None = None,
    width: float | None = None,
    align: str = "left",
    context: str | None = None,
) -> Typeset:
    """Set Typst markup, equations between dollars included, about the origin.

    `size` is the cap height as a fraction of the frame's shorter side (the style's `caption`);
    lines break at `width`, in Manim units, and are aligned "left", "center" or "right".

    Raises ClipError when Typst cannot set the source.
    """
    size = size or style.type.caption
    if align not in ("left", "center", "right"):
        raise ClipError(f"Text cannot be aligned {align!r}: choose left, center or right.")
    limit = "auto" if width is None else f"{width / (size * SHORTER_SIDE)} * cap()"
    body = (
        f"#set align({align})\n#show: body => context block(width: {limit}, body)\n"
        f"#mark;{source.strip()}"
    )
    return _typeset(source, body, style, size, colour, context)


def baseline(mobject: Mobject) -> float:
    """Return the height of a formula's, a text's or a counter's baseline in scene coordinates."""
    if not isinstance(mobject, Typeset | Counter):
        raise ClipError(f"A {type(mobject).__name__} has no baseline: it is no text or counter.")
    return mobject.baseline


def _typeset(
    source: str, body: str, style: Style, size: float, colour: str | None, context: str | None
) -> Typeset:
    """Set a body that begins with a mark, centred about the origin."""
    preamble = style_formats.typst(style, context, colour)
    mark, *glyphs = _set(source, preamble, body, style.font.text, size * SHORTER_SIDE)
    if not glyphs:
        raise ClipError(f"There is nothing to typeset in {source!r}.")
    typeset = Typeset(glyphs, mark.get_bottom()[1])
    typeset.center()
    return typeset


def _set(source: str, preamble: str, body: str, font: str, cap: float) -> list[VMobject]:
    """Set a body in letters `cap` tall; marks are among its glyphs, the first at the origin.

    `source` is what an author wrote, for the message of a ClipError.
    """
    document = preamble + _PAGE.replace("FONT", font) + body
    try:
        # In memory, so that processes cannot meet in a file.
        image = _compiler().compile(input=document.encode(), format="svg")
    except typst.TypstError as error:
        hint = f" ({error.hints[0]})" if error.hints else ""
        raise ClipError(f"Typst cannot set {source!r}: {error.message}{hint}.") from error
    drawing = _Drawing(image)
    drawing.scale(cap / drawing.submobjects[0].height, about_point=np.zeros(3))
    drawing.shift(-drawing.submobjects[0].get_corner(DL))
    return list(drawing.submobjects)


@functools.cache
def _compiler() -> Any:
    return typst.Compiler(ignore_system_fonts=True)


class _Drawing(SVGMobject):
    """The elements of an SVG image at its own scale, every line of it made a filled shape."""

    def __init__(self, image: bytes) -> None:
        self.image = image
        super().__init__(height=None, should_center=False, use_svg_cache=False)

    def generate_mobject(self) -> Self:
        tree = self.modify_xml_tree(ElementTree.ElementTree(ElementTree.fromstring(self.image)))
        parsed = svgelements.SVG.parse(io.BytesIO(ElementTree.tostring(tree.getroot())))
        mobjects, _ = self.get_mobjects_from(parsed)
        for mobject in mobjects:
            # It is in the points now; copying and hashing it would take longer than all the rest.
            mobject.__dict__.pop("path_obj", None)
        self.add(*map(_filled, mobjects))
        self.flip(RIGHT)
        return self


def _filled(mobject: VMobject) -> VMobject:
    """Replace a straight line by a rectangle: Manim does not scale the width of strokes."""
    width = mobject.get_stroke_width()
    if width == 0 or mobject.get_fill_opacity() > 0:
        return mobject
    start, end = mobject.get_start(), mobject.get_end()
    along = (end - start) / np.linalg.norm(end - start)
    across = np.array([-along[1], along[0], 0.0]) * width / 2
    bar = VMobject(stroke_width=0, fill_color=mobject.get_stroke_color(), fill_opacity=1)
    bar.set_points_as_corners(
        [start + across, end + across, end - across, start - across, start + across]
    )
    return bar


class Counter(Layer):
    """A number that changes every frame and sits still: each digit has its own slot.

    It shows `value(tracker.get_value())`, rounded to `decimals`, at the right of `digits` slots;
    five digits and more are grouped in threes, and a minus takes a slot. `size` is the cap height
    as a fraction of the frame's shorter side (the style's `counter`); `prefix` and `suffix` are
    Typst markup, set on the same baseline.

    Raises ClipError, when it is drawn, for a value that is not finite or has too many digits.
    """

    shared = ("tracker", "value", "owner")

    def __init__(
        self,
        tracker: ValueTracker,
        style: Style,
        *,
        value: Callable[[float], float] = float,
        digits: int = 4,
        decimals: int = 0,
        size: float | None = None,
        colour: str | None = None,
        prefix: str = "",
        suffix: str = "",
        opacity: float = 1.0,
    ) -> None:
        if digits < 1 or decimals < 0:
            raise ClipError(
                f"A counter cannot have {digits} digits and {decimals} decimals:"
                " it needs at least one digit, and decimals from 0."
            )
        self.tracker, self.value = tracker, value
        # Seen by Manim's cache key: the object behind a bound method, and the code that draws.
        self.owner = getattr(value, "__self__", None)
        self.code = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
        self.digits, self.decimals, self.font = digits, decimals, style.font.text
        self.colour = rgba(colour or style.chrome.maths)
        slots = self._grouped("0" * digits) + ("." + "0" * decimals if decimals else "")
        self.right_edges = np.cumsum([_glyph(slot, self.font)[1] for slot in slots])
        cap, width = (size or style.type.counter) * SHORTER_SIDE, float(self.right_edges[-1])
        super().__init__(np.array([[0, 0, 0], [width * cap, cap, 0]]), opacity)
        for source, before in ((prefix, True), (suffix, False)):
            if source.strip():
                preamble = style_formats.typst(style, None, colour)
                body = f"#mark;{source}#mark"
                _, *glyphs, end = _set(source, preamble, body, self.font, cap)
                words = Typeset(glyphs, 0.0)
                words.shift([-end.get_left()[0] if before else width * cap, 0, 0])
                self.add(words)
        self.center()

    @property
    def baseline(self) -> float:
        """Height of the baseline in scene coordinates."""
        return float(self.points[0, 1])

    def is_moved_by(self, animated: set[Mobject]) -> bool:
        """Whether the tracker is among the animated mobjects."""
        return self.tracker in animated

    def set_opacity(self, opacity: float, family: bool = True) -> Self:
        """Set the opacity, 0 to 1, of the number, its prefix and its suffix."""
        for words in self.submobjects:
            words.set_opacity(opacity)
        return super().set_opacity(opacity)

    def fade(self, darkness: float = 0.5, family: bool = True) -> Self:
        """Multiply the opacity of the number, its prefix and its suffix by 1 − darkness."""
        for words in self.submobjects:
            words.fade(darkness)
        return super().fade(darkness)

    def shown(self) -> str:
        """Return the number as it is drawn now."""
        value = self.value(self.tracker.get_value())
        if not math.isfinite(value):
            raise ClipError(f"A counter cannot show {value}: the value must be a finite number.")
        whole, point, fraction = f"{round(value, self.decimals) + 0.0:.{self.decimals}f}".partition(
            "."
        )
        number = self._grouped(whole.replace("-", "−")) + point + fraction
        if len(number) > len(self.right_edges):
            raise ClipError(
                f"A counter of {self.digits} digits cannot show {number}: give it more."
            )
        return number

    def _grouped(self, whole: str) -> str:
        """Part thousands by thin spaces where there are slots for five digits or more."""
        if self.digits < 5:
            return whole
        return re.sub(r"(?<=\d)(?=(\d{3})+$)", "\N{THIN SPACE}", whole)

    def draw(self, canvas: Canvas) -> None:
        """Paint each character at its exact place, which is not a whole pixel."""
        (left, bottom), (right, top) = canvas.to_pixels(self.points)
        cap = bottom - top
        if cap <= 0:
            return
        number = self.shown()
        row = math.floor(bottom)
        for character, edge in zip(number, self.right_edges[-len(number) :], strict=True):
            pen = left + (right - left) * edge / self.right_edges[-1]
            pen -= cap * _glyph(character, self.font)[1]
            column = math.floor(pen)
            coverage, x, y = _sprite(
                character,
                self.font,
                round(cap, 2),
                round((pen - column) * 64) / 64,
                round((bottom - row) * 64) / 64,
            )
            raster.stamp(
                canvas.pixels,
                canvas.everything,
                coverage,
                column + x,
                row + y,
                self.colour,
                self.opacity,
            )


@functools.cache
def _glyph(character: str, font: str) -> tuple[NDArray[np.float64], float]:
    """Cubic Béziers (N, 4, 2) from the pen's place on the baseline, and the advance, in caps."""
    _, *glyphs, end = _set(character, "", f'#mark;#"{character}"#mark', font, 1.0)
    curves = [glyph.points[:, :2].reshape(-1, 4, 2) for glyph in glyphs]
    return np.concatenate([np.empty((0, 4, 2)), *curves]), float(end.get_left()[0])


@functools.lru_cache(maxsize=4096)
def _sprite(
    character: str, font: str, cap: float, right: float, down: float
) -> tuple[NDArray[np.uint8], int, int]:
    """Rasterise a character `cap` pixels tall with its pen at (right, down) within a pixel.

    Returns its coverage (h, w) and the column and row of the coverage's first pixel.
    """
    curves = _glyph(character, font)[0] * [cap, -cap] + [right, down]
    if not len(curves):
        return np.empty((0, 0), np.uint8), 0, 0
    column, row = np.floor(curves.min((0, 1))).astype(int)
    width, height = np.ceil(curves.max((0, 1))).astype(int) - [column, row]
    surface = cairo.ImageSurface(cairo.FORMAT_A8, int(width), int(height))
    painter = cairo.Context(surface)
    painter.set_antialias(cairo.ANTIALIAS_BEST)
    last = None
    for start, first, second, end in curves - [column, row]:
        if last is None or not np.allclose(start, last):
            painter.move_to(*start)
        painter.curve_to(*first, *second, *end)
        last = end
    painter.fill()
    surface.flush()
    rows = np.frombuffer(surface.get_data(), np.uint8).reshape(height, surface.get_stride())
    return np.ascontiguousarray(rows[:, :width]), int(column), int(row)
