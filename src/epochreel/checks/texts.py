"""Where a text stands, how large it is, and in which colours, in shares of the frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from manim import config
from numpy.typing import NDArray

from epochreel.marks.kinds import Words

__all__ = ["OPAQUE", "Glyph", "Shares", "Text", "shares", "text_of"]

OPAQUE = 0.98
"""Below this opacity a text is de-emphasised, or still fading."""


Shares: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in shares of the frame."""


@dataclass(frozen=True)
class Glyph:
    """Where a glyph is, and its colour, red, green and blue."""

    box: Shares
    colour: tuple[int, int, int]


@dataclass(frozen=True)
class Text:
    """A text as it stands at the end of a play, or the points of a layer.

    `start` and `end` are the seconds of the play, `cap` is the height of its capitals (the width
    of its points) as a share of the frame's shorter side, `slots` the box in which a number counts
    by itself, `points` whether its glyphs are points, `detail` whether it is part of a picture, as
    the name of an axis in space is.
    """

    start: float
    end: float
    cap: float
    glyphs: tuple[Glyph, ...]
    slots: Shares | None = None
    opacity: float = 1.0
    points: bool = False
    detail: bool = False

    @property
    def box(self) -> Shares:
        """What its glyphs cover."""
        left, top, right, bottom = zip(*(glyph.box for glyph in self.glyphs), strict=True)
        return min(left), min(top), max(right), max(bottom)

    def seen_at(self, seconds: float) -> bool:
        """Whether it stands there at a time."""
        return self.start <= seconds <= self.end


def text_of(words: Words) -> Text:
    """A formula, words or a number as it is now."""
    glyphs = tuple(
        Glyph(shares(*_ends(curves)), (red, green, blue))
        for curves, ink in words.glyphs
        if _tall(curves, words)
        for red, green, blue in [ink[:3].tolist()]
    )
    slots = None
    if (box := words.slots) is not None:
        slots = shares(np.array([box.left, box.bottom]), np.array([box.right, box.top]))
    cap = words.cap / min(config.frame_width, config.frame_height)
    return Text(0, 0, cap, glyphs, slots, words.opacity, detail=words.detail)


def shares(low: NDArray[np.float64], high: NDArray[np.float64]) -> Shares:
    """A rectangle between its lowest and its highest place (2,) in Manim units."""
    (left, bottom), (right, top) = np.array([low, high]) / [config.frame_width, config.frame_height]
    return float(left + 0.5), float(0.5 - top), float(right + 0.5), float(0.5 - bottom)


def _ends(curves: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return curves.min(axis=(0, 1)), curves.max(axis=(0, 1))


def _tall(curves: NDArray[np.float64], words: Words) -> bool:
    """Whether a glyph is large enough to be measured, which a point in a number is not."""
    low, high = _ends(curves)
    return words.slots is None or len(words.glyphs) == 1 or bool(high[1] - low[1] > words.cap / 2)
