"""Clip seconds to epochs: training time is not clip time.

timeline = Timeline().hold(2).train(to=300, run_time=6).hold(1)
timeline.epoch(0.0)  # 0.0
timeline.epoch(8.0)  # 300.0, and so until the end at 9 seconds
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from epochreel.errors import ClipError

__all__ = ["Pace", "Timeline"]


@dataclass(frozen=True)
class Pace:
    """How a stretch of training is spread over its seconds.

    `speed_up` is the speed at the end over the speed at the start (epochs a second): 1 is even,
    10 dwells on the beginning and leaves ten times faster, 0.1 arrives slowly. `ease` is the share
    of the time, 0 to 0.5, in which playback gets going, and again comes to rest.
    """

    speed_up: float = 1.0
    ease: float = 0.15

    def __post_init__(self) -> None:
        if not (np.isfinite(self.speed_up) and self.speed_up > 0):
            raise ClipError(f"A speed-up of {self.speed_up} is no ratio of speeds; give one > 0.")
        if not 0 <= self.ease <= 0.5:
            raise ClipError(f"An ease of {self.ease} is not a share from 0 to 0.5 of the time.")

    def __call__(self, alpha: float) -> float:
        """Share of the epochs, 0 to 1, that is behind after a share `alpha` of the seconds."""
        share = self._eased(min(max(alpha, 0.0), 1.0))
        if abs(self.speed_up - 1) < 1e-9:
            return share
        return float((self.speed_up**share - 1) / (self.speed_up - 1))

    def _eased(self, alpha: float) -> float:
        """Integral of a speed that rises as 3u² − 2u³, stays, and falls the same way."""
        if alpha > 0.5:
            return 1 - self._eased(1 - alpha)
        u = alpha / self.ease if alpha < self.ease else 1.0
        risen = self.ease * (u**3 - u**4 / 2)
        return (risen + max(alpha - self.ease, 0.0)) / (1 - self.ease)


@dataclass(frozen=True)
class _Stretch:
    start: float
    end: float
    run_time: float
    pace: Callable[[float], float] = field(default_factory=Pace)

    def epoch(self, seconds: float) -> float:
        """The epoch so many seconds after the start of this stretch."""
        return self.start + (self.end - self.start) * float(self.pace(seconds / self.run_time))


@dataclass(frozen=True)
class Timeline:
    """Stretches of training and holds, one after the other; immutable."""

    first_epoch: float = 0.0
    stretches: tuple[_Stretch, ...] = ()

    @property
    def last_epoch(self) -> float:
        """The epoch on screen at the end."""
        return self.stretches[-1].end if self.stretches else self.first_epoch

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return float(sum(stretch.run_time for stretch in self.stretches))

    def train(
        self,
        to: float,
        run_time: float,
        pace: Callable[[float], float] | None = None,
        *,
        start: float | None = None,
    ) -> Timeline:
        """Go on to the epoch `to` (later or earlier) within `run_time` seconds.

        It goes on from `start`, by default the last epoch. A pace is the share of the way, from 0
        to 1, behind after a share of the seconds.
        """
        start = self.last_epoch if start is None else float(start)
        return self._then(_Stretch(start, float(to), run_time, pace or Pace()))

    def hold(self, run_time: float, *, at: float | None = None) -> Timeline:
        """Stay at an epoch, by default the last, for `run_time` seconds."""
        at = self.last_epoch if at is None else float(at)
        return self._then(_Stretch(at, at, run_time))

    def epoch(self, seconds: float) -> float:
        """The (fractional) epoch on screen after `seconds`; constant before and after the clip."""
        if not self.stretches:
            return self.first_epoch
        ends = list(accumulate(stretch.run_time for stretch in self.stretches))
        index = min(bisect_right(ends, seconds), len(ends) - 1)
        stretch = self.stretches[index]
        return stretch.epoch(seconds - (ends[index] - stretch.run_time))

    def _then(self, stretch: _Stretch) -> Timeline:
        if not (np.isfinite(stretch.run_time) and stretch.run_time > 0):
            raise ClipError(f"A run time of {stretch.run_time} s cannot be played; give one > 0.")
        return Timeline(self.first_epoch, (*self.stretches, stretch))
