"""The 4-2-4 encoder as a graph whose edges and nodes wear its numbers."""

from math import floor

import numpy as np
from manim import smooth

from epochreel.look.ramps import ramp

FOUR, TWO = (3, 2, 1, 0), (2.1, 0.9)
PLACES = np.array([[x, y] for x, ys in ((0, FOUR), (1.5, TWO), (3, FOUR)) for y in ys])
EDGES = [[i, 4 + j] for j in range(2) for i in range(4)]
EDGES = np.array(EDGES + [[4 + i, 6 + j] for j in range(4) for i in range(2)])
MOST, WIDEST = 1.3, 0.05  # a value of full colour; half the width of an edge for a weight of 1


SLOW, SOME, EVERY = 8, 28, 12  # patterns that are shown slowly, less slowly; of the others each so


def eased(at):
    """Slow steps, each of which begins and ends at rest, and faster ones that do not."""
    return floor(at) + smooth(at - floor(at)) if at < SLOW else at


def coloured(style, values):
    """Colours (N, 4) of values (N,): red below 0, blue above."""
    share = np.clip(0.5 + 0.5 * np.asarray(values) / MOST, 0, 1)
    return ramp(style, "signed")[np.rint(255 * share).astype(int)]


def bands(weights):
    """The edges as quadrilaterals (E, 4, 2), as wide as their weights (E,) are strong."""
    start, end = PLACES[EDGES.T]
    across, up = (end - start).T
    aside = np.stack([-up, across], axis=1) / np.hypot(across, up)[:, None]
    out = aside * (WIDEST * np.abs(weights) + 0.004)[:, None]
    return np.stack([start - out, end - out, end + out, start + out], axis=1)


class Encoder:
    """The numbers of a run at any time: `y` (4, 4) are its patterns, `shown` which comes when."""

    def __init__(self, run, y, shown):
        self.y, self.shown, self.last = y, shown, int(run.epochs[-1])
        self.knots = np.r_[: SOME + 1, SOME + EVERY : self.last : EVERY, self.last]
        self.codes = np.array([run.tensor("codes", at) for at in run.epochs], dtype=float)
        self.outputs = np.array([run.tensor("outputs", at) for at in run.epochs], dtype=float)
        given = [run.parameters(at) for at in run.epochs]
        self.first, self.second, self.bias = (
            np.array([each[name] for each in given], dtype=float)
            for name in ("code.0.weight", "output.0.weight", "output.0.bias")
        )

    def between(self, values, at):
        """One of values (T, …) at a time; when the steps are fast, straight past some of them."""
        now = min(eased(at), self.last)
        k = min(np.searchsorted(self.knots, now, side="right"), len(self.knots) - 1)
        first, after = self.knots[k - 1 : k + 1]
        return values[first] + (now - first) / (after - first) * (values[after] - values[first])

    def weights(self, at):
        """All weights (16,), in the order of the edges."""
        both = self.first, self.second
        return np.concatenate([self.between(each, at).ravel() for each in both])

    def nodes(self, at):
        """The values of all nodes (10,) for the pattern that is shown."""
        first = min(floor(at), self.last - 1)
        before, after = (self.active(k, self.shown[k]) for k in (first, first + 1))
        return before + (min(eased(at), self.last) - first) * (after - before)

    def held(self, pattern, at):
        """The values of all nodes (10,) for one pattern."""
        parts = (self.between(each[:, pattern], at) for each in (self.codes, self.outputs))
        return np.concatenate([self.y[pattern], *parts])

    def active(self, epoch, pattern):
        """The values of all nodes (10,) for a pattern."""
        return np.concatenate(
            [self.y[pattern], self.codes[epoch, pattern], self.outputs[epoch, pattern]]
        )

    def tested(self, which):
        """The values of all nodes (10,) in the end, from one pattern to the next."""
        before, after = (self.active(self.last, min(floor(which), 2) + k) for k in (0, 1))
        return before + smooth(which - min(floor(which), 2)) * (after - before)

    def trails(self, at, length=240):
        """Where the codes were, (4, S, 2)."""
        times = np.linspace(0, min(eased(at), self.last), length)
        paths = self.codes[self.knots].reshape(len(self.knots), -1).T
        found = np.stack([np.interp(times, self.knots, path) for path in paths], axis=1)
        return found.reshape(length, -1, 2).transpose(1, 0, 2)

    def borders(self, at):
        """Where each output is zero: a line (4, 2, 2) in the plane of the codes."""
        w, b = (self.between(each, at) for each in (self.second, self.bias))
        length = np.maximum((w**2).sum(axis=1), 1e-3)[:, None]
        foot, along = -b[:, None] * w / length, np.stack([-w[:, 1], w[:, 0]], axis=1)
        return np.stack([foot + s * along / np.sqrt(length) for s in (-9, 9)], axis=1)
