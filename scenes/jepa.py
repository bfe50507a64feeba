"""JEPA: predict what comes next in the plane of embeddings, not in pixels."""

from functools import partial

import numpy as np
from _jepa import FAR, FUTURES, NOW, World, turn
from _jepa_pendulum import PUSHES, SIDE, arrow, between, drive, frame, seen, track
from _jepa_plane import between_pictures, ring, trees, tries
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Composition, Counter, Pace, beat, varying

TURNS = 4  # pushes of the first beat
HIGH, REACH = 8.0, 2.05  # of energies, and of embeddings
LARGE = {"x": 3.0, "y": 2.0}  # times a marker


class Jepa(Clip):
    """A net guesses which picture of a pendulum comes next, after a push.

    A net maps pictures to a plane, and a predictor says where in it the next one will be; how far
    off that is is an energy, the lowest for the right future. Without a predictor the lowest is
    always what is seen now. With it, pushes can be followed with closed eyes. After the lectures
    of Alfredo Canziani and Yann LeCun.
    """

    title = "Predict in the space of meanings"
    trainer = "jepa"
    layout = Composition(trees())
    figure = ("hero", "x", "push", "y")

    def measure(self):
        self.world = w = World(self.recording)
        both = w.encoder, w.alone
        self.moved, self.off = w.moved(), [w.error(each) for each in both]
        self.way = drive(NOW, PUSHES)
        self.guesses, self.dreamt = w.dream(NOW, PUSHES)
        self.missed = np.rad2deg(np.abs(turn(self.dreamt - self.way)))
        self.results = {
            "Degrees that a picture moves": f"{self.moved:.0f}",
            "Degrees that the lowest energy is off": f"{self.off[0]:.1f}",
            "The same without a predictor": f"{self.off[1]:.1f}",
            f"Degrees off after {len(PUSHES)} pushes": f"{self.missed[-1]:.1f}",
        }

    def pendulum(self, place, values, hue, name=""):
        """A picture of pixels in a slot."""
        limits = {"x": (0, SIDE), "y": (0, SIDE), "cross": False, "title": name}
        plane = self.panel(self.slot(place).square(), **limits)
        return plane, plane.image(values, hue)

    @beat("A pendulum")
    def show_pendulum(self):
        at = ValueTracker(0)
        plane, image = self.pendulum("picture", varying(partial(frame, self.way), at), "x")
        ends = varying(partial(arrow, self.way, PUSHES), at)
        push = plane.arrows(ends[0], ends[1], "u", width="arrow")
        self.open(plane, image)
        self.say(f"A pendulum, in {SIDE} × {SIDE} pixels.")
        self.add(push)
        self.say("Pushes turn it, and it falls back.")
        self.play(at.animate(rate_func=linear).set_value(TURNS), run_time=TURNS)
        back = at.animate.set_value(0)
        self.say("From a picture and a push: which picture comes next?", back, run_time=1.6)
        self.remove(push)
        self.x, self.y = (
            self.pendulum(name, frame(self.way, step), name, f"bold({name})")
            for step, name in enumerate("xy")
        )
        self.push = between_pictures(self)
        new = Group(*self.x, self.push, *self.y)
        self.let_read()  # while there is much to see
        self.play(*self.swap(Group(plane, image), new), run_time=1.4)

    @beat("A plane of embeddings")
    def embed(self):
        w = self.world
        self.plane = self.panel("hero", reach=REACH, cross=False, title="cal(H)")
        self.ring, self.tries = ring(self, self.plane, w.encoder), tries(self.plane, w, w.encoder)
        word = self.text("epoch", "formula", colour=self.style.chrome.muted)
        count = Counter(self.epoch, self.style, digits=4, size=self.style.type.formula)
        self.count = self.formulas(word, count, slot="count", gap=0.2)
        new = map(FadeIn, (self.plane, self.ring))
        self.say("A net makes a point of each picture: pictures of all angles.", *new)
        new = map(FadeIn, (self.tries, self.count))
        self.say(
            "A predictor guesses, from $bold(h)_x$ and the push, where $bold(h)_y$ will be.", *new
        )

    def valley(self, which):
        """The energies of futures, and the right one."""
        energy, degrees = self.world.energy(which), np.rad2deg(self.way[1] - NOW)
        marks = {0: '"now"', degrees: '"next"'}
        far = np.rad2deg(FAR)
        graph = self.graph("graph", x=(-far, far), y=(0, HIGH), x_marks=marks, name="E")
        right = int(np.abs(FUTURES - self.way[1]).argmin())
        graph.add(graph.panel.curve(energy, "E"), graph.panel.probe(energy[[right]], "y"))
        return graph

    @beat("The lowest energy")
    def learn(self):
        self.graph_shown = self.valley(self.world.encoder)
        told = "How far off it is, is the energy $E$ of a future."
        self.say(told, FadeIn(self.graph_shown))
        self.train(self.world.last, 7, pace=Pace(speed_up=12))
        self.say(f"The lowest is the right future's: {self.off[0]:.0f}° off on average.")

    @beat("Without a predictor", optional=True)
    def leave_out(self):
        w, first = self.world, Group(self.ring, self.tries, self.graph_shown)
        self.say("The same without a predictor: what is now is the guess.", FadeOut(first))
        self.epoch.set_value(0)
        other = ring(self, self.plane, w.alone), tries(self.plane, w, w.alone), self.valley(w.alone)
        self.play(*map(FadeIn, other), run_time=0.8)
        self.train(w.last, 4, pace=Pace(speed_up=12))
        self.say(f"The lowest is what is seen now: {self.off[1]:.0f}° off on average.")
        self.say("With one again …", *self.swap(Group(*other), first), run_time=1.4)

    def moving(self, steps):
        """What happens and what is expected: as pictures, as points, and over the steps."""
        w, last, drawn = self.world, len(PUSHES), Group()
        angles = np.concatenate([self.way, self.dreamt])
        limits = {"x": (0, last), "y": (angles.min(), angles.max())}
        marks = {0: "0", last / 2: '"pushes"', last: f"{last}"}
        graph = self.graph("graph", **limits, x_marks=marks)
        middle = w.found(w.encoder).mean(axis=0)
        happens = self.x, self.way, w.encoder(seen(self.way))(w.last) - middle
        both = {"x": happens, "y": (self.y, self.dreamt, self.guesses - middle)}
        for hue, ((plane, _), way, points) in both.items():
            drawn.add(plane.image(varying(partial(frame, way), steps), hue))
            gone = varying(partial(track, way), steps)
            spot = varying(partial(between, points), steps)
            graph.add(graph.panel.curve(gone, hue, width="arrow" if hue == "x" else "curve"))
            size = LARGE[hue] * self.style.size.marker
            drawn.add(self.plane.scatter(spot[None], hue, size=size, rank="probes"))
        return drawn, graph

    @beat("Eyes closed")
    def dream(self):
        steps = ValueTracker(0)
        drawn, graph = self.moving(steps)
        changes = *self.swap(self.graph_shown, graph), *map(FadeIn, drawn)
        gone = FadeOut(Group(self.tries, self.count))
        self.say("Eyes closed: push after push, from guess to guess.", gone, *changes)
        self.remove(self.x[1], self.y[1])
        self.play(steps.animate(rate_func=linear).set_value(2), run_time=2)
        self.say("Pink is what happens, blue what it expects.")
        self.play(steps.animate(rate_func=linear).set_value(len(PUSHES)), run_time=5)
        self.say(f"After {len(PUSHES)} pushes it is {self.missed[-1]:.0f}° off, and drew no pixel.")
