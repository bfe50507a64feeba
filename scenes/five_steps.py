"""Predict, loss, zero, backward, step: each line of a training loop is lit while it acts."""

from functools import partial

import numpy as np
from _five_steps import Loops
from _five_steps_stage import LAYOUT, Stage
from manim import FadeIn, FadeOut, Group, ValueTracker

from epochreel import Clip, Pace, beat, dim, light, varying
from epochreel.look.hues import paint
from trainers import five_steps as trainer

ZEROED, FORGETFUL, ACCUMULATING = range(3)
# Of each, the function and its lines that are the loop.
CODE = (trainer.zeroed, (3, 7)), (trainer.forgetful, (3, 6)), (trainer.accumulating, (3, 8))
REST = 15  # an epoch at which the ball has come to rest
ACT, QUICK = 1.4, 0.6  # seconds of a line


class FiveSteps(Stage, Clip):
    """A training loop is five lines, and each is lit while what it does happens beside it.

    The net predicts; its loss is how high a ball lies in a bowl; old slopes are forgotten, those of
    the bowl are added to `.grad`, and the ball steps against them. In a loop that forgets to zero
    it never rests; one that adds on purpose sees a few points at a time, and takes the steps of
    all. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Five steps, over and over"
    trainer = "five_steps"
    layout = LAYOUT
    figure = ("stage",)

    def measure(self):
        x, y = (each.numpy() for each in trainer.data(self.config))
        loops = self.loops = Loops(self.run, x, y)
        late = np.arange(self.config.epochs // 2, self.config.epochs + 1)
        over = [loops.loss(loops.w[late, k]).mean() / loops.least for k in range(3)]
        apart = np.abs(loops.w[:, ACCUMULATING] - loops.w[:, ZEROED]).max()
        self.times = f"{over[FORGETFUL] / over[ZEROED]:.0f}"
        self.results = {
            "Late loss with all five steps, in least ones": f"{over[ZEROED]:.3f}",
            "The same where zeroing is forgotten": f"{over[FORGETFUL]:.1f}",
            "Most that the accumulated steps are off those of all points": f"{apart:.0e}",
        }

    @beat("Five lines")
    def show(self):
        self.open(*self.set_up(*CODE[ZEROED]), *self.show_loop(ZEROED, 1))
        self.take_step(
            "Predict: the net gives each $x$ its $tilde(y)$.",
            "Loss: how wrong is it? So high lies the ball.",
            "Zero: forget the slopes of the step before.",
            "Backward: add the slopes of the bowl here.",
            "Step: go against them, downhill.",
        )

    def take_step(self, *said):
        """A step, line by line; without captions it is quick."""
        k, at, loops = self.loop, round(self.epoch.get_value()), self.loops
        predict, err, clear, fill = (ValueTracker(0) for _ in range(4))
        x, y, w = loops.x, loops.y, loops.w[at, k]
        guess, place = loops.predicted(w), loops.on(w)
        before, after = loops.held(k, at), loops.grad[at, k]
        rising = varying(lambda share: np.stack([x, share * guess], axis=1), predict)
        tips = varying(lambda share: np.stack([x, guess + share * (y - guess)], axis=1), err)
        up = varying(lambda share: np.stack([place * [1, 1, 0], place * [1, 1, share]]), err)
        held = varying(lambda gone, new: (1 - gone) * before + new * after, clear, fill)
        dots = self.plane.scatter(rising, "ytilde", size="point_large")
        errors = self.plane.segments(np.stack([x, guess], axis=1), tips, "E", width="curve")
        height = self.space.curve(up, "maths", hidden=0.5)
        arrow = self.arrow(loops.w[at : at + 2, k], fill)
        follows, grad = self.grad, self.slopes(held)
        acts = [
            (predict, ("data",), [dots]),
            (err, ("data", "bowl", "loss"), [errors, height]),
            (clear, ("numbers",), [grad]),
            (fill, ("numbers", "bowl"), [arrow]),
        ]
        captions = iter(said)
        for line, (clock, wanted, new) in enumerate(acts, 1):
            shown = self.tell(line, wanted, next(captions, ""))
            self.add(*new)
            if clock is clear:
                self.remove(follows)
                self.grad = grad
            self.play(clock.animate.set_value(1), *shown, run_time=ACT if said else QUICK)
        shown = self.tell(5, ("data", "numbers", "bowl"), next(captions, ""))
        gone = map(FadeOut, (dots, errors, height))
        self.train(at + 1, ACT if said else QUICK, *gone, *shown)
        self.remove(grad)
        self.grad = follows
        self.play(FadeOut(arrow), self.listing.light(), *self.look_at(), run_time=0.4)

    @beat("And again", optional=True)
    def take_another(self):
        self.say("And again …")
        self.take_step()

    @beat("Over and over")
    def repeat(self):
        self.say("Over and over, until the ball is at rest.")
        self.train(REST, 3.4, pace=Pace(speed_up=2))

    @beat("Forgotten")
    def forget(self):
        self.say("Now forget to zero …", self.listing.light(3))
        self.begin_again(FORGETFUL, CODE, "… and slope is added to slope.")
        self.train(3, 2)
        self.say("Old slopes push on, past the bottom: the ball never rests.")
        self.train(self.config.epochs, 4.4, pace=Pace(speed_up=2))

    @beat("Added on purpose")
    def accumulate(self):
        loops, all_points = self.loops, self.dots
        sums = np.vstack([np.zeros((1, 2)), loops.sums[0]])
        ways = loops.w[0, ACCUMULATING] - self.config.learning_rate * sums
        points = np.stack([loops.x, loops.y], axis=1).reshape(len(ways) - 1, -1, 2)
        hues = paint(self.style, np.arange(len(points)))
        large = partial(self.plane.scatter, size="point_large")
        batches = list(map(large, points, hues))
        self.dots = Group(*batches)
        change = FadeOut(all_points), *map(FadeIn, batches)
        self.begin_again(ACCUMULATING, CODE, "Adding on purpose: four batches.", *change)
        done = [ValueTracker(0) for _ in batches]
        held = varying(lambda *shares: sums[0] + np.array(shares) @ np.diff(sums, axis=0), *done)
        follows, grad = self.grad, self.slopes(held)
        self.say("Each adds its part of the slopes.")
        self.remove(follows)
        self.add(grad)
        arrows = []
        for b, share in enumerate(done):
            arrows.append(self.arrow(ways[b : b + 2], share, hues[b]))
            self.add(arrows[-1])
            looks = [(light if other == b else dim)(each) for other, each in enumerate(batches)]
            lit = self.listing.light(2, 3, 4, 5)
            self.play(share.animate.set_value(1), *looks, lit, run_time=1)
        change = self.listing.light(6), *map(light, batches)
        self.say("Together: the slopes of all points, the same step.", *change)
        self.train(1, 1.2)
        self.say("And so the same way down.", self.listing.light(), *map(FadeOut, arrows))
        self.remove(grad)
        self.add(follows)
        self.train(REST, 3, pace=Pace(speed_up=2))

    @beat("Three ways")
    def compare(self):
        told = f"Forget to zero, and the loss stays {self.times} times as high."
        self.say(told, self.space.orbit(elevation=64), *map(light, self.traces), run_time=2.4)
