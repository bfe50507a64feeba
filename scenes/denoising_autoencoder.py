"""A denoising autoencoder learns arrows home; half way between two arms they vanish, too."""

from dataclasses import replace

import numpy as np
import torch
from _arrows_home import Between, between, blend, field, norm, places
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Pace, Reading, beat, hero
from epochreel.look.hues import paint
from trainers.denoising_autoencoder import data, home, pushed_off

REACH = 1.12
SHORTEST, COARSE = 0.075, 0.3  # of all epochs: arrows are shortest, and the first lead home
LONGEST, SPACING = 0.15, 0.112  # data units: of an arrow, between two
HIGHEST = 0.2  # of the map
CORNER = 0.27, 0.12  # shares of the panel, for the key
CLOSER = 2.8  # how far zoomed in


class DenoisingAutoencoder(Clip):
    """A net sees points that noise has pushed off a spiral, and is asked where they were.

    At every place of the plane its answer is an arrow. First all arrows shrink, and most points are
    left where they are; then they turn, until they lead to the nearest point of the spiral. They
    are short on the spiral, and on a ridge half way between two arms, too, from which they lead
    away. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Arrows that lead home"
    trainer = "denoising_autoencoder"
    layout = hero(bar=True, readings=0.8)
    figure = ("hero", "hero bar")

    def measure(self):
        self.net, self.last = self.nets(), self.config.epochs
        self.data = data(self.config).numpy()
        again = torch.Generator().manual_seed(self.config.seed + 2)
        _, pushed = pushed_off(replace(self.config, copies=1), again)
        self.pushed, self.answer = pushed.numpy(), self.net(pushed)
        self.cosine = float(self.recorded("cosine")(self.last))
        before, after = (
            float((home(points, self.config) - points).norm(dim=1).mean())
            for points in (pushed, torch.tensor(self.answer(self.last)))
        )
        self.between = Between(self.net, self.last, self.config)
        self.times = f"{before / after:.0f}"
        self.results = {
            "Mean cosine of an arrow and the way home": f"{self.cosine:.2f}",
            "Off the spiral on average, pushed off": f"{before:.3f}",
            "The same after one arrow": f"{after:.3f}",
            "Length of arrows half way between two arms": f"{self.between.still:.3f}",
            "Longest arrows on the way there": f"{self.between.longest:.3f}",
        }

    @beat("Points that noise pushes off")
    def push(self):
        self.plane = self.panel("hero", reach=REACH)
        self.truth = self.plane.scatter(self.data, "y", size="point_large")
        self.open(self.plane, self.truth)
        self.say(f"{len(self.data)} points along a spiral.")
        away, self.back = ValueTracker(0), ValueTracker(0)
        hues = [paint(self.style, name) for name in ("y", "yhat", "ytilde")]
        self.sent = self.plane.scatter(
            between(between(self.data, self.pushed, away), self.answer, self.back),
            blend(hues, away, self.back),
            size="point_large",
        )
        self.say("Noise pushes them off: $hat(bold(y)) = bold(y) + bold(epsilon)$.")
        self.add(self.sent)
        self.play(away.animate(rate_func=smooth).set_value(1), run_time=2)

    @beat("The net's answers")
    def ask(self):
        self.say("A net is to send them back: $tilde(bold(y)) = f(hat(bold(y)))$.")
        self.play(self.back.animate(rate_func=smooth).set_value(1), run_time=2)
        self.say("Untrained, it knows no way home.")
        self.play(self.back.animate(rate_func=smooth).set_value(0), run_time=1.4)
        key = self.plane.scale_arrow(LONGEST, f"norm(bold(v)) >= {LONGEST:g}", scale=1)
        self.arrows = Group(self.field_of_arrows(self.plane, "f", corner=CORNER), key)
        self.numbers = self.readings(
            Reading("loss", "error", logarithmic=True),
            Reading("cosine", "homeward", hue="f", limits=(-0.1, 1), digits=2, decimals=2),
        )
        self.say(
            "Its answer everywhere, as an arrow: #box[$bold(v) = tilde(bold(y)) - bold(y)$].",
            *map(FadeIn, (self.arrows, self.numbers)),
            FadeOut(self.sent),
        )

    def field_of_arrows(self, plane, hue, closer=1, corner=(0, 0)):
        """Arrows all over a panel but in a corner; longer ones are drawn as those of LONGEST."""
        at = places(plane.view.limits, SPACING / closer, corner)
        lengths = {"scale": 1 / closer, "maximum": LONGEST}
        return plane.vectors(at, field(self.net, at), hue, **lengths)

    @beat("Arrows that shrink")
    def shrink(self):
        self.train(round(SHORTEST * self.last), 6, pace=Pace(speed_up=12))
        self.say("First the arrows shrink: most points are left where they are.")

    @beat("Arrows home")
    def learn(self):
        self.say("Then they turn …")
        self.train(round(COARSE * self.last), 5)
        self.train(self.last, 5, pace=Pace(speed_up=2))
        self.say("… to the nearest point of the spiral.")

    @beat("One step home", optional=True)
    def go_home(self):
        self.say("Pushed off once more …", FadeOut(self.arrows), FadeIn(self.sent))
        self.play(self.back.animate(rate_func=smooth).set_value(1), run_time=3)
        self.say(f"… and home: {self.times} times as near.")
        self.play(FadeOut(self.sent), FadeIn(self.arrows))

    @beat("Short arrows elsewhere")
    def look_between(self):
        plane = self.panel("hero", reach=REACH, cross=False, mapped=True)
        lengths = plane.energy(
            lambda y: norm(field(self.net, y))(self.last),
            high=HIGHEST, samples=129, bar="norm(bold(v))",
        )  # fmt: skip
        points = plane.scatter(self.data, "y", size="point_large")
        gone = *self.arrows, self.truth, self.plane
        new = plane, lengths, points
        self.say("How long are they? Dark is short.", *map(FadeIn, new), *map(FadeOut, gone))
        across, profile = self.between.across, self.between.profile
        (x, y), half = across[2 * len(across) // 5], REACH / CLOSER
        self.play(plane.zoom((x - half, x + half), (y - half, y + half)), run_time=2)
        graph = self.graph(
            "readings",
            x=(-0.06, 1.06),
            y=(0, profile.max()),
            x_marks={0: '"arm"', 0.5: '"ridge"', 1: '"arm"'},
            y_marks={0: "0", 0.1: "0.1"},
            name="norm(bold(v))",
        )
        low = [0, self.between.lowest, -1]
        heights = np.stack([np.linspace(0, 1, len(across)), profile], axis=1)
        hues = np.stack([paint(plane.ink, name) for name in ("y", "E", "y")])
        graph.add(graph.panel.curve(heights, "f"), graph.panel.probe(heights[low], hues))
        line = plane.curve(across, "title"), plane.probe(across[low], hues)
        change = *self.swap(self.numbers, graph), *map(FadeIn, line)
        self.say("From arm to arm: short, long, short, long, short.", *change)
        close = self.field_of_arrows(plane, "maths", CLOSER)
        ridge = plane.curve(self.between.ridge, "E", width="arrow")
        new = map(FadeIn, (close, ridge))
        self.say("Half way they are short, too; yet there they lead away.", *new, FadeOut(line[0]))
        self.say("A short arrow is not yet home.")
