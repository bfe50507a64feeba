"""Warming a free energy: from the nearest point, over a region, to the mean, which is plain MSE."""

from math import inf

import numpy as np
from _ellipse import Bowl, Ellipse, Pull, X, Y
from manim import FadeIn, FadeOut, Group, ValueTracker, linear, smooth

from epochreel import Clip, beat, hero, varying
from epochreel.look.style import rgba
from epochreel.panels.thermometer import COLD, HOT, Coldness, Thermometer, coldness, position
from trainers.ellipse_ebm import ANGLES

PROBE = (0.8, 0.6)
STOPS = (("inf", inf), ("10", 10), ("3.2", 10**0.5), ("1", 1), ("0.3", 0.3), ("0.1", 0.1))
BRIGHTEST, HIGHEST = 2, 3  # energies of the last colour: of the map, of the surface
LEVELS = np.arange(0.25, 4.01, 0.25)
UP = np.linspace(*Y, 201)
SECTION = np.stack([0 * UP, UP], axis=1)


class EllipseTemperature(Clip):
    """What temperature does to the free energy of a decoder that draws an ellipse.

    Cold, only the nearest point of the ellipse counts; warm, a region of it; hot, all of it alike,
    until nothing is left of the latent and the energy is a plain squared distance. We go down the
    scale of β on a map and along a section, watch how one point pulls on the ellipse, and see the
    surface melt into a bowl. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    trainer = "ellipse_ebm"
    title = "A free energy, warmed until its latent is dead"
    layout = hero(bar=True, under=True, second=True, beside=True, readings=0.6)
    figure = ("hero", "hero bar", "under", "second")

    def measure(self):
        self.ellipse = Ellipse(self.run.tensor("w", int(self.run.epochs[-1])))
        self.pulling = Pull(self.ellipse, rgba(self.style.role("E")))
        self.at = ValueTracker(COLD)
        for name, at in (("F_oo", COLD), ("F_0", HOT)):
            heights = self.section(at)[:, 1]
            hill = heights[len(heights) // 2] - heights.min()
            self.results[f"${name}$ in the middle, above the valleys"] = f"{hill:.2f}"

    def section(self, at):
        """The curve (y₂, F_β(0, y₂)), (S, 2), nothing subtracted."""
        return np.stack([UP, self.ellipse.free_energy(SECTION, coldness(at))], axis=1)

    def energy(self, places):
        """F_β above its least, at the β of the clock."""
        bowl = Bowl(self.ellipse, HIGHEST)
        return varying(lambda at: bowl.heights(at, places), self.at)

    @beat("Zero temperature")
    def show_cold(self):
        self.plane = self.panel("hero", x=X, y=Y, mapped=True)
        self.map = self.plane.energy(
            self.energy, high=BRIGHTEST, levels=LEVELS, numbers=False,
            bar="F_beta \\ - min", ticks=range(BRIGHTEST + 1),
        )  # fmt: skip
        self.manifold = self.plane.curve(self.ellipse.drawn(), width="arrow")
        self.scale = Thermometer(self.slot("under"), self.style, self.at, [*STOPS, ("0", 0)])
        self.open(self.plane, self.map, self.manifold, self.scale)
        self.value = self.formulas(Coldness(self.at, self.style), slot="readings")
        self.say("Cold: the nearest $z$ alone counts.", *self.swap(None, self.value))

    @beat("A section")
    def show_section(self):
        highest = np.floor(self.section(HOT)[:, 1].max())
        self.graph_of_section = self.graph(
            "second",
            x=Y,
            y=(0, highest),
            x_marks={-2: "−2", 0: "0", 1: "y_2", 2: "2"},
            y_marks={0: "0", highest: f"{highest:.0f}"},
            name="F_beta (0, y_2)",
        )
        self.line = self.plane.curve([[0, Y[0]], [0, Y[1]]], "title")
        self.curves = [self.kept(*STOPS[0])]
        new = self.line, self.graph_of_section, *self.curves
        self.say("Cut along $y_1 = 0$: two valleys, a hill.", *map(FadeIn, new))

    @beat("From cold to hot")
    def melt(self):
        section = varying(self.section, self.at)
        self.current = self.graph_of_section.panel.curve(section, "title", rank="segments")
        self.add(self.current)
        self.say("Warmer: #box[$F_beta = - 1 / beta log chevron.l e^(- beta E) chevron.r_z$].")
        for name, beta in STOPS[1:]:
            self.play(self.at.animate(rate_func=smooth).set_value(position(beta)), run_time=1.6)
            self.curves.append(self.kept(name, beta))
            self.play(FadeIn(self.curves[-1]), run_time=0.4)
        self.say("$beta -> 0$: $F_beta$ becomes the mean energy.")
        self.play(self.at.animate(rate_func=smooth).set_value(HOT), run_time=2)

    @beat("How one point pulls", optional=True)
    def pull(self):
        gone = self.map, self.line, self.graph_of_section, self.current, *self.curves
        dark = self.plane
        self.plane = self.panel("hero", x=X, y=Y)
        thin = self.plane.curve(self.ellipse.drawn(), width="arrow")
        self.say("", *map(FadeOut, (*gone, dark, self.manifold)), FadeIn(thin, self.plane))
        self.play(self.at.animate(rate_func=smooth).set_value(COLD), run_time=1.2)
        colours = varying(lambda at: self.pulling.colours(PROBE, coldness(at)), self.at)
        tips = self.pulling.tips(PROBE)
        shown = Group(
            self.plane.arrows(self.pulling.spots, tips, colours, halo=None),
            self.plane.probe([PROBE]),
            self.plane.symbol("bold(y)'", PROBE, (-1, -1)),
            self.weight_graph(),
        )
        self.say("How one point $bold(y)'$ pulls: cold, at $caron(z)$ alone.", FadeIn(shown))
        self.say("Warm: at a region, weighted by $p(z|bold(y)') prop e^(- beta E)$.")
        self.play(self.at.animate(rate_func=smooth).set_value(position(1)), run_time=3)
        self.say("Hot: everywhere alike. $z$ no longer matters.")
        self.play(self.at.animate(rate_func=smooth).set_value(HOT), run_time=3)
        self.let_read()
        self.say("", *map(FadeOut, (self.plane, thin, shown)))

    @beat("The surface melts into a bowl", optional=True)
    def turn(self):
        self.play(self.at.animate(rate_func=smooth).set_value(COLD), run_time=0.8)
        stage, number = self.slot("stage"), self.value
        corner = [stage.left + number.width / 2, stage.top - number.height / 2, 0]
        names = {"x_label": "y_1", "y_label": "y_2"}
        space = self.panel3d("stage", x=X, y=Y, z=(0, HIGHEST), elevation=35, **names)
        bowl = Bowl(self.ellipse, HIGHEST)
        surface = space.surface(varying(bowl.surface, self.at), low=0, high=HIGHEST)
        valley = space.curve(varying(bowl.valley, self.at), width="arrow")
        self.say("", FadeOut(self.scale), number.animate.move_to(corner))
        solid = map(FadeIn, (space, surface, valley))
        self.say(f"Once more, from cold to hot, cut off above {HIGHEST}.", *solid)
        # Even: the middle of the scale is where it happens, and at its ends nothing moves.
        clock = self.at.animate(rate_func=linear).set_value(HOT)
        self.play(clock, space.orbit(azimuth=-240, rate_func=smooth), run_time=10)
        self.say("$F_0 = norm(bold(y))^2 +$~const.: the latent is dead, this is plain MSE.")

    def kept(self, name, beta):
        """The section at one β, in its colour."""
        colour = self.style.temperature[name]
        return self.graph_of_section.panel.curve(self.section(position(beta)), colour)

    def weight_graph(self):
        """p(z | y′) over its largest, as bars over the 48 values of z."""
        last = len(ANGLES) - 0.5
        graph = self.graph(
            "second",
            x=(-0.5, last),
            y=(0, 1.4),
            x_marks={0: "0", 24: "pi", 36: "z", last: "2 pi"},
            name="p(z|bold(y)') \\/ max_z p",
        )
        weights = varying(lambda at: self.pulling.weights(PROBE, coldness(at)), self.at)
        graph.add(graph.panel.bars(weights, "z"))
        return graph
