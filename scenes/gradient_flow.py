"""Gradient flow: what flows back through a deep net shrinks or blows up, layer by layer."""

import numpy as np
from _gradient_flow import GAINS, LAYERS, PATHS, RULES, Flow, decimals
from _gradient_flow_picture import HUES, Picture
from _gradient_flow_strip import Strip
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Composition, Counter, beat, hero
from epochreel.look.hues import colour_of
from epochreel.panels.layout import boxes, column, row, slot

SQUARE = column(
    row(slot("hero", ratio=1), "readings", gap=0.2),
    row("second", name="aside", length=1.6),
    slot("caption", length=0.8),
    gap=0.2,
)


class GradientFlow(Clip):
    """Slopes of length 1 flow back from the last layer of nets with random weights.

    They are a circle, and every layer makes another ellipse of it: small weights shrink it, large
    ones blow it up, and the product of the norms of the layers is a bound that it keeps to. With a
    residual path nothing is lost on the way, yet all grows; behind gates that are nearly closed
    slopes stay near their length, whatever the weights. After the lectures of Alfredo Canziani and
    Yann LeCun.
    """

    title = "Deep nets shrink or blow up what flows back"
    layout = Composition(
        hero(second=True, beside=True, aside=1.2).with_shares({"second": 1.6}).trees
        | {"1:1": SQUARE}
    )
    figure = ("stage",)

    def measure(self):
        self.flows = {k: {n: Flow(k, gain) for n, gain in GAINS.items()} for k in PATHS}
        self.at = ValueTracker(0)
        for kind, flows in self.flows.items():
            norms = (f"{flow.norms[-1]:.2g}" for flow in flows.values())
            self.results[f"Slopes at the first layer, {kind}"] = ", ".join(norms)

    @beat("A circle of slopes")
    def show(self):
        self.picture = Picture(self, self.slot("hero").square(), self.at)
        self.shown = self.picture.ellipses({"small": self.flows["plain"]["small"]})
        self.open(self.shown)
        rows = (row(f"{n} left", slot(f"{n} right", share=1.5)) for n in ("head", *GAINS))
        self.spots = boxes(column(*rows, gap=0.2), self.slot("readings"))
        muted = {"colour": self.style.chrome.muted}
        words = {"left": "weights", "right": "slopes"}
        head = (self.heading(self.spots[f"head {at}"], word, **muted) for at, word in words.items())
        self.head = Group(*head)
        self.start("plain")
        told = f"{LAYERS} layers of random weights: #box[${RULES['plain']}$.]"
        self.say(told, *self.swap(None, Group(self.strip, self.head)))
        self.say("At the last layer, slopes of length 1: a circle.")

    def start(self, kind):
        """An empty strip, and how long the slopes of three nets are."""
        self.strip, self.rows = Strip(self, "second", kind, self.at), {}
        for name, flow in self.flows[kind].items():
            ink = colour_of(self.style, HUES[name])
            look = {"digits": len(f"{max(flow.norms):.0f}"), "decimals": decimals(flow.norms[-1])}
            look |= {"size": self.style.type.title, "colour": ink, "prefix": "× "}
            size = Counter(self.at, self.style, value=flow.size, **look)
            place, gain = self.spots[f"{name} left"], f"× {GAINS[name]:g}"
            self.rows[name] = Group(
                self.heading(place, gain, "title", colour=ink),
                self.fitted(size, self.spots[f"{name} right"], align="left"),
            )

    def go(self, kind, *names, run_time=3.6, bound=False):
        """Let slopes flow back to the first layer, all the way along the strip."""
        flows = {name: self.flows[kind][name] for name in names}
        old, self.shown = self.shown, self.picture.ellipses(flows, bound)
        self.play(FadeOut(old), FadeIn(self.shown), run_time=0.4)
        self.lines = Group(*(self.strip.follow(*each, bound) for each in flows.items()))
        self.add(self.lines)
        self.play(self.at.animate(rate_func=linear).set_value(LAYERS), run_time=run_time)

    def back(self, told, before, new):
        """Back to the circle; what was drawn of a net along the strip stays there."""
        self.let_read()
        self.strip.keep(before, self.flows["plain"][before])
        self.remove(self.lines)
        self.add(self.strip)
        change = self.at.animate.set_value(0), FadeIn(self.rows[new])
        self.say(told, *change, run_time=1.4)

    @beat("Small weights")
    def shrink(self):
        told = "They flow back, and every layer makes an ellipse of them."
        self.say(told, FadeIn(self.rows["small"]))
        self.go("plain", "small")
        self.say("Small weights shrink them to next to nothing.")
        small = self.flows["plain"]["small"]
        bounds = self.picture.bound(small), self.strip.bound(small)
        self.say("The product of the layers' norms is a bound.", *map(FadeIn, bounds))
        for group, bound in zip((self.shown, self.lines), bounds, strict=True):
            self.remove(bound)
            self.add(group.add(bound))

    @beat("Large weights")
    def blow(self):
        self.back("Weights of norm 1 still lose.", "small", "unit")
        self.go("plain", "unit", bound=True, run_time=2)
        self.back("Above 1 the bound leaves room to grow.", "unit", "large")
        self.go("plain", "large", bound=True)
        self.say("Large weights blow them up.")

    def change(self, kind, told):
        """Give all layers another path, and let slopes of all three nets flow back again."""
        old = Group(self.strip, self.lines, *self.rows.values())
        self.start(kind)
        new = Group(self.strip, *self.rows.values())
        self.say(told, self.at.animate.set_value(0), *self.swap(old, new), run_time=1.6)
        self.go(kind, *GAINS)

    @beat("A residual path", optional=True)
    def add_path(self):
        self.change("residual", f"A residual path: #box[${RULES['residual']}$.]")
        self.say("Nothing vanishes any more, but all of them grow.")

    @beat("A gate")
    def add_gate(self):
        self.change("gated", f"A gate, nearly closed: #box[${RULES['gated']}$.]")
        most = np.ptp([np.log2(flow.norms[-1]) for flow in self.flows["gated"].values()])
        self.say(f"All three arrive alike, to a factor of {2**most:.2f}.")

    @beat("All nine")
    def compare(self):
        gone = Group(self.shown, self.strip, self.lines, self.head, *self.rows.values())
        spots, shown, at = self.parts("stage", *PATHS), Group(), ValueTracker(0)
        for kind, flows in self.flows.items():
            strip = Strip(self, spots[kind], kind, at)
            shown.add(strip, *(strip.follow(*each) for each in flows.items()))
        self.say("All nine nets, once more.", *self.swap(gone, shown), run_time=1.4)
        self.play(at.animate(rate_func=linear).set_value(LAYERS), run_time=3)
        gains = shown[0].gains(self.flows["plain"])
        told = "Only behind gates it hardly matters how large weights are."
        self.say(told, FadeIn(gains))
