"""What classifier_energy measures: energies of classes, and one of them as a landscape."""

import numpy as np
from manim import ValueTracker

from epochreel import Function, varying
from epochreel.layers import lattice
from epochreel.look import colour_maps

SAMPLES = 91  # of a landscape, either way
RANGE, LINEAR_RANGE = {"low": 0, "high": 35}, {"low": -20, "high": 20}
"""Of the energy, and of the negative linear output."""


def energies(net, points):
    """F = −s_k + log Σ exp s_j of points (N, 2) for every class, (N, K), over the epochs."""
    s = net(points)
    top = s.max(axis=1, keepdims=True)
    return top + np.log(np.exp(s - top).sum(axis=1, keepdims=True)) - s


def softargmax(s):
    """What a vector s (K,) of linear outputs says of the classes, over the epochs."""
    shares = np.exp(s - s.max())
    return shares / shares.sum()


class Landscape:
    """The energy of class k at an epoch, as heights from 0 to 1 of its range.

    The clock `linear` takes the sum over the classes away, from 0 to 1; `risen` is how far the
    heights have grown out of the floor. `limits` are left, right, bottom and top of the floor.
    """

    def __init__(self, net, epoch, k, limits):
        self.net, self.epoch, self.k = net, epoch, k
        self.linear, self.risen = ValueTracker(0), ValueTracker(0)
        left, right, bottom, top = limits
        points = lattice((left, right), (bottom, top), SAMPLES, SAMPLES)
        self.shares = self.share(points).reshape(SAMPLES, SAMPLES)
        self.heights = self.grown(self.shares)

    def share(self, points):
        """The energy at points (N, 2) as a share of its range, (N,)."""
        own = -self.net(points)(self.epoch)[:, self.k].astype(np.float64)
        total = energies(self.net, points)(self.epoch)[:, self.k] - own

        def held(linear):
            low, high = ((1 - linear) * RANGE[end] + linear * LINEAR_RANGE[end] for end in RANGE)
            return np.clip(((1 - linear) * total + own - low) / (high - low), 0, 1)

        return varying(held, self.linear)

    def grown(self, shares):
        return varying(float, self.risen) * shares

    def lying(self, points):
        """Points (N, 2) as they lie on the landscape, (N, 3)."""
        return np.column_stack([points, self.grown(self.share(points))])

    def surface(self, space):
        """In the colours of its shares, which are there before the heights."""
        table = colour_maps.colours(space.style, "energy")
        colours = Function(lambda shares: table[np.rint(255 * shares).astype(int)], self.shares)
        return space.surface(self.heights, colours=colours)

    def level_lines(self, space, levels, linear):
        """Lines at these levels of the energy, or of the linear output, when all has risen."""
        low, high = (LINEAR_RANGE if linear else RANGE).values()
        return space.levels(self.shares(linear), (levels - low) / (high - low))
