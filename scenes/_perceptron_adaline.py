"""Two rules in the plane of the data, and in that of the weights."""

from functools import partial
from math import floor

import numpy as np
from manim import Group, smooth

from epochreel import varying
from epochreel.look.hues import paint

REACH = 1.85  # of both planes: a weight is a place, and so is a point


def eased(at):
    """Steps, each of which begins and ends at rest."""
    return floor(at) + smooth(at - floor(at))


def faded(colour, at):
    """A colour (1, 4) that comes and goes with each step."""
    share = np.clip(6 * (at % 1) * (1 - at % 1), 0, 1)
    return np.append(colour[:3], np.rint(255 * share)).astype(np.uint8)[None]


def perceptron_loss(s, y):
    """What linear sums (…, N) cost where their sign is wrong: the rule follows its slope."""
    return np.maximum(-y * s, 0)


def adaline_loss(s, y):
    """Half the squared error of linear sums (…, N)."""
    return 0.5 * (y - s) ** 2


HIGH = {perceptron_loss: 1.6, adaline_loss: 4.0}


class Rule:
    """The weights `w` of a rule over a run's epochs, and its `loss` on points and targets."""

    def __init__(self, run, name, loss, points, targets):
        self.path = np.array([run.tensor(name, at) for at in run.epochs], dtype=float)
        self.loss, self.points, self.targets = loss, points, targets
        moves = np.abs(np.diff(self.path, axis=0)).sum(axis=1)
        self.jumps = np.flatnonzero(moves) + 1
        s = points @ self.path[-1]
        self.closest = (targets * s).min() / np.linalg.norm(self.path[-1])

    def trail(self, at):
        """The weights (T, 2) up to a time, where they stay."""
        times, epochs = np.minimum(np.arange(len(self.path)), eased(at)), np.arange(len(self.path))
        return np.stack([np.interp(times, epochs, each) for each in self.path.T], axis=1)

    def w(self, at):
        """The weights (2,)."""
        return self.trail(at)[-1]

    def boundary(self, at):
        """The line at right angles to the weights, (2, 2), beyond every panel."""
        x, y = self.w(at)
        return 4 * REACH / np.hypot(x, y) * np.array([[-y, x], [y, -x]])

    def energy(self, weights):
        """The mean loss at places (P, 2) of the plane of the weights, (P,)."""
        return self.loss(np.asarray(weights, float) @ self.points.T, self.targets).mean(axis=-1)


class Side:
    """One rule in its panels: `seen` among the data, and `walked` over its loss."""

    def __init__(self, clip, slot, rule, shown):
        clock, style = clip.epoch, clip.style
        w, line = varying(rule.w, clock), varying(rule.boundary, clock)
        plane = self.plane = clip.panel(slot, reach=REACH, cross=False)
        labels = (rule.targets > 0).astype(int)
        turned = np.stack([-w, w])
        self.seen = Group(
            plane.regions(turned, np.zeros(2)),
            plane.curve(line, "title", width="level"),
            plane.scatter(rule.points, labels, size=1.3 * style.size.marker),
            plane.arrows(np.zeros((1, 2)), w[None], "theta"),
        )
        ring = varying(partial(faded, paint(style, "title")), clock)
        at = varying(lambda now: shown(min(floor(now), len(rule.path) - 1)), clock)
        self.ring = plane.scatter(at[None], ring, size=2 * style.size.marker, rank="curves")
        mapped, high = clip.panel(slot, reach=REACH, cross=False, mapped=True), HIGH[rule.loss]
        field = mapped.energy(
            rule.energy, high=high, levels=np.linspace(0, high, 13)[1:-1], numbers=False
        )
        way = varying(rule.trail, clock)
        trail = Group(
            mapped.curve(way, "theta"), mapped.scatter(way, "theta", size=1.5 * style.size.point)
        )
        self.walked = Group(mapped, field, trail, mapped.probe(w[None], "title"))
