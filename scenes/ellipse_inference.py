"""Inference is minimisation: one observation finds its latent; all of them make an energy."""

from math import pi

import numpy as np
from _ellipse import AROUND, X, Y
from _ellipse_inference import STEPS, Inference, Mix, Pulls, Rise, squares
from manim import FadeIn, FadeOut, Group, ValueTracker, linear, smooth

from epochreel import Clip, Counter, beat, hero, varying
from epochreel.layers import lattice
from epochreel.look import colour_maps
from epochreel.look.style import rgba
from trainers.ellipse_ebm import SAMPLES

PROBE = (0.8, 0.6)
HIGH = 2, 3  # energies of the last colour: of the map, of the surface
ARROW = 0.08  # length of an arrow for a gradient of length 1


class EllipseInference(Clip):
    """A trained decoder draws an ellipse, and each point y′ of the plane asks for a latent z.

    The best is that of the nearest prediction: a few gradient steps down the energy over z find it.
    Repeated for every point of the plane, the least energies are the free energy F_∞, as a map, as
    its gradient, and as a surface with the ellipse at the bottom of its valley. After the lectures
    of Alfredo Canziani and Yann LeCun.
    """

    trainer = "ellipse_ebm"
    title = "Inference is minimisation of an energy"
    layout = hero(under=True, aside=0.75)
    figure = ("hero", "under")

    def measure(self):
        w = self.run.tensor("w", int(self.run.epochs[-1]))
        self.latent = Inference(w, PROBE)
        self.least = float(self.latent.free_energy(PROBE))
        self.highest = self.latent.energies(AROUND)[:, 1].max()
        self.free_energies = self.latent.free_energy(lattice(X, Y, 121, 81)).reshape(81, 121)
        self.results = {
            "Half axes of the ellipse": " and ".join(f"{abs(axis):.2f}" for axis in w),
            "$F_oo$ of the point $bold(y)'$": f"{self.least:.2f}",
        }

    @beat("An ellipse through the data")
    def show_manifold(self):
        self.plane = self.panel("hero", x=X, y=Y, title="cal(Y)")
        self.samples = self.plane.scatter(SAMPLES, "y", size="point_large")
        self.manifold = self.plane.curve(self.latent.drawn(), width="arrow")
        turn, self.t = ValueTracker(0), ValueTracker(0)
        self.drawn = self.plane.probe(varying(self.latent.predicted, turn), "ytilde")
        self.open(self.plane, self.samples, self.manifold)
        across, up = (f"{w:.2f}".replace("-", "−") for w in self.latent.w)
        self.written = self.formulas(f"g(z) = ({across} cos z, {up} sin z)")
        self.say(
            f"A trained decoder $g$ draws an ellipse through its {len(SAMPLES)}~samples.",
            *self.swap(None, Group(self.written, self.drawn)),
        )
        self.play(turn.animate(rate_func=smooth).set_value(2 * pi), run_time=3)

    @beat("The energy of one point")
    def slide(self):
        place = self.latent.place
        self.observed = Group(
            self.plane.probe([place]), self.plane.symbol("bold(y)'", place, (1, -0.6))
        )
        change = FadeIn(self.observed), FadeOut(self.samples)
        self.say("Which $z$ explains the point $bold(y)'$?", *change)
        marks = {0: "0", pi: "pi", 1.5 * pi: "z", 2 * pi: "2 pi"}
        limits = {"x": (0, 2 * pi), "y": (0, self.highest)}
        self.energies = self.graph("under", **limits, x_marks=marks, name="E(bold(y)', z)")
        panel, latent = self.energies.panel, self.latent
        predicted, ends = (varying(f, self.t) for f in (latent.predicted, latent.ends))
        self.line = self.plane.segments([place], predicted, width="curve")
        self.curves = Group(
            panel.curve(varying(latent.curve, self.t), "E"),
            panel.curve(ends, "E"),
            panel.probe(ends, "z"),
        )
        self.predicted = self.plane.probe(predicted, "ytilde")
        self.remove(self.drawn)
        self.add(self.predicted)
        self.write(
            "$E$ is the squared length of the red line.",
            *("E(bold(y)', z) = norm(bold(y)' - tilde(bold(y)))^2", "tilde(bold(y)) = g(z)"),
            self.number(),
            animations=map(FadeIn, (self.energies, self.line, self.curves)),
        )
        self.say("Slide $z$ once around: $E$ over $z$.")
        self.play(self.t.animate(rate_func=smooth).set_value(2 * pi), run_time=6)

    @beat("Inference: gradient steps")
    def descend(self):
        last, panel = self.latent.ready + STEPS, self.energies.panel
        self.say(
            f"Inference: {STEPS}~gradient steps downhill.",
            self.t.animate(rate_func=smooth).set_value(self.latent.ready),
            run_time=1.4,
        )
        trail = panel.scatter(
            varying(self.latent.trail, self.t), "z", size="point_large", opacity=0.6
        )
        self.add(trail)
        self.play(self.t.animate(rate_func=linear).set_value(last), run_time=4)
        ends = self.latent.ends(last)
        self.cold = Group(panel.probe(ends, "zcheck"), panel.symbol("caron(z)", ends[1], (0, 1)))
        self.write(
            "At $caron(z)$ it is least: the free energy of $bold(y)'$.",
            "F_oo (bold(y)') = min_z E(bold(y)', z)",
            f"F_oo (bold(y)') = {self.least:.2f}",
            animations=[FadeOut(trail), FadeIn(self.cold)],
        )
        self.wait(0.5)

    @beat("The same for every point")
    def repeat_everywhere(self):
        self.sweep, self.scale = ValueTracker(0), ValueTracker(0)
        places = squares(self.plane.view.limits)
        cold, pale = rgba(self.style.role("zcheck")), rgba(self.style.chrome.level)
        tips = varying(Pulls(places, self.latent, ARROW), self.sweep, self.scale)
        self.places = self.plane.scatter(places, "muted", rank="grid")
        paint = varying(Mix(cold, pale), self.scale)
        self.pulls = self.plane.arrows(places, tips, paint, width="level")
        self.write(
            "The same for every $bold(y)$~…",
            "F_oo (bold(y)) = min_z E(bold(y), z)",
            animations=[
                *map(FadeOut, (self.energies, self.curves, self.cold)),
                *map(FadeIn, (self.places, self.pulls)),
            ],
        )
        self.say("… each finds its own~$caron(z)$.")
        self.play(self.sweep.animate(rate_func=linear).set_value(1), run_time=5)

    @beat("The free energy as a map")
    def fill_in(self):
        self.mapped = self.panel("hero", x=X, y=Y, mapped=True, cross=False)
        field = self.mapped.energy(self.latent.free_energy, high=HIGH[0])
        lit = self.mapped.curve(self.latent.drawn(), width="arrow")
        self.flat = Group(field, lit)
        self.bar = self.colour_bar("under", "F_oo (bold(y))", low=0, high=HIGH[0])
        gone = self.places, self.line, self.predicted, self.observed, self.plane
        self.say(
            "Squared lengths are free energies~…",
            *(*map(FadeOut, gone), *map(FadeIn, (self.flat, self.bar))),
            run_time=1.6,
        )
        self.remove(self.manifold)
        self.key = self.mapped.scale_arrow(3, "norm(nabla F_oo) = 3", scale=ARROW)
        points = "… and $-nabla F_oo$ points at the manifold."
        self.say(points, self.scale.animate.set_value(1), FadeIn(self.key), run_time=1.6)

    @beat("The free energy as a surface", optional=True)
    def rise(self):
        risen = ValueTracker(0)
        space = self.panel3d(
            "stage", x=X, y=Y, z=(0, self.free_energies.max()), azimuth=-90, elevation=90,
            x_label="y_1", y_label="y_2", z_label="F_oo",
        )  # fmt: skip
        ellipse = self.latent.drawn()
        floor = np.column_stack([ellipse, np.zeros(len(ellipse))])
        heights = varying(Rise(self.free_energies), risen)
        surface = space.surface(heights, colours=varying(Mix(*self.palettes()), risen))
        solid = Group(space, surface, space.curve(floor, width="arrow"))
        low, high = space.to_scene([[X[0], Y[0], 0], [X[1], Y[1], 0]])
        across = self.plane.to_scene(X[1], 0) - self.plane.to_scene(X[0], 0)
        small = (high - low)[0] / across[0]
        self.say("", *map(FadeOut, (self.pulls, self.bar, self.key, self.written)))
        self.play(self.flat.animate.scale(small).move_to((low + high) / 2), run_time=1.2)
        self.play(FadeIn(solid), run_time=0.6)
        self.remove(self.flat)
        self.say(
            "As height: a hill between high walls~…",
            risen.animate(rate_func=smooth).set_value(1),
            space.orbit(elevation=35),
            run_time=3,
        )
        ball = space.scatter([[*self.latent.place, self.least]], "yprime", size="marker")
        self.play(FadeIn(ball, run_time=0.6), space.orbit(azimuth=110, run_time=8))
        self.say("… the manifold lies in the valley.")

    def palettes(self):
        """The colours of the free energies as a map and as heights, (h, w, 4) each."""
        shares = [np.clip(self.free_energies / high, 0, 1) for high in HIGH]
        tables = [colour_maps.colours(self.style, name) for name in ("energy", "cold_warm")]
        pairs = zip(tables, shares, strict=True)
        return [table[np.rint(255 * share).astype(int)] for table, share in pairs]

    def write(self, caption, *formulas, animations=()):
        """Say something while other formulas take the place of those before."""
        before, self.written = self.written, self.formulas(*formulas)
        self.say(caption, *self.swap(before, self.written), *animations)

    def number(self):
        """E at the angle on screen."""
        return Counter(
            self.t, self.style, value=self.latent.energy, digits=2, decimals=2,
            prefix="$E = $", colour=self.style.role("E"), size=self.style.type.title,
        )  # fmt: skip
