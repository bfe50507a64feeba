"""The gaps that level lines leave for their numbers, cut into polylines."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from epochreel.marks.kinds import Floats
from epochreel.notation.typesetting import turned

__all__ = ["Gap", "outside"]


@dataclass(frozen=True)
class Gap:
    """A rectangle about `centre` (2,), of `half` its sides (2,), turned by `turn` degrees."""

    centre: Floats
    half: Floats
    turn: float

    def inside(self, start: Floats, end: Floats) -> tuple[float, float]:
        """The shares of the way from a start (2,) to an end (2,) between which it is inside.

        The first is not less than the second where nothing is. Source: Liang and Barsky, 1984.
        """
        a, b = turned(np.array([start, end]) - self.centre, -self.turn) / self.half
        with np.errstate(divide="ignore", invalid="ignore"):
            passes = np.sort(np.array([-1 - a, 1 - a]) / (b - a), axis=0)
        outside = np.where(np.abs(a) < 1, [[-np.inf], [np.inf]], [[np.inf], [-np.inf]])
        passes = np.where(a == b, outside, passes)
        return max(float(passes[0].max()), 0.0), min(float(passes[1].min()), 1.0)


def outside(line: Floats, seen: Floats, gap: Gap) -> list[Floats]:
    """The parts of a line (S, 2) outside a gap of the picture in which it is `seen` (S, 2)."""
    parts: list[list[Floats]] = [[line[0]]]
    for (a, b), ends in zip(itertools.pairwise(line), itertools.pairwise(seen), strict=True):
        start, end = gap.inside(*ends)
        if start < end:
            if start > 0:
                parts[-1].append(a + start * (b - a))
            parts.append([a + end * (b - a)])
        if not start < end or end < 1:
            parts[-1].append(b)
    return [np.array(part) for part in parts if len(part) > 1]
