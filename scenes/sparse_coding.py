"""Sparse coding: an energy that can only grow along a ray, so that its valleys are rays."""

from functools import partial

import numpy as np
from _sparse_coding import Lifted, around, free_energy
from _sparse_sphere import Sphere, along
from _sparse_steps import Steps
from manim import FadeIn, FadeOut, Group, ValueTracker, linear, smooth

from epochreel import Clip, Pace, Reading, beat, hero, varying
from epochreel.runs import training
from epochreel.runs.functions import Function
from epochreel.runs.recorded import recorded
from trainers.sparse_coding import data, toy

REACH, STEPS, PROBE = 1.27, 8, (0.7, 0.77)  # of the plane, of inference; the point y′
HIGH = {"lines": 0.7, "flat": 1.4, "lifted": 0.25}  # free energies of the last colours
ENERGY = "E = norm(bold(y) - bold(W) bold(z))^2 + lambda norm(bold(z))_1", "F = min_bold(z) E"
DOWNHILL = "bold(z) <- bold(z) - 2 \\/ L thin bold(W)^top (bold(W) bold(z) - bold(y))"
SHRINK = 'bold(z) <- "shrink"_(lambda \\/ L) (bold(z))'
LIFT = "bold(y) -> ((2 bold(y), 1 - norm(bold(y))^2)) / (1 + norm(bold(y))^2)"


