"""An energy over a line, the density that it means, and what pushes it down and up."""

import numpy as np
from manim import Group

from trainers.maximum_likelihood import BETAS, BINS, CELLS, REACH, cells, data, shares

LINE = cells().numpy().astype(float)
CELL, BIN = 2 * REACH / CELLS, 2 * REACH / BINS
MIDDLES = LINE.reshape(BINS, -1).mean(axis=1)
PER_BIN = CELLS // BINS
DEPTH = 0.22  # room below the energies, of their height
FOOT = 0.35  # room below densities for the name of the axis


class Belief:
    """The net of one coldness, as functions of the epoch; F is drawn so that P = exp(−βF)."""

    def __init__(self, net, name, samples):
        self.name, self.beta = name, BETAS[name]
        which = [*BETAS].index(name)
        raw = net(LINE[:, None])[:, which]
        whole = np.log(np.exp(-self.beta * raw).sum() * CELL) / self.beta
        self.energy = raw + whole
        self.lying = net(samples[:, None])[:, which] + whole
        self.density = np.exp(-self.beta * self.energy)
        self.masses = self.density.reshape(BINS, PER_BIN).sum(axis=1) * CELL
        middle = slice((PER_BIN - 1) // 2, PER_BIN // 2 + 1)
        self.heights = self.energy.reshape(BINS, PER_BIN)[:, middle].mean(axis=1)

    def wall(self, epoch, samples):
        """How far the energy goes up and down among the samples, a hundredth at each end aside."""
        low, high = np.quantile(samples, [0.01, 0.99])
        inside = self.energy(epoch)[(low < LINE) & (high > LINE)]
        return np.ptp(inside)

    def bumps(self, epoch):
        """How many maxima the density has."""
        before, here, after = (self.density(epoch)[k : CELLS - 2 + k] for k in range(3))
        return int(((here > before) & (here > after)).sum())


def heights(top):
    """The limits of energies as high as this, and of arrows below them."""
    return -DEPTH * top, 1.05 * top


def over(x, values):
    """The curve (S, 2) of values (S,) over x (S,)."""
    return np.stack([values * 0 + x, values], axis=1)


class Planes:
    """The plane of energies, "hero", above that of densities, "under", and the samples' bars."""

    def __init__(self, clip, top, config):
        self.samples = data(config).numpy().astype(float)
        self.target = shares(data(config)).numpy().astype(float)
        most = 1.15 * self.target.max() / BIN
        line = {"x": (-REACH, REACH), "equal": False}
        self.upper = clip.panel("hero", y=heights(top), y_label="F", **line)
        self.lower = clip.panel("under", y=(-FOOT * most, most), cross=False, **line)
        corners = np.array([[-0.5, 0], [0.5, 0], [0.5, 1], [-0.5, 1]])
        bars = np.stack([corners * [0.9 * BIN, each / BIN] for each in self.target])
        at = np.stack([MIDDLES, 0 * MIDDLES], axis=1)
        floor = np.array([[-REACH, 0], [REACH, 0]])
        ends = np.array([[-REACH, most], [REACH, 0]])
        self.all = Group(
            self.upper,
            self.lower,
            self.lower.polygons(bars, "y", at=at, fill=0.4),
            self.lower.curve(floor, "axis", width="axis", rank="grid"),
            self.lower.words(ends, ["P", "y"], towards=[[1, -1], [-1, -1]], size="label"),
        )

    def curves(self, belief, energy="F", density="ytilde", epoch=None, **options):
        """F and P, while a net trains or at an epoch."""
        pair = belief.energy, belief.density
        values = pair if epoch is None else [each(epoch) for each in pair]
        shown = zip((self.upper, self.lower), values, (energy, density), strict=True)
        options = {"width": "arrow"} | options
        return Group(*(plane.curve(over(LINE, v), hue, **options) for plane, v, hue in shown))

    def dots(self, belief):
        """The samples on the energy."""
        size = 1.5 * self.upper.style.size.point
        return self.upper.scatter(over(self.samples, belief.lying), "y", size=size)

    def pushes(self, belief, scale, down=1, up=1):
        """Arrows down, as long as the samples' shares, and up, as long as the masses of P.

        Both are drawn at a share, `down` and `up`, of their length.
        """
        at = over(MIDDLES, belief.heights)
        return [
            self.upper.vectors(
                at, over(0, pushes), hue, scale=scale, width=self.upper.style.line.arrow
            )
            for pushes, hue in ((-down * self.target, "y"), (up * belief.masses, "yhat"))
        ]

    def name(self, belief, epoch, hue):
        """The coldness at the left end of the energy at an epoch, of the lowest below it."""
        end, towards = [[-REACH, belief.energy(epoch)[0]]], (1, -2 if belief.name == "cold" else 1)
        words = [f"beta = {belief.beta:g}"]
        return self.upper.words(end, words, hue, towards=towards, size="label")
