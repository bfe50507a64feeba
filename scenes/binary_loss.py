"""Binary classification: the loss of each sample is a ramp, and all together are a bowl."""

from functools import partial

import numpy as np
from _binary_loss import Losses
from manim import FadeIn, FadeOut, ValueTracker, smooth

from epochreel import Clip, Counter, Pace, Reading, beat, hero, varying
from epochreel.look.hues import paint
from trainers.binary_loss import data

W, TOP = (-4, 9), 4.5  # of the plane of the weights, and of the losses that are shown
SUMS = np.linspace(-6, 6, 121)
LEVELS = np.arange(0.25, TOP, 0.25)
BOX, CLOSER = (1, 1, 0.6), 1.15
SIDE, ABOVE = 2, 34  # degrees


class BinaryLoss(Clip):
    """A line through the origin learns to part two classes.

    Over the plane of its weights, each sample's loss is a ramp: low where the sample is on the
    right side of the line, high where it is not. The mean of all the ramps is a bowl, and gradient
    descent walks to its bottom while the line turns. When no sample is on a wrong side any more,
    the bowl opens: it has no bottom, and the weights grow without end. After the lectures of
    Alfredo Canziani and Yann LeCun.
    """

    title = "A ramp for each sample, a bowl for all"
    trainer = "binary_loss"
    layout = hero(second=True, beside=True, aside=1.4, readings=0.7)
    figure = ("hero", "second")

    def measure(self):
        points, crossed, labels = (each.numpy().astype(float) for each in data(self.config))
        corners = np.array([[x, y] for x in W for y in W])
        self.losses = Losses(points, crossed, labels, corners, TOP)
        self.last, self.crossing = self.config.epochs, self.config.crossing
        self.weights = self.nets()["weight"][0]
        self.path = np.stack([self.weights(epoch) for epoch in range(self.last + 1)])
        self.lengths = [np.linalg.norm(self.path[at]) for at in (self.crossing, self.last)]
        least, end = (self.recorded("loss")(at) for at in (self.crossing - 1, self.last))
        self.results = {
            "$norm(bold(w))$ at the bottom of the bowl": f"{self.lengths[0]:.2f}",
            f"$norm(bold(w))$ at epoch {self.last}, the classes apart": f"{self.lengths[1]:.2f}",
            "Least loss before": f"{least:.2f}",
            f"Loss at epoch {self.last}": f"{end:.3f}",
        }
        self.count, self.apart = ValueTracker(1), ValueTracker(0)

    @beat("Two classes and a line")
    def show_data(self):
        box = self.slot("hero").square()
        reach = 1.1 * np.abs([self.losses.points, self.losses.crossed]).max()
        self.plane = self.panel(box, reach=reach, title="cal(X)")
        places = varying(self.losses.places, self.apart)
        dots = self.plane.scatter(
            places, self.losses.labels.astype(int), size=1.5 * self.style.size.marker
        )
        rows = np.stack([-self.weights, self.weights])
        regions = self.plane.regions(rows, np.zeros(2))
        # Weights have a scale of their own: a plane of theirs, laid over that of the samples.
        scale = self.panel(box, reach=1.3 * self.lengths[1], cross=False)
        arrow = scale.arrows(np.zeros((1, 2)), self.weights[None], "theta", width="arrow")
        self.open(self.plane, regions, scale, dots, arrow)
        self.say("Two classes, and a line that is to part them: $bold(w)^top bold(x) = 0$.")
        small = self.slot("second").square()
        self.say("", *self.plane.transfer(small, regions, scale, dots, arrow), run_time=1.6)

    @beat("The loss of a sample", optional=True)
    def show_losses(self):
        high = float(np.ceil(np.logaddexp(0, SUMS[-1])))
        graph = self.graph(
            "hero", x=(SUMS[0], SUMS[-1]), y=(0, high),
            x_marks={SUMS[0]: f"{SUMS[0]:.0f}", 0: "s", SUMS[-1]: f"{SUMS[-1]:.0f}"},
            y_marks={0: "0", high: f"{high:.0f}"},
        )  # fmt: skip
        formulas = self.formulas(
            "s = bold(w)^top bold(x)",
            'bb(H) = y thin "softplus"(-s)',
            'quad quad + (1 - y) thin "softplus"(s)',
            slot="readings", gap=0.25,
        )  # fmt: skip
        ramps = [np.stack([SUMS, np.logaddexp(0, sign * SUMS)], axis=1) for sign in (1, -1)]
        graph.add(
            graph.panel.curve(np.stack(ramps), paint(self.style, np.arange(2)), width="arrow")
        )
        s = self.losses.points @ self.path[0]
        at = np.stack([s, np.logaddexp(0, -self.losses.signs * s)], axis=1)
        graph.add(graph.panel.scatter(at, self.losses.labels.astype(int), size="marker"))
        self.say(
            "A sample's loss over $s = bold(w)^top bold(x)$ is a ramp.",
            FadeIn(graph),
            FadeIn(formulas),
        )
        self.say("It rises for one class, falls for the other.")
        self.say("", FadeOut(graph), FadeOut(formulas))

    @beat("Ramps make a bowl")
    def add_up(self):
        x, y = self.losses.points[0]
        side = np.degrees(np.arctan2(y, x)) - 90
        self.space = self.panel3d(
            "hero", x=W, y=W, z=(0, TOP), size=BOX, closer=CLOSER, azimuth=side, elevation=SIDE,
            x_label="w_1", y_label="w_2",
        )  # fmt: skip
        losses = self.losses

        def surface(w):
            return varying(partial(losses.mean, w), self.count, self.apart)

        bowl = self.space.energy(surface, levels=LEVELS, samples=71)
        one, two = (self.plane.probe(losses.points[k : k + 1], "maths") for k in (0, 1))
        number = Counter(
            self.count, self.style, digits=2, size=self.style.type.formula, prefix="$N =$~"
        )
        self.mean = self.formulas("cal(L) = 1/N sum_n bb(H)_n", number, slot="readings")
        new = map(FadeIn, (self.space, bowl, one, self.mean))
        self.say("One sample over all $bold(w)$, from the side: the ramp.", *new)
        self.play(self.space.orbit(azimuth=-60, elevation=ABOVE), run_time=4)
        self.say("Another sample, another ramp …", FadeOut(one), FadeIn(two))
        self.play(self.count.animate(rate_func=smooth).set_value(2), run_time=2)
        self.say("… and all together are a bowl.", FadeOut(two))
        self.play(self.count.animate(rate_func=smooth).set_value(len(losses.signs)), run_time=5)

    @beat("Down to the bottom")
    def descend(self):
        losses, path = self.losses, self.path
        walk = varying(lambda epoch, apart: losses.walk(path, epoch, apart), self.epoch, self.apart)
        line = self.space.curve(walk, "theta", width="arrow", hidden=0.5)
        ball = self.space.scatter(walk[-1:], "theta", size="marker", hidden=0.5)
        numbers = self.readings(Reading("length", "$norm(bold(w))$", hue="theta", decimals=1))
        new = FadeIn(line), FadeIn(ball), *self.swap(self.mean, numbers)
        self.say("The weights $bold(w)$ are a place in it.", *new)
        self.say("Descent walks down, and the line turns.")
        self.train(self.crossing, 7, pace=Pace(speed_up=8))
        self.say("At the bottom, it rests.")

    @beat("Separable: no bottom")
    def separate(self):
        self.say("Now samples cross over, until a line can part them.")
        self.play(self.apart.animate(rate_func=smooth).set_value(1), run_time=3)
        self.say("The bowl has opened: it has no bottom.")
        self.train(self.last, 7, self.space.orbit(azimuth=-30), pace=Pace(speed_up=12))
        self.say("Step by step, $bold(w)$ grows without end.")
