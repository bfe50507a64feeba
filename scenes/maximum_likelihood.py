"""Maximum likelihood: an energy is pushed down on the data and up where the model believes."""

import numpy as np
from _maximum_likelihood import Belief, Planes, heights
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Pace, Reading, beat, hero, varying
from epochreel.look.hues import paint
from epochreel.panels.layout import slot
from trainers.maximum_likelihood import BETAS, data

LENGTH = 1.7  # of an arrow for all the samples, over the height of the energies


class MaximumLikelihood(Clip):
    """An energy over a line learns a density from samples.

    Each step pushes it down on the samples and, as much, up wherever the model believes that there
    are some. The pushes balance where the density of the model is the data's. Hotter, the same
    density needs higher walls; cold, the energy is hardly pushed up between the samples, and walls
    are left out. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Push down, push up"
    trainer = "maximum_likelihood"
    layout = hero(under=1.6, aside=1.2)
    figure = ("hero", "under")

    def measure(self):
        self.last, net = self.config.epochs, self.nets()
        samples = data(self.config).numpy().astype(float)
        self.beliefs = {name: Belief(net, name, samples) for name in BETAS}
        self.walls = {name: each.wall(self.last, samples) for name, each in self.beliefs.items()}
        self.times = f"{self.walls['warm'] / self.walls['cold']:.0f}"
        self.hues = {name: self.style.temperature[f"{beta:g}"] for name, beta in BETAS.items()}
        self.bumps = [self.beliefs[name].bumps(self.last) for name in ("cold", "warm")]
        for name, beta in BETAS.items():
            first, last = (100 * self.recorded(name)(at) for at in (0, self.last))
            told = f"at $beta = {beta:g}$"
            self.results[f"Unbalanced pushes {told}"] = f"{first:.0f}~% to {last:.0f}~%"
            self.results[f"Walls {told}"] = f"{self.walls[name]:.2g}"

    @beat("An energy and a density")
    def show_energy(self):
        warm = self.beliefs["warm"]
        self.top = warm.energy(self.last).max()
        self.planes = Planes(self, self.top, self.config)
        self.shown = Group(self.planes.curves(warm), self.planes.dots(warm))
        self.open(self.planes.all, *self.shown)
        self.places = self.parts("readings", slot("formula", share=0.7), "strip")
        self.formula_shown = self.formulas("P = 1/Z e^(-beta F)", slot=self.places["formula"])
        told = "A net gives each place an energy $F$, and so a density $P$."
        self.say(told, *self.swap(None, self.formula_shown))

    @beat("Two pushes")
    def push(self):
        grown = [ValueTracker(0), ValueTracker(0)]
        shares = [varying(float, each) for each in grown]
        pushes = self.planes.pushes(self.beliefs["warm"], LENGTH * self.top, *shares)
        self.add(*pushes)
        grow = [each.animate(rate_func=smooth).set_value(1) for each in grown]
        self.say("Push $F$ down where the samples are …", grow[0], run_time=1.6)
        self.say("… and up wherever the model believes: as much as $P$.", grow[1], run_time=1.6)
        self.shown.add(*pushes)

    @beat("Until they balance")
    def balance(self):
        self.read = self.strip("warm")
        self.say("Where one push is stronger, $F$ moves.", FadeIn(self.read))
        self.train(self.last, 8, pace=Pace(speed_up=6))
        self.say("They balance where $P$ is the data's.")
        self.kept = ["warm"]

    def strip(self, name):
        """How unbalanced the pushes are."""
        told = f"unbalanced, $beta = {BETAS[name]:g}$"
        reading = Reading(name, told, hue="yhat", percent=True, limits=(0, 70))
        return reading.strip(self.places["strip"], self.run, self.epoch, self.style)

    def again(self, name, *captions):
        """Keep what was learnt, and learn from the same start at another coldness."""
        kept = self.keep(self.kept[-1])
        self.say("", FadeOut(self.shown), FadeOut(self.read), FadeIn(kept))
        self.epoch.set_value(0)
        belief = self.beliefs[name]
        if (top := belief.energy(self.last).max()) > self.top:
            self.play(self.planes.upper.zoom(y=heights(top)), run_time=1.6)
            self.top = top
        pushes = self.planes.pushes(belief, LENGTH * self.top)
        self.shown = Group(self.planes.curves(belief), self.planes.dots(belief), *pushes)
        self.read = self.strip(name)
        self.say(captions[0], FadeIn(self.shown), FadeIn(self.read))
        self.train(self.last, 6, pace=Pace(speed_up=6))
        self.say(captions[1])
        self.kept.append(name)

    def keep(self, name):
        """What was learnt at a coldness, in its colour."""
        hue, belief = self.hues[name], self.beliefs[name]
        curves = self.planes.curves(belief, hue, hue, self.last)
        return Group(curves, self.planes.name(belief, self.last, hue))

    @beat("Hot", optional=True)
    def heat(self):
        self.again("hot", "The same, hotter …", "… for the same $P$ the walls must be higher.")

    @beat("Cold")
    def cool(self):
        self.again("cold", "And cold: hardly any walls …", f"… {self.times} times lower than warm.")

    @beat("What is left out")
    def compare(self):
        kept, (found, there) = self.keep("cold"), self.bumps
        walls = {name: float(self.walls[name]) for name in BETAS if name in self.kept}
        names = [f"$beta = {BETAS[name]:g}$" for name in walls]
        hues = np.stack([paint(self.style, self.hues[name]) for name in walls])
        chart = self.bar_chart(
            "readings", [*walls.values()], names=names, limits=(0, round(max(walls.values()))),
            name='"walls"', hue=hues, decimals=1,
        )  # fmt: skip
        told = f"Cold leaves out walls, and finds {found} of {there} bumps."
        gone = Group(self.formula_shown, self.read)
        self.say(told, FadeOut(self.shown), FadeIn(kept), *self.swap(gone, chart))