class SparseCoding(Clip):
    """A sparse latent says how far to go along a few arrows.

    Level lines of its free energy are polygons, whose corners learning turns onto data on lines.
    Along a ray it can only grow, so that no arrows make a valley of a spiral, until the plane is
    lifted onto a sphere, which a ray meets once. After the lectures of Alfredo Canziani and Yann
    LeCun.
    """

    title = "Valleys made of rays"
    trainer = "sparse_coding"
    layout = hero(bar=True, second=True, beside=True, aside=1.15).with_shares({"second": 1.15})
    figure = ("hero", "hero bar", "second")

    def measure(self):
        self.step, self.turn, self.flight = ValueTracker(0), ValueTracker(0.1), ValueTracker(0)
        self.alone = "readings" if self.aspect == "16:9" else "aside"  # where no graph is
        flat, lifted = (toy(name, self.config.seed) for name in ("flat", "lifted"))
        self.runs = {each.toy: training.record(self.trainer, each) for each in (flat, lifted)}
        self.w, self.last, self.end = recorded(self.run, "w"), self.config.epochs, flat.epochs
        self.y, self.spiral = data(self.config).numpy(), data(flat).numpy()
        self.y = self.y[np.argsort(np.arctan2(*self.y.T))]  # around, as the spiral goes
        self.steps = s = Steps(self.w(self.last), PROBE, self.config.price, STEPS)
        self.arms = self.runs["flat"].tensor("w", self.end)
        self.bowl = partial(free_energy, self.arms, price=flat.price, signed=False)
        self.lifted = Lifted(self.runs["lifted"], lifted.price)
        right, self.times = (f"{energies[-1] / s.least:.2g}" for energies in s.energies)
        self.results = {
            f"$E$ after {STEPS} steps of inference, of the least": right,
            f"The same with half of $L = {s.bound:.2f}$": self.times,
        }

    def level(self, energy, name, bar="F"):
        """A free energy as a map with level lines."""
        shades = {"high": HIGH[name], "levels": HIGH[name] / 8 * (np.arange(16) + 0.5)}
        return self.plane.energy(energy, **shades, numbers=False, bar=bar)

    @beat("Points on three lines")
    def show_data(self):
        self.plane = self.panel("hero", reach=REACH, cross=False, mapped=True)
        self.size = 1.6 * self.style.size.point
        self.dots = self.plane.scatter(self.y, "y", size=self.size)
        self.open(self.plane, self.dots)
        self.read = self.formulas(*ENERGY, slot="readings")
        self.say(f"{len(self.y)} points, on three lines.", *self.swap(None, self.read))

    @beat("Polygons")
    def show_energy(self):
        model = {"w": self.w, "price": self.config.price}
        self.columns = self.plane.arrows([[0, 0]], self.w, "W", width="arrow")
        told = "A latent $bold(z)$ says how far to go along each of three arrows: $bold(W)$."
        self.say(told, FadeIn(self.columns))
        self.map = self.level(lambda y: Function(free_energy, places=y, **model), "lines")
        self.section = around(self, **model)
        told = "Level lines of $F$: polygons, with corners on the arrows."
        self.say(told, FadeIn(self.map), FadeIn(self.section))

    @beat("Corners turn onto the data")
    def learn(self):
        old, self.read = self.read, self.readings("loss")
        self.say("Learning turns the corners …", *self.swap(old, self.read))
        self.train(self.last, 4.2, pace=Pace(speed_up=20))
        self.say("… onto the data: valleys along three lines.")

    @beat("Inference, step by step", optional=True)
    def infer(self):
        old, bound = Group(self.read, self.section), f"L = 2 sigma_1^2 = {self.steps.bound:.1f}"
        marks, self.section = self.steps.drawn(self, self.step)
        self.read = self.formulas(DOWNHILL, SHRINK, bound, slot="readings")
        change = *self.swap(old, Group(self.read, self.section)), FadeOut(self.dots), FadeIn(marks)
        self.say("Inference: a step downhill, then shrink.", *change)
        self.play(self.step.animate(rate_func=linear).set_value(STEPS), run_time=4)
        self.say(f"Red, without the 2 in $L$, swings: $E$ still {self.times} times the least.")
        self.say("", FadeOut(marks), FadeIn(self.dots))

    @beat("A spiral is no valley")
    def flatten(self):
        gone, old = (self.map, self.columns, self.section), self.read
        way = self.y + varying(float, self.flight) * (self.spiral - self.y)
        self.remove(self.dots)
        self.dots = self.plane.scatter(way, "y", size=self.size)
        self.add(self.dots)
        self.read = self.formulas(*ENERGY, slot="readings")
        self.say("And along a spiral?", *map(FadeOut, gone), *self.swap(old, self.read))
        self.play(self.flight.animate(rate_func=smooth).set_value(1), run_time=1.6)
        self.map = self.level(self.bowl, "flat")
        self.columns = self.plane.arrows([[0, 0]], self.arms, "W")
        new = map(FadeIn, (self.map, self.columns))
        self.say(f"{len(self.arms)} arrows, trained on it: a bowl.", *new)
        self.section = along(self, self.bowl, HIGH["flat"], self.turn)
        told = "Along any ray $F$ only grows, whatever $bold(W)$ is: no valley."
        self.say(told, FadeIn(self.section), FadeOut(self.columns))
        self.play(self.turn.animate(rate_func=smooth).set_value(0.9), run_time=3)

    @beat("Lifted onto a sphere")
    def lift_up(self):
        old, energies, highs = self.read, (self.bowl, self.lifted), (HIGH["flat"], HIGH["lifted"])
        self.epoch.set_value(0)
        self.sphere = Sphere(self, self.plane, self.spiral, energies, highs)
        self.read = self.formulas(LIFT, slot=self.alone)
        gone = map(FadeOut, (self.section, self.map, self.dots))
        new = FadeIn(self.sphere.drawn), *self.swap(old, self.read)
        self.say("Lift the plane onto a sphere …", *gone, *new)
        self.play(*self.sphere.to(1, elevation=38), run_time=2.4)
        self.rays = self.sphere.rays(recorded(self.runs["lifted"], "w"))
        change = FadeIn(self.rays), self.sphere.turned.animate.set_value(1)
        self.say("… and each ray meets it once: a well.", *change, run_time=1.6)

    @beat("Learning on the sphere")
    def learn_lifted(self):
        old, run = self.read, self.runs["lifted"]
        self.read = self.readings(Reading("loss", run=run), slot=self.alone)
        self.say("Learning spreads the wells along the data …", *self.swap(old, self.read))
        self.train(self.end, 4.4, self.sphere.space.orbit(azimuth=-20), pace=Pace(speed_up=8))

    @beat("A valley along the spiral")
    def unroll(self):
        back = self.sphere.to(0, azimuth=-90, elevation=90)
        self.say("… and, flat again, they are a valley.", *back, FadeOut(self.rays), run_time=2.4)
        self.map = self.level(self.lifted.at_last, "lifted", "F \\ - min")
        self.play(FadeIn(self.map), FadeIn(self.dots), FadeOut(self.sphere.drawn), run_time=0.6)
        self.section = along(self, self.lifted.at_last, HIGH["lifted"], self.turn, "F - min")
        new = Group(self.section, self.formulas(LIFT, slot="readings"))
        self.say("Along each ray $F$ now dips where the data are.", *self.swap(self.read, new))
        self.play(self.turn.animate(rate_func=smooth).set_value(0.3), run_time=3)
