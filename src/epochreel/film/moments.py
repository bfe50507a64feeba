"""Moments of a clip, as a person names them: seconds, beats, or so many at even distances."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from epochreel.errors import ClipError, choices
from epochreel.film.frames import Reel

__all__ = ["Moments"]


@dataclass(frozen=True)
class Moments:
    """Those that `at` names; or one `every` so many seconds; or `count` evenly to the last frame.

    A text of `at` is numbers of seconds with commas between them, or a beat, where it begins.
    """

    at: tuple[str, ...] = ()
    every: float | None = None
    count: int = 1

    def of(self, reel: Reel) -> list[float]:
        """The seconds of a clip; raises ClipError for a text that is neither numbers nor a beat."""
        if self.at:
            return [second for text in self.at for second in _named(text, reel)]
        if self.every is not None:
            return list(np.arange(0, reel.seconds - 0.5 / reel.frame_rate, self.every))
        numbers = np.linspace(0, reel.frames - 1, min(self.count, reel.frames)).round()
        return list(numbers / reel.frame_rate)

    @property
    def last(self) -> float:
        """The last of the seconds, infinite where that depends on the clip."""
        return max((max(_numbers(text) or [inf]) for text in self.at), default=inf)


def _named(text: str, reel: Reel) -> list[float]:
    if text in reel.beats:
        return [reel.beats[text]]
    if (numbers := _numbers(text)) is not None:
        return numbers
    raise ClipError(
        f"There is no moment {text!r}: give seconds, such as 17.5,33, or a beat; "
        f"{choices(text, reel.beats)}"
    )


def _numbers(text: str) -> list[float] | None:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return None
