"""Inference by descent, for one observation and for all: arrays over their clocks."""

from math import pi

import numpy as np
import torch
from _ellipse import AROUND, Ellipse, doubles

from trainers.ellipse_ebm import energy

START = 4.6  # where the descent begins: on the far side
RATE, STEPS = 0.1, 20
FINE = torch.arange(1440, dtype=torch.float64) * (2 * pi / 1440)


class Inference(Ellipse):
    """The angle z over a clock t: once around, back to the start, then a step of descent a unit.

    `w` (2,) are the axes of the decoder, `place` (2,) is the observation y′.
    """

    def __init__(self, w, place):
        super().__init__(w, FINE)
        self.place = np.asarray(place, np.float64)
        path = self.descent()
        self.ready = 4 * pi - path[0]
        self.steps = self.ready + np.arange(len(path))
        self.moments = np.concatenate([[0, 2 * pi], self.steps])
        self.path = np.concatenate([[0, 2 * pi], path])

    def descent(self):
        """Angles (STEPS + 1,) of gradient descent: z ← z − RATE ∂E/∂z."""
        z, path = torch.tensor([START], dtype=torch.float64, requires_grad=True), [START]
        for _ in range(STEPS):
            total = energy(torch.from_numpy(self.place), z, self.w).sum()
            (slope,) = torch.autograd.grad(total, z)
            z = (z - RATE * slope).detach().requires_grad_()
            path.append(z.item())
        return np.array(path)

    def energies(self, z):
        """The points (z, E(y′, z)) of angles (Z,), (Z, 2)."""
        return np.stack([z, energy(doubles(self.place), doubles(z), self.w).numpy()], axis=1)

    def z(self, t):
        """The angle on screen, in [0, 2π], (1,); steps are joined by straight moves."""
        return np.interp([t], self.moments, self.path)

    def energy(self, t):
        """E(y′, z), a number."""
        return float(self.energies(self.z(t))[0, 1])

    def predicted(self, t):
        """ỹ = g(z), (1, 2)."""
        return self.drawn(self.z(t))

    def ends(self, t):
        """The points (z, 0) and (z, E) of the graph, (2, 2)."""
        here = self.energies(self.z(t))
        return np.concatenate([here * [1, 0], here])

    def curve(self, t):
        """E(y′, z) as far as z has come on its way around, (S, 2)."""
        return self.energies(np.minimum(AROUND, t))

    def trail(self, t):
        """The points (z, E) between the steps that are behind, (STEPS + 1, 2)."""
        return self.energies(
            np.interp(np.minimum(self.steps, max(t, self.ready)), self.steps, self.path[2:])
        )


class Pulls:
    """From every place (N, 2) towards its ž: lines that grow, then shrink into arrows."""

    def __init__(self, places, ellipse, arrow):
        self.places, self.downhill, self.arrow = places, ellipse.downhill(places), arrow
        self.moments = 0.75 * (places[:, :1] - places[:, 0].min()) / np.ptp(places[:, 0])

    def __call__(self, sweep, scale):
        """Tips (N, 2): half of −∇F reaches g(ž), and the last column gets there at sweep = 1."""
        grown = np.clip((sweep - self.moments) / 0.25, 0, 1)
        grown = grown * grown * (3 - 2 * grown)
        return self.places + grown * (0.5 + scale * (self.arrow - 0.5)) * self.downhill


class Mix:
    """Colours on their way from some to others, RGBA (…, 4), 0 to 1."""

    def __init__(self, first, second):
        self.first, self.second = first.astype(float), second.astype(float)

    def __call__(self, share):
        return np.rint((1 - share) * self.first + share * self.second).astype(np.uint8)


class Rise:
    """Heights (h, w) that rise from a floor, 0 to 1."""

    def __init__(self, heights):
        self.heights = heights

    def __call__(self, share):
        return share * self.heights


def squares(limits, step=0.25):
    """The centres (N, 2) of the squares of this side that fill limits from the origin."""
    left, right, bottom, top = limits
    across, up = (
        np.arange(np.ceil(low / step), np.floor(high / step)) * step + step / 2
        for low, high in ((left, right), (bottom, top))
    )
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
