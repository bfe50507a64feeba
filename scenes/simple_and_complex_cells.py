"""Simple cells see an edge here, complex cells an edge somewhere."""

import numpy as np
from _cells_drawn import LAYOUT, SLOTS, Chart, Traces, picture, spread
from _simple_and_complex_cells import (
    ANGLES,
    FAR,
    PHASES,
    SIDE,
    TAPS,
    WAY,
    WAYS,
    bar,
    energy,
    measured,
    simple,
)
from manim import FadeIn, Group, ValueTracker, linear

from epochreel import Clip, beat, varying
from epochreel.look.hues import colour_of
from epochreel.panels.layout import boxes, tiles
from epochreel.runs.functions import Function

FULL = SIDE - TAPS + 1  # places of a filter, along a side
CORNERS = (SIDE + TAPS * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])) / 2


class SimpleAndComplexCells(Clip):
    """What Hubel and Wiesel found, and nets do: filters, then pooling.

    A bar moves over a patch. A simple cell is a filter at one place: it says yes to a bar there and
    no to one a little further on. The squares of four phases, added, do not flicker, and the most
    of these over all places stays as it is wherever the bar goes, yet falls where it turns. After
    the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "An edge here, or somewhere"
    layout = LAYOUT
    figure = SLOTS

    def measure(self):
        self.cells = measured()
        self.place, self.angle = ValueTracker(-FAR / 2), ValueTracker(ANGLES[WAY])
        self.seen = varying(bar, self.place, self.angle)
        self.filters = self.cells.bank[WAY]
        self.high = np.abs(self.cells.bank).max()
        least, most = self.cells.simple[0].min(), self.cells.simple[0].max()
        self.calm = f"{100 * self.cells.change:.1f}~%"
        self.results = {
            "A simple cell, wherever the bar is": f"{least:.2f} to {most:.2f}",
            "The complex cell changes by": self.calm,
        }

    def head(self, place, told, hue="maths"):
        """Animations that put words above a slot, and away what was there."""
        old, colour = self.heads.get(place), colour_of(self.style, hue)
        self.heads[place] = self.heading(f"{place} head", told, colour=colour)
        return self.swap(old, self.heads[place])

    def go(self, run_time, grown=None, whole=None):
        """Let the bar go to the other side; a curve grows behind it, and stays as a whole."""
        if grown:
            self.add(grown)
        there = self.place.animate(rate_func=linear).set_value(-self.place.get_value())
        self.play(there, run_time=run_time)
        if grown:
            self.remove(grown)
            self.add(whole)
            self.curves.append(whole)

    def show(self, told, new, head):
        """Say something while other pictures take the map's place."""
        changes = *self.swap(Group(*self.shown), Group(*new)), *self.head("map", head)
        self.say(told, *changes, run_time=1.2)
        self.shown = new

    @beat("A bar, and filters")
    def show_bar(self):
        self.heads = {}
        patch = picture(self, self.slot("patch"), self.seen, SIDE, "x", 1)
        self.shown = picture(self, self.slot("map"), self.filters[0], TAPS, high=self.high)
        self.bank = spread(self, self.cells.bank, self.high)
        self.field = patch[0].polygons(CORNERS, "h", outline=True, fill=0)
        self.open(*patch, *self.shown, *self.bank)
        told = f"A bar, and filters that look for it: {WAYS} directions, {PHASES} phases each."
        self.say(told, *self.head("patch", "a patch of an image"), *self.head("map", "a filter"))

    @beat("A simple cell")
    def see_here(self):
        self.traces, said = Traces(self, self.cells.places, self.place), self.cells.simple[0]
        head, *curve = self.traces.drawn(said, "h")
        self.curves = [self.traces.graph, head]
        back = self.place.animate.set_value(-FAR)
        changes = *self.swap(self.bank, Group(*self.curves)), FadeIn(self.field), back
        self.say("A simple cell is a filter at one place.", *changes, run_time=1.6)
        told = "It says yes to a bar here, and no a little further on."
        self.say(told, *self.head("graph", "the simple cell", "h"))
        self.go(4, *curve)

    @beat("Four phases")
    def pool_phases(self):
        names = list(map(str, range(PHASES)))
        self.spots = boxes(tiles(names, 2, gap=0.15), self.slot("map").square())
        moves = self.shown[0].transfer(self.spots["0"], self.shown[1])
        for name, each in zip(names[1:], self.filters[1:], strict=True):
            new = picture(self, self.spots[name], each, TAPS, high=self.high)
            self.shown.add(*new)
            moves.append(FadeIn(new))
        self.shown.add(self.field)
        self.curves.append(faint := self.traces.faint(self.cells.simple[1:], "h"))
        told = "Others have their waves a quarter further on, each."
        self.say(told, *moves, FadeIn(faint), *self.head("map", "four phases"), run_time=1.6)
        head, *curve = self.traces.drawn(self.cells.pooled, "ytilde", forth=False)
        self.curves.append(head)
        changes = FadeIn(head), *self.head("graph", "phases pooled", "ytilde")
        self.say("Their squares, added, do not flicker.", *changes)
        self.go(4, *curve)

    @beat("At every place", optional=True)
    def look_everywhere(self):
        said = Function(simple, self.filters, self.seen)
        maps = [picture(self, box, said[k], FULL) for k, box in enumerate(self.spots.values())]
        new = Group(*(part for each in maps for part in each))
        self.show("The same filters at every place of the patch.", new, "at every place")
        self.go(3.4)

    @beat("A complex cell")
    def pool_places(self):
        pooled = Function(energy, self.filters, self.seen)
        new = picture(self, self.slot("map"), pooled, FULL, "ytilde", 1)
        self.show("Pooled at every place: a hill that goes with the bar.", new, "phases pooled")
        faint = self.traces.faint(self.cells.others, "ytilde")
        head, *curve = self.traces.drawn(self.cells.whole, "title", self.place.get_value() < 0)
        self.curves += [faint, head]
        changes = FadeIn(faint), FadeIn(head), *self.head("graph", "the complex cell")
        self.say("A complex cell takes the most of all places …", *changes)
        self.go(4, *curve)
        self.say(f"… and stays calm: it changes by {self.calm}.")

    @beat("Turned")
    def turn(self):
        chart, head = Chart(self, self.cells.bank, self.seen), self.head("graph", "complex cells")
        changes = *self.swap(Group(*self.curves), chart), *head
        self.say(f"There are complex cells for {WAYS} directions.", *changes, run_time=1.6)
        self.go(3)
        there = self.angle.animate.set_value(ANGLES[WAY] + 180), self.place.animate.set_value(0)
        self.say("Turn the bar, and others answer: they know which way.")
        self.play(*there, run_time=5)
        self.say("Simple: an edge here. Complex: an edge somewhere.")
