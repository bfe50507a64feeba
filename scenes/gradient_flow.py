"""Gradient flow: what flows back through a deep net shrinks or blows up, layer by layer."""

import numpy as np
from _gradient_flow import CIRCLE, GAINS, LAYERS, PATHS, RULES, WIDTH, Flow, places, travelled
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Composition, beat, diagram, varying

REACH, POWERS = 1.5, (-3, 4)  # of the planes; of ten, along the strips
RAYS = slice(None, None, len(CIRCLE) // 8)
NARROW = 0.75


class GradientFlow(Clip):
    """Slopes of length 1 flow back from the last layer of nets with random weights.

    They are a circle, and every layer makes another ellipse of it: small weights shrink it, large
    ones blow it up, and the product of the norms of the layers is a bound that it keeps to. With a
    residual path nothing is lost on the way, yet all grows; behind gates that are nearly closed
    slopes stay near their length, whatever the weights. After the lectures of Alfredo Canziani and
    Yann LeCun.
    """

    title = "Deep nets shrink or blow up what flows back"
    # Where it is wide a caption has one line.
    layout = Composition(diagram().trees | {"16:9": diagram(caption=NARROW).trees["16:9"]})
    figure = ("stage",)

    def measure(self):
        self.flows = {name: [Flow(kind, gain) for kind in PATHS] for name, gain in GAINS.items()}
        self.at, self.kind, self.bound = (ValueTracker(0) for _ in range(3))
        self.spots = places(self.slot("stage"), self.aspect)
        for k, kind in enumerate(PATHS):
            norms = (f"{flows[k].norms[-1]:.2g}" for flows in self.flows.values())
            self.results[f"Slopes at the first layer, {kind}"] = ", ".join(norms)

    def ellipse(self, name):
        """The plane of a net's slopes, with what is there of them now."""
        flows = self.flows[name]
        plane = self.panel(self.spots[f"{name} plane"], reach=REACH)

        def now(at, kind):
            return CIRCLE @ flows[round(kind)].stretch(at)

        slopes = varying(now, self.at, self.kind)
        tips = slopes[RAYS]
        return Group(
            plane,
            plane.polygons(slopes, "green", outline=True),
            plane.arrows(0 * tips, tips, "green"),
        )

    def limit(self, name):
        """The bound as a circle, and along the strip."""
        flows, panel = self.flows[name], self.strips[name].panel
        plane = self.panel(self.spots[f"{name} plane"], reach=REACH, cross=False)
        around = varying(lambda at: CIRCLE * flows[0].bound(at), self.at)
        line = varying(lambda at: travelled(flows[0].bounds, at), self.at)
        return Group(
            plane.polygons(around, "orange", outline=True, fill=0), panel.curve(line, "orange")
        )

    def strip(self, name):
        """The axes of how long slopes are, over the layers."""
        marks = {0: "bold(h)_0", LAYERS: f"bold(h)_{LAYERS}"}
        powers = {-3: "10^(-3)", 0: "1", 3: "10^3"}
        box = self.spots[f"{name} strip"]
        return self.graph(box, x=(0, LAYERS), y=POWERS, x_marks=marks, y_marks=powers)

    def line(self, name):
        """How long slopes have become, as far as they have come."""
        flows, panel = self.flows[name], self.strips[name].panel

        def now(at, kind):
            return travelled(flows[round(kind)].norms, at)

        line = varying(now, self.at, self.kind)
        return Group(panel.curve(line, "green", width="arrow"), panel.probe(line[-1:], "green"))

    def write(self, place, words, size="label"):
        """Words in their place."""
        return self.fitted(self.text(words, size), self.spots[place])

    @beat("A circle of slopes")
    def show(self):
        names = [self.write(f"{name} name", f"weights × {gain:g}") for name, gain in GAINS.items()]
        self.ellipses = [self.ellipse(name) for name in GAINS]
        self.written = self.write("rule", f"${RULES['plain']}$", "formula")
        self.strips = {name: self.strip(name) for name in GAINS}
        self.open(*self.ellipses, *names, self.written, *self.strips.values())
        told = f"Three nets of {LAYERS} layers, {WIDTH} neurons each; all weights are random."
        self.say(told)
        self.lines = Group(*(self.line(name) for name in GAINS))
        self.say("At the end, slopes of length 1 are a circle.", FadeIn(self.lines))

    def go_back(self, run_time):
        """Let slopes flow back to the first layer, and write how long they are there."""
        self.play(self.at.animate(rate_func=linear).set_value(LAYERS), run_time=run_time)
        k = round(self.kind.get_value())
        self.numbers = Group(
            *(
                self.write(f"{name} number", f"slopes × {flows[k].norms[-1]:.2g}")
                for name, flows in self.flows.items()
            )
        )
        self.play(FadeIn(self.numbers), run_time=0.6)

    def rewind(self, told, *animations):
        """Back to the circle."""
        gone = FadeOut(self.numbers), self.at.animate.set_value(0)
        self.say(told, *gone, *animations, run_time=1.6)

    @beat("Back through the layers")
    def flow(self):
        self.say("They flow back, and each layer makes an ellipse of them.")
        self.go_back(6)
        self.say("Small weights shrink them, large ones blow them up.")

    @beat("A bound")
    def limit_them(self):
        self.limits = Group(*(self.limit(name) for name in GAINS))
        self.rewind("Each layer stretches by its norm at most …", FadeIn(self.limits))
        self.go_back(5)
        self.say("… so their product is a bound. Below 1, slopes must vanish.")

    def change(self, kind, told):
        """Give all layers another path, and flow back again."""
        old, self.written = self.written, self.write("rule", f"${RULES[kind]}$", "formula")
        gone = [FadeOut(self.limits)] if kind == "residual" else []
        self.rewind(told, *self.swap(old, self.written), *gone)
        k = round(self.kind.get_value())
        for name, flows in self.flows.items():  # its line stays, faint
            line = travelled(flows[k].norms, LAYERS)
            self.add(self.strips[name].panel.curve(line, "muted", rank="ghosts"))
        self.kind.set_value(list(PATHS).index(kind))  # at the circle all kinds are the same
        self.go_back(5)

    @beat("A residual path")
    def add_path(self):
        self.change("residual", "A residual path: each layer keeps what it gets, and adds.")
        self.say("Nothing vanishes any more, but all of them grow.")

    @beat("A gate")
    def add_gate(self):
        self.change("gated", f"A gate lets only $z = 1 \\/ {LAYERS}$ of the new through.")
        most = np.ptp([np.log2(flows[-1].norms[-1]) for flows in self.flows.values()])
        self.say(f"All three arrive alike, to a factor of {2**most:.1f}.")
