"""Soft extrema of a few numbers at a coldness β from 0 (hot) to ∞ (cold), and their panels."""

from functools import partial
from math import inf, log

import numpy as np
from manim import Group

from epochreel import varying
from epochreel.panels.thermometer import COLD, HOT, coldness

FOOT = 0.11  # room below zero, for the names of bars; a share of the height
MARGIN = 0.2  # of a thermometer, in Manim units


def softmax(numbers, beta):
    """Actual-softmax, (1/β) log mean exp(β·): the mean of the numbers (N,) at 0, the maximum at ∞.

    The mean is that of exp(β·) less 1, of which no digit is lost where β is small.
    """
    most = numbers.max()
    if beta in (0, inf):
        return float(most if beta else numbers.mean())
    return float(most + np.log1p(np.expm1(beta * (numbers - most)).mean()) / beta)


def softmin(numbers, beta):
    """Actual-softmin, −(1/β) log mean exp(−β·): the mean at 0, the minimum at ∞."""
    return -softmax(-numbers, beta)


def summed(numbers, beta):
    """(1/β) log Σ exp(β·), with no 1/N in it: the maximum at ∞, without bound at 0."""
    return softmax(numbers, beta) + (log(len(numbers)) / beta if beta else inf)


def softargmax(numbers, beta):
    """The shares exp(β·) / Σ exp(β·), (N,): the slopes of `softmax`, all alike at 0."""
    below = numbers - numbers.max()
    weights = (below == 0) * 1.0 if beta == inf else np.exp(beta * below)
    return weights / weights.sum()


def shares(numbers, at, turn):
    """Softargmax at a position of the scale; as `turn` goes to 1, of the numbers' negatives."""
    kinds = (softargmax(sign * numbers, coldness(at)) for sign in (1, -1))
    return np.tensordot([1 - turn, turn], np.stack(list(kinds)), 1)


def curve(extremum, numbers, start, end):
    """Points (position, height) of an extremum over a stretch of the scale, (S, 2)."""
    positions = np.linspace(start, end, 161)
    heights = [extremum(numbers, coldness(position)) for position in positions]
    return np.stack([positions, heights], axis=1)


class Planes:
    """Panels that share their heights: "bars", "curves" over a thermometer's scale, and "upper".

    The last is that of both, whose places across are Manim units from the left. `panel` makes one
    in a box; heights are shown from a little below 0 to `top`.
    """

    def __init__(self, panel, places, numbers, top):
        self.numbers, whole = numbers, places["upper"]
        self.right, self.left = whole.width, places["bars"].left - whole.left
        reading = places["curves"].width - 2 * MARGIN
        self.start, self.unit = self.right - reading - MARGIN, reading / (COLD - HOT)
        room = MARGIN / self.unit
        spans = (0, self.right), (-0.6, len(numbers) - 0.4), (HOT - room, COLD + room)
        self.upper, self.bars, self.curves = self.all = [
            panel(places[name], x=x, y=(-FOOT * top, top), equal=False, cross=False)
            for name, x in zip(("upper", "bars", "curves"), spans, strict=True)
        ]

    def reach(self, top):
        """Animations of all of them to other heights."""
        return [panel.zoom(y=(-FOOT * top, top)) for panel in self.all]

    def follow(self, extremum, hue, clock, start=HOT):
        """An extremum as far as the clock has come: its curve, its height over all, its point."""
        numbers, left, first, unit = self.numbers, self.left, self.start, self.unit

        def level(at):
            height = extremum(numbers, coldness(at))
            return [[left, height], [first + (at - HOT) * unit, height]]

        trace = varying(partial(curve, extremum, numbers, start), clock)
        return Group(
            self.curves.curve(trace, hue, width="arrow"),
            self.upper.curve(varying(level, clock), hue, width="level", rank="segments"),
            self.curves.probe(trace[-1:], hue),
        )

    def whole(self, extremum, hue):
        """The curve of an extremum from hot to cold."""
        return self.curves.curve(curve(extremum, self.numbers, HOT, COLD), hue, width="arrow")
