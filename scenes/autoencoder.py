"""An autoencoder says with one number where a point lies: a stick that bends into a spiral."""

from dataclasses import asdict, replace

import numpy as np
from _arrows_home import between, places
from _autoencoder import Code
from manim import FadeIn, FadeOut, Group, LaggedStart, ValueTracker, smooth

from epochreel import Clip, Pace, Reading, beat, hero
from epochreel.runs import training
from epochreel.runs.recorded import Recording

STICK, BENT = 60, 300
REACH, LINEAR = 1, 3  # of a code between −1 and 1, and of one without bounds
HIGHEST, WIDE = 0.4, 1.15  # of the map, and how far the plane reaches
SPACING = 0.1  # of places all over it


class Autoencoder(Clip):
    """An autoencoder describes points of the plane by one number each.

    Its decoder can only draw a curve. Before training the curve is a dot; then a straight stick,
    the best that a line can do; then it bends until it runs through the data, and the number tells
    how far along the spiral a point lies. Where no tanh bounds the number the curve is as close,
    but leaps back and forth. And since all that one number can tell is a place on the curve, what
    is off the curve is reconstructed badly: an energy with walls. After the lectures of Alfredo
    Canziani and Yann LeCun.
    """

    title = "A spiral told with one number"
    trainer = "autoencoder"
    layout = hero(second=True, beside=True, bar=True, aside=1.4)
    figure = ("hero", "hero bar")

    def measure(self):
        linear = replace(self.config, bounded=False)
        self.runs = {"linear code": training.record(self.trainer, **asdict(linear))}
        self.code = Code(self.recording)
        self.linear = Code(Recording(self.runs["linear code"], self.trainer))
        loss, last = self.recorded("loss"), self.config.epochs
        best = np.linalg.eigvalsh(np.cov(self.code.points.T, bias=True))[0]
        self.line, self.net = f"{loss(STICK):.2f}", None
        self.results = {
            f"Error at epoch {STICK}": self.line,
            "Error of the best straight line": f"{best:.2f}",
            f"Error at epoch {last}": f"{loss(last):.1g}",
        }
        for name, code in (("the code", self.code), ("a linear code", self.linear)):
            shown = f"{abs(code.order):.2f}"
            self.results[f"Rank correlation of {name} and the way along the spiral"] = shown

    @beat("Points along a spiral")
    def show_data(self):
        labels = {"x_label": "y_1", "y_label": "y_2"}
        self.plane = self.panel("hero", reach=WIDE, mapped=True, **labels)
        points = self.code.points
        self.points = self.plane.scatter(points, self.code.places, size="point_large")
        self.open(self.plane, self.points)
        self.say(f"{len(points)} points of a plane, along a spiral.")

    @beat("The net", optional=True)
    def show_net(self):
        parts = {"encoder": ("f", "h"), "decoder": ("g", "tilde(bold(y))")}
        self.net = self.net_diagram(parts, inputs="bold(y)")
        steps = LaggedStart(*map(FadeIn, self.net), lag_ratio=0.3)
        self.say("A net must tell each with a single number, $h$.", steps, run_time=2)

    def show_code(self, code, reach):
        """What a decoder draws, how far off, in which order, and the error."""
        curve = self.plane.curve(code.curve, width="arrow")
        errors = self.plane.segments(code.points, code.drawn, "E", opacity=0.7)
        error = Reading("loss", "error", logarithmic=True, decimals=4, run=code.run)
        return Group(curve, errors, code.ladder(self, reach), self.readings(error))

    @beat("A dot, and a stick")
    def learn_a_line(self):
        self.shown = self.show_code(self.code, REACH)
        self.say("At first all are drawn in one place: a dot.", *self.swap(self.net, self.shown))
        self.train(STICK, 3, pace=Pace(speed_up=2))
        self.say(f"Then a stick, the best line: error {self.line}.")

    @beat("It bends")
    def bend(self):
        self.say("It bends …")
        self.train(BENT, 4)
        self.say("… until it runs through the data.")
        self.train(self.config.epochs, 4, pace=Pace(speed_up=12))
        self.say("Now $h$ says how far along the spiral a point lies.")

    @beat("A linear code", optional=True)
    def scramble(self):
        bounded = self.shown
        self.say("Once more, with no bounds to $h$: a linear code.", FadeOut(bounded))
        self.epoch.set_value(0)
        linear = self.show_code(self.linear, LINEAR)
        self.play(FadeIn(linear))
        self.train(self.config.epochs, 4, pace=Pace(speed_up=60))
        self.say("As close, yet the curve leaps: the order is lost.")
        self.say("", *self.swap(linear, bounded))

    @beat("Why there are walls")
    def send_home(self):
        code, share = self.code, ValueTracker(0)
        _, errors, ladder, _ = self.shown
        spread = places(self.plane.view.limits, SPACING)
        ends = code.decoder(code.encoder(spread))
        sent = self.plane.scatter(between(spread, ends, share), code.told(spread))
        self.say("Tell all of the plane with one number …", FadeIn(sent), FadeOut(errors))
        self.say("… and it is drawn on the curve.")
        self.play(share.animate(rate_func=smooth).set_value(1), run_time=2.4)
        ways = self.plane.segments(spread, ends(code.last), "E", opacity=0.7)
        change = *self.swap(ladder, code.walls(self, spread)), FadeIn(ways)
        self.say("So no error is less than the way to the curve.", *change)
        self.gone = sent, ways

    @beat("What is off the curve")
    def show_energy(self):
        shades = {"levels": np.arange(0.05, HIGHEST, 0.05), "numbers": False, "bar": "F"}
        field = self.plane.energy(self.code.energy, high=HIGHEST, **shades)
        change = FadeIn(field), *map(FadeOut, self.gone)
        told = "The energy $F(bold(y)) = norm(bold(y) - tilde(bold(y)))^2$ is high off the curve."
        self.say(told, *change, run_time=1.5)
        self.say("A valley along the data, walls elsewhere.")
