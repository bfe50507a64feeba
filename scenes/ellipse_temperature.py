"""Warming a free energy: from the nearest point, over a region, to the mean, which is plain MSE."""

from itertools import pairwise
from math import inf, pi

import numpy as np
import torch
from manim import RIGHT, FadeIn, FadeOut, Group, ValueTracker, linear, smooth

from epochreel import Arrows, Clip, Lines, Points
from epochreel.layers import Field, LevelLines, lattice
from epochreel.layers.bars import Bars
from epochreel.layers.curves3d import Curves3D
from epochreel.layers.solids import Surface
from epochreel.look.style import rgba
from epochreel.panels import ColourBar, Graph, Panel3D
from epochreel.panels.thermometer import COLD, HOT, Coldness, Thermometer, coldness, position
from trainers.ellipse_ebm import ANGLES, decode, free_energy, posterior

PROBE = (0.8, 0.6)
STOPS = (("inf", inf), ("10", 10), ("3.2", 10**0.5), ("1", 1), ("0.3", 0.3), ("0.1", 0.1))
HALF_WIDTH, HALF_HEIGHT = 3, 2  # of the plane, in the units of y
BRIGHTEST, HIGHEST = 2, 3  # energies of the last colour: of the map, of the surface
LEVELS = np.arange(0.25, 4.01, 0.25)


class Warming:
    """F_β of a decoder of axes `w` (2,), less its least value, at a position of the scale of β."""

    def __init__(self, w, points):
        self.w, self.points = np.asarray(w, np.float64), np.asarray(points, np.float64)

    def energies(self, at, points):
        """F_β of points (…, 2), (…,)."""
        y, w = torch.from_numpy(np.asarray(points, np.float64)), torch.from_numpy(self.w)
        return free_energy(y, w, coldness(at)).numpy()

    def lattice(self, at):
        """F_β less its minimum, (rows, columns) over the lattice of points."""
        energies = self.energies(at, self.points)
        columns = np.argmax(self.points[:, 1] != self.points[0, 1])
        return (energies - energies.min()).reshape(-1, columns)

    def section(self, at):
        """The curve (y₂, F_β(0, y₂)), (S, 2), nothing subtracted."""
        up = np.linspace(-HALF_HEIGHT, HALF_HEIGHT, 201)
        return np.stack([up, self.energies(at, np.stack([0 * up, up], axis=1))], axis=1)


class Bowl:
    """The surface of F_β less its minimum, cut off cleanly at `top`: vertices on rays from 0."""

    def __init__(self, warming, top):
        self.warming, self.top = warming, top
        corner = np.arctan2(HALF_HEIGHT, HALF_WIDTH)
        corners = np.array([-pi, -pi + corner, -corner, corner, pi - corner, pi])
        turns = np.concatenate([np.linspace(a, b, 25)[:-1] for a, b in pairwise(corners)])
        self.rays = np.stack([np.cos(turns), np.sin(turns)], axis=1)
        self.rays = np.append(self.rays, self.rays[:1], axis=0)
        self.edges = 1 / np.abs(self.rays / [HALF_WIDTH, HALF_HEIGHT]).max(axis=1)

    def __call__(self, at):
        """Vertices (rays, radii, 3)."""
        shares = np.linspace(0, 1, 61)
        heights = self.heights(at, self.edges[:, None] * shares)
        reach = [self.crossing(h) for h in heights]
        out = (self.edges * reach)[:, None] * shares
        places = out[..., None] * self.rays[:, None]
        return np.concatenate([places, self.heights(at, out)[..., None]], axis=2)

    def crossing(self, heights):
        """The last place, a share of the ray, where the heights (S,) along it pass the top.

        Past the hill inside the ellipse the energy only grows.
        """
        last = np.flatnonzero(heights <= self.top)[-1]
        if last == len(heights) - 1:
            return 1.0
        low, high = heights[last : last + 2]
        return (last + (self.top - low) / (high - low)) / (len(heights) - 1)

    def heights(self, at, radii):
        """F_β less its minimum at these radii (rays, S) of the rays."""
        energies = self.warming.energies(at, radii[..., None] * self.rays[:, None])
        return energies - energies.min()

    def ellipse(self, at):
        """The manifold as it lies on the surface, (S, 3)."""
        angles = torch.linspace(0, 2 * pi, 181, dtype=torch.float64)
        places = decode(angles, torch.from_numpy(self.warming.w)).numpy()
        least = self.warming.energies(at, self.warming.points).min()
        heights = self.warming.energies(at, places) - least
        return np.column_stack([places, np.where(heights <= self.top, heights, np.nan)])


