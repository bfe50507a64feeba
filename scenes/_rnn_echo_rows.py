"""Bits that come in, the states that they leave, and what is said: rows over time."""

from functools import partial

import numpy as np
from manim import Group

from epochreel import varying
from epochreel.look.hues import paint
from epochreel.panels.drawing import ranked
from epochreel.runs.functions import Function

ROWS = {"x": 0.0, "h": 1.3, "said": 6.5, "y": 8.1}  # where they stand, h from its lower edge on
HIGH = 4  # units of h
UNIT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def shaded(ink, shares):
    """An RGBA colour (4,) as opaque as shares (N,) say, (N, 4)."""
    colours = np.tile(ink, (len(shares), 1))
    colours[:, 3] = np.rint(255 * np.asarray(shares))
    return colours


def moved(x, lag, share):
    """Where the bits (T,) that are said again stand on their way from what is heard, (M, 2)."""
    at = np.arange(len(x) - lag)
    up = (1 - share) * ROWS["x"] + share * ROWS["y"]
    return np.stack([at + share * lag, np.full(len(at), up)], axis=1)


def standing(states):
    """States (T, H) as columns of a picture."""
    return states.T


def columns(panel, h, bottom, shape, tall, hue="signed"):
    """States (T, H), as `shape` has it, as columns at 0 … T − 1, with cells so tall."""
    steps, units = shape
    x, y = (-0.5, steps - 0.5), (bottom, bottom + units * tall)
    picture = panel.image(Function(standing, h), hue, high=1, x=x, y=y)
    lines = [[[at + 0.5, y[0]], [at + 0.5, y[1]]] for at in range(-1, steps)]
    lines += [[[x[0], y[0] + k * tall], [x[1], y[0] + k * tall]] for k in range(units + 1)]
    return Group(picture, panel.curve(lines, "background", width="arrow", rank="segments"))


def curtain(steps, at):
    """What hides the states and what is said from the time `at` on."""
    low, high = ROWS["h"] - 0.1, ROWS["said"] + 0.6
    left = min(at, steps) - 0.55
    return np.array([left, low]) + UNIT * [steps - left, high - low]


class Rows:
    """Rows of bits and states over time in a panel."""

    def __init__(self, clip, slot, steps, lag):
        self.style, self.steps, self.lag = clip.style, steps, lag
        limits = {"x": (-1.9, steps - 0.4), "y": (-0.6, ROWS["y"] + 0.6)}
        self.panel = clip.panel(slot, equal=False, cross=False, **limits)
        self.size = 2.5 * self.style.size.marker

    def name(self, row, source):
        """The symbol of a row, before it."""
        up = ROWS[row] + (HIGH / 2 if row == "h" else 0)
        return self.panel.words([[-1.3, up]], [source], towards=(0, 0), size="formula")

    def bits(self, row, values, hue, start=0, places=None):
        """A row of bits, or of how probable they are (T,): filled as far as they are 1."""
        if places is None:
            at = np.arange(start, self.steps)
            places = np.stack([at, np.full(len(at), ROWS[row])], axis=1)
        panel, size, ink = self.panel, self.size, paint(self.style, hue)
        rims = panel.scatter(places, hue, size=size, opacity=1)
        holes = panel.scatter(places, "background", size=0.84 * size, opacity=1)
        shades = Function(shaded, ink, values) if callable(values) else shaded(ink, values)
        return Group(rims, holes, panel.scatter(places, shades, size=size, opacity=1))

    def states(self, h):
        """States (T, H) as columns."""
        return columns(self.panel, h, ROWS["h"], (self.steps, HIGH), 1)

    def answers(self, said):
        """What is said, as soon as there was enough to hear."""
        return self.bits("said", said[self.lag :], "ytilde", start=self.lag)

    def frame(self, at):
        """A frame around the states that hold on to the bit of a time, and what is said of it."""
        low, high = ROWS["x"] - 0.5, ROWS["y"] + 0.5
        corners = np.array([at - 0.5, low]) + UNIT * [self.lag + 1, high - low]
        return ranked(self.panel.polygons(corners, "gold", outline=True, fill=0), "probes")

    def hidden(self, clock):
        """The curtain."""
        corners = varying(partial(curtain, self.steps), clock)
        return ranked(self.panel.polygons(corners, "background"), "probes")
