"""Formulas and captions in the book's notation, typeset by Typst: no TeX, no system font.

Sizes are cap heights as fractions of the frame's shorter side, so texts of one size match whatever
letters they hold. Symbols in equations wear their colours by themselves (`look.formats.typst`).
"""

from __future__ import annotations

import numpy as np
from manim import Mobject, VMobject

from epochreel.errors import ClipError
from epochreel.look import formats
from epochreel.look.style import SHORTER_SIDE, Style
from epochreel.notation.typesetting import set_glyphs

__all__ = ["Typeset", "baseline", "formula", "text"]


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
    if not hasattr(mobject, "baseline"):
        raise ClipError(f"A {type(mobject).__name__} has no baseline: it is no text or counter.")
    return float(mobject.baseline)


def _typeset(
    source: str, body: str, style: Style, size: float, colour: str | None, context: str | None
) -> Typeset:
    """Set a body that begins with a mark, centred about the origin."""
    preamble = formats.typst(style, context, colour)
    cap = size * SHORTER_SIDE
    mark, *glyphs = set_glyphs(source, preamble, body, style.font.text, cap)
    if not glyphs:
        raise ClipError(f"There is nothing to typeset in {source!r}.")
    typeset = Typeset(glyphs, mark.get_bottom()[1], cap)
    typeset.center()
    return typeset
