"""Inference is minimisation: one observation finds its latent; all of them make an energy."""

from math import inf, pi

import numpy as np
import torch
from _ellipse import AROUND, STEPS, Latent, Pulls, X, Y
from manim import RIGHT, FadeIn, FadeOut, Group, ValueTracker, linear, smooth, squish_rate_func

from epochreel import Arrows, Clip, Counter, Lines, Points
from epochreel.layers import Field, lattice
from epochreel.layers.curves3d import Curves3D
from epochreel.layers.solids import Points3D, Surface
from epochreel.look import colour_maps
from epochreel.look.style import rgba
from epochreel.panels import ColourBar, Graph, ScaleArrow
from trainers.ellipse_ebm import SAMPLES, free_energy, gradient

PROBE = (0.8, 0.6)
ANGLES = torch.arange(1440, dtype=torch.float64) * (2 * pi / 1440)
PLANE = {"x": X, "y": Y}
BRIGHTEST = 2, 3  # energies of the last colour: of the map, of the surface
ARROW = 0.08  # length of an arrow for a gradient of length 1


class Relief:
    """Energies (h, w) on the way from a map, with colours of its own, to a surface: 0 to 1.

    `tables` are the colours of both, (256, 4), and `brightest` the energies of the last ones.
    """

    def __init__(self, energies, tables, brightest):
        self.energies = energies
        self.ends = [
            table[np.rint(255 * np.clip(energies / high, 0, 1)).astype(int)].astype(float)
            for table, high in zip(tables, brightest, strict=True)
        ]

    def heights(self, risen):
        return risen * self.energies

    def colours(self, risen):
        return np.rint((1 - risen) * self.ends[0] + risen * self.ends[1]).astype(np.uint8)


