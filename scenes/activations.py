"""Activations: a function of one number moves the plane, one axis at a time."""

from functools import partial

import numpy as np
from _activations import EDGE, GRID, KNOTS, SPAN, Journey, at_edges, cloud, on_axes
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Counter, beat, hero, varying
from epochreel.look.hues import by_place
from epochreel.panels.layout import boxes, column

PATH = Journey("identity", "tanh", "sigmoid", "identity", "relu", "leaky", "softplus", "tanh")
TANH, SIGMOID, IDENTITY, RELU, LEAKY, SOFTPLUS, LAST = range(1, 8)
STEEP, TURN, COLOURED = 5, 45, 1.8  # the last is where colours are full
WIDE, CLOSE, LEFT_OVER = (2 * [each] for each in ((-2.9, 2.9), (-1.3, 1.3), (-0.8, 3)))  # views


class Activations(Clip):
    """What a non-linearity does to a plane: it moves each axis by itself.

    Points and a grid go through tanh, first along one axis, then along the other: lines along the
    axes stay straight. The steeper, the more points lie at the edges of a square. ReLU folds three
    of four quadrants onto the axes; leaky ReLU leaves them apart. Where a matrix turns the plane
    first, the same function bends all lines. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "A non-linearity moves one axis at a time"
    layout = hero(second=True, beside=True, aside=1.3, readings=0.8)
    figure = ("hero", "second")

    def measure(self):
        self.points = cloud()
        self.clocks = [ValueTracker(value) for value in (0, 0, 1, 0)]
        self.first, self.second, self.steep, self.turned = self.clocks
        ways = {"ReLU along one axis": (RELU, 0), "ReLU": (RELU, RELU), "leaky": (LEAKY, LEAKY)}
        moved = {name: PATH.plane(self.points, *way) for name, way in ways.items()}
        shares = {f"On the axes, {name}": on_axes(points) for name, points in moved.items()}
        shares["At the square's edges"] = at_edges(PATH.plane(self.points, TANH, TANH, STEEP))
        self.results = {name: f"{share:.0f}~%" for name, share in shares.items()}
        *folded, self.squeezed = self.results.values()
        self.folded = [f"{share} on the axes" for share in folded]

    @beat("A cloud of points")
    def show_cloud(self):
        self.plane = self.panel("hero", x=WIDE[0], y=WIDE[1], x_label="h_1", y_label="h_2")
        self.lines = varying(partial(PATH.plane, GRID), *self.clocks)
        moved = varying(partial(PATH.plane, self.points), *self.clocks)
        hues = by_place(self.style, self.points, COLOURED)
        self.dots = self.plane.scatter(moved, hues, size="point_large")
        self.open(self.plane, self.plane.grid(self.lines, width="axis"), self.dots)
        self.places, self.written = boxes(column("1", "2", "number"), self.slot("readings")), {}
        self.say(
            f"{len(self.points):,} points, and a function for each axis.",
            *self.swap(None, self.functions()),
            *self.law("x_{}"),
        )

    def functions(self):
        """The graph of what each axis goes through, and of where the lines of the grid come out."""
        graph = self.panel("second", reach=EDGE, x_label="x")
        axes = self.clocks[:2]
        curves = [varying(partial(PATH.graph, SPAN), at, self.steep) for at in axes]
        knots = [varying(partial(PATH.graph, KNOTS), at, self.steep) for at in axes]
        ends, sides = np.stack([knots[0][-2], knots[1][1]]), [[1, -1], [-1, 1]]
        return Group(
            graph,
            *(graph.segments(each * [0, 1], each, "grid", opacity=0.5) for each in knots),
            *(graph.curve(each, "h", width="arrow") for each in curves),
            graph.words(ends, ["h_1", "h_2"], towards=sides, size="label"),
        )

    def write(self, place, words):
        """Animations that put words into a place of their own, and away what was there."""
        if isinstance(words, str):
            words = self.heading(self.places[place], words, "formula")
        old, self.written[place] = self.written.get(place), words
        return self.swap(old, words)

    def law(self, function, *axes):
        """Animations that write what becomes of these axes, by default of both."""
        laws = ((k, f"$h_{k} = {function.format(k)}$") for k in axes or (1, 2))
        return [change for k, words in laws for change in self.write(str(k), words)]

    def count(self, place, clock, **options):
        """Animations that write a number which follows a clock."""
        number = Counter(clock, self.style, size=self.style.type.formula, **options)
        return self.write(place, self.fitted(number, self.places[place], align="left"))

    def bend(self, function, *clocks, run_time=1.6):
        """Let one axis after the other go on to a function, by default both."""
        for clock in clocks or self.clocks[:2]:
            self.play(clock.animate(rate_func=smooth).set_value(function), run_time=run_time)

    def back(self, function):
        """Animations that take both axes back to a function as it is, and the number away."""
        changes = [clock.animate.set_value(function) for clock in self.clocks[:2]]
        return [*changes, self.steep.animate.set_value(1), *self.write("number", Group())]

    @beat("One axis at a time")
    def squeeze(self):
        self.say("First $x_1$ alone …", *self.law("tanh(x_{})", 1))
        self.bend(TANH, self.first)
        self.say("… then $x_2$. All lines stay straight.", *self.law("tanh(x_{})", 2))
        self.bend(TANH, self.second)

    @beat("Steeper", optional=True)
    def steepen(self):
        changes = self.law("tanh(s thin x_{})")
        changes += self.count("number", self.steep, digits=1, decimals=1, prefix="$s =$~")
        self.say("The steeper, the more of a square.", *changes, self.plane.zoom(*CLOSE))
        self.bend(STEEP, self.steep, run_time=4)
        self.say(f"{self.squeezed} of the points lie at its edges.")
        self.say("A sigmoid: half as wide, and positive.", *self.law("sigma(s thin x_{})"))
        self.bend(SIGMOID)

    @beat("ReLU folds")
    def fold(self):
        changes = *self.law("x_{}"), *self.back(IDENTITY), self.plane.zoom(*WIDE)
        self.say("Back to where they were.", *changes, run_time=1.6)
        self.add(ghosts := self.plane.scatter(self.points, "cross", rank="ghosts"))
        self.say("ReLU folds one half onto a line …", *self.law("(x_{})^+", 1))
        self.bend(RELU, self.first, run_time=2)
        changes = *self.law("(x_{})^+", 2), *self.write("number", self.folded[0])
        self.say("… then the other axis likewise.", *changes)
        self.bend(RELU, self.second, run_time=2)
        self.say("Three of four quadrants are gone.", *self.write("number", self.folded[1]))
        self.play(self.plane.zoom(*LEFT_OVER), FadeOut(ghosts, self.plane.labels), run_time=1.6)

    @beat("Leaky, and soft", optional=True)
    def soften(self):
        changes = *self.law('"leaky"(x_{})'), *self.write("number", Group())
        self.say("Leaky ReLU leaves them apart.", *changes)
        self.bend(LEAKY)
        self.play(*self.write("number", self.folded[2]), run_time=0.8)
        self.say("Softplus rounds the corner.", *self.law('"softplus"(x_{})'))
        self.bend(SOFTPLUS)

    @beat("The plane turned first")
    def turn(self):
        changes = *self.law("tanh(x_{})"), *self.back(LAST), FadeIn(self.plane.labels)
        self.say("Always the lines stay straight.", *changes, self.plane.zoom(*CLOSE), run_time=2)
        changes = [
            *self.write("1", "$bold(h) = tanh(bold(W) bold(x))$"),
            *self.count("2", self.turned, digits=2, prefix="turned by~", suffix="°"),
            FadeIn(self.plane.curve(self.lines, "title", rank="segments")),
            self.dots.animate.set_opacity(0.35),
        ]
        self.say("Turn the plane first, and they bend.", *changes)
        self.bend(TURN, self.turned, run_time=5)
