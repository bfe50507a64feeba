"""Perceptron and ADALINE: two rules for one neuron, and a noise that one of them takes away."""

import numpy as np
from _adaptive_filter import Filter
from _perceptron_adaline import Rule, Side, adaline_loss, perceptron_loss
from manim import FadeIn, Group, ValueTracker, linear

from epochreel import Clip, Counter, Pace, beat, pair, varying
from epochreel.panels.compositions import Composition
from epochreel.panels.layout import boxes, column, row, slot
from trainers.perceptron_adaline import BLOCK, PATH, data

RULES = {
    "left": "Perceptron: $Delta bold(w) = eta y bold(x)$",
    "right": "ADALINE: $Delta bold(w) = eta (y - s) bold(x)$",
}


SHAPES = pair(legend=0.1).trees


class PerceptronAdaline(Clip):
    """Two rules let one neuron learn the same points, one after the other.

    The perceptron's jumps by a sample where its sign is wrong, and rests as soon as none is. The
    ADALINE's moves at every sample, by how far its linear sum is off, and rolls to the bottom of a
    bowl. With the last samples of a noise as its input the same rule is an adaptive filter, which
    takes the noise away from a voice. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Two rules, one neuron"
    trainer = "perceptron_adaline"
    layout = Composition(SHAPES | {"4:5": SHAPES["1:1"]})  # beside each other
    figure = ("left", "right")

    def measure(self):
        points, targets = (each.numpy() for each in data(self.config))
        given = points, targets
        self.rules = [
            Rule(self.run, "perceptron", perceptron_loss, *given),
            Rule(self.run, "adaline", adaline_loss, *given),
        ]
        self.last, self.jumps = self.config.epochs, self.rules[0].jumps
        self.filter = Filter(self.run, self.config)
        self.gone = f"{self.filter.gone[-1]:.0f}"
        closest = [f"{rule.closest:.2f}" for rule in self.rules]
        self.results = {
            "Jumps of the perceptron": str(len(self.jumps)),
            "Closest point to its line": closest[0],
            "Closest point to ADALINE's": closest[1],
            "Noise that the filter takes away": f"{self.gone} dB",
        }

    @beat("Two clouds and a line")
    def show_data(self):
        shown = self.recorded("shown")
        self.sides = [
            Side(self, name, rule, shown) for name, rule in zip(RULES, self.rules, strict=True)
        ]
        self.heads = Group(*(self.heading(f"{name} head", text) for name, text in RULES.items()))
        self.open(self.heads, *(side.seen for side in self.sides))
        self.say("A neuron parts two classes by the sign of $s = bold(w)^top bold(x)$.")

    @beat("One sample after the other")
    def learn(self):
        word = self.text("sample", "label", colour=self.style.chrome.muted)
        self.count = self.formulas(
            word, Counter(self.epoch, self.style, digits=3), slot="epoch", gap=0.2
        )
        rings = [side.ring for side in self.sides]
        told = "The perceptron learns only where it is wrong: a jump."
        self.say(told, FadeIn(self.count))
        self.add(*rings)
        rest = int(self.jumps[-1])
        self.train(min(rest, 7), 7)
        self.say("ADALINE learns from every sample, a little.")
        self.train(rest, 5)
        self.remove(*rings)
        told = f"After {len(self.jumps)} jumps nothing is wrong: it rests, close to a point."
        self.say(told)

    @beat("One goes on", optional=True)
    def go_on(self):
        self.say("ADALINE goes on, until its line is in the middle.")
        self.train(self.last, 5, pace=Pace(speed_up=6))

    @beat("In the plane of the weights")
    def walk(self):
        seen, walked = (Group(*(getattr(s, n) for s in self.sides)) for n in ("seen", "walked"))
        self.say("The same in the plane of the weights …", *self.swap(seen, walked), run_time=1.6)
        self.train(0, 1.4)
        self.say("… jumps onto the floor, and a roll down a bowl.")
        self.train(int(self.jumps[-1]), 4)
        self.train(self.last, 4, pace=Pace(speed_up=6))
        self.shown = Group(walked, self.heads, self.count)
        self.say("One stops at the edge, one at the bottom.")

    @beat("What a neuron hears")
    def listen(self):
        length, style, f = len(self.filter.heard), self.style, self.filter
        clock = ValueTracker(0)
        names = {
            "y": ("$y$: a voice in noise", f.heard, "y"),
            "s": ("$s = bold(w)^top bold(x)$: its guess of the noise", f.made, "s"),
            "e": ("$y - s$: what is left", f.left, "E"),
        }
        waves = column(
            *(column(slot(f"{k} head", length=0.4), k, gap=0.1) for k in names),
            share=2.2, gap=0.2,
        )  # fmt: skip
        taps = column(slot("w head", length=0.4), "w", gap=0.1)
        if self.aspect == "16:9":
            tree = row(waves, column(taps, slot("gone", length=1.2)), gap=0.6)
        else:
            tree = column(waves, row(slot("taps", share=0.01), taps, slot("gone", share=0.7)))
        places = boxes(tree, self.slot("stage"))
        new, high = Group(), np.abs(f.heard).max()
        head = varying(lambda at: [0, at * BLOCK], clock)
        for key, (told, samples, hue) in names.items():
            panel = self.panel(places[key], x=(0, length), y=(-high, high), equal=False)
            new.add(panel, self.heading(places[f"{key} head"], told))
            new.add(panel.waveform(samples, hue, x=(0, length), shown=head, width="level"))
        reach = 1.2 * np.abs(PATH).max()
        panel = self.panel(places["w"], x=(-0.6, 7.6), y=(-reach, reach), equal=False)
        truth = np.column_stack([np.arange(len(PATH)), PATH])
        new.add(panel, panel.scatter(truth, "muted", size=1.6 * style.size.marker, rank="ghosts"))
        new.add(panel.stems(varying(self.recorded("taps"), clock), "theta"))
        new.add(self.heading(places["w head"], "$bold(w)$, and the noise's path"))
        quieter = Counter(
            clock, style, value=f.decibels, digits=2, suffix=" dB", size=style.type.title
        )
        new.add(self.formulas(quieter, slot=places["gone"]))
        told = "The same rule hears: $bold(x)$ is the last 8 samples of a noise."
        self.say(told, *self.swap(self.shown, new), run_time=1.6)
        self.play(clock.animate(rate_func=linear).set_value(self.last), run_time=10)
        self.say(f"{self.gone} dB of the noise are gone: its error is the voice.")
