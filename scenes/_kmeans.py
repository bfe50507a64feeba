"""A k-means run as functions of its half steps, and how it is drawn."""

from math import floor

import numpy as np
from manim import Group, smooth

from epochreel import varying
from epochreel.look.hues import paint
from epochreel.marks.box import Box
from epochreel.runs.recorded import recorded

STRIDE = 7  # between the colours of neighbours


def colours(style, wells):
    """A colour (4,) for each of wells (K, 2): those that are at neighbouring angles are apart."""
    order = np.argsort(np.argsort(np.arctan2(*wells.T)))
    return paint(style, (STRIDE * order % len(wells)) / (len(wells) - 1))


def within(box, ratio):
    """The largest box of a ratio of width to height in the middle of another."""
    width = min(box.width, ratio * box.height)
    x, y, _ = box.centre
    return Box(x - width / 2, y - width / ratio / 2, x + width / 2, y + width / ratio / 2)


def eased(at):
    """Half steps, each of which begins and ends at rest."""
    return floor(at) + smooth(at - floor(at))


def turns(colour, faint, at):
    """A colour (4,) for inference and one for learning, (2, 4): bright where it is their turn."""
    learning = np.clip(0.5 + 4 * np.sin(np.pi * at), 0, 1)
    shades = np.stack([colour, colour])
    shades[:, 3] = np.rint(255 * np.maximum([1 - learning, learning], faint))
    return shades


class Clustering:
    """The wells of a run, in `hues` (K, 4), and the points that pick them."""

    def __init__(self, run, hues):
        self.hues = hues
        self.w, self.z, self.loss = (recorded(run, name) for name in ("w", "z", "loss"))
        self.last = int(run.epochs[-1])
        losses = np.array([self.loss(epoch) for epoch in range(self.last + 1)])
        self.rest = int(np.flatnonzero(np.diff(losses) < 0)[-1]) + 1
        self.dead = np.setdiff1d(np.arange(len(hues)), self.z(self.last))

    def wells(self, at):
        """The wells (K, 2): they move in the first half of a step."""
        return self.w(eased(at))

    def farthest(self):
        """Where the well begins, (2,), that moves farthest in the first half step."""
        start = self.w(0)
        return start[np.linalg.norm(self.w(1) - start, axis=1).argmax()]

    def owners(self, at):
        """The wells (K, 2) as they were in the last inference."""
        return self.w(max(eased(at) - 1, 0))

    def weights(self, at):
        """The rows (K, 2) of the linear classifier whose regions are those of the nearest well."""
        return 2 * self.owners(at)

    def biases(self, at):
        """Its biases (K,)."""
        return -(self.owners(at) ** 2).sum(axis=1)

    def tints(self, at):
        """A colour (N, 4) for each point: its well's."""
        before, after, share = self.picked(at)
        mixed = (1 - share) * self.hues[before] + share * self.hues[after]
        return np.rint(mixed).astype(np.uint8)

    def ends(self, at):
        """Where the well is that each point picked, (N, 2)."""
        (before, after, share), wells = self.picked(at), self.wells(at)
        before, after = wells[before], wells[after]
        return (1 - share) * before + share * after

    def picked(self, at):
        """The wells of points (N,) before and after the half step, and how much of it is over."""
        first = min(floor(at), self.last - 1)
        return self.z(first), self.z(first + 1), smooth(at - first)

    def free_energy(self, places, at):
        """F of places (S, 2), the squared distance to the nearest well, (S,)."""
        apart = np.asarray(places, np.float64)[:, None] - self.wells(at)
        return (apart**2).sum(axis=2).min(axis=1)


def flight(good, bad, share):
    """The wells (K, 2) on their way from the end of one run to the start of another."""
    return (1 - share) * good.w(good.rest) + share * bad.w(0)


class Drawing:
    """Points (N, 2), wells and regions in a panel, whose `clip` has the clock."""

    def __init__(self, clip, box, points, **options):
        self.panel = clip.panel(box, fit=points, cross=False, **options)
        self.clock, self.style, self.points = clip.epoch, clip.style, points

    def closer(self, place, reach):
        """The animation to a view that reaches so far around a place (2,)."""
        return self.panel.zoom(*((at - reach, at + reach) for at in place))

    def dots(self, hue="y"):
        """The points."""
        return self.panel.scatter(self.points, hue, size=1.4 * self.style.size.point)

    def wells(self, places, hues, rim="maths"):
        """Wells at places (K, 2), with a rim."""
        size = 1.2 * self.style.size.marker
        rims = self.panel.scatter(places, rim, size=1.35 * size, rank="arrows")
        return Group(rims, self.panel.scatter(places, hues, size=size, rank="probes"))

    def dead(self, run):
        """Rings around the wells that no point picked in the end."""
        size = 2.2 * self.style.size.marker
        return self.panel.scatter(run.w(run.rest)[run.dead], "E", size=size)

    def picks(self, run, at=None):
        """Regions, and points with lines to the wells that they pick, at the clock or at a time."""
        parts = run.weights, run.biases, run.tints, run.ends
        given = (varying(part, self.clock) if at is None else part(at) for part in parts)
        weights, biases, tints, ends = given
        return Group(
            self.panel.regions(weights, biases, colours=run.hues),
            self.panel.segments(self.points, ends, tints),
            self.dots(tints),
        )

    def energy(self, run, high):
        """The free energy in the end as a map, with all that lies on it."""
        field = self.panel.energy(lambda y: run.free_energy(y, run.rest), high=high)
        return Group(field, self.dots(), self.wells(run.w(run.rest), run.hues), self.dead(run))
