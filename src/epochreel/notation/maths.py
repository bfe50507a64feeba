"""Formulas and captions in the book's notation, typeset by Typst: no TeX, no system font.

Sizes are cap heights as fractions of the frame's shorter side, so texts of one size match whatever
letters they hold. Symbols in equations wear their colours by themselves (`look.formats.typst`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from manim import ManimColor, Mobject, VMobject
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.look import formats
from epochreel.look.style import SHORTER_SIDE, Style, load, rgba
from epochreel.marks.kinds import Bytes, Words
from epochreel.notation.letter import Letter
from epochreel.notation.typesetting import character, set_glyphs

__all__ = ["STROKE", "Typeset", "baseline", "code", "formula", "text"]

STROKE = 0.01
"""Of a unit of Manim's stroke width, in Manim units."""

# The narrowest block that takes no more lines, found by bisection.
BALANCED = """
#let balanced(width, body) = {
  let height = measure(block(width: width, body)).height
  let (low, high) = (0pt, width)
  for _ in range(8) {
    let middle = (low + high) / 2
    if measure(block(width: middle, body)).height > height { low = middle } else { high = middle }
  }
  block(width: high, body)
}
"""


class Typeset(VMobject):
    """Typeset glyphs, one submobject each in reading order, that know their baseline and size.

    `source` is what they are set from: maths, or words with maths between dollar signs. `ink` is
    the colour of all but the symbols.
    """

    def __init__(
        self,
        glyphs: list[Letter],
        baseline: float,
        cap: float,
        *,
        source: str,
        maths: bool,
        ink: str,
        style: Style,
    ) -> None:
        super().__init__(stroke_width=0, fill_opacity=0)
        self.add(*glyphs)
        self.source, self.maths, self.ink, self.theme = source, maths, ink, style.theme
        # Relative to a glyph, both follow whatever shifts and scales the glyphs.
        heights = [glyph.height for glyph in glyphs]
        self.tallest = int(np.argmax(heights))
        bottom = glyphs[self.tallest].bottom
        self.drop = float((baseline - bottom) / heights[self.tallest])
        self.capital = float(cap / heights[self.tallest])

    def get_family(self, recurse: bool = True) -> list[Any]:
        """Return itself and its glyphs."""
        if self._plain():
            return [self, *self.submobjects]
        return list(super().get_family())

    def get_points_defining_boundary(self) -> NDArray[np.float64]:
        """Return the ends of the curves of all glyphs, (2 N, 3)."""
        if not self._plain():
            return np.asarray(super().get_points_defining_boundary())
        return np.concatenate([part.get_points_defining_boundary() for part in self.submobjects])

    def _plain(self) -> bool:
        """Whether it is glyphs and no more, as it was set, no Transform having added to it."""
        parts = self.submobjects
        return bool(parts) and not len(self.points) and all(type(part) is Letter for part in parts)

    @property
    def baseline(self) -> float:
        """Height of the first line's baseline in scene coordinates."""
        glyph = self.submobjects[self.tallest]
        return float(glyph.bottom + self.drop * glyph.height)

    @property
    def cap(self) -> float:
        """Height of its capitals in scene units."""
        return float(self.capital * self.submobjects[self.tallest].height)

    def marks(self) -> tuple[Words, ...]:
        """What is to be seen of it now, as plain data."""
        colours = [glyph.colour for glyph in self.submobjects]
        opacity = max(colour[3] for colour in colours)
        if opacity <= 0:
            return ()
        glyphs = tuple(
            (np.asarray(glyph.points[:, :2]).reshape(-1, 4, 2), _bytes(colour[:3]))
            for glyph, colour in zip(self.submobjects, colours, strict=True)
            if colour[3] > 0
        )
        halo = self.submobjects[0].get_stroke_width(background=True) * STROKE / 2
        words = Words(
            source=self.source,
            maths=self.maths,
            baseline=self.baseline,
            cap=self.cap,
            ink=rgba(self.ink),
            style=load(self.theme),
            glyphs=glyphs,
            opacity=opacity,
            halo=float(halo),
        )
        return (words,)


@lru_cache(maxsize=256)
def _bytes(colour: tuple[float, float, float]) -> Bytes:
    return rgba(ManimColor(colour).to_hex().lower())


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
    return _typeset(source, True, body, style, size or style.type.formula, colour, context)


def text(
    source: str,
    style: Style,
    *,
    size: float | None = None,
    colour: str | None = None,
    width: float | None = None,
    align: str = "left",
    balanced: bool = False,
    context: str | None = None,
) -> Typeset:
    """Set Typst markup, equations between dollars included, about the origin.

    `size` is the cap height as a fraction of the frame's shorter side (the style's `caption`);
    lines break at `width`, in Manim units, and are aligned "left", "center" or "right". Those of a
    `balanced` text are as many, but all about as long: no word stands alone in the last.

    Raises ClipError when Typst cannot set the source.
    """
    size = size or style.type.caption
    if align not in ("left", "center", "right"):
        raise ClipError(f"Text cannot be aligned {align!r}: choose left, center or right.")
    limit = "auto" if width is None else f"{width / (size * SHORTER_SIDE)} * cap()"
    block = f"balanced({limit}, body)" if balanced and width else f"block(width: {limit}, body)"
    body = (
        f"{BALANCED if balanced else ''}#set align({align})\n#show: body => context {block}\n"
        f"#mark;{source.strip()}"
    )
    return _typeset(source, False, body, style, size, colour, context)


def code(pieces: Sequence[tuple[str, str]], style: Style, *, size: float) -> Typeset:
    """Set a line of code about the origin: pieces of it, each with its colour #rrggbb.

    `size` is the cap height as a fraction of the frame's shorter side.
    """
    written = "".join(piece for piece, _ in pieces)
    # Typst sets raw text at four fifths of what is around it.
    font = formats.quoted(style.font.code)
    body = f"#show raw: set text(font: {font}, size: 1.25em)\n#mark" + "".join(
        f'#text(fill: rgb("{colour}"), raw({formats.quoted(piece)}))' for piece, colour in pieces
    )
    # What reads the source back knows no fence but the shortest.
    source = written.replace("`", "'")
    return _typeset(f"`{source}`", False, body, style, size, None, None, style.font.code)


def baseline(mobject: Mobject) -> float:
    """Return the height of a formula's, a text's or a counter's baseline in scene coordinates."""
    if not hasattr(mobject, "baseline"):
        raise ClipError(f"A {type(mobject).__name__} has no baseline: it is no text or counter.")
    return float(mobject.baseline)


def _typeset(
    source: str,
    maths: bool,
    body: str,
    style: Style,
    size: float,
    colour: str | None,
    context: str | None,
    font: str | None = None,
) -> Typeset:
    """Set a body that begins with a mark, centred about the origin."""
    preamble = formats.typst(style, context, colour)
    cap = size * SHORTER_SIDE
    # The font of code claims taller capitals than it has.
    claimed = 1.0 if font is None else 1 / float(character("H", font)[0].high[1])
    mark, *glyphs = set_glyphs(source, preamble, body, font or style.font.text, claimed * cap)
    if not glyphs:
        raise ClipError(f"There is nothing to typeset in {source!r}.")
    typeset = Typeset(
        glyphs,
        mark.get_bottom()[1],
        cap,
        source=source,
        maths=maths,
        ink=colour or style.chrome.maths,
        style=style,
    )
    typeset.center()
    return typeset
