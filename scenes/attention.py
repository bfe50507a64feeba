"""Attention: each symbol asks all others, and hears a mix of their values."""

from functools import partial
from math import inf

import numpy as np
from _attention import Dissection
from manim import (
    PI,
    FadeIn,
    FadeOut,
    Group,
    ReplacementTransform,
    ValueTracker,
    smooth,
    squish_rate_func,
)

from epochreel import Clip, Pace, Reading, beat, hero, varying
from epochreel.panels.layout import boxes, centred, column, row, slot
from epochreel.panels.thermometer import COLD, HOT, Coldness, Thermometer, position
from trainers.attention import WORD, spell

SHOWN = 60  # the epoch whose net is taken apart: its queries are told apart, and still listen
FOUND, SHARP = 70, 110
ASKS, SHIFT = 0, 2  # the place that is followed; by how many places the set is turned
STOPS = [("0", 0), ("0.1", 0.1), ("1", 1), ("10", 10), ("inf", inf)]
CELL, GAP = 0.45, 0.2  # of a column at most, and between what belongs together; Manim units
NAMES = list(WORD)
VECTOR, MATRIX = slot("vector", length=0.6), slot("matrix", length=5 * CELL + 0.3)


class Attention(Clip):
    """A set of symbols, of which each looks for what it needs among all the others.

    Three matrices make of every symbol a query, a key and a value. A query's scores with all the
    keys become shares, softargmax of them at a coldness β, and the values are mixed by these. In
    another order the same comes out, in that order. Then a net learns to say a word backwards: its
    attention begins alike for all and finds the one right matrix. After the lectures of Alfredo
    Canziani and Yann LeCun.
    """

    title = "Attention: who listens to whom"
    trainer = "attention"
    layout = hero()
    figure = ("hero",)

    def measure(self):
        self.at, self.usual = ValueTracker(HOT), self.config.width**-0.5
        self.net = Dissection(self.nets(), spell(WORD).numpy(), SHOWN, self.usual)
        mean, last = self.recorded("mean_attention"), self.config.epochs
        right = np.flipud(np.eye(len(WORD))) / len(WORD)
        self.results = {
            f"Attention to the right symbol at epoch {epoch}": f"{(mean(epoch) * right).sum():.2f}"
            for epoch in (0, FOUND, last)
        } | {"Outputs of the set in another order differ by": f"{self.net.change(SHIFT):.1g}"}

    def columns(self, place, name, values, **options):
        """A matrix whose columns belong to the symbols."""
        options = {"columns": NAMES, "cell": CELL, "high": np.abs(values).max()} | options
        return self.matrix(place, values, name=name, **options)

    @beat("A set of symbols")
    def show_set(self):
        self.whole = self.columns("hero", "bold(X)", self.net.X, cell=None)
        self.open(self.whole)
        self.say(f"{len(WORD)} symbols, a column of numbers each.")

    @beat("Queries, keys, values")
    def show_projections(self):
        places = self.parts("stage", row("X", "Q"), row("K", "V"))
        shown = zip("XQKV", (self.net.X, self.net.Q, self.net.K, self.net.V), strict=True)
        self.stage = {name: self.columns(places[name], f"bold({name})", x) for name, x in shown}
        self.say(
            "Each asks with a query, answers to a key, and tells a value.",
            ReplacementTransform(self.whole, self.stage["X"]),
            *(
                FadeIn(self.stage[name], rate_func=squish_rate_func(smooth, 0.4, 1))
                for name in "QKV"
            ),
            run_time=1.6,
        )

    @beat("One asks")
    def ask(self):
        places = self.parts("stage", centred(VECTOR, MATRIX, gap=GAP), "scores")
        keys = self.columns(places["matrix"], "bold(K)", self.net.K)
        column, most = self.net.Q[:, [ASKS]], np.abs(self.net.Q).max()
        query = self.columns(places["vector"], "bold(q)", column, columns=NAMES[ASKS], high=most)
        lifted = self.stage["Q"].column(ASKS)
        asking = lifted.animate.scale(query.tiles.height / lifted.tiles.height).move_to(query.tiles)
        self.say(
            f"The {NAMES[ASKS]} asks: its query meets every key.",
            *(FadeOut(self.stage[name]) for name in "XQV"),
        )
        self.play(ReplacementTransform(self.stage["K"], keys), asking, run_time=1.2)
        self.play(FadeIn(query), run_time=0.5)
        self.remove(lifted)
        scores = self.net.K.T @ self.net.Q[:, ASKS]
        limits = (np.floor(scores.min()), np.ceil(scores.max()))
        chart = self.bar_chart(
            places["scores"], scores, limits=limits, names=NAMES,
            name="bold(K)^top bold(q)", hue="grey", decimals=1,
        )  # fmt: skip
        self.say("Each key answers with a score.", FadeIn(chart))
        self.stage = Group(query, keys, chart)

    @beat("Softargmax")
    def mix(self):
        places = self.parts(
            "stage",
            column("a", row(slot("beta", share=0.7), "scale", length=1.0)),
            centred(MATRIX, VECTOR, gap=GAP),
        )
        shares = varying(partial(self.net.shares, ASKS), self.at)
        chart = self.bar_chart(
            places["a"], shares, limits=(0, 1), names=NAMES,
            name='bold(a) = "softargmax"_beta (bold(K)^top bold(q))', hue="a", decimals=2,
        )  # fmt: skip
        values = self.columns(
            places["matrix"],
            "bold(V)",
            self.net.V,
            lit=shares[None] * np.ones((len(self.net.V), 1)),
        )
        heard = self.matrix(
            places["vector"], np.matmul(self.net.V, shares), name="bold(h)",
            columns=NAMES[ASKS], cell=CELL, high=np.abs(self.net.V).max(),
        )  # fmt: skip
        scale = Thermometer(places["scale"], self.style, self.at, STOPS)
        beta = self.formulas(
            Coldness(self.at, self.style, size=self.style.type.title), slot=places["beta"]
        )
        new = Group(chart, values, heard, scale, beta)
        self.say(
            "Hot: softargmax gives all an equal share.", *self.swap(self.stage, new), run_time=1.6
        )
        self.say("What it hears is the values, mixed: $bold(h) = bold(V) bold(a)$.")
        self.cool(position(self.usual), 3)
        self.say(r"Usually $beta = 1 \/ sqrt(d)$.")
        self.say("The colder, the fewer it listens to.")
        self.cool(COLD, 3)
        self.say("Cold: one alone, $norm(bold(a))_0 = 1$.")
        self.stage = new

    def cool(self, place, run_time):
        """Let the thermometer go on to a position."""
        self.play(self.at.animate(rate_func=smooth).set_value(place), run_time=run_time)

    @beat("In another order", optional=True)
    def turn(self):
        places = self.parts(
            "stage",
            *(
                column(slot(f"{name} name", length=0.6), name, slot("rest", length=0.3), gap=0.1)
                for name in "XH"
            ),
        )
        sets, names = [], Group()
        for name, values in (("X", self.net.set), ("H", self.net.mixed)):
            names.add(self.formulas(f"bold({name})", slot=places[f"{name} name"]))
            spots = boxes(centred(*(slot(n, length=CELL) for n in NAMES), gap=GAP), places[name])
            most = np.abs(values).max()
            sets.append(
                [
                    self.columns(spots[n], "", values[:, [k]], columns=n, fill=True, high=most)
                    for k, n in enumerate(NAMES)
                ]
            )
        everything = Group(names, *(each for columns in sets for each in columns))
        self.say("A set knows no order.", *self.swap(self.stage, everything), run_time=1.6)
        moves = [
            each.animate(path_arc=-PI / 4).move_to(columns[(k + SHIFT) % len(WORD)])
            for columns in sets
            for k, each in enumerate(columns)
        ]
        self.say("Turn its symbols, and the outputs turn alike.")
        self.play(*moves, run_time=2.5)
        self.stage = everything

    @beat("Learning to listen")
    def learn(self):
        matrix = self.matrix(
            "hero", self.recorded("attention"), name="bold(A)", rows=NAMES, columns=NAMES, hue="a",
            low=0.0, high=1.0, decimals=2,
        )  # fmt: skip
        numbers = self.readings("loss", Reading("accuracy", percent=True))
        new = Group(matrix, numbers)
        self.say(
            f"A net learns to say {WORD} backwards: {WORD[::-1]}.",
            *self.swap(self.stage, new),
            run_time=1.6,
        )
        self.say("A column is one symbol's attention: at first to all alike.")
        self.train(FOUND, 5)
        self.say("Each finds the one that it has to say …")
        self.train(SHARP, 5)
        self.say("… and in the end listens to that alone.")
        self.train(self.config.epochs, 4, pace=Pace(speed_up=10))
