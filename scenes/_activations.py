"""Functions of one number that move the plane, each of its axes by itself."""

import numpy as np

from epochreel import grid

EDGE, STEP = 3, 0.5
SPAN = np.linspace(-3 * EDGE, 3 * EDGE, 721)
KNOTS = np.arange(-EDGE, EDGE + STEP, STEP)
GRID = grid((-2 * EDGE, 2 * EDGE), (-2 * EDGE, 2 * EDGE), step=STEP, samples=241)
SLOPE = 0.1  # of leaky ReLU below zero
NEAR = 0.1  # how near an edge of tanh's square counts as at it

FUNCTIONS = {
    "identity": lambda x: x,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0),
    "leaky": lambda x: np.maximum(x, SLOPE * x),
    "softplus": lambda x: np.logaddexp(x, 0),
}


def cloud(seed=0, count=1000):
    """Points (N, 2) of a Gaussian of variance 1."""
    return np.random.default_rng(seed).standard_normal((count, 2))


class Journey:
    """Functions in a row: at 0 the first, at 1 the second, and in between a blend of both."""

    def __init__(self, *names):
        self.names = names

    def __call__(self, at, x):
        """The function at a place of the row, of numbers of any shape."""
        before = min(int(at), len(self.names) - 2)
        one, other = (FUNCTIONS[name](x) for name in self.names[before : before + 2])
        return one + (at - before) * (other - one)

    def plane(self, points, first, second, steep=1, turn=0):
        """Points (…, 2), turned by degrees and enlarged, then moved along each axis by its own."""
        cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        sums = steep * points @ np.array([[cos, sin], [-sin, cos]])
        return np.stack([self(first, sums[..., 0]), self(second, sums[..., 1])], axis=-1)

    def graph(self, x, at, steep):
        """The points (N, 2) of the function's graph over numbers (N,)."""
        return np.stack([x, self(at, steep * x)], axis=1)


def on_axes(points):
    """The percentage of points (N, 2) of which a coordinate is exactly 0."""
    return 100 * (points == 0).any(axis=1).mean()


def at_edges(points):
    """The percentage of points (N, 2) that lie NEAR an edge of the square from −1 to 1."""
    return 100 * (np.abs(points).max(axis=1) > 1 - NEAR).mean()