class EllipseInference(Clip):
    """A trained decoder draws an ellipse, and each point y′ of the plane asks for a latent z.

    The best is that of the nearest prediction: a few gradient steps down the energy over z find it.
    Repeated for every point of the plane, the least energies are the free energy F_∞, as a map, as
    its gradient, and as a surface with the ellipse at the bottom of its valley.
    """

    trainer = "ellipse_ebm"
    title = "Inference is minimisation of an energy"
    figure = ("plane", "bar", "scale")
    layouts = {
        "16:9": {
            "plane": (0.4375, 0.3333, 1, 1),
            "curve": (0.4375, 0, 1, 0.285),
            "name": (0, 0.42, 0.40, 1),
            "energy": (0, 0.25, 0.40, 0.38),
            "scale": (0.5, 0.04, 0.94, 0.13),
            "space": (0.36, 0, 1, 1),
            "space_bar": (0, 0.86, 0.33, 0.95),
            "bar": (0.5, 0.17, 0.94, 0.26),
            "caption": (0, 0, 0.40, 0.2),
        },
        "1:1": {
            "plane": (0.1, 0.4667, 0.9, 1),
            "curve": (0.05, 0.125, 0.95, 0.37),
            "name": (0, 0.385, 0.68, 0.455),
            "energy": (0.73, 0.385, 1, 0.455),
            "bar": (0.15, 0.27, 0.85, 0.36),
            "scale": (0.15, 0.14, 0.85, 0.23),
            "space": (0, 0.22, 1, 1),
            "space_bar": (0.15, 0.13, 0.85, 0.2),
            "caption": (0.08, 0, 0.92, 0.11),
        },
        "9:16": {
            "plane": (0, 0.4, 1, 0.8964),
            "curve": (0, 0.19, 1, 0.375),
            "name": (0, 0.1, 1, 0.17),
            "energy": (0, 0, 1, 0.07),
            "scale": (0.14, 0.2, 0.86, 0.28),
            "space": (0, 0.17, 1, 0.9),
            "space_bar": (0.14, 0.08, 0.86, 0.15),
            "bar": (0.14, 0.30, 0.86, 0.37),
            "caption": (0.08, 0.92, 0.92, 1),
        },
    }

    def construct(self):
        self.measure()
        self.show_manifold()
        self.slide()
        self.descend()
        self.repeat_everywhere()
        self.fill_in()
        self.turn()

    def measure(self):
        """Read the trained axes, and compute every number that is shown."""
        w = self.run.tensor("w", int(self.run.epochs[-1]))
        self.latent = Latent(w, PROBE)
        axes, y = torch.from_numpy(self.latent.w), torch.from_numpy(self.latent.place)
        self.least = float(free_energy(y, axes, inf, ANGLES))
        self.highest = self.latent.energies(AROUND)[:, 1].max()
        self.grid = lattice(**PLANE, columns=24, rows=16).astype(np.float64)
        fine = lattice(**PLANE, columns=121, rows=81)
        coldest = free_energy(torch.from_numpy(fine).double(), axes, inf, ANGLES)
        self.free_energies = coldest.numpy().reshape(81, 121)
        self.downhill = -gradient(torch.from_numpy(self.grid), axes, inf, ANGLES)[0].numpy()
        self.results = {
            "Half axes of the ellipse": " and ".join(f"{abs(w):.2f}" for w in self.latent.w),
            "$F_oo$ of the point $bold(y)'$": f"{self.least:.2f}",
        }

    def show_manifold(self):
        """The samples, and the curve that the trained decoder draws through them."""
        self.beat("An ellipse through the data")
        style = self.style
        box = self.area("plane")
        half = X[1] * box.height / box.width
        self.plane = self.panel(box, x=X, y=(-half, half), title="cal(Y)")
        self.field = Field(
            self.plane, self.free_energies, low=0, high=BRIGHTEST[0], **PLANE, opacity=0
        )
        self.samples = Points(
            self.plane, SAMPLES, radius=style.size.point_large, colours=rgba(style.role("y"))
        )
        drawn = ValueTracker(0)
        violet = rgba(style.role("ytilde"))
        thick = {"width": style.line.arrow, "colours": violet}
        self.manifold = Lines(self.plane, self.latent.manifold, **thick, clocks=[drawn])
        self.play(FadeIn(self.plane), FadeIn(self.samples), run_time=0.8)
        self.add(self.plane, self.field, self.samples, self.manifold, self.plane.labels)
        across, up = (f"{w:.2f}".replace("-", "−") for w in self.latent.w)
        self.caption(
            f"A trained decoder $g$ draws an ellipse through its {len(SAMPLES)}~samples.",
            *self.write(f"g(z) = ({across} cos z, {up} sin z)"),
        )
        self.play(drawn.animate(rate_func=smooth).set_value(2 * pi), run_time=2.4)
        self.wait(1)

    def slide(self):
        """One observation; its energy is written down while z goes once around."""
        self.beat("The energy of one point")
        self.t = ValueTracker(0)
        self.observed = self.disc(self.plane, [self.latent.place], "yprime")
        self.observed_name = self.label("bold(y)'", self.plane, self.latent.place, (0.32, -0.2))
        self.caption(
            "Which $z$ explains the point $bold(y)'$?",
            *map(FadeIn, (self.observed, self.observed_name)),
            FadeOut(self.samples),
        )
        self.wait(1.2)
        self.graph = Graph(
            self.area("curve"),
            self.style,
            x=(0, 2 * pi),
            y=(0, self.highest),
            x_marks={0: "0", pi: "pi", 1.5 * pi: "z", 2 * pi: "2 pi"},
            name="E(bold(y)', z)",
        )
        panel, latent, clock = self.graph.panel, self.latent, {"clocks": [self.t]}
        self.line = self.stroke(self.plane, latent.distance, "E", opacity=0, **clock)
        self.predicted = self.disc(self.plane, latent.predicted, "ytilde", **clock)
        self.readings = Group(
            self.stroke(panel, latent.curve, "E", **clock),
            self.stroke(panel, latent.ends, "E", **clock),
            self.disc(panel, latent.ends, "z", **clock),
            self.energy_counter(),
        )
        self.add(self.line, self.observed, self.observed_name)
        self.caption(
            "$E$ is the squared length of the red line.",
            *self.write(
                "E(bold(y)', z) = norm(bold(y)' - tilde(bold(y)))^2, quad tilde(bold(y)) = g(z)"
            ),
            *map(FadeIn, (self.graph, self.predicted)),
            self.line.animate.set_opacity(1),
        )
        self.play(FadeIn(self.readings), run_time=0.8)
        self.wait(0.8)
        self.caption("Slide $z$ once around: $E$ over $z$.")
        self.play(self.t.animate(rate_func=smooth).set_value(2 * pi), run_time=6)
        self.wait(0.6)

    def descend(self):
        """Gradient steps from an angle on the far side down to ž."""
        self.beat("Inference: gradient steps")
        self.play(self.t.animate(rate_func=smooth).set_value(self.latent.ready), run_time=1.2)
        panel, last = self.graph.panel, self.latent.ready + STEPS
        size = self.style.size.point_large
        trail = self.disc(panel, self.latent.trail, "z", radius=size, clocks=[self.t], opacity=0.6)
        self.add(trail, self.readings)
        self.caption(f"Inference: {STEPS}~gradient steps downhill.")
        self.play(self.t.animate(rate_func=linear).set_value(last), run_time=4)
        ends = self.latent.ends(last)
        name = self.label("caron(z)", panel, ends[0], (0, -0.34))
        self.cold = Group(self.disc(panel, ends, "zcheck"), name)
        self.caption(
            f"At $caron(z)$ the least: #box[$F_oo (bold(y)') = {self.least:.2f}$].",
            *self.write("F_oo (bold(y)') = min_z E(bold(y)', z)"),
            FadeOut(trail),
            FadeIn(self.cold),
        )
        self.wait(2)

    def repeat_everywhere(self):
        """Each point of a grid sends a line to its own ž."""
        self.beat("The same for every point")
        style = self.style
        self.sweep, self.scale = ValueTracker(0), ValueTracker(0)
        blue, white = rgba(style.role("zcheck")), rgba(style.chrome.level)
        pulls = Pulls(self.grid, self.downhill, ARROW, blue, white)
        self.places = Points(self.plane, self.grid, colours=rgba(style.chrome.muted))
        self.pulls = Arrows(
            self.plane,
            self.grid,
            pulls.tips,
            width=style.line.level,
            colours=pulls.colours,
            clocks=[self.sweep, self.scale],
        )
        self.caption(
            "The same for every $bold(y)$~…",
            *map(FadeOut, (self.graph, self.readings, self.cold)),
            FadeIn(self.places),
        )
        self.wait(0.6)
        order = [self.plane, self.field, self.places, self.pulls, self.manifold]
        self.add(*order, self.line, self.observed, self.predicted, self.observed_name)
        self.add(self.plane.labels)
        self.caption("… each finds its own~$caron(z)$.")
        self.play(self.sweep.animate(rate_func=linear).set_value(1), run_time=5)
        self.wait(1.2)

    def fill_in(self):
        """The squared lengths as colours, the lines as gradient arrows."""
        self.beat("The free energy as a map")
        bar = self.colour_bar("bar", "energy", (0, 1, 2))
        self.legend = Group(bar)
        self.caption(
            "Squared lengths are free energies~…",
            self.field.animate.set_opacity(1),
            *map(FadeOut, (self.places, self.line, self.predicted)),
            *map(FadeOut, (self.observed, self.observed_name)),
            FadeIn(bar),
            self.plane.labels.animate.set_opacity(0),
            run_time=1.6,
        )
        self.wait(1)
        key, unit = self.area("scale"), (X[1] - X[0]) / self.plane.box.width
        panel = self.panel(key, x=(0, unit * key.width), y=(0, unit * key.height), cross=False)
        arrow = ScaleArrow(panel, 3, scale=ARROW, label="norm(nabla F_oo) = 3", at=(0.02, 0.15))
        self.legend.add(arrow)
        self.caption(
            "… and $-nabla F_oo$ points at the manifold.",
            self.scale.animate.set_value(1),
            FadeIn(arrow),
            run_time=1.6,
        )
        self.wait(1.5)

    def turn(self):
        """The map steps back and rises to a surface, which is then walked around."""
        if not self.beat("The free energy as a surface", optional=True):
            return
        space, solid, rise = self.film_surface()
        low, high = space.to_scene([[X[0], Y[0], 0], [X[1], Y[1], 0]])
        flat, shrink = Group(self.field, self.manifold), (high - low)[0] / self.plane.box.width
        self.remove(*self.plane)  # whose parts stand alone since its labels were put in front
        self.caption("", *map(FadeOut, [self.pulls, self.legend, *self.written]))
        self.play(flat.animate.scale(shrink).move_to((low + high) / 2), run_time=1.2)
        self.play(FadeIn(solid), run_time=0.6)
        self.remove(flat)
        bar = self.colour_bar("space_bar", "cold_warm", (0, 1, 2, 3))
        self.caption("As height: a hill between high walls~…")
        risen = rise.animate(rate_func=smooth).set_value(1)
        self.play(risen, FadeIn(bar), space.orbit(elevation=38), run_time=3)
        height = [[*self.latent.place, self.least]]
        green = rgba(self.style.role("yprime"))
        ball = Points3D(space, height, radius=self.style.size.marker, colours=green)
        self.play(FadeIn(ball, run_time=0.6), space.orbit(azimuth=110, run_time=9))
        self.caption("… the manifold lies in the valley.")
        self.wait(2.5)

    def film_surface(self):
        """Space with the map as its floor, seen from above; what stands in it; how far it rose."""
        top, rise = self.free_energies.max(), ValueTracker(0)
        view = {"azimuth": -90, "elevation": 90}
        names = {"x_label": "y_1", "y_label": "y_2", "z_label": "F_oo"}
        space = self.panel3d("space", **PLANE, z=(0, top), **view, **names)
        tables = [colour_maps.colours(self.style, name) for name in ("energy", "cold_warm")]
        relief = Relief(self.free_energies, tables, BRIGHTEST)
        surface = Surface(space, relief.heights, colours=relief.colours, clocks=[rise])
        ellipse = self.latent.prediction(AROUND)
        floor = np.column_stack([ellipse, np.zeros(len(ellipse))])
        violet = rgba(self.style.role("ytilde"))
        valley = Curves3D(space, floor, width=self.style.line.arrow, colours=violet)
        return space, Group(space, surface, valley), rise

    def write(self, source):
        """Animations that write a formula: below the last one, or in its place."""
        formula, box = self.formula(source), self.area("name")
        formula.scale(min(1, box.width / formula.width))
        written = self.written = getattr(self, "written", [])
        if self.aspect == "16:9":
            formula.move_to([box.left + formula.width / 2, box.top - 0.35 - 1.05 * len(written), 0])
            changes = [FadeIn(formula)]
        else:
            formula.move_to(box.centre)
            changes = [FadeOut(old, rate_func=squish_rate_func(smooth, 0, 0.45)) for old in written]
            changes.append(FadeIn(formula, rate_func=squish_rate_func(smooth, 0.45, 1)))
            written.clear()
        written.append(formula)
        return changes

    def colour_bar(self, area, colour_map, ticks):
        """What the colours of F_∞ mean, in a named area."""
        options = {"low": 0, "high": ticks[-1], "ticks": ticks, "colour_map": colour_map}
        return ColourBar(self.area(area), self.style, symbol="F_oo (bold(y))", **options)

    def disc(self, panel, places, role, radius=None, **options):
        """Large points in the colour of a role."""
        radius, colour = radius or self.style.size.marker, self.style.role(role)
        return Points(panel, places, radius=radius, colours=rgba(colour), **options)

    def stroke(self, panel, vertices, role, **options):
        """A curve in the colour of a role."""
        width, colour = self.style.line.curve, self.style.role(role)
        return Lines(panel, vertices, width=width, colours=rgba(colour), **options)

    def label(self, source, panel, place, offset):
        """A symbol beside a place of the data."""
        symbol = self.formula(source, "label")
        symbol.set_stroke(self.style.chrome.background, 4, background=True)
        return symbol.move_to(panel.to_scene(*place) + np.array([*offset, 0]))

    def energy_counter(self):
        """E at the angle on screen."""
        options = {"digits": 2, "decimals": 2, "prefix": "$E = $", "colour": self.style.role("E")}
        counter = Counter(self.t, self.style, value=self.latent.energy, **options)
        box = self.area("energy")
        counter.scale(min(1, box.width / counter.width)).move_to(box.centre)
        if self.aspect == "16:9":
            counter.shift((box.left - counter.get_left()[0]) * RIGHT)
        return counter
