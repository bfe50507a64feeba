"""Where arrows stand still: a spiral that attracts, a ridge that repels, and a law about both."""

import numpy as np
from _arrows_home import blend, field, places
from _dynamics import (
    SADDLE,
    SINK,
    SOURCE,
    Dynamics,
    at_time,
    layers,
    of_kind,
    ramp,
    stability,
    standing,
)
from manim import RIGHT, UP, FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Counter, Function, Pace, beat, dim, hero
from epochreel.look.hues import paint
from epochreel.panels.layout import slot

REACH, RIM, SPACING, DOTS = 1.27, 1.2, 0.125, 0.07
LONGEST = 0.15  # data units of an arrow
TIME = 8.0  # of the flow
FIRST = 0.0025  # of all epochs, from which on the arrows on the rim point inwards
FINE = 97  # places along a side, near which zeros are looked for
HUES = {SINK: "blue", SOURCE: "red", SADDLE: "gold"}
NAMES = {SINK: "sinks", SOURCE: "sources", SADDLE: "saddles"}


class SinksAndSources(Clip):
    """The arrows that a denoising autoencoder has learnt vanish in two kinds of places.

    Points that follow them come to rest on the spiral; points that go against them, on a ridge
    between its arms. What stands still is a sink, a source or a saddle, and as all arrows on the
    rim point inwards, sinks and sources less saddles are one, at every epoch. After the lectures
    of Alfredo Canziani and Yann LeCun.
    """

    title = "Sinks and sources"
    trainer = "denoising_autoencoder"
    layout = hero(aside=0.85)
    figure = ("hero",)

    def measure(self):
        self.net, self.last = self.nets(), self.config.epochs
        self.zeros = standing(self.net, RIM, FINE)
        self.found = {kind: of_kind(self.zeros, kind) for kind in HUES}
        self.numbers = {kind: Function(len, found) for kind, found in self.found.items()}
        self.sum = self.numbers[SINK] + self.numbers[SOURCE] - self.numbers[SADDLE]
        for kind, number in self.numbers.items():
            self.results[NAMES[kind].capitalize()] = str(number(self.last))
        self.results["Sinks and sources less saddles"] = str(self.sum(self.last))

    @beat("Arrows")
    def show_arrows(self):
        self.epoch.set_value(self.last)
        self.plane = self.panel("hero", reach=REACH, cross=False)
        at = places(self.plane.view.limits, SPACING)
        self.arrows = self.plane.vectors(at, field(self.net, at), "f", scale=1, maximum=LONGEST)
        self.open(self.plane, self.arrows)
        self.say("Arrows that a net has learnt: they lead to a spiral.")

    @beat("With the arrows")
    def follow(self):
        dynamics = Dynamics(*(each(self.last) for each in layers(self.net)))
        start = places(self.plane.view.limits, DOTS).astype(float)
        self.ahead, self.back = ValueTracker(0), ValueTracker(0)
        grey, blue, red = (paint(self.style, name) for name in ("axis", "blue", "red"))
        ends = [dynamics.flow(start, time) for time in (TIME, -TIME)]
        dots = self.plane.scatter(at_time(ends[0], self.ahead), blend([grey, blue], self.ahead))
        self.say("Let points follow them …", FadeIn(dots), FadeOut(self.arrows))
        self.play(self.ahead.animate(rate_func=smooth).set_value(1), run_time=5)
        self.say("… they come to rest on the spiral.")
        self.wait(1)
        self.settled = self.plane.scatter(ends[0][-1], "blue")
        self.others = self.plane.scatter(at_time(ends[1], self.back), blend([grey, red], self.back))
        self.add(self.settled)
        self.play(self.ahead.animate(rate_func=smooth).set_value(0), run_time=2)
        self.remove(dots)
        self.add(self.others)

    @beat("Against the arrows")
    def go_back(self):
        self.say("And against the arrows?")
        self.play(self.back.animate(rate_func=smooth).set_value(1), run_time=5)
        self.say("Some leave. The others rest on a ridge between its arms.")

    @beat("Attracting and repelling")
    def colour(self):
        self.map = self.plane.energy(lambda y: stability(self.net, y), low=-1, high=1, samples=81)
        self.map.field.table = ramp(self.style, "blue", "background", "red")
        formula = self.formulas(
            'S = e^(- norm(bold(v))^2 \\/ 2 tau^2) tanh("div" bold(v))', slot="readings"
        )
        gone = self.settled, self.others
        self.say(
            "Both stand still. Blue attracts, red repels.",
            *map(FadeIn, (self.map, self.arrows, formula)), *map(FadeOut, gone),
        )  # fmt: skip
        self.written = formula

    @beat("Sinks, sources, saddles")
    def show_zeros(self):
        halo = paint(self.style, "background")
        sinks, sources, saddles = (
            self.plane.probe(found, HUES[kind], halo=halo) for kind, found in self.found.items()
        )
        boxes = self.parts("readings", "epoch", slot("sum", share=3))
        self.terms = self.law(boxes["sum"])
        self.say("", FadeOut(self.written), dim(self.map, 0.5), dim(self.arrows))
        shown = sinks, sources, self.terms[:3], self.readings(slot=boxes["epoch"])
        self.say("Where #box[$bold(v) = 0$]: sinks, sources …", *map(FadeIn, shown))
        self.say("… and saddles: in from two sides, out to two.", FadeIn(saddles, self.terms[3:5]))

    def law(self, box):
        """Sinks and sources less saddles, as they are counted at the epoch, over their names."""
        size, row = {"digits": 2, "size": self.style.type.title}, Group()
        for kind, sign in ((SINK, "+"), (SOURCE, "-"), (SADDLE, "=")):
            hue = {"colour": self.style.palette[HUES[kind]]}
            number = Counter(self.epoch, self.style, value=self.numbers[kind], **hue, **size)
            name = self.text(NAMES[kind], "label", **hue)
            name.shift((number.baseline - 0.4 - name.baseline) * UP)
            row.add(Group(number, name), self.formula(sign, "title"))
        row.add(Counter(self.epoch, self.style, value=self.sum, **size)).arrange(RIGHT, buff=0.12)
        for each in row[1:]:  # numbers and signs on one line
            number = each[0] if type(each) is Group else each
            each.shift((row[0][0].get_y() - number.get_y()) * UP)
        return self.fitted(row, box)

    @beat("Always one")
    def count_all(self):
        angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        rim = (RIM * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype(np.float32)
        circle = self.plane.curve(np.concatenate([rim, rim[:1]]), "title", width="level")
        inwards = self.plane.vectors(rim, field(self.net, rim), "title", scale=1, maximum=LONGEST)
        new = map(FadeIn, (circle, inwards))
        self.say("All arrows on the rim point inwards …", *new, FadeOut(self.arrows))
        self.say("… then sinks and sources less saddles are one.", FadeIn(self.terms[5:]))

    @beat("At every epoch", optional=True)
    def train_again(self):
        self.say("At every epoch?")
        self.train(round(FIRST * self.last), 2.4)
        self.train(self.last, 10, pace=Pace(speed_up=20))
        self.say("At every epoch.")
