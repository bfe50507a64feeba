"""An autoencoder says with one number where a point lies: a stick that bends into a spiral."""

import numpy as np
from manim import FadeIn, FadeOut, LaggedStart

from epochreel import Clip, Pace, Reading, beat, hero
from trainers.autoencoder import data

STICK, BENT, SPIRAL = 60, 300, 500
SPAN = np.linspace(0, 1, 200)[:, None]
HIGHEST = 0.4


class Autoencoder(Clip):
    """An autoencoder describes points of the plane by one number each.

    Its decoder can only draw a curve. Before training the curve is a dot; then a straight stick,
    the best that a line can do; then it bends until it runs through the data, and the number tells
    how far along the spiral a point lies. What is off the curve is reconstructed badly: an energy.
    After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "A spiral told with one number"
    trainer = "autoencoder"
    layout = hero(second=True, bar=True, readings=1.6)
    figure = ("hero", "hero bar")

    def measure(self):
        self.data = data(self.config).numpy()
        self.encoder, self.decoder = self.nets("encoder", "decoder")
        self.code = self.encoder(self.data)
        self.drawn = self.decoder(self.code)
        loss, last = self.recorded("loss"), self.config.epochs
        best = np.linalg.eigvalsh(np.cov(self.data.T, bias=True))[0]
        self.line = f"{loss(STICK):.2f}", f"{best:.2f}"
        self.results = {
            f"Error at epoch {STICK}": self.line[0],
            "Error of the best straight line": self.line[1],
            f"Error at epoch {last}": f"{loss(last):.1g}",
        }

    @beat("Points along a spiral")
    def show_data(self):
        self.plane = self.panel(
            "hero", reach=1.15, title="cal(Y)", x_label="y_1", y_label="y_2", mapped=True
        )
        self.hue = np.linspace(0, 1, len(self.data))
        self.points = self.plane.scatter(self.data, self.hue, size="point_large")
        self.open(self.plane, self.points)
        self.say(f"{len(self.data)} points of a plane, along a spiral.")

    @beat("The net", optional=True)
    def show_net(self):
        parts = {"encoder": ("f", "h"), "decoder": ("g", "tilde(bold(y))")}
        net = self.net_diagram(parts, inputs="bold(y)")
        steps = LaggedStart(*map(FadeIn, net), lag_ratio=0.3)
        self.say("A net must tell each with a single number, $h$.", steps, run_time=2)
        self.say("", FadeOut(net))

    @beat("A dot, and a stick")
    def learn_a_line(self):
        low, high = self.code.min(), self.code.max()
        self.curve = self.plane.curve(self.decoder(low + (high - low) * SPAN), width="arrow")
        self.errors = self.plane.segments(self.data, self.drawn, "E", opacity=0.7)
        self.axis = self.graph("second", x=(-1, 1), y=(0, 1), x_marks={-1: "−1", 0: "h", 1: "1"})
        codes = np.concatenate([self.code, 0 * self.code], axis=1)
        along = self.axis.panel.scatter(codes, self.hue, size="point_large")
        self.axis.add(along)
        error = Reading("loss", "error", logarithmic=True)
        self.say(
            "At first all are drawn in one place: a dot.",
            *map(
                FadeIn,
                (
                    self.curve,
                    self.errors,
                    self.axis,
                    self.readings(error),
                ),
            ),
        )
        self.train(STICK, 5, pace=Pace(speed_up=2))
        self.say(f"Then a stick: error {self.line[0]}, the least that a straight line can have.")

    @beat("It bends")
    def bend(self):
        self.say("It bends …")
        self.train(BENT, 7)
        self.say("… until it runs through the data.")
        self.train(self.config.epochs, 8, pace=Pace(speed_up=12))
        self.say("Now $h$ says how far along the spiral a point lies.")

    @beat("What is off the curve")
    def show_energy(self):
        def energy(y):
            return ((y - self.decoder(self.encoder(y))) ** 2).sum(axis=1)

        levels = np.arange(0.05, HIGHEST, 0.05)
        field = self.plane.energy(energy, high=HIGHEST, levels=levels, numbers=False, bar="F")
        self.say("And a point that is not on it?", FadeOut(self.errors))
        self.say(
            "Drawn elsewhere: a high energy $F(bold(y)) = norm(bold(y) - tilde(bold(y)))^2$.",
            FadeIn(field),
            run_time=1.5,
        )
        self.say("A valley along the data, walls elsewhere.")
