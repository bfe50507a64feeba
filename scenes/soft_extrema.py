"""Soft extrema: a temperature leads from the mean of some numbers to their maximum."""

from functools import partial
from math import inf

import numpy as np
from _soft_extrema import Planes, shares, softmax, softmin, summed
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, beat, hero, varying
from epochreel.look.hues import paint
from epochreel.panels.layout import boxes, column, row, slot
from epochreel.panels.thermometer import COLD, HOT, Coldness, Thermometer, position

NUMBERS = np.array([0.9, 3.2, 0.4, 2.5, 1.3])
NAMES = [f"{number:.1f}" for number in NUMBERS]
STOPS = [("0", 0), ("0.1", 0.1), ("1", 1), ("10", 10), ("inf", inf)]
LINES = {"max": ("E", np.max), "mean": ("maths", np.mean), "min": ("F_inf", np.min)}
CLOSE, FAR = 1.12 * NUMBERS.max(), 2.1 * NUMBERS.max()  # how high the panels reach
PLAIN = '"actual-softmax"_beta (bold(s))', "= 1/beta log 1/N sum_n e^(beta s_n)"
TURNED = '"actual-softmin"_beta (bold(s))', "= -1/beta log 1/N sum_n e^(-beta s_n)"
SUMMED = '"without" 1\\/N:', "1/beta log sum_n e^(beta s_n)"


class SoftExtrema(Clip):
    """What lies between the mean of some numbers and their maximum.

    The actual-softmax is the logarithm of the mean of exponentials, at a coldness β. Hot, all
    numbers count alike, and it is their mean; cold, the largest alone counts, and it is the
    maximum. With two signs turned it goes to the minimum. A sum in the place of the mean ends at
    the maximum as well, but has no limit where it is hot. After the lectures of Alfredo Canziani
    and Yann LeCun.
    """

    title = "From the mean to the maximum"
    layout = hero(aside=1.3)
    figure = ("hero", "aside")

    def measure(self):
        self.at, self.turn = ValueTracker(HOT), ValueTracker(0)
        self.levels = {name: float(level(NUMBERS)) for name, (_, level) in LINES.items()}
        one = {"softmax": softmax, "softmin": softmin, "softmax with a sum": summed}
        self.results = {f"{name} of the numbers": f"{at:.2f}" for name, at in self.levels.items()}
        self.results |= {f"actual-{n} at β = 1": f"{f(NUMBERS, 1):.2f}" for n, f in one.items()}

    def place(self):
        """The boxes of everything: what stands below the bars and the curves is as wide."""
        names, wide = slot("names", length=0.75), self.aspect == "16:9"
        upper = row(names, slot("bars", share=2), slot("curves", share=3), name="upper")
        lower = row(names, slot("beta", share=2), slot("scale", share=3), length=1.0)
        told = column(slot("name", length=0.4), "shares", gap=0.15)
        places = self.parts("aside", slot("formula", length=2.3 if wide else 3.7), told)
        return places | boxes(column(upper, lower, gap=0.2), self.slot("hero"))

    @beat("Five numbers")
    def show_numbers(self):
        self.places = self.place()
        self.planes = Planes(self.panel, self.places, NUMBERS, CLOSE)
        hues = np.stack([paint(self.style, hue) for hue, _ in LINES.values()])
        sides = self.planes.left, self.planes.right
        ends = np.array([[[x, y] for x in sides] for y in self.levels.values()])
        upper, bars = self.planes.upper, self.planes.bars
        lines = upper.curve(ends, hues, width="axis", rank="grid")
        words = [f'"{name}"' for name in LINES]
        names = upper.words(ends[:, 0] * [0, 1], words, hues, towards=(1, 0), size="label")
        feet = np.array([[n, 0] for n in range(len(NUMBERS))])
        numbers = bars.words(feet, [f'"{n}"' for n in NAMES], "maths", towards=(0, -1))
        scale = Thermometer(self.places["scale"], self.style, self.at, STOPS)
        beta = self.formulas(Coldness(self.at, self.style), slot=self.places["beta"])
        self.open(*self.planes.all, bars.bars(NUMBERS, "s"), lines, names, numbers, scale, beta)
        self.say("Five numbers, their maximum, mean and minimum.")

    @beat("Hot: the mean")
    def show_hot(self):
        hair = varying(lambda at: [[at, 0], [at, FAR]], self.at)
        hair = self.planes.curves.curve(hair, "muted", width="level", rank="grid")
        self.formula_shown = self.written(PLAIN)
        self.largest = self.planes.follow(softmax, "E", self.at)
        self.say(
            "Hot, their soft maximum is the mean:",
            *map(FadeIn, (hair, self.formula_shown, self.largest)),
        )
        chart = self.bar_chart(
            self.places["shares"], varying(partial(shares, NUMBERS), self.at, self.turn),
            limits=(0, 1), names=NAMES, hue="a", lying=False,
            decimals=2 if self.aspect == "16:9" else None,
        )  # fmt: skip
        self.named = self.softargmax("bold(s)")
        self.say("all numbers count alike.", FadeIn(chart), FadeIn(self.named))

    @beat("Cold: the maximum")
    def cool(self):
        self.say("The colder, the more the largest counts …")
        self.go(COLD, 5)
        self.say("… until it alone is left: the maximum.")
        self.keep(self.largest, softmax, "E")

    @beat("To the minimum")
    def mirror(self):
        self.say("Back to the mean.")
        self.go(HOT, 2)
        smallest = self.planes.follow(softmin, "F_inf", self.at)
        told = self.tell(TURNED, "-bold(s)")
        self.say("With the signs turned …", *told, FadeIn(smallest), self.turned(1))
        self.go(COLD, 4)
        self.say("… it cools down to the minimum.")
        self.keep(smallest, softmin, "F_inf")

    @beat("Without the mean", optional=True)
    def leave_out_the_mean(self):
        rising = self.planes.follow(summed, "violet", self.at, COLD)
        new = *self.tell(SUMMED, "bold(s)"), *self.planes.reach(FAR), FadeIn(rising), self.turned(0)
        self.say("And a sum in the place of the mean?", *new, run_time=1.6)
        self.say("Cold, it is the maximum too. Warmed, it rises above …")
        self.go(position(0.1), 4)
        self.say("… and has no end: there is no hot limit.")
        self.say("", *self.planes.reach(CLOSE), FadeOut(rising))

    @beat("By temperature")
    def end(self):
        told = *self.tell(PLAIN, "bold(s)"), self.turned(0)
        self.say("From the mean to the maximum, by temperature.", *told)
        self.go(position(1), 2)

    def written(self, lines):
        """A formula in its place."""
        return self.formulas(*lines, slot=self.places["formula"], gap=0.25)

    def softargmax(self, argument):
        """What the shares are, above them."""
        return self.heading(self.places["name"], f'$bold(a) = "softargmax"_beta ({argument})$')

    def tell(self, lines, argument):
        """Animations to another formula, and to the shares of another argument."""
        old = self.formula_shown, self.named
        self.formula_shown, self.named = self.written(lines), self.softargmax(argument)
        return self.swap(Group(*old), Group(self.formula_shown, self.named))

    def turned(self, turn):
        """The animation to the shares of the numbers, 0, or of their negatives, 1."""
        return self.turn.animate.set_value(turn)

    def keep(self, followed, extremum, hue):
        """Let the whole curve stand in place of one that follows the clock."""
        self.add(self.planes.whole(extremum, hue))
        self.remove(followed[0])

    def go(self, place, run_time):
        """Let the thermometer go on to a position."""
        self.play(self.at.animate(rate_func=smooth).set_value(place), run_time=run_time)
