"""Numbers that become ever more: a function of [−1, 1] at the middles of 5, 10, 20 … equal parts.

At a `level` there are FIRST · 2^level of them. Between two levels, at 1.5 say, each number has been
halved: its two children stand where it stood, and are on their way to their own places and values.
"""

from math import ceil

import numpy as np
from manim import ValueTracker

FIRST, TIMES, DEEP = 5, 7, 5  # numbers at first; how often they are doubled on a line, in a plane
GAP = 0.3  # between bars at first, as a share of their pitch; none when they have become a curve


def count(at):
    """How many numbers there are."""
    return FIRST * 2 ** ceil(at)


def middles(level):
    """The middles (K,) of so many equal parts of [−1, 1]."""
    parts = count(level)
    return (2 * np.arange(parts) + 1) / parts - 1


PLACES = [middles(level) for level in range(TIMES + 1)]


def between(levels, at):
    """Numbers (K,), or (K, K), of a level or on their way to it from those that were halved."""
    upper = ceil(at)
    if upper == at:
        return levels[upper]
    old = levels[upper - 1]
    for axis in range(old.ndim):
        old = old.repeat(2, axis)
    return old + (at - upper + 1) * (levels[upper] - old)


def edges(at):
    """The left and the right edges of bars, (2, K)."""
    upper = ceil(at)
    half = (1 - GAP * (1 - upper / TIMES)) / count(upper)
    new = PLACES[upper] + np.array([[-half], [half]])
    if upper == at:
        return new
    (left, right), middle = edges(upper - 1), PLACES[upper - 1]
    old = np.array([[left, middle], [middle, right]]).swapaxes(1, 2).reshape(2, -1)
    return old + (at - upper + 1) * (new - old)


class Line:
    """A vector of FIRST numbers at a point (2,), and a function that is sampled ever finer.

    The clock `turn` leads from the one, at 0, to the other, at 1, `doubled` from level to level,
    `weighted` from the function's values to their products with the density p of the places.
    """

    def __init__(self, point, vector, function):
        self.clocks = [ValueTracker(0) for _ in range(3)]
        self.turn, self.doubled, self.weighted = self.clocks
        self.point, self.vector = point, vector
        self.levels = [function(x) for x in PLACES]
        self.weights = [(1 + np.cos(np.pi * x)) / 2 for x in PLACES]
        self.top = 1.04 * max(self.levels[-1].max(), vector.max())

    def heights(self, turn, at, weighted):
        """The numbers (K,)."""
        numbers = between(self.levels, at)
        if turn < 1:
            numbers = self.vector + turn * (numbers - self.vector)
        return numbers * (1 - weighted + weighted * between(self.weights, at))

    def bars(self, turn, at, weighted):
        """Bars side by side as one polygon (4K, 2): nothing shines between two that touch."""
        (left, right), top = edges(at), self.heights(turn, at, weighted)
        corners = [left, left, right, right], [0 * top, top, top, 0 * top]
        return np.array(corners).T.reshape(-1, 2)

    def dots(self, turn, at):
        """Where the numbers belong in the plane, (K, 2): at the point, or along the x₁ axis."""
        along = between(PLACES, at)
        return self.point + turn * (np.stack([along, 0 * along], axis=1) - self.point)

    def area(self, weighted, at):
        """The sum of the numbers times the width of a part: in the end the integral."""
        return float(2 * self.heights(1, at, weighted).mean())

    def looked_up(self, index):
        """What stands at an index from 0 to FIRST − 1: its place, and the number, (2,)."""
        known = np.arange(FIRST)
        return np.array([np.interp(index, known, each) for each in (PLACES[0], self.vector)])


def stairs(levels, scale, at):
    """The line (2K, 2) over numbers that have no gaps between them."""
    numbers = scale * between(levels, at)
    ends = np.linspace(-1, 1, len(numbers) + 1).repeat(2)[1:-1]
    return np.stack([ends, numbers.repeat(2)], axis=1)


class Plane:
    """A function of [−1, 1]² that is sampled ever finer; its middle row is that of a line."""

    def __init__(self, function):
        self.clocks = self.grown, self.finer = ValueTracker(0), ValueTracker(0)
        grids = (np.meshgrid(x, x) for x in PLACES[: DEEP + 1])
        self.levels = [
            function(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(x.shape) for x, y in grids
        ]

    def numbers(self, grown, at):
        """The numbers (K, K), rows from below; all but the middle row have `grown` from zero."""
        numbers = between(self.levels, at)
        share = np.full((len(numbers), 1), float(grown))
        share[len(numbers) // 2] = 1
        return share * numbers

    def blocks(self, grown, at):
        """Vertices (2K + 2, 2K + 2, 3) of blocks on a floor, as high as the numbers."""
        numbers = self.numbers(grown, at)
        ends = np.linspace(-1, 1, len(numbers) + 1).repeat(2)
        heights = np.pad(numbers.repeat(2, 0).repeat(2, 1), 1)
        return np.dstack([*np.meshgrid(ends, ends), heights])

    def dots(self, grown, at):
        """Where the numbers belong, (K², 2): at first all on the middle row."""
        x, y = np.meshgrid(between(PLACES, at), grown * between(PLACES, at))
        return np.stack([x.ravel(), y.ravel()], axis=1)
