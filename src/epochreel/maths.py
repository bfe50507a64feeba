"""Formulas, captions and counters in the book's notation, typeset by Typst: no TeX, no system font.

Sizes are cap heights as fractions of the frame's shorter side, so texts of one size match whatever
letters they hold. Symbols in equations wear their colours by themselves (`style.emit("typst")`).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
from manim import Mobject, ValueTracker, VMobject

from epochreel import style_formats
from epochreel.errors import ClipError
from epochreel.layers.layer import Canvas, Layer
from epochreel.style import Style, rgba
from epochreel.typesetting import character, set_glyphs

__all__ = ["Counter", "Typeset", "baseline", "formula", "text"]

SHORTER_SIDE = 8.0  # of every frame, in Manim units


class Typeset(VMobject):
    """Typeset glyphs, one submobject each in reading order, that know their baseline and size."""

    def __init__(self, glyphs: list[VMobject], baseline: float, cap: float) -> None:
        super().__init__(stroke_width=0, fill_opacity=0)
        self.add(*glyphs)
        # Relative to a glyph, both follow whatever shifts and scales the glyphs.
        heights = [glyph.height for glyph in glyphs]
        self.tallest = int(np.argmax(heights))
        bottom = glyphs[self.tallest].get_bottom()[1]
        self.drop = float((baseline - bottom) / heights[self.tallest])
        self.capital = float(cap / heights[self.tallest])

    @property
    def baseline(self) -> float:
        """Height of the first line's baseline in scene coordinates."""
        glyph = self.submobjects[self.tallest]
        return float(glyph.get_bottom()[1] + self.drop * glyph.height)

    @property
    def cap(self) -> float:
        """Height of its capitals in scene units."""
        return float(self.capital * self.submobjects[self.tallest].height)


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
    cap = size * SHORTER_SIDE
    mark, *glyphs = set_glyphs(source, preamble, body, style.font.text, cap)
    if not glyphs:
        raise ClipError(f"There is nothing to typeset in {source!r}.")
    typeset = Typeset(glyphs, mark.get_bottom()[1], cap)
    typeset.center()
    return typeset


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
        self.right_edges = np.cumsum([character(slot, self.font)[1] for slot in slots])
        cap, width = (size or style.type.counter) * SHORTER_SIDE, float(self.right_edges[-1])
        super().__init__(np.array([[0, 0, 0], [width * cap, cap, 0]]), opacity)
        for source, before in ((prefix, True), (suffix, False)):
            if source.strip():
                preamble = style_formats.typst(style, None, colour)
                body = f"#mark;{source}#mark"
                _, *glyphs, end = set_glyphs(source, preamble, body, self.font, cap)
                words = Typeset(glyphs, 0.0, cap)
                words.shift([-end.get_left()[0] if before else width * cap, 0, 0])
                self.add(words)
        self.center()

    @property
    def baseline(self) -> float:
        """Height of the baseline in scene coordinates."""
        return float(self.points[0, 1])

    @property
    def cap(self) -> float:
        """Height of its digits in scene units."""
        return float(np.ptp(self.points[:, 1]))

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
        for letter, edge in zip(number, self.right_edges[-len(number) :], strict=True):
            outline, advance = character(letter, self.font)
            pen = left + (right - left) * edge / self.right_edges[-1] - cap * advance
            outline.stamp(
                canvas.pixels, canvas.everything, (pen, bottom), cap, self.colour, self.opacity
            )
