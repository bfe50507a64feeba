"""Tricycle: control is inference, and what a plan is like follows from what it costs."""

from functools import partial

from _tricycle import HUES, LAWS, Drives
from _tricycle_rider import Rider
from _tricycle_stage import LAYOUT, LIMITS, Chart, goal, over_time, planned
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Pace, Reading, beat, varying
from epochreel.look.hues import colour_of
from trainers.tricycle import GOAL

FAST, BACK = Pace(speed_up=40), Pace(speed_up=1 / 40)  # most of it happens at first
EVEN = Pace()


class Tricycle(Clip):
    """A plan is inferred: what it costs goes back through time, and its controls go downhill.

    A tricycle that is hardly steered drives past its goal. How far off it ends is a cost, whose
    slopes come back from the last step to the first; along them the controls change, and the path
    bends until it ends at the goal. Other costs make other characters of one start: one rests, one
    hurries, one touches the goal and drives on. After the lectures of Alfredo Canziani and Yann
    LeCun.
    """

    title = "Control is inference"
    trainer = "tricycle"
    layout = LAYOUT
    figure = ("road",)

    def measure(self):
        self.drives, self.last = Drives(self.run, self.config), self.config.epochs
        self.which, self.moment = ValueTracker(0), ValueTracker(0)
        self.results = self.drives.results()

    @beat("A tricycle and a goal")
    def show_plan(self):
        drives, clocks, steps = self.drives, (self.epoch, self.which), self.config.steps
        road = self.road = self.panel("road", **LIMITS, cross=False)
        self.rider = Rider(road, "title", drives.pose, *clocks, self.moment)
        self.path = planned(road, drives, *clocks)
        self.charts = [
            Chart(self, "phi", "steering $phi$", drives.most[0], steps),
            Chart(self, "a", "speeding up $a$", drives.most[1], steps),
        ]
        controls = varying(drives.controls, *clocks)
        for k, chart in enumerate(self.charts):
            chart.add(chart.panel.bars(controls[:, k], "u"), chart.hand(self.moment))
        self.told = self.heading("law", "$bold(x)_(t+1) = f(bold(x)_t, bold(u)_t)$", "formula")
        self.open(road, goal(road), self.path, self.rider, *self.charts, self.told)
        self.say(f"A plan: {steps} steps of steering, and of speeding up.")

    def drive(self, run_time):
        """Drive through the plan."""
        steps = self.config.steps
        self.play(self.moment.animate(rate_func=EVEN).set_value(steps), run_time=run_time)

    @beat("Back through time")
    def go_back(self):
        self.say("Hardly steered, it drives past its goal.")
        self.drive(3)
        road, drives, back = self.road, self.drives, ValueTracker(0)
        steps, end = self.config.steps, drives.path(0, 0)[-1:]
        off = Group(
            road.segments(end, [GOAL], "E", width="arrow"),
            road.words((end + GOAL) / 2, ["d_T"], towards=(0.4, -1), size="formula"),
        )
        self.count = self.readings(slot="epoch")
        told = FadeIn(off), FadeIn(self.count), *self.tell("arrive")
        self.say("How far off it ends is its cost.", *told)
        at = varying(lambda gone: drives.pose(0, 0, steps - gone)[0], back)
        pulse = road.scatter(at[None], "green", size=1.8 * self.style.size.marker, rank="probes")
        slopes, bars = varying(drives.returned, back), Group()
        for k, chart in enumerate(self.charts):
            bars.add(chart.panel.bars(-chart.most * slopes[:, k], "green", width=0.3))
        self.say("Its slopes go back through time: the first steps count most.", FadeIn(pulse))
        self.add(bars)
        self.play(back.animate(rate_func=linear).set_value(steps), run_time=4)
        self.passing = Group(off, pulse, bars)

    def tell(self, name):
        """Animations that write what a plan costs, and how that goes down."""
        old, cost = self.told, Reading(name, "cost", hue="E")
        strip = cost.strip(self.slot("cost"), self.run, self.epoch, self.style)
        self.told = Group(self.heading("law", f"${LAWS[name]}$", "formula"), strip)
        return self.swap(old, self.told)

    @beat("Downhill")
    def infer(self):
        told = "Downhill, again and again: the path bends."
        self.say(told, FadeOut(self.passing), self.moment.animate.set_value(0))
        self.train(self.last, 5, pace=FAST)
        self.say("It arrives, but does not stop.")
        self.drive(3)

    def change(self, name, told):
        """Another cost, from the same start; the plan before stays behind."""
        self.keep()
        back = self.epoch.animate(rate_func=BACK).set_value(0), self.moment.animate.set_value(0)
        self.say(told, *back, *self.tell(name), run_time=1.6)
        self.which.set_value(list(HUES).index(name))
        self.train(self.last, 3, pace=FAST)
        self.drive(2.4)

    def keep(self):
        """Let the path that is shown stay."""
        k = int(self.which.get_value())
        path = self.drives.path(self.last, k)
        self.add(self.road.curve(path, [*HUES.values()][k], opacity=0.5, rank="ghosts"))

    @beat("At rest")
    def rest(self):
        self.change("rest", "With its speed in the cost, it brakes, and stops.")

    @beat("In a hurry", optional=True)
    def hurry(self):
        self.change("hurry", "Where every moment costs, it hurries, and stays.")

    @beat("Only a touch")
    def touch(self):
        self.change("touch", "Where the best moment counts, it touches, and drives on.")

    @beat("Four characters")
    def compare(self):
        self.keep()
        drives, last, style, now = self.drives, self.last, self.style, self.moment
        riders = [
            Rider(self.road, hue, partial(drives.pose, last, k), now, bare=True)
            for k, hue in enumerate(HUES.values())
        ]
        words = [self.text(n, "formula", colour=colour_of(style, h)) for n, h in HUES.items()]
        box = self.slot("law").around(self.slot("cost")).around(self.slot("epoch"))
        new = Group(
            self.formulas(*words, slot=box, gap=0.25),
            over_time(self, "phi", "d_t", drives.far, now),
            over_time(self, "a", "s_t", drives.speed, now),
        )
        old = Group(*self.charts, self.told, self.count)
        changes = FadeOut(self.path, self.rider), *map(FadeIn, riders), *self.swap(old, new)
        told = "Four costs, four characters."
        self.say(told, now.animate.set_value(0), *changes, run_time=2)
        self.drive(5)
