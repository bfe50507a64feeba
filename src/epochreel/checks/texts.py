"""Where a text stands, how large it is, and in which colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from manim import Mobject, config
from numpy.typing import NDArray

from epochreel.layers import Counter
from epochreel.look.style import rgba
from epochreel.notation.maths import Typeset

__all__ = ["OPAQUE", "Box", "Glyph", "Text", "text_of"]

OPAQUE = 0.98
"""Below this opacity a text is de-emphasised, or still fading."""


Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in shares of the frame."""


@dataclass(frozen=True)
class Glyph:
    """Where a glyph is, and its colour, red, green and blue."""

    box: Box
    colour: tuple[int, int, int]


@dataclass(frozen=True)
class Text:
    """A text as it stands at the end of a play, or the points of a layer.

    `start` and `end` are the seconds of the play, `cap` is the height of its capitals (the width
    of its points) as a share of the frame's shorter side, `slots` the box in which a number counts
    by itself, `points` whether its glyphs are points.
    """

    start: float
    end: float
    cap: float
    glyphs: tuple[Glyph, ...]
    slots: Box | None = None
    opacity: float = 1.0
    points: bool = False

    @property
    def box(self) -> Box:
        """What its glyphs cover."""
        left, top, right, bottom = zip(*(glyph.box for glyph in self.glyphs), strict=True)
        return min(left), min(top), max(right), max(bottom)

    def seen_at(self, seconds: float) -> bool:
        """Whether it stands there at a time."""
        return self.start <= seconds <= self.end


def text_of(mobject: Mobject) -> Text | None:
    """A formula, words or a counter as it is now; None for what is none, or is not to be seen."""
    if isinstance(mobject, Typeset):
        return _typeset(mobject)
    if isinstance(mobject, Counter) and mobject.opacity > 0:
        return _counter(mobject)
    return None


def _typeset(typeset: Typeset) -> Text | None:
    seen = [glyph for glyph in typeset.submobjects if glyph.get_fill_opacity() > 0]
    if not seen:
        return None
    glyphs = tuple(
        Glyph(_box(glyph.points), _rgb(rgba(glyph.get_fill_color().to_hex().lower())))
        for glyph in seen
    )
    opacity = max(float(glyph.get_fill_opacity()) for glyph in seen)
    return Text(0, 0, _cap(typeset), glyphs, opacity=opacity)


def _counter(counter: Counter) -> Text:
    """The slots that hold a digit or a sign now; a point is too small to measure."""
    number, edges = counter.shown(), counter.right_edges
    left, top, right, bottom = slots = _box(counter.points)
    ends = left + (right - left) * np.concatenate([[0.0], edges])[-len(number) - 1 :] / edges[-1]
    glyphs = tuple(
        Glyph((float(start), top, float(end), bottom), _rgb(counter.colour))
        for letter, start, end in zip(number, ends[:-1], ends[1:], strict=True)
        if letter.isdigit() or len(number) == 1
    )
    return Text(0, 0, _cap(counter), glyphs, slots, counter.opacity)


def _cap(text: Typeset | Counter) -> float:
    return float(text.cap / min(config.frame_width, config.frame_height))


def _rgb(colour: NDArray[np.uint8]) -> tuple[int, int, int]:
    red, green, blue = colour[:3].tolist()
    return red, green, blue


def _box(points: NDArray[np.float64]) -> Box:
    shares = points[:, :2] / [config.frame_width, -config.frame_height] + 0.5
    (left, top), (right, bottom) = shares.min(axis=0), shares.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
