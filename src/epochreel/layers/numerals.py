"""Numbers that change in a place of their own: digits stay below digits, whatever the sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from epochreel.look.style import Style
from epochreel.notation.lettering import Sheet, lettering
from epochreel.notation.typesetting import character, number_writing, rounded

__all__ = ["LETTERS", "Numerals", "spelled"]

LETTERS = "0123456789.−"
"""Of which numbers are made."""

ASIDE = 0.25  # of a minus by which digits stand to the right of the middle, where there may be one


def spelled(
    texts: Sequence[str], letters: str, advances: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """All characters of texts: which of `letters`, of which text, and how far the advances move it.

    Each is (M,); a pen is where it stands behind that of its text.
    """
    which = np.array([letters.index(letter) for text in texts for letter in text], np.int64)
    lengths = np.array([len(text) for text in texts], np.int64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    pens = np.cumsum(advances[which]) - advances[which]  # were all in one line
    return which, owner, pens - pens[np.cumsum(lengths) - lengths][owner]


@dataclass(frozen=True)
class Numerals:
    """How numbers from `low` to `high` are written in a style, with so many `decimals`.

    The digits of the longest stand about the middle of their place, a minus hangs before them.
    Lengths are in caps.
    """

    low: float
    high: float
    decimals: int
    style: Style

    def text(self, number: float) -> str:
        """A number as it is written; what is rounded to zero has no sign."""
        return rounded(number, self.decimals)

    @cached_property
    def width(self) -> float:
        """Room for any of them, as much on either side of the middle."""
        return self._digits + 2 * (1 - ASIDE) * self._minus

    def letters(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """All characters of texts: which of `LETTERS`, of which text, and where its pen stands.

        Each is (M,); pens are to the right of the middle.
        """
        which, owner, pens = spelled(texts, LETTERS, self._advances)
        widths = np.bincount(owner, self._advances[which])
        right = self._digits / 2 + ASIDE * self._minus
        return which, owner, pens - widths[owner] + right

    def sheet(self, cap: float) -> Sheet:
        """The letters as they are drawn with capitals of `cap` pixels."""
        writings = tuple(number_writing(letter, self.style) for letter in LETTERS)
        return lettering(writings, round(cap, 2), 0.0, True)

    @cached_property
    def _advances(self) -> NDArray[np.float64]:
        """How far each of the letters moves the pen."""
        return np.array([character(letter, self.style.font.text)[1] for letter in LETTERS])

    @cached_property
    def _digits(self) -> float:
        """The width of the longest without its sign."""
        return max(self._advance(self.text(abs(end))) for end in (self.low, self.high))

    @cached_property
    def _minus(self) -> float:
        """The width of a minus, where there may be one."""
        return self._advance("−") if self.text(self.low).startswith("−") else 0.0

    def _advance(self, text: str) -> float:
        return float(sum(self._advances[LETTERS.index(letter)] for letter in text))
