"""A critic learns an energy: cold along the data, hot wherever a generator's samples stray."""

import numpy as np
from _gan_critic import CLOSE, LEVELS, PUSHED, energy_map, noise, penalty
from manim import FadeIn, FadeOut, Group

from epochreel import Clip, Pace, Reading, beat, hero, pair
from epochreel.panels.layout import column
from trainers.gan_critic import data, fixed_latents

SAMPLES, PULLED = 400, 50
WIDE = {"x": (-1.25, 1.05), "y": (-1.0, 1.4)}  # about the middle of the data
FORCE = 0.35  # data units an arrow is long for a slope of 1
COVERED, SETTLED = 1 / 30, 1 / 6  # of all epochs


class GanCritic(Clip):
    """A critic learns an energy, and a generator learns from the critic.

    The critic pushes the energy of the data down and that of the generator's samples up; the
    generator moves its samples downhill. We watch the energy form over 18,000 epochs until the
    data lies in a valley, compare it with where it began, and walk around the valley. After the
    lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "A critic learns an energy"
    trainer = "gan_critic"
    layout = hero(bar=True)
    figure = ("hero", "hero bar")

    def measure(self):
        # The critic swings faster than can be shown without flashes: every sixth snapshot will do.
        epochs = np.union1d(self.run.epochs[::6], self.run.epochs[-1])
        self.generator, self.critic = self.nets("generator", "critic", epochs=epochs)
        self.data = data(self.config).numpy()
        self.latents = fixed_latents(self.config, SAMPLES).numpy()
        self.drawn = self.generator(self.latents)
        last = self.last = int(self.run.epochs[-1])
        outward = 0.3 * self.data / np.linalg.norm(self.data, axis=1, keepdims=True)
        beside = np.concatenate([self.data + outward, self.data - outward])
        cold, hot = (self.critic(points)(last).mean() for points in (self.data, beside))
        self.times = f"{hot / cold:.0f}"
        self.results = {
            f"Mean energy of the data at epoch {last}": f"{cold:.2f}",
            "Mean energy 0.3 off the data": f"{hot:.2f}",
        }

    @beat("Data and samples")
    def show_data_and_samples(self):
        self.plane = self.panel("hero", **WIDE, x_label="y_1", y_label="y_2", mapped=True)
        truth = self.plane.scatter(self.data, "y")
        samples = self.plane.scatter(self.drawn, "yhat")
        self.open(self.plane, truth)
        self.say("Points $bold(y)$ of the data are to be cold: low energy.")
        self.say(
            "Samples $hat(bold(y)) = G(bold(z))$ of a generator are to be hot.", FadeIn(samples)
        )
        self.hero = Group(self.plane, truth, samples)

    @beat("The critic's energy")
    def show_energy(self):
        self.field = energy_map(self.plane, self.critic, self.config, bar="C")
        self.hero.add(self.field)
        self.say(
            "A critic gives every point an energy $C$. Untrained, it is flat.",
            FadeIn(self.field),
            run_time=1.2,
        )

    @beat("The losses", optional=True)
    def state_losses(self):
        places = self.parts("aside", column("literal", "added"))
        literal = self.formulas(PUSHED, "cal(l)_G = C(G(bold(z)))", slot=places["literal"])
        added = self.formulas(noise(self.config), penalty(self.config), slot=places["added"])
        self.say("Push the data down; push the samples up, to #box[$m = 1$].", FadeIn(literal))
        self.say(
            "Two additions keep the valley clear: noise, and a penalty on slopes.", FadeIn(added)
        )
        self.say("", FadeOut(literal), FadeOut(added))

    @beat("Training both")
    def train_both(self):
        pulled = self.generator(self.latents[:PULLED])
        forces = self.plane.vectors(pulled, -self.critic.gradient(pulled), scale=FORCE, maximum=1)
        shared = {"logarithmic": True, "mean": 50, "decimals": 2}
        self.numbers = self.readings(
            Reading("critic_loss", "$cal(l)_C$", hue="blue", **shared),
            Reading("generator_loss", "$cal(l)_G$", hue="red", **shared),
            Reading("generator_gradient", "$norm(nabla cal(l)_G)$", hue="orange", **shared),
        )
        scale = self.plane.scale_arrow(1, "norm(nabla C) = 1", scale=FORCE)
        self.hero.add(forces, scale)
        self.say(
            "Samples are pulled downhill, by $-nabla C$.",
            *map(FadeIn, (self.numbers, forces, scale)),
        )
        self.train(round(COVERED * self.last), 9, pace=Pace(speed_up=40))
        self.say("They cover the data, and stray.")
        self.say("The critic raises what lies between the arms …")
        self.train(round(SETTLED * self.last), 8, pace=Pace(speed_up=3))
        self.say("… and the samples settle on the data.")
        self.train(self.last, 6, pace=Pace(speed_up=8))
        self.say(f"Off the data, $C$ is {self.times} times as high.")

    @beat("Before and after", optional=True)
    def compare(self):
        places = self.slots(pair())
        self.say("", FadeOut(self.hero), FadeOut(self.numbers))
        both = Group()
        for side, epoch in (("left", 0), ("right", self.last)):
            panel = self.panel(places[side], **CLOSE, cross=False, mapped=True)
            name = f"epoch {epoch:,}".replace(",", "~")
            both.add(
                panel,
                energy_map(panel, lambda y, epoch=epoch: self.critic(y)(epoch), self.config),
                panel.scatter(self.data, "y"),
                panel.scatter(self.drawn(epoch), "yhat"),
                self.heading(places[f"{side} head"], name),
            )
        self.say("The same plane, before and after.", FadeIn(both))
        self.say("", FadeOut(both))

    @beat("A walk around the valley", optional=True)
    def walk_around_valley(self):
        space = self.panel3d(
            "stage",
            **WIDE,
            z=(0, self.config.margin),
            azimuth=-100,
            elevation=47,
            size=(3, 3.1, 0.42),
            x_label="y_1",
            y_label="y_2",
            z_label="C",
        )
        lying = np.column_stack([self.data, self.critic(self.data)(self.last)])
        valley = [
            space,
            space.energy(self.critic, levels=LEVELS, samples=121),
            space.scatter(lying, "y", hidden=0.4),
        ]
        self.say("The energy as a surface: a valley …", *map(FadeIn, valley), run_time=1.2)
        self.play(space.orbit(azimuth=20), run_time=8)
        self.say("… and the data at its bottom.")
