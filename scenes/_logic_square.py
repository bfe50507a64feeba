"""The plane of two bits: what a neuron makes of it, and how two of them fold it."""

from functools import partial

import numpy as np
from _logic_neurons import (
    AND,
    CORNERS,
    XOR,
    boundary,
    exclusive,
    hidden,
    neuron,
    right,
    weights,
)
from manim import Group

from epochreel import grid, varying
from epochreel.layers import Numbers, lattice
from epochreel.look.hues import paint
from epochreel.panels.drawing import ranked
from epochreel.panels.layout import boxes, column, row, slot

REACH = -0.36, 1.36
SAMPLES = 160  # of a map along the shorter side of the panel


def beside_plane(box):
    """The boxes of the plane, and of the names of its axes."""
    upper = row(slot("up", length=0.5), "plane", gap=0.1)
    lower = row(slot("rest", length=0.6), "across", gap=0, length=0.5)
    return boxes(column(upper, lower, gap=0.1), box)


class Square:
    """Marks in a `panel` of the plane, by clocks."""

    def __init__(self, panel):
        self.panel, self.style = panel, panel.style

    def field(self, function, *clocks):
        """A function of points (N, 2), after those of clocks, as a map."""
        left, right, bottom, top = self.panel.view.limits
        unit = min(right - left, top - bottom) / SAMPLES
        shape = round((right - left) / unit), round((top - bottom) / unit)
        points = lattice((left, right), (bottom, top), *shape)

        def values(*at):
            return function(*at, points).reshape(shape[::-1])[::-1]

        shown = varying(values, *clocks) if clocks else values()
        return self.panel.image(shown, "ytilde", x=(left, right), y=(bottom, top))

    def discs(self, values, hues="title", places=CORNERS, **options):
        """Values (4,) on discs at the corners, or where they have moved to."""
        size = 5.8 * self.style.size.marker
        given = {"towards": (0, 0), "size": self.style.type.title, "decimals": 0} | options
        return Group(
            self.panel.scatter(places, hues, size=1.12 * size),
            self.panel.scatter(places, "background", size=size, rank="arrows"),
            ranked(Numbers(self.panel, places, values, **given), "names"),
        )

    def neuron(self, *clocks):
        """A neuron of some weights, so steep: its map, its line, its values at the corners."""
        values = varying(lambda at, k: neuron(CORNERS, weights(at), k), *clocks)
        return (
            self.field(lambda at, k, x: neuron(x, weights(at), k), *clocks),
            self.panel.curve(varying(boundary, clocks[0]), "title"),
            self.discs(values, decimals=2, size=self.style.type.label),
        )

    def judged(self, at):
        """What XOR is at each corner, red where a line is wrong."""
        wrong, good = paint(self.style, "red"), paint(self.style, "title")
        hues = varying(lambda now: np.where(right(now)[:, None], good, wrong), at)
        return self.discs(1.0 * XOR, hues, colours=hues)

    def folded(self, fold):
        """The plane and its corners on their way to where two neurons take them."""
        left, right, bottom, top = self.panel.view.limits
        sheet = grid((left, right), (bottom, top), step=0.2, samples=65)
        sheet, corners = (
            varying(partial(lambda x, share: (1 - share) * x + share * hidden(x), each), fold)
            for each in (sheet, CORNERS)
        )
        width = varying(lambda share: self.style.line.grid + share * self.style.line.curve, fold)
        return self.panel.grid(sheet, width=width), self.discs(1.0 * XOR, places=corners)

    def cut(self):
        """AND in the plane of the two neurons, and its line."""
        return Group(
            self.field(partial(neuron, weights=AND)), self.panel.curve(boundary(0), "title")
        )

    def stripe(self):
        """What both layers make of the plane."""
        return self.field(exclusive)
