"""A variational autoencoder's bubbles: pushed apart by the data, pulled in and blown up."""

from functools import partial

import numpy as np
from _vae import CIRCLE, Bubbles, area, on
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Counter, Pace, Reading, beat, hero, varying
from epochreel.panels.layout import boxes, column, slot

APART, GROUPED, FULL, ONE = 0.015, 0.75, 0.8875, 0.955  # of all epochs
REACH, WIDE, CLOSE, CLOSER = 1.9, 4.9, 2.45, 1.8
PUSH, FORCE, BLOW = (0.008, 150), (0.5, 2), (0.15, 2)  # data units for one of β; β's of the key
LOOK = {"outline": True, "fill": 0.016}


class VariationalAutoencoder(Clip):
    """A net codes each point by a bubble, from any code of which the point is to come back.

    The error pushes the bubbles apart and squeezes them; the price of being far from N(0, I) pulls
    them in and blows them up. While that price rises from nearly nothing they grow until those of a
    group overlap, then all are one: the code is as cheap as can be, and says nothing any more.
    After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Bubbles, pushed apart and pulled in"
    trainer = "vae"
    layout = hero(second=True, beside=True, aside=1.6).with_shares({"second": 1.2})
    figure = ("hero",)

    def measure(self):
        self.bubbles, self.flight = Bubbles(self), ValueTracker(0)
        self.last, self.merged = self.config.epochs, self.bubbles.merged()
        means, variances = self.recorded("means"), self.recorded("variances")
        for at in (self.config.cheap, round(GROUPED * self.last), self.last):
            shown = f"{means(at):.2f} and {variances(at):.2f}"
            self.results[f"Means of μ² and v at β = {self.bubbles.beta(at):.2g}"] = shown
        self.results["β at which all bubbles are one"] = f"{self.merged:.1f}"

    def text(self, *arguments, **options):
        """Words in which v is a variance."""
        return super().text(*arguments, context="vae", **options)

    @beat("Six groups of points")
    def show_data(self):
        b = self.bubbles
        self.plane = self.panel(self.slot("hero").square(), reach=REACH, title="cal(Y)")
        self.dots = self.plane.scatter(b.y, b.hues, size="point_large")
        self.open(self.plane, self.dots)
        self.say(f"{len(b.y)} points, in {self.config.clusters} groups.")

    @beat("A bubble for each")
    def code(self):
        b, frame = self.bubbles, self.frame
        self.codes = self.panel("hero", reach=WIDE, title="cal(Z)")
        self.play(*self.plane.transfer(self.slot("second"), self.dots), run_time=1.4)
        told = "A net codes each by a bubble: middle $bold(mu)$, half width $sqrt(bold(v))$."
        self.say(told, FadeIn(self.codes))
        x, y = (frame.left, frame.right), (frame.bottom, frame.top)
        start = on(self.plane, b.y[:, None] + 0.03 * CIRCLE)
        end = on(self.codes, b.corners()(0))
        way = varying(lambda share: (1 - share) * start + share * end, self.flight)
        flying = self.panel(frame, x=x, y=y, cross=False).polygons(way, b.hues, **LOOK)
        self.add(flying)
        self.play(self.flight.animate(rate_func=smooth).set_value(1), run_time=2.4)
        self.remove(flying)
        self.add(self.codes.polygons(b.corners(), b.hues, **LOOK))
        self.add(self.codes.scatter(b.mu, b.hues))
        drawn = FadeIn(self.plane.scatter(b.drawn, "ytilde", rank="ghosts"))
        dots = FadeIn(self.plane.scatter(b.y, b.hues, size="point_large"))
        self.say("From any code in it the point is to come back: $tilde(bold(y))$.", drawn, dots)
        self.remove(self.dots)

    @beat("Pushed apart")
    def push(self):
        b = self.bubbles
        self.spots = boxes(column(slot("counts", length=0.4), "graph"), self.slot("readings"))
        size = {"size": self.style.type.formula}
        told = {"prefix": "$beta =$ ", "digits": 1, "decimals": 3}
        beta = Counter(self.epoch, self.style, value=b.beta, **told, **size)
        epoch = Counter(self.epoch, self.style, prefix="epoch ", **size)
        counts = self.formulas(beta, epoch, slot=self.spots["counts"])
        error = Reading("error", "$C$", hue="C", logarithmic=True, until=self.config.cheap)
        self.error = error.strip(self.spots["graph"], self.run, self.epoch, self.style)
        self.arrows = self.force("C", b.pushed(2), PUSH, held=True)
        new = map(FadeIn, (counts, self.error, self.arrows))
        self.say("They lie on each other: the error $C$ pushes them apart.", *new)
        self.train(round(APART * self.last), 5)

    def force(self, hue, vectors, size, at=None, held=False):
        """Arrows of a force, on the mean bubbles, and a key; `held`, they are no longer than it."""
        at, (scale, length) = self.bubbles.middle if at is None else at, size
        look = {"width": self.style.line.arrow, "maximum": length if held else np.inf}
        key = self.codes.scale_arrow(length, f"{'>=' * held} {length} beta", scale=scale)
        return Group(self.codes.vectors(at, vectors, hue, scale=scale, **look), key)

    @beat("Pulled in")
    def pull(self):
        b, gone = self.bubbles, self.arrows
        self.arrows = self.force("mu", -b.middle, FORCE)
        self.prior = self.codes.polygons(CIRCLE, "axis", outline=True, fill=0)
        told = "Far out is dear: the price $beta/2 thin bold(mu)^2$ pulls them in."
        self.say(told, *self.swap(gone, self.arrows), FadeIn(self.prior))
        closer = self.codes.zoom((-CLOSE, CLOSE), (-CLOSE, CLOSE))
        self.train(self.config.cheap, 5, closer, pace=Pace(speed_up=3))
        self.say("The price is low: $C$ squeezes them almost to points.", FadeOut(self.arrows))

    @beat("Blown up")
    def blow(self):
        b = self.bubbles
        self.arrows = self.force("mu", b.blown(), BLOW, b.rims(), held=True)
        change = *self.swap(self.error, self.graph_of_shares()), FadeIn(self.arrows)
        self.say("Raise the price: #box[$bold(v) - log bold(v)$] blows them up …", *change)
        self.train(round(GROUPED * self.last), 7)
        self.say("… until those of a group overlap.")

    def graph_of_shares(self):
        """The means of μ² and, upon it, of v, over β."""
        b = self.bubbles
        at, means, variances = b.shares()
        edges = [np.stack([at, height], axis=1) for height in (0 * at, means, means + variances)]
        marks = {-3: "0.001", -2: "0.01", -1: "0.1", 0: "beta = 1"}
        limits = {"x": (at[0], at[-1]), "y": (0, 1.1), "y_marks": {0: "0", 1: "1"}}
        graph = self.graph(self.spots["graph"], **limits, x_marks=marks)
        for low, high, fill in zip(edges, edges[1:], (0.8, 0.4), strict=False):
            corners = varying(partial(area, low, high, b.place), self.epoch)
            graph.add(graph.panel.polygons(corners, "mu", fill=fill))
        places, names = [[-2, 0.5], [0.36, 0.55]], ["bold(mu)^2", "bold(v)"]
        graph.add(graph.panel.words(places, names, "maths", towards=(0, 0), size="label"))
        return graph

    @beat("A balance", optional=True)
    def balance(self):
        b, old = self.bubbles, self.arrows
        pushed = self.force("C", b.pushed(60), FORCE)
        self.arrows = Group(pushed, self.force("mu", -b.middle, FORCE)[0])
        told = "$C$ pushes out, the price pulls in: they balance."
        self.say(told, *self.swap(old, self.arrows))
        self.train(round(FULL * self.last), 4)
        self.say("What $bold(mu)^2$ loses, $bold(v)$ gains: together 1.")

    @beat("One bubble")
    def merge(self):
        self.train(round(ONE * self.last), 4, self.codes.zoom((-CLOSER, CLOSER), (-CLOSER, CLOSER)))
        name = self.codes.words([[0, 1]], ["cal(N)(0, bold(I))"], "maths", size="formula")
        change = FadeOut(self.arrows), FadeIn(name)
        self.say(f"At $beta = {self.merged:.1f}$ all bubbles are one.", *change)
        self.train(self.last, 1.2)
        self.say("A code that costs nothing says nothing.")
