"""K-means: points pick wells, wells move to their points, and the energy never rises."""

from functools import partial

import numpy as np
from _kmeans import Clustering, Drawing, colours, flight, turns, within
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Counter, Reading, beat, hero, varying
from epochreel.look.hues import paint
from epochreel.panels.layout import boxes, column, row, slot
from epochreel.panels.limits import holding
from epochreel.runs import training
from trainers.kmeans import Config, data

CLOSE = 0.35  # how far the close view reaches
HIGH = 0.1  # free energy of the last colour
SLOW, FAST = 1.6, 0.6  # seconds of a half step
STARTS = {"good": "on the points", "bad": "anywhere"}


class KMeans(Clip):
    """Wells of an energy find the points that lie along a spiral.

    Inference lets each point pick its nearest well, learning moves each well to the mean of the
    points that picked it; neither can raise the energy. From a bad start it never rises either, but
    ends higher: some wells are never picked, and stay where they are. After the lectures of Alfredo
    Canziani and Yann LeCun.
    """

    title = "Assign, move, repeat"
    trainer = "kmeans"
    layout = hero(second=True, beside=True)
    figure = ("stage",)

    def measure(self):
        self.flight, self.points = ValueTracker(0), data(self.config).numpy()
        bad = training.record(self.trainer, Config(seed=self.config.seed, start="box"))
        self.runs = {"good": self.run, "bad": bad}
        self.hues = colours(self.style, self.run.tensor("w", 0))
        self.good, self.bad = (Clustering(run, self.hues) for run in self.runs.values())
        self.times = f"{self.bad.loss(self.bad.rest) / self.good.loss(self.good.rest):.1f}"
        for name, run in (("good", self.good), ("bad", self.bad)):
            start = f"wells {STARTS[name]}"
            self.results[f"Mean free energy in the end, {start}"] = f"{run.loss(run.rest):.4f}"
            self.results[f"Wells that no point picks, {start}"] = str(len(run.dead))

    def places(self):
        """The boxes of the end and, of the same shape, that of the plane before."""
        beside = self.aspect in ("16:9", "1:1")
        inner, outer = (column, row) if beside else (row, column)
        length = {"16:9": 0.5, "1:1": 0.95}.get(self.aspect, 2.4)
        heads = [slot(f"{name} head", length=length) for name in STARTS]
        pairs = zip(heads, STARTS, strict=True)
        found = boxes(outer(*(inner(*pair, gap=0.15) for pair in pairs)), self.slot("stage"))
        (left, right), (low, high) = holding(self.points)
        half = found["bad"]
        ratio = np.clip(half.width / half.height, (right - left) / (high - low), 1)
        found |= {name: within(found[name], ratio) for name in STARTS}
        return found | {"plane": within(self.slot("hero"), ratio)}

    @beat("Points and wells")
    def show_wells(self):
        self.spots = self.places()
        self.plane = Drawing(self, self.spots["plane"], self.points)
        self.dots = self.plane.dots()
        self.wells = self.plane.wells(varying(self.good.wells, self.epoch), self.hues)
        self.open(self.plane.panel, self.dots, self.wells)
        aside = self.parts("second", column("energy", "turns"))
        line = self.panel(aside["turns"], x=(-1, 1), y=(-1, 1), equal=False, cross=False)
        shades = partial(turns, paint(self.style, "maths"), self.style.opacity.ghost)
        names = line.words(
            [[-1, 0], [1, 0]], ['"assign"', '"move"'], varying(shades, self.epoch),
            towards=(0, 0), size="formula",
        )  # fmt: skip
        count = Counter(self.epoch, self.style, value=lambda at: (at + 1) // 2 + 1, digits=2)
        self.turns = Group(names, self.fitted(count, aside["turns"]))
        self.energy = self.formulas("E = norm(bold(y) - bold(W) bold(z))^2", slot=aside["energy"])
        told = f"{len(self.points)} points, and {len(self.hues)} wells, each on one of them."
        self.say(told, *self.swap(None, self.energy))

    def strip(self, name, run):
        """The mean energy of the points."""
        reading = Reading("loss", "mean $E$", hue="E", until=run.rest, decimals=4)
        return reading.strip(self.slot("readings"), self.runs[name], self.epoch, self.style)

    @beat("Inference, learning")
    def take_turns(self):
        self.picked = self.plane.picks(self.good)
        self.say("", self.plane.closer(self.good.farthest(), CLOSE), run_time=2)
        self.say("Inference: each point picks its nearest well.", FadeIn(self.picked))
        self.remove(self.dots)
        self.say("Learning: each well moves to the mean of its points.", FadeIn(self.turns))
        self.train(1, SLOW)

    @beat("Once more", optional=True)
    def repeat(self):
        self.say("Inference: at the borders, points change wells.")
        self.train(2, SLOW)
        self.say("Learning again.")
        self.train(3, SLOW)

    @beat("Until nothing moves")
    def run_on(self):
        self.read = self.strip("good", self.good)
        told = "And so on. At no half step does the energy rise …"
        self.say(told, FadeIn(self.read), self.plane.panel.zoom(fit=self.points), run_time=1.6)
        self.train(self.good.rest, FAST * (self.good.rest - 3))
        self.say("… until nothing moves any more.")

    @beat("A bad start")
    def start_badly(self):
        self.remove(self.wells)
        way = partial(flight, self.good, self.bad)
        flying = self.plane.wells(varying(way, self.flight), self.hues)
        self.add(self.dots, flying)
        self.say("A bad start: wells put anywhere.", FadeOut(self.picked), FadeOut(self.read))
        self.epoch.set_value(0)
        self.play(self.flight.animate(rate_func=smooth).set_value(1), run_time=2)
        self.picked, self.read = self.plane.picks(self.bad), self.strip("bad", self.bad)
        self.say("Some are the nearest of no point …", FadeIn(self.picked), FadeIn(self.read))
        self.remove(self.dots, flying)
        self.wells = self.plane.wells(varying(self.bad.wells, self.epoch), self.hues)
        self.add(self.wells)
        self.train(2, 2 * SLOW)
        self.train(self.bad.rest, FAST * (self.bad.rest // 2 - 1))
        self.rings = self.plane.dead(self.bad)
        self.say(f"… so nothing moves them: {len(self.bad.dead)} are dead.", FadeIn(self.rings))
        self.say(f"The energy never rose, but ends {self.times} times as high.")

    @beat("Two free energies")
    def compare(self):
        moved = Group(*self.picked, *self.wells, self.rings)
        moves = self.plane.panel.transfer(self.spots["bad"], *moved)
        grounds, marks, after = Group(moved[:2]), Group(moved[2:]), Group()
        plane = Drawing(self, self.spots["good"], self.points)
        *ground, dots = plane.picks(self.good, self.good.rest)
        grounds.add(*ground)
        marks.add(dots, plane.wells(self.good.w(self.good.rest), self.hues))
        for name, run in (("good", self.good), ("bad", self.bad)):
            mapped = Drawing(self, self.spots[name], self.points, mapped=True)
            told = f'"wells" #h(.3em) "{STARTS[name]}"', f'"mean" F = {run.loss(run.rest):.4f}'
            head = self.formulas(*told, slot=self.spots[f"{name} head"], size="label", gap=0.25)
            after.add(mapped.energy(run, HIGH), head)
        moves += map(FadeOut, (self.read, self.energy, self.turns))
        self.say("", *moves, FadeIn(grounds[1:]), FadeIn(marks[1:]), run_time=1.6)
        changes = self.swap(grounds, after)
        self.say("The free energy: a valley along the data …", *changes, run_time=1.6)
        self.remove(marks)
        self.say("… and dead wells: low where there are no data.")
