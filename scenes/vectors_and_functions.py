"""Vectors and functions: a vector's index becomes a place, and the vector a function."""

from functools import partial

import numpy as np
from _classifier_energy import energies
from _refining import DEEP, FIRST, PLACES, TIMES, Line, Plane, count
from _vectors_and_functions import SPAN, TICK, Chart, Told
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, beat, hero, varying
from epochreel.panels.layout import boxes, column, slot
from trainers.classifier_plain import data

CLASS, EVERY = 2, 10  # whose energy is a function of places; so many samples for a point on screen
POINT = np.array([PLACES[0][1], 0])  # whose energies of all classes are the vector
LAWS = {
    "vector": f"bold(F) in RR^{FIRST}",
    "function": f"F : {{1, dots.h, {FIRST}}} -> RR",
    "index": "F : {1, dots.h, K} -> RR",
    "line": "F : [-1, 1] -> RR",
    "plane": "F : [-1, 1]^2 -> RR",
}
SUMS = "sum_k F_k thin Delta x_1", "sum_k p_k F_k thin Delta x_1"
INTEGRALS = "integral F thin d x_1", "integral p thin F thin d x_1"


class VectorsAndFunctions(Told, Clip):
    """A vector is a function of its index, and a function is a vector without end.

    A trained classifier has an energy for each of five classes at a point: a vector. Where the
    index is a place instead, there may be ever more and thinner bars, until they are a curve. Sums
    become integrals, inner products too. Where it is a pair of places, the numbers become a
    landscape over the plane. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "A function is a vector without end"
    trainer = "classifier_plain"
    layout = hero(second=True, beside=True, aside=1.35, readings=0.85)
    figure = ("hero", "second")

    def measure(self):
        net, last = self.nets(), self.config.epochs

        def energy(points):
            return energies(net, points.astype(np.float32))(last).astype(np.float64)

        vector = energy(POINT[None])[0]
        self.line = Line(POINT, vector, lambda x: energy(np.stack([x, 0 * x], axis=1))[:, CLASS])
        self.land = Plane(lambda points: energy(points)[:, CLASS])
        for at in (0, TIMES):
            plain, weighted = (f"{self.line.area(w, at):.2f}" for w in (0, 1))
            self.results[f"Sum of {count(at)} numbers times a width"] = plain
            self.results[f"The same with weights, of {count(at)}"] = weighted

    @beat("A vector")
    def show_vector(self):
        places = boxes(column("bars", slot("cells", length=0.95), gap=0.1), self.slot("hero"))
        given = {"x": SPAN, "equal": False, "cross": False}
        upper = self.panel(places["bars"], y=(0, self.line.top), **given)
        lower = self.panel(places["cells"], y=(-0.9, 1), **given)
        self.chart = Chart(self.line, upper, lower)
        self.classes = self.chart.under(PLACES[0], [f'"{k + 1}"' for k in range(FIRST)])
        self.open(self.chart, self.chart.numbers, self.classes)
        self.plane = self.panel("second", reach=1.15, title="cal(X)", x_label="x_1")
        points, labels = (tensor[::EVERY].numpy() for tensor in data(self.config))
        cloud = self.plane.scatter(points, labels, opacity=0.6)
        self.dots = self.dotted(self.line.dots, 0.4, self.line.turn, self.line.doubled)
        self.written, self.rows = {}, boxes(column("law", "count", "sum"), self.slot("readings"))
        self.say(
            f"A point $bold(x)$ has an energy in each of {FIRST} classes: a vector.",
            *self.swap(None, Group(self.plane, cloud, self.dots)),
            *self.write("law", LAWS["vector"]),
        )

    @beat("A function of its index")
    def look_up(self):
        at, law = ValueTracker(0), self.write("law", LAWS["function"])
        pointer = self.chart.pointer(at)
        self.say("It is a function: name an index, get a number.", FadeIn(pointer), *law)
        for index in range(1, FIRST):
            self.go(at, index, 0.6)
            self.wait(0.2)
        ends = self.chart.under([-1, 0, 1, 0.5], ['"−1"', '"0"', '"1"', "x_1"])
        told = f"Now {FIRST} places are the index, for class {CLASS + 1} alone."
        self.say(told, *self.swap(Group(pointer, self.classes), ends))
        self.chart.add(ends)
        known = self.number("count", self.line.doubled, count, "K")
        self.go(self.line.turn, 1, 2, *known, *self.write("law", LAWS["index"]))

    @beat("A curve")
    def refine(self):
        self.say("Twice as many, half as wide …", FadeOut(self.chart.numbers))
        for doubled in (1, 2):
            self.go(self.line.doubled, doubled, 1.4)
            self.wait(0.2)
        self.say("… and again, and again …")
        self.go(self.line.doubled, TIMES, 3, rate_func=linear)
        curve = self.chart.stairs(self.line.levels, "title")
        self.chart.add(curve)
        end = *self.write("law", LAWS["line"]), *self.write("count", "K -> oo")
        self.say("A vector without end is a function.", FadeIn(curve), *end)

    @beat("Sums", optional=True)
    def add_up(self):
        self.sum_up(0, "Number times width, added up …", "… becomes an integral.")
        weights = self.chart.stairs(self.line.weights, "yellow", 0.97 * self.line.top)
        spot = [(0.5, self.line.top / 2)]
        name = self.chart.upper.words(spot, ["p"], "yellow", towards=(1, 1), size="label")
        new = Group(weights, name)
        self.sum_up(1, "With weights $p$, an inner product …", "… becomes one, too.", FadeIn(new))
        self.chart.add(new)

    def sum_up(self, weighted, told, end, *animations):
        """Go back to a few numbers, add them up, and become a function again."""
        line, area = self.line, partial(self.line.area, weighted)
        written = partial(self.number, "sum", line.doubled, area, decimals=2)
        back = line.doubled.animate.set_value(0)
        counted = self.number("count", line.doubled, count, "K")
        gone = *self.write("sum", Group()), *self.write("law", LAWS["index"])
        self.say(told, back, *counted, *gone, *animations, run_time=2)
        self.go(line.weighted, weighted, 1.2, *written(SUMS[weighted]))
        self.go(line.doubled, TIMES, 3)
        known = *self.write("law", LAWS["line"]), *self.write("count", "K -> oo")
        self.say(end, *known, *written(INTEGRALS[weighted]))

    @beat("A function of the plane")
    def spread(self):
        land, high = self.land, self.land.levels[-1].max()
        limits = {"x": (-1, 1), "y": (-1, 1), "z": (0, high), "x_label": "x_1", "y_label": "x_2"}
        space = self.panel3d("hero", closer=1.14, azimuth=-90, elevation=8, **limits)
        surface = space.surface(varying(land.blocks, *land.clocks))
        cells = varying(land.numbers, *land.clocks)[::-1]
        cells = self.plane.image(cells, "F", high=high, x=(-1, 1), y=(-1, 1))
        dots = self.dotted(land.dots, 1.1, *land.clocks)
        counted = self.number("count", land.finer, lambda at: count(at) ** 2, "K")
        away = self.swap(Group(self.chart, self.dots), Group(space, surface, cells, dots))
        gone = *self.write("sum", Group()), *self.write("law", LAWS["index"])
        self.say("An index may be a place of the plane.", *away, *gone, *counted, run_time=1.6)
        self.go(land.grown, 1, 3, space.orbit(azimuth=-60, elevation=32))
        self.say("Ever more of them, ever smaller …")
        self.go(land.finer, DEEP, 4, space.orbit(azimuth=-72), rate_func=linear)
        levels = space.levels(land.levels[-1], np.arange(TICK, high, TICK))
        end = *self.write("law", LAWS["plane"]), *self.write("count", "K -> oo")
        self.say("… until the energy is a function of the plane.", FadeIn(levels), *end)
        self.play(space.orbit(azimuth=-120), run_time=3)
