"""The literal losses beside the stabilised ones: samples equally good, energy leaking in one."""

from dataclasses import asdict, replace

import numpy as np
from _gan_critic import CLOSE, PUSHED, energy_map, noise, penalty
from manim import FadeIn, FadeOut, Group

from epochreel import Clip, Pace, beat, pair
from epochreel.layers import lattice
from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.gan_critic import data, fixed_latents

SAMPLES = 400
PLANE = lattice((-1.6, 1.6), (-1.6, 1.6), 65, 65)  # where leaks are looked for
HEADS = {"left head": "Literal losses", "right head": "Noise, penalty"}


class Side:
    """One training: its energy, its samples, and what is measured at its end."""

    def __init__(self, recording):
        run, config = recording.run, recording.config
        # The critic swings faster than can be shown without flashes: every ninth snapshot will do.
        epochs = np.union1d(run.epochs[::9], run.epochs[-1])
        generator, self.critic = recording.nets("generator", "critic", epochs=epochs)
        self.data = data(config).numpy()
        self.samples = generator(fixed_latents(config, SAMPLES).numpy())
        last = run.epochs[-1]
        self.near = 100 * (self.distance(self.samples(last)) < 0.1).mean()
        far = PLANE[self.distance(PLANE) > 0.3]
        self.leak = 100 * (self.critic(far)(last) < config.margin / 2).mean()

    def distance(self, points):
        """From points (N, 2) to the nearest point of the data."""
        return np.linalg.norm(points[:, None] - self.data[None], axis=2).min(axis=1)


class GanCriticLiteral(Clip):
    """Two critics of one system on one clock, which differ in their losses alone.

    One trains with the losses as they are written, the other with noise on the samples and a
    penalty on slopes. Both generators end with their samples on the data; but the energy of the
    first leaks: it is cold where there is no data. After the lectures of Alfredo Canziani and Yann
    LeCun.
    """

    title = "What literal losses do to a critic"
    trainer = "gan_critic"
    layout = pair(bar=True)
    figure = ("left", "right", "bar")

    def measure(self):
        literal = replace(self.config, contrastive_noise=0.0, penalty=0.0)
        self.runs = {
            "literal": training.record(self.trainer, **asdict(literal)),
            "stable": self.run,
        }
        self.literal = Side(Recording(self.runs["literal"], self.trainer))
        self.stable = Side(self.recording)
        for name, side in (("literal", self.literal), ("noise and penalty", self.stable)):
            self.results[f"Samples within 0.1 of the data, {name}"] = f"{side.near:.0f}~%"
            self.results[f"Of the plane 0.3 off the data cold, {name}"] = f"{side.leak:.1f}~%"

    @beat("Before training")
    def show_planes(self):
        self.planes = Group(self.plane("left", self.literal), self.plane("right", self.stable))
        self.heads = Group(*(self.heading(slot, name) for slot, name in HEADS.items()))
        self.open(self.planes, self.heads)
        self.say("Two critics, untrained: data are to be cold, samples hot.")
        margin = self.config.margin
        bar = self.colour_bar("bar", "C", low=0, high=margin, colour_map="cold_warm")
        key = self.heading("legend", "$bold(y)$ data \\ $hat(bold(y))$ samples", "small")
        self.play(FadeIn(bar), FadeIn(key), run_time=0.8)

    def plane(self, slot, side):
        """A plane with everything in it."""
        panel = self.panel(slot, **CLOSE, cross=False, mapped=True)
        energy = energy_map(panel, side.critic, self.config)
        points = panel.scatter(side.data, "y"), panel.scatter(side.samples, "yhat")
        return Group(panel, energy, *points)

    @beat("Two sets of losses", optional=True)
    def state_losses(self):
        left = self.formulas(
            "cal(l)_C = C(bold(y)) + [m - C(hat(bold(y)))]^+",
            "hat(bold(y)) = G(bold(z))",
            slot="left",
        )
        right = self.formulas(PUSHED, penalty(self.config), noise(self.config), slot="right")
        self.say("They differ in their losses alone.", FadeOut(self.planes))
        self.play(FadeIn(left), FadeIn(right), run_time=0.8)
        self.wait(3)
        self.play(FadeOut(left), FadeOut(right), run_time=0.6)
        self.play(FadeIn(self.planes), run_time=0.8)

    @beat("Training both")
    def train_both(self):
        last = int(self.run.epochs[-1])
        self.say("Both begin alike …", FadeIn(self.readings(slot="epoch")))
        self.train(round(last / 30), 10, pace=Pace(speed_up=15))
        self.say("… then the energies part …")
        self.train(round(last / 6), 8, pace=Pace(speed_up=3))
        self.say("… and both end with samples on the data.")
        self.train(last, 6, pace=Pace(speed_up=8))

    @beat("What is measured")
    def judge(self):
        self.say("But what of the plane far from all data?", FadeOut(self.heads))
        leaks = self.literal.leak, self.stable.leak
        found = [
            self.heading(slot, f"{name}: {leak:.0f}~% cold")
            for (slot, name), leak in zip(HEADS.items(), leaks, strict=True)
        ]
        self.say("The literal energy leaks: cold where there is no data.", *map(FadeIn, found))
