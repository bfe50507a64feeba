"""Numbers that change in a place of their own: digits stay below digits, whatever the sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from epochreel.notation.typesetting import Outline, character

__all__ = ["Numerals"]

ASIDE = 0.25  # of a minus by which digits stand to the right of the middle, where there may be one


@dataclass(frozen=True)
class Numerals:
    """How numbers from `low` to `high` are written: with so many `decimals`, in a `font`.

    The digits of the longest stand about the middle of their place, a minus hangs before them.
    Lengths are in caps.
    """

    low: float
    high: float
    decimals: int
    font: str

    def text(self, number: float) -> str:
        """A number as it is written; what is rounded to zero has no sign."""
        return f"{round(number, self.decimals) + 0.0:.{self.decimals}f}".replace("-", "−")

    @cached_property
    def width(self) -> float:
        """Room for any of them, as much on either side of the middle."""
        return self._digits + 2 * (1 - ASIDE) * self._minus

    def pens(self, text: str) -> Iterator[tuple[Outline, float]]:
        """The shape of each character and where its pen stands, to the right of the middle."""
        pen = self._digits / 2 + ASIDE * self._minus - self._advance(text)
        for letter in text:
            outline, advance = character(letter, self.font)
            yield outline, pen
            pen += advance

    @cached_property
    def _digits(self) -> float:
        """The width of the longest without its sign."""
        return max(self._advance(self.text(abs(end))) for end in (self.low, self.high))

    @cached_property
    def _minus(self) -> float:
        """The width of a minus, where there may be one."""
        return self._advance("−") if self.text(self.low).startswith("−") else 0.0

    def _advance(self, text: str) -> float:
        return sum(character(letter, self.font)[1] for letter in text)
