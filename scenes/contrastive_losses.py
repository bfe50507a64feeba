"""What a margin is for: a loss that only pulls collapses, a hinge stops, a log loss never does."""

import numpy as np
from _contrastive_losses import FORMULAS, HUES, Sides, Trained
from manim import FadeIn, FadeOut, Group

from epochreel import Clip, Counter, Pace, beat, pair, varying
from epochreel.look.hues import paint
from epochreel.runs.scalars import RecordedScalar
from trainers.contrastive_losses import LOSSES, data

BACK = 1.6  # seconds
GAP = "F(hat(y)) - F(caron(y))"
NAMES = {"pull": "pull only", "hinge": "hinge", "log": "log"}


class ContrastiveLosses(Clip):
    """Three losses train the same small energy, from the same pairs of points.

    One pulls the energies of the data down and does nothing else: the others come down with them.
    The hinge pushes up, too, until the energies of each pair are a margin apart, and stops; the log
    loss pushes ever less, but never stops. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "What a margin is for"
    trainer = "contrastive_losses"
    layout = pair()
    figure = ("left", "right")

    def measure(self):
        self.last, margin, net = self.config.epochs, self.config.margin, self.nets()
        pairs = [each.numpy() for each in data(self.config)]
        self.trained = {name: Trained(net, name, pairs, margin) for name in LOSSES}
        self.gaps = {name: RecordedScalar(self.run, name) for name in LOSSES}
        self.highest = 1.05 * max(each.high(self.last).max() for each in self.trained.values())
        for name, gap in self.gaps.items():
            told = f"{gap(self.last / 2):.1f}, {gap(self.last):.1f}"
            self.results[f"Least gap by {NAMES[name]}, half way and in the end"] = told

    @beat("A loss over pairs")
    def show_pairs(self):
        self.sides, first = Sides(self, self.highest), self.trained["pull"]
        self.map, self.dots = self.sides.map(first), self.sides.dots(first)
        self.curve = self.sides.curve(first)
        self.open(self.sides.pairs, self.sides.line, self.map, self.dots, self.curve)
        kinds = 'caron(y) #h(.4em) "data"', 'hat(y) #h(.4em) "contrast"'
        legend = self.formulas(*kinds, slot="legend", size="label", gap=0.25)
        self.read = self.heads("pull")
        new = Group(legend, self.read, self.readings(slot="epoch"))
        told = "Data $caron(y)$ are to have a low energy, contrastive points $hat(y)$ a high one."
        self.say(told, *self.swap(None, new))

    def heads(self, name):
        """The loss above its plane, and above the line how far apart the closest pair is."""
        small, gap = self.style.type.label, self.gaps[name]
        told = f'"{NAMES[name]}:" quad {FORMULAS[name]}'
        prefix = f"least ${GAP} =$~"
        number = Counter(
            self.epoch, self.style, value=gap, digits=2, decimals=1, size=small, prefix=prefix
        )
        left = self.formulas(told, slot="left head", size="label")
        return Group(left, self.formulas(number, slot="right head"))

    @beat("Pairs", optional=True)
    def explain(self):
        self.say("Each pair is a point of the plane of its two energies …")
        self.say("… and the colour is the loss: it goes down the arrows.")

    @beat("Pull only")
    def pull(self):
        self.say("Pull only: the energies of the data go down …")
        self.train(self.last, 4, pace=Pace(speed_up=12))
        self.say("… and all others with them. The energy is flat: collapsed.")

    def rewind(self):
        """Undo what was learnt: all losses begin with the same energy."""
        back = self.epoch.animate(rate_func=Pace(speed_up=1 / 12)).set_value(0)
        self.say("", back, run_time=BACK)

    def change(self, name, caption):
        """Another loss, from the same start."""
        self.rewind()
        old, trained = Group(self.map, self.read), self.trained[name]
        self.remove(self.dots)  # where the others are
        before, self.dots = self.curve, self.sides.dots(trained)
        self.add(self.dots)
        self.map, self.curve, self.read = (
            self.sides.map(trained), self.sides.curve(trained), self.heads(name)
        )  # fmt: skip
        changes = *self.swap(old, Group(self.map, self.read)), FadeOut(before), FadeIn(self.curve)
        self.say(caption, *changes)

    @beat("Hinge")
    def hinge(self):
        self.change("hinge", "Hinge: it pushes up, too, while a pair is not yet $m$ apart.")
        self.train(self.last, 6, pace=Pace(speed_up=12))
        self.say(f"All are $m = {self.config.margin:g}$ apart: it has stopped.")

    @beat("Log")
    def log(self):
        self.change("log", "Log: it pushes ever less …")
        self.train(self.last, 6, pace=Pace(speed_up=12))
        self.say("… but it never stops.")

    @beat("Side by side")
    def compare(self):
        self.rewind()
        gaps = np.stack([gap.values for gap in self.gaps.values()])
        low, high = float(np.floor(gaps.min())), float(np.ceil(gaps.max()))
        graph = self.graph(
            "left", x=(0, self.last), y=(low, high),
            x_marks={0: "0", self.last / 2: f"{self.last / 2:.0f}"},
            y_marks={0: "0", self.config.margin: "m", high: f"{high:g}"},
        )  # fmt: skip
        for name, gap in self.gaps.items():
            graph.add(graph.panel.curve(varying(gap.until, self.epoch), HUES[name], width="arrow"))
        ends = np.stack([np.full(len(LOSSES), self.last), gaps[:, -1]], axis=1)
        hues = np.stack([paint(self.style, hue) for hue in HUES.values()])
        names = [f'"{name}"' for name in NAMES.values()]
        named = graph.panel.words(ends, names, hues, towards=(-1, -1.4), size="label")
        curves = Group(*(self.sides.curve(each) for each in self.trained.values()))
        head = self.formulas(f'"least" {GAP}', slot="left head", size="label")
        old = Group(self.map, self.read, self.sides.pairs)
        gone = FadeOut(self.dots), FadeOut(self.curve)
        self.say("Side by side.", *self.swap(old, Group(graph, head)), *gone, FadeIn(curves))
        self.train(self.last, 5, pace=Pace(speed_up=4))
        told = "Pulling collapses, the hinge stops at $m$, the log goes on."
        self.say(told, FadeIn(named))
