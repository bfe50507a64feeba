"""Joint embedding: without a guard everything collapses, to a point or to a line."""

import numpy as np
from _joint_embedding import NAMES, TERMS, Embedding, around, pairs, trees
from manim import FadeIn, Group, ValueTracker, smooth

from epochreel import Clip, Composition, Counter, Pace, beat, varying
from epochreel.look.hues import by_place
from epochreel.panels.layout import boxes, column, row, slot
from epochreel.runs.functions import Function

REACH = 1.55


class JointEmbedding(Clip):
    """Two views of each point are to have one embedding.

    To pull them together is not enough: all points meet in one. A guard for the variance of each
    coordinate spreads them, yet along a line, on which both coordinates say the same. A guard for
    their covariance opens it to a ring, as the points are one. After the lectures of Alfredo
    Canziani and Yann LeCun.
    """

    title = "Without a guard, everything collapses"
    trainer = "joint_embedding"
    layout = Composition(trees())
    figure = ("hero",)

    def measure(self):
        self.e, c = Embedding(self.recording), self.config
        self.ends = {"pull": c.vary_from, "vary": c.differ_from, "differ": c.epochs}
        self.hues = by_place(self.style, around(self.e.points), 1)
        self.known = np.concatenate([self.e.h(at) for at in (0, *self.ends.values())])
        for at in self.ends.values():
            spread = np.sqrt(np.linalg.eigvalsh(self.e.c(at)))
            told = f"{spread[1]:.2f} and {spread[0]:.2f}"
            self.results[f"Spread along and across, at epoch {at}"] = told

    def drawn(self, plane, places):
        """Both views of each point, and lines between them."""
        look = {"width": "level", "rank": "segments", "opacity": 0.6}
        joined = plane.curve(Function(pairs, places), "E", **look)
        return Group(joined, plane.scatter(places, np.tile(self.hues, (2, 1)), size="point_large"))

    @beat("Points on a ring")
    def show_points(self):
        e = self.e
        self.plane = self.panel("picture", reach=REACH)
        dots = self.plane.scatter(e.points, self.hues, size="point_large")
        self.open(self.plane, dots)
        self.say(f"{len(e.points)} points on a ring.")
        away, both = ValueTracker(0), np.tile(e.points, (2, 1))
        places = varying(lambda share: both + share * (e.views - both), away)
        self.seen = self.drawn(self.plane, places)
        self.say("Of each there are two views, turned and shaken.")
        self.remove(dots)
        self.add(self.seen)
        self.play(away.animate(rate_func=smooth).set_value(1), run_time=2)

    @beat("One net for both")
    def embed(self):
        e, flight = self.e, ValueTracker(0)
        self.let_read()  # while the views are still large
        self.play(*self.plane.transfer(self.slot("data").square(), self.seen), run_time=1.4)
        names = dict(zip(("x_label", "y_label"), NAMES, strict=True))
        self.space = self.panel("hero", fit=self.known, **names)
        share = varying(lambda share: share, flight)
        self.embedded = self.drawn(self.space, (1 - share) * e.views + share * e.h)
        new = FadeIn(self.space), FadeIn(self.embedded)
        self.say("A net maps all of them: its embeddings are $bold(h)$.", *new)
        self.play(flight.animate(rate_func=smooth).set_value(1), run_time=2.4)

    def line(self, name, words, **options):
        """A number that follows the epoch, beside or below what it is called, in its place."""
        spot = self.terms[name]
        wide, size = spot.width > 4 * spot.height, self.style.type.formula
        parts = (row if wide else column)(slot("left", share=1.8), "right", gap=0.1)
        places = boxes(parts, spot)
        count = Counter(self.epoch, self.style, size=size, **options)
        sides = ("left", "right") if wide else ("center", "center")
        marks = zip((words, count), places.values(), sides, strict=True)
        return Group(*(self.fitted(mark, place, align=side) for mark, place, side in marks))

    def term(self, number):
        """A term of the loss and its value."""
        terms = self.e.terms
        options = {"value": lambda at: float(terms(at)[number]), "digits": 1, "decimals": 2}
        return self.line(str(number), self.formula(TERMS[number]), **options)

    @beat("Only pulled together")
    def pull(self):
        place = self.slot("terms")
        parts = (row if place.width > 3 * place.height else column)(*"n012", gap=0.2)
        self.terms = boxes(parts, place)
        look = {"name": '"cov"(bold(h))', "high": 1.2, "decimals": 1}
        self.cov = self.matrix("matrix", self.e.c, **look)
        word = self.text("epoch", "formula", colour=self.style.chrome.muted)
        self.lines = Group(self.line("n", word), self.term(0))
        told = "Views of a point are to meet, so they are pulled together …"
        self.say(told, *map(FadeIn, (self.lines, self.cov)))
        self.train(self.ends["pull"], 6, pace=Pace(speed_up=12))
        self.say("… and all points meet in one: it says nothing any more.")

    def guard(self, number, told):
        """Say what else is asked from now on, and show what it costs."""
        self.say(told, FadeIn(term := self.term(number)))
        self.lines.add(term)

    @beat("Each has to vary")
    def vary(self):
        self.guard(1, "A guard: each coordinate has to vary.")
        self.train(self.ends["vary"], 7, pace=Pace(speed_up=30))
        self.say("They do, but both alike: a line, the same said twice.")

    @beat("Not together")
    def differ(self):
        self.guard(2, "A second guard: they must not vary together.")
        self.train(self.ends["differ"], 8, pace=Pace(speed_up=40))
        self.say("Now each says something of its own: a ring again.")

    @beat("Point, line, ring", optional=True)
    def compare(self):
        spots, drawn = self.parts("stage", *self.ends), Group()
        for number, (name, at) in enumerate(self.ends.items()):
            tall = spots[name].height > spots[name].width
            beside = slot("head", length=0.5), slot("cov", length=1.6)
            below = column(beside[0], "plane", beside[1], gap=0.2)
            places = boxes(below if tall else row("plane", column(*beside)), spots[name])
            plane = self.panel(places["plane"], fit=self.known)
            drawn.add(plane, self.drawn(plane, self.e.h(at)))
            drawn.add(self.matrix(places["cov"], self.e.c(at), high=1.2, decimals=1))
            told = self.formula("+ " * (number > 0) + TERMS[number])
            drawn.add(self.fitted(told, places["head"]))
        old = Group(self.plane, self.seen, self.space, self.embedded, self.cov, self.lines)
        told = "Without a guard a point, with one a line, with both a ring."
        self.say(told, *self.swap(old, drawn), run_time=1.4)