class Pull:
    """The forces −∂F_β(y′)/∂g(z) = 2 p(z | y′) (y′ − g(z)) of one point on the manifold."""

    def __init__(self, w, place, colour):
        self.w, self.place = np.asarray(w, np.float64), np.asarray(place, np.float64)
        self.colour = colour
        self.manifold = decode(ANGLES, torch.from_numpy(self.w)).numpy()
        self.tips = self.manifold + 0.5 * (self.place - self.manifold)

    def weights(self, at):
        """p(z | y′) over its largest, (48,)."""
        p = posterior(torch.from_numpy(self.place), torch.from_numpy(self.w), coldness(at))
        return (p / p.max()).numpy()

    def colours(self, at):
        """The colour of the arrows, as opaque as they weigh, (48, 4)."""
        alphas = np.rint(255 * self.weights(at)).astype(np.uint8)
        return np.column_stack([np.tile(self.colour[:3], (len(alphas), 1)), alphas])


class EllipseTemperature(Clip):
    """What temperature does to the free energy of a decoder that draws an ellipse.

    Cold, only the nearest point of the ellipse counts; warm, a region of it; hot, all of it alike,
    until nothing is left of the latent and the energy is a plain squared distance. We go down the
    scale of β on a map and along a section, watch how one point pulls on the ellipse, and see the
    surface melt into a bowl.
    """

    trainer = "ellipse_ebm"
    title = "A free energy, warmed until its latent is dead"
    figure = ("plane", "bar", "section", "scale")
    layouts = {
        "16:9": {
            "plane": (0.4375, 0.3333, 1, 1),
            "counter": (0, 0.87, 0.40, 1),
            "section": (0, 0.26, 0.40, 0.8),
            "bar": (0.4375, 0.2, 1, 0.29),
            "scale": (0.4375, 0, 1, 0.15),
            "caption": (0, 0, 0.40, 0.19),
            "space": (0.36, 0.17, 1, 1),
            "space_bar": (0, 0.66, 0.34, 0.75),
            "space_note": (0, 0.58, 0.34, 0.64),
        },
        "1:1": {
            "plane": (0, 0.56, 0.66, 1),
            "counter": (0.69, 0.88, 1, 1),
            "section": (0.03, 0.27, 0.97, 0.535),
            "bar": (0.71, 0.56, 0.93, 0.83),
            "scale": (0.03, 0.135, 0.97, 0.245),
            "caption": (0.08, 0, 0.92, 0.11),
            "space": (0, 0.24, 1, 0.86),
            "space_bar": (0, 0.9, 0.6, 1),
            "space_note": (0, 0.84, 0.6, 0.88),
        },
        "9:16": {
            "plane": (0, 0.4, 1, 0.8964),
            "counter": (0.68, 0.32, 1, 0.385),
            "section": (0, 0.12, 1, 0.3),
            "bar": (0, 0.32, 0.62, 0.38),
            "scale": (0, 0, 1, 0.085),
            "caption": (0.08, 0.92, 0.92, 1),
            "space": (0, 0.33, 1, 0.9),
            "space_bar": (0, 0.2, 0.62, 0.27),
            "space_note": (0, 0.15, 0.62, 0.18),
        },
    }

    def construct(self):
        self.measure()
        self.show_cold()
        self.show_section()
        self.melt()
        self.pull()
        self.turn()

    def measure(self):
        """Read the trained axes; every energy follows from them and the clock of β."""
        w = self.run.tensor("w", int(self.run.epochs[-1]))
        limits = (-HALF_WIDTH, HALF_WIDTH), (-HALF_HEIGHT, HALF_HEIGHT)
        self.warming = Warming(w, lattice(*limits, 61, 41))
        self.forces = Pull(w, PROBE, rgba(self.style.role("E")))
        self.at = ValueTracker(COLD)
        for name, at in (("F_oo", COLD), ("F_0", HOT)):
            heights = self.warming.section(at)[:, 1]
            hill = heights[len(heights) // 2] - heights.min()
            self.results[f"${name}$ in the middle, above the valleys"] = f"{hill:.2f}"

    def show_cold(self):
        """F_∞ as a map, with the thermometer at its cold end."""
        self.beat("Zero temperature")
        style, clock = self.style, {"clocks": [self.at]}
        box = self.area("plane")
        half = HALF_WIDTH * box.height / box.width
        limits = {"x": (-HALF_WIDTH, HALF_WIDTH), "y": (-HALF_HEIGHT, HALF_HEIGHT)}
        self.plane = self.panel(box, x=limits["x"], y=(-half, half))
        energies = self.warming.lattice
        field = Field(self.plane, energies, low=0, high=BRIGHTEST, **limits, **clock)
        levels = LevelLines(self.plane, energies, LEVELS, **limits, **clock, opacity=0.5)
        self.manifold = Lines(
            self.plane,
            self.forces.manifold[[*range(48), 0]],
            width=style.line.arrow,
            colours=rgba(style.role("ytilde")),
        )
        self.map = Group(field, levels)
        self.bar = self.colour_bar("bar", "energy", BRIGHTEST)
        self.value = Coldness(self.at, style)
        box = self.area("counter")
        self.value.scale(min(1, box.width / self.value.width)).move_to(box.centre)
        if self.aspect == "16:9":
            self.value.shift((box.left - self.value.get_left()[0]) * RIGHT)
        stops = [*STOPS, ("0", 0)]
        self.scale = Thermometer(self.area("scale"), style, self.at, stops)
        self.play(*map(FadeIn, (self.plane, self.map, self.manifold, self.bar)), run_time=0.8)
        self.caption(
            "Cold: the nearest $z$ alone counts.",
            FadeIn(self.value),
            FadeIn(self.scale),
        )
        self.wait(2)

    def show_section(self):
        """The section y₁ = 0 beside the map."""
        self.beat("A section")
        style = self.style
        width = {"width": style.line.curve}
        self.line = Lines(
            self.plane,
            [[0, -HALF_HEIGHT], [0, HALF_HEIGHT]],
            colours=rgba(style.chrome.title),
            **width,
        )
        self.graph = self.section_graph()
        self.curves = [self.kept(*STOPS[0])]
        self.current = Lines(
            self.graph.panel,
            self.warming.section,
            colours=rgba(style.chrome.title),
            clocks=[self.at],
            **width,
        )
        self.caption(
            "Cut along $y_1 = 0$: two valleys, a hill.",
            FadeIn(self.line),
            FadeIn(self.graph),
            FadeIn(self.curves[0]),
        )
        self.wait(2)

    def melt(self):
        """Down the scale of β, a curve staying behind at each stop."""
        self.beat("From cold to hot")
        self.add(self.current)
        self.caption("Warmer: #box[$F_beta = - 1 / beta log chevron.l e^(- beta E) chevron.r_z$].")
        for name, beta in STOPS[1:]:
            self.play(self.at.animate(rate_func=smooth).set_value(position(beta)), run_time=1.6)
            self.curves.append(self.kept(name, beta))
            self.play(FadeIn(self.curves[-1]), run_time=0.4)
        self.caption(
            "$beta -> 0$: $F_beta$ becomes the mean energy.",
            self.at.animate(rate_func=smooth).set_value(HOT),
            run_time=2,
        )
        self.wait(2)

    def pull(self):
        """The forces of one point on the manifold, at three temperatures."""
        if not self.beat("How one point pulls", optional=True):
            return
        style, clock = self.style, {"clocks": [self.at]}
        gone = [self.map, self.bar, self.line, self.graph, self.current, *self.curves]
        self.caption("", *map(FadeOut, gone))
        self.play(self.at.animate(rate_func=smooth).set_value(COLD), run_time=1.2)
        probe = Points(
            self.plane, [PROBE], radius=style.size.marker, colours=rgba(style.role("yprime"))
        )
        name = self.formula("bold(y)'", "label")
        name.move_to(self.plane.to_scene(*PROBE) + np.array([-0.28, -0.24, 0]))
        name.set_stroke(style.chrome.background, 4, background=True)
        arrows = Arrows(
            self.plane,
            self.forces.manifold,
            self.forces.tips,
            width=style.line.curve,
            colours=self.forces.colours,
            **clock,
        )
        weights = self.weight_graph()
        note = self.note(
            "bar", "Arrows go half the way to $bold(y)'$, as opaque as $p slash max p$."
        )
        self.caption(
            "How one point $bold(y)'$ pulls: cold, at $caron(z)$ alone.",
            *map(FadeIn, (arrows, probe, name, weights, note)),
        )
        self.wait(2)
        self.caption("Warm: at a region, weighted by $p(z|bold(y)') prop e^(- beta E)$.")
        self.play(self.at.animate(rate_func=smooth).set_value(position(1)), run_time=3)
        self.wait(1.5)
        self.caption("Hot: everywhere alike. $z$ no longer matters.")
        self.play(self.at.animate(rate_func=smooth).set_value(HOT), run_time=3)
        self.wait(2)
        self.gone = [self.plane, self.manifold, probe, name, arrows, weights, note]

    def turn(self):
        """The surface melts into a bowl while it turns."""
        if not self.beat("The surface melts into a bowl", optional=True):
            return
        self.caption("", *map(FadeOut, self.gone))
        self.play(self.at.animate(rate_func=smooth).set_value(COLD), run_time=0.8)
        style, clock = self.style, {"clocks": [self.at]}
        space = Panel3D(
            self.area("space"),
            style,
            x=(-HALF_WIDTH, HALF_WIDTH),
            y=(-HALF_HEIGHT, HALF_HEIGHT),
            z=(0, HIGHEST),
            azimuth=-60,
            elevation=38,
            x_label="y_1",
            y_label="y_2",
        )
        bowl = Bowl(self.warming, HIGHEST)
        surface = Surface(space, bowl, low=0, high=HIGHEST, **clock)
        valley = Curves3D(
            space,
            bowl.ellipse,
            width=style.line.arrow,
            colours=rgba(style.role("ytilde")),
            **clock,
        )
        bar = self.colour_bar("space_bar", "cold_warm", HIGHEST)
        note = self.note("space_note", f"cut off above {HIGHEST}")
        bar.add(note)
        self.caption("Once more, from cold to hot.", *map(FadeIn, (space, surface, valley, bar)))
        # Even: the middle of the scale is where it happens, and at its ends nothing moves.
        clock = self.at.animate(rate_func=linear).set_value(HOT)
        self.play(clock, space.orbit(azimuth=-240, rate_func=smooth), run_time=10)
        self.caption("$F_0 = norm(bold(y))^2 +$~const.: the latent is dead, this is plain MSE.")
        self.wait(3.5)

    def colour_bar(self, area, colour_map, high):
        """What the colours mean, in a named area."""
        options = {"low": 0, "high": high, "ticks": range(high + 1), "colour_map": colour_map}
        return ColourBar(self.area(area), self.style, symbol="F_beta - min F_beta", **options)

    def note(self, area, source):
        """A remark in small letters."""
        box = self.area(area)
        words = self.text(source, "small", width=box.width, colour=self.style.chrome.axis)
        return words.move_to([box.left + words.width / 2, box.centre[1], 0])

    def kept(self, name, beta):
        """The section at one β, in its colour."""
        return Lines(
            self.graph.panel,
            self.warming.section(position(beta)),
            width=self.style.line.curve,
            colours=rgba(self.style.temperature[name]),
        )

    def section_graph(self):
        """F_β(0, y₂) over y₂, as far as its mean goes."""
        highest = np.floor(self.warming.section(HOT)[:, 1].max())
        return Graph(
            self.area("section"),
            self.style,
            x=(-HALF_HEIGHT, HALF_HEIGHT),
            y=(0, highest),
            x_marks={-2: "−2", 0: "0", 1: "y_2", 2: "2"},
            y_marks={0: "0", highest: f"{highest:.0f}"},
            name="F_beta (0, y_2)",
        )

    def weight_graph(self):
        """p(z | y′) over its largest, as bars over the 48 values of z."""
        graph = Graph(
            self.area("section"),
            self.style,
            x=(-0.5, 47.5),
            y=(0, 1.4),
            x_marks={0: "0", 24: "pi", 36: "z", 47.5: "2 pi"},
            name="p(z|bold(y)') \\/ max_z p",
        )
        paint = rgba(self.style.role("z"))
        graph.add(Bars(graph.panel, self.forces.weights, colours=paint, clocks=[self.at]))
        return graph
