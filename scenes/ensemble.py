"""Ten nets agree where they saw data, and nowhere else; so do a hundred passes of one net."""

import numpy as np
import torch
from _ensemble import Planes, ThinnedNet, at_pass, band, curves, entered, faint, spread_so_far
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Pace, Reading, beat, hero, varying
from epochreel.layers import Counter
from epochreel.look.hues import paint
from epochreel.panels.layout import slot
from trainers.ensemble import BEYOND, WAVES, data, masks, waves

X = np.linspace(-BEYOND, BEYOND, 321)
FAR = 10.0  # how far out the net with dropout is looked at
WIDE = np.linspace(-FAR, FAR, 241)
PASSES, SLOWLY = 100, 4
NAMED, LEAVES = 290, 1.8  # where in X families are named; the x of the name of x³
FAMILIES = {"ReLU": "lavender", "tanh": "gold"}


class Ensemble(Clip):
    """Ten nets learn the same hundred points, each from a start of its own.

    Where the points are, they come to agree; elsewhere training drives them apart, and none of
    them is right. One net can have such a spread as well: with dropout each pass leaves out other
    units. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Where there was no data, the nets disagree"
    trainer = "ensemble"
    layout = hero(under=True)
    figure = ("hero", "under")

    def measure(self):
        self.last, half = self.config.epochs, self.config.nets // 2
        given = data(self.config), waves(self.config)
        self.points, self.waves = (np.column_stack([x, y]) for x, y in given)
        net, alone = self.nets("ensemble", "dropout")
        self.predicted = net(X[:, None])
        self.halves = self.predicted[:half], self.predicted[half:]
        self.inside, self.beyond = self.recorded("inside"), self.recorded("beyond")
        self.ratio = self.beyond(self.last) / self.inside(self.last)
        drawing = torch.Generator().manual_seed(self.config.seed)
        self.masks = masks(self.config, PASSES, 1, generator=drawing)
        self.passes = alone(WIDE[:, None], *self.masks)(self.last).astype(float)
        self.mean, self.apart = self.passes.mean(axis=0), self.passes.std(axis=0)
        near = alone(self.waves[:, :1], *self.masks)(self.last).std(axis=0).mean()
        self.wider = self.apart[[0, -1]].mean() / near
        for epoch in (0, self.last):
            self.results[f"Spread at the data, epoch {epoch}"] = f"{self.inside(epoch):.2f}"
            self.results[f"Spread at ±{BEYOND:g}, epoch {epoch}"] = f"{self.beyond(epoch):.2f}"
        self.results[f"{PASSES} passes: spread at ±{FAR:g} over that inside"] = f"{self.wider:.1f}"

    def planes(self, *limits):
        name = self.text("spread", "label", colour=self.style.palette["red"])
        return Planes(self.panel, name, *limits)

    @beat("A hundred points, ten nets")
    def show_nets(self):
        spread, high = np.std(self.predicted, axis=0), 1.2 * np.abs(self.points[:, 1]).max()
        self.space = self.planes((1, BEYOND), 1.15, (-high, high), spread(0).max())
        self.shown = Group(
            self.space,
            *(
                self.space.upper.curve(curves(X, half), hue)
                for half, hue in zip(self.halves, FAMILIES.values(), strict=True)
            ),
            self.space.upper.scatter(self.points, "y", size="point_large"),
            self.space.hill(X, spread),
        )
        self.open(self.shown)
        self.say(f"{self.config.points} points, of $y = x^3$ and noise.")
        error = Reading("loss", "error", logarithmic=True)
        self.numbers = self.readings(error, self.reading("inside", "spread"))
        self.say("Ten nets: five with ReLU, five with tanh.", FadeIn(self.numbers))

    def reading(self, scalar, name, **options):
        return Reading(scalar, name, hue="red", decimals=2, **options)

    @beat("They agree")
    def learn(self):
        self.say("Each learns alone. Below: how far apart they are.")
        self.train(self.last, 6, pace=Pace(speed_up=12))
        self.say(f"At the data they agree: a spread of {self.inside(self.last):.2f}.")

    @beat("Where there was no data")
    def look_beyond(self):
        end = self.predicted(self.last)[:, [0, -1]]
        heights, highest = (1.15 * end.min(), 1.15 * end.max()), float(end.std(axis=0).max())
        self.say("And where there was no data?")
        self.play(*self.space.zoom(BEYOND, heights, highest), run_time=4)
        relu, tanh = (half(self.last)[:, NAMED] for half in self.halves)
        hues = np.stack([paint(self.style, hue) for hue in FAMILIES.values()])
        self.names = self.space.upper.words(
            [[X[NAMED], relu.max()], [X[NAMED], tanh.min()]], [f'"{name}"' for name in FAMILIES],
            hues, towards=np.array([[-1, 1], [0, -1]]), size="label",
        )  # fmt: skip
        named = {"inside": "at the data", "beyond": f"at ±{BEYOND:g}"}.items()
        both = self.readings(*(self.reading(*each, limits=(0, highest)) for each in named))
        self.say(
            f"At ±{BEYOND:g} their spread is {self.ratio:.0f} times that at the data.",
            FadeIn(self.names), *self.swap(self.numbers, both),
        )  # fmt: skip
        truth = Group(
            self.space.upper.curve(np.column_stack([X, X**3]), "y", rank="ghosts"),
            self.space.upper.words([[LEAVES, LEAVES**3]], ["x^3"], towards=(-1, 0), size="label"),
        )
        self.say("None of them is right: this is $x^3$.", FadeIn(truth))
        self.shown.add(both, truth)

    @beat("Once more", optional=True)
    def repeat(self):
        self.say("Once more: training ties them at the data, and only there.", FadeOut(self.names))
        self.train(0, 1.8)
        self.train(self.last, 5, pace=Pace(speed_up=12))
        self.play(FadeIn(self.names), run_time=0.4)

    @beat("One net, a hundred passes")
    def drop_out(self):
        passed, passes = ValueTracker(0), self.passes
        limits = (passes.min() - 1, passes.max() + 1), self.apart.max()
        space = self.planes((WAVES, FAR), FAR, *limits)
        places = self.parts("readings", slot("count", share=0.25), "net")
        room = self.panel(places["net"], x=(0, 1), y=(-0.3, 3.3), equal=False, cross=False)
        net = ThinnedNet(room, self.masks, passed, SLOWLY)
        count = Counter(passed, self.style, value=lambda n: min(n // 1 + 1, PASSES), digits=3)
        word = self.text("pass", "label", colour=self.style.chrome.muted)
        count = self.formulas(word, count, slot=places["count"])
        new = space, space.upper.scatter(self.waves, "y", size="point_large"), net
        change = self.swap(Group(self.shown, self.names), Group(*new))
        self.say(f"One net learnt {len(self.waves)} points. With dropout …", *change, run_time=1)
        every, tint = curves(WIDE, passes), paint(self.style, "lavender")

        def left(passed, most=2 * self.style.opacity.ghost):
            return faint(tint, most * entered(passed, PASSES, SLOWLY))

        self.add(space.upper.curve(every, varying(left, passed), width="level"))
        now = space.upper.curve(varying(lambda n: at_pass(every, n), passed), "lavender")
        hill = space.hill(WIDE, varying(lambda n: spread_so_far(passes, n, SLOWLY), passed))
        self.say("… each pass leaves out other units:", *map(FadeIn, (count, now, hill)))
        self.play(passed.animate(rate_func=linear).set_value(SLOWLY), run_time=4)
        self.say(f"{PASSES} passes are {PASSES} curves.", FadeOut(now))
        self.play(passed.animate(rate_func=linear).set_value(PASSES), run_time=6)
        outline = band(WIDE, self.mean - self.apart, self.mean + self.apart)
        self.say(
            f"Where there was no data, they part: {self.wider:.0f} times the spread at ±{FAR:g}.",
            FadeIn(space.upper.polygons(outline, "red", fill=0.25)),
            FadeIn(space.upper.curve(np.column_stack([WIDE, self.mean]), width="arrow")),
        )
