"""Transformer: words meet in attention alone, which learns to find the subject of a verb."""

from functools import partial

import numpy as np
from _transformer import DELAYED, FORMULAS, NODES, PLAIN, SUBJECT, Findings, verbs
from _transformer_columns import (
    GIVEN,
    LATE,
    NEXT,
    courses,
    meeting,
    row,
    unrolled,
    verbs_said,
    words,
)
from manim import FadeIn, Group, ValueTracker, smooth

from epochreel import Clip, Reading, beat, hero, varying
from epochreel.look.hues import paint
from epochreel.runs.functions import Function, epoch
from trainers.transformer import SENTENCE, VERBS


class Transformer(Clip):
    """A transformer is an autoencoder with a unit delay, whose words meet in attention alone.

    Given each word of a sentence a step late it has to say what comes next. Encoder and decoder
    have a column for each word; only attention joins them. The net learns a small grammar: the verb
    is in the number of its subject, after which another noun may stand. At first the nearest noun
    decides; then attention finds the subject, and once each word hears itself alone, the nearest
    noun decides again. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Transformer: attention finds the subject"
    trainer = "transformer"
    layout = hero(second=True, beside=True, aside=1.4)
    figure = ("hero",)

    def measure(self):
        self.found, self.removed = Findings(self.run, self.config), ValueTracker(0)
        self.results = self.found.results()

    def joined(self, names):
        """The bricks of a line, and who feeds whom."""
        return {name: NODES[name] for name in names}, [" -> ".join(names), "y -> C"]

    @beat("An autoencoder")
    def show_autoencoder(self):
        self.net = self.diagram("hero", *self.joined(PLAIN))
        self.open(self.net)
        self.say("An autoencoder says again what it is given.")
        self.play(self.net.flow(*PLAIN), run_time=2)

    @beat("A unit delay")
    def delay(self):
        last, self.net = self.net, self.diagram("stage", *self.joined(DELAYED))
        told = "Delay what it is given by a step: it must say what comes next."
        self.say(told, *last.into(self.net), run_time=2)
        self.remove(*last)
        self.add(self.net)
        self.play(self.net.flow(*DELAYED), run_time=2.6)

    @beat("A column for each word")
    def unroll(self):
        limits = {"x": (-1.2, len(SENTENCE) - 0.4), "y": (-0.6, 13.3)}
        self.columns = self.panel("hero", **limits, equal=False, cross=False)
        slide, above = ValueTracker(0), row(NEXT)[:-1]
        said = words(self.columns, above, SENTENCE[1:])
        late = words(self.columns, above + varying(float, slide) * LATE, SENTENCE[1:])
        first = words(self.columns, row(GIVEN)[:1], SENTENCE[:1])
        box = self.slot("second").around(self.slot("aside"))
        self.formed = self.formulas(*FORMULAS, slot=box, size="title")
        new = Group(self.columns, said, self.formed)
        self.say("Every word comes in a step late.", *self.swap(self.net, new), run_time=1.6)
        self.add(late)
        moved = slide.animate(rate_func=smooth).set_value(1)
        self.play(moved, FadeIn(first), run_time=2)
        columns = unrolled(self.columns, 1.6 * self.style.size.marker)
        self.say("Encoder and decoder: a column for each word.", FadeIn(columns))

    @beat("Attention")
    def join(self):
        lines = meeting(self.columns, self.given("attention", "alone"))
        told = "Words meet in attention alone, and only with those before."
        self.say(told, FadeIn(lines))

    def given(self, name, apart, change=np.asarray):
        """What was recorded, or where attention is taken away what takes its place."""
        own = Function(change, self.recorded(name))
        other = varying(partial(self.found.part, apart), self.removed)
        return Function(np.where, varying(float, self.removed) > 0, other, own)

    @beat("The nearest noun decides")
    def be_fooled(self):
        energies = self.given("energies", "without", verbs)
        hues = paint(self.style, "blue"), paint(self.style, "red")
        last, high = self.config.epochs, int(np.ceil(self.found.most))
        marks = {"x_marks": {0: "0", last: f"{last}"}, "y_marks": {0: "0", high: f"{high}"}}
        limits = {"x": (0, last), "y": (0, high)}
        graph = self.graph("second", **limits, **marks, name="E = -log p")
        courses(graph, self.found, hues, epoch, energies)
        numbers = self.readings(Reading("agreement", "right verbs", percent=True, mean=5))
        new = Group(graph, numbers)
        self.say(
            "Which verb comes next? At first all words are alike.",
            FadeIn(verbs_said(self.columns, energies, hues)),
            *self.swap(self.formed, new),
        )
        self.train(self.found.fooled, 6)
        self.say(f"The nearest noun decides: {SENTENCE[-1]} {VERBS[0]}.")

    @beat("The subject is found")
    def find(self):
        self.say("Then attention finds the subject …")
        self.train(self.found.found, 5)
        self.say(f"… and the {SENTENCE[SUBJECT]} {VERBS[1]}.")
        self.train(self.config.epochs, 4)

    @beat("Without attention", optional=True)
    def take_away(self):
        self.say("Let each word hear itself alone …")
        self.play(self.removed.animate(rate_func=smooth).set_value(1), run_time=2.5)
        self.say("… and the nearest noun decides again.")
        self.say("Only attention lets words meet.")
        self.play(self.removed.animate(rate_func=smooth).set_value(0), run_time=2)
