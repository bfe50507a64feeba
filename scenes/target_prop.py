"""Target propagation: an encoder learns to guess where inference will end."""

import numpy as np
from _target_prop import Inference
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Pace, Reading, beat, hero, varying
from trainers.target_prop import data

CAUGHT = 0.1  # of all epochs, after which the curve is about that of the data
PULL = 0.5  # of a way, for an arrow


class TargetPropagation(Clip):
    """An encoder guesses a latent, and inference lets it slide downhill to where the energy is low.

    There the decoder is pulled to the point, and the guess to the end of the slide. So inference
    has ever less to do, until what is left is an autoencoder, whose guess is the end. After the
    lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "A guess that learns where the slide ends"
    trainer = "target_prop"
    layout = hero(second=True, beside=True, aside=1.5).with_shares({"second": 1.4})
    figure = ("hero",)

    def measure(self):
        self.points, self.last = data(self.config).numpy(), self.config.epochs
        self.inference, self.slide = Inference(self.run), ValueTracker(0)
        steps, self.loss = self.recorded("steps"), self.recorded("loss")
        guessed = self.recorded("guessed")
        self.steps = [f"{steps(at):.0f}" for at in (0, self.last)]
        way = np.abs(np.diff(self.inference.paths[0][:, [0, -1]], axis=1)).ravel()
        upper = np.where(self.points[:, 1] > 0.6, way, 0)
        self.one = [int(upper.argmax())]
        for at in (0, self.last):
            self.results[f"Steps of inference at epoch {at}"] = f"{steps(at):.1f}"
            self.results[f"Error of the guess alone at epoch {at}"] = f"{guessed(at):.2g}"
            self.results[f"Error after inference at epoch {at}"] = f"{self.loss(at):.2g}"

    @beat("Points and a curve")
    def show_points(self):
        self.plane = self.panel("hero", x=(-2.5, 2.5), y=(-2.1, 2.1))
        i = self.inference
        self.dots = self.plane.scatter(self.points, "y", size="point_large")
        self.curve = self.plane.curve(varying(i.curve, self.epoch), "ytilde")
        self.open(self.plane, self.dots, self.curve)
        self.say(f"{len(self.points)} points, and the curve that a decoder draws.")

    def graph_of_latents(self):
        """Where a latent is over where it began: no slide is a point on the diagonal."""
        paths = self.inference.paths[:, :, [0, -1]]
        limits = paths.min(), paths.max()
        marks = {0: "0", np.pi: "pi", limits[1]: "tilde(z)"}
        up = {0: "0", np.pi: "pi", limits[1]: "z"}
        self.spots = self.graph("second", x=limits, y=limits, x_marks=marks, y_marks=up)
        self.spots.add(
            self.spots.panel.curve(np.stack([limits, limits], axis=1), "axis", width="axis")
        )
        return self.spots

    def marks(self, which):
        """Guesses, latents on their slide, their trails, and lines to the points."""
        i, plane, graph = self.inference, self.plane, self.spots.panel
        clocks = self.epoch, self.slide
        guesses = varying(lambda at: i.heads(at, 0)[which], self.epoch)
        heads, trails, now = (
            varying(lambda at, share, what=what: what(at, share)[which], *clocks)
            for what in (i.heads, i.trails, i.pairs)
        )
        begun = varying(lambda at: i.pairs(at, 0)[which], self.epoch)
        return (
            Group(plane.probe(guesses, "ztilde"), graph.probe(begun, "ztilde")),
            Group(
                plane.curve(trails, "z", width="arrow"),
                graph.segments(begun, now, "z", width="curve"),
            ),
            Group(plane.segments(self.points[which], heads, "C", opacity=0.7)),
            Group(plane.probe(heads, "zcheck"), graph.probe(now, "zcheck")),
        )

    @beat("One point")
    def infer_one(self):
        graph = self.graph_of_latents()
        guess, trail, line, head = self.marks(self.one)
        ring = self.plane.probe(self.points[self.one], "maths")
        new = map(FadeIn, (ring, guess, graph))
        self.say("An encoder guesses where on it a point lies: $tilde(z)$.", *new)
        self.add(trail)
        new = map(FadeIn, (line, head))
        self.say("Inference lets it slide downhill, to $caron(z)$.", *new)
        self.play(self.slide.animate(rate_func=linear).set_value(1), run_time=4)
        self.shown = Group(line, trail, guess, head, ring)

    @beat("All points")
    def infer_all(self):
        self.say("Now all of them.", FadeOut(self.shown))
        self.slide.set_value(0)
        self.all = self.marks(list(range(len(self.points))))
        self.play(*map(FadeIn, self.all))
        self.play(self.slide.animate(rate_func=linear).set_value(1), run_time=4)
        self.say(f"The guesses are bad: {self.steps[0]} steps on average.")

    @beat("Two lessons")
    def learn(self):
        steps = Reading("steps", hue="z", limits=(0, 45), digits=2, decimals=0)
        told = "The curve learns from $C$, the encoder from where each slide ended."
        self.say(told, FadeIn(self.readings(steps)))
        self.train(round(CAUGHT * self.last), 6)
        self.say("The slides become short …")
        self.train(self.last, 7, pace=Pace(speed_up=8))
        self.say(f"… from {self.steps[0]} steps to {self.steps[1]}.")

    @beat("Without inference", optional=True)
    def compare(self):
        self.say("Now the guess is the end: an autoencoder.")
