"""Training an ellipse cold and warm: a pull on one spot, or a shared one that shrinks it."""

from math import isinf

import numpy as np
from _ellipse import TAUGHT, Pull, Training, X, Y
from manim import DOWN, LEFT, RIGHT, FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Arrows, Clip, Counter, Lines, Pace, Points
from epochreel.layers import Field, VectorField
from epochreel.look.style import load, rgba
from epochreel.notation.maths import baseline
from epochreel.panels import ColourBar, ScaleArrow, Strip
from epochreel.runs import training
from epochreel.runs.scalars import RecordedScalar
from trainers.ellipse_ebm import ANGLES, SAMPLES, Config

BRIGHTEST = 2  # free energy, above its least, of the last colour
CHOSEN = 10  # the sample whose pull is shown alone
PULL = 9  # data units an arrow is long for a pull of 1
KEY = 0.05  # of the arrow in the legend
STEP = 0.01
DARK = load("dark")  # of what only stands on the energy map, whose colours no theme changes
PATH = ((0.5, -0.7), (0.5, 0.7))  # of the probe y′, through the middle of the ellipse


class EllipseTraining(Clip):
    """The same ellipse and the same samples, trained at zero temperature and at β = 1.

    Cold, each sample pulls the one spot of the ellipse that is nearest; warm, a region of it. The
    cold training finds the ellipse that the samples were drawn from, the warm one a smaller; what
    it gains are pulls that many spots share, and that turn smoothly where a sample moves.
    """

    trainer = "ellipse_ebm"
    title = "Training an ellipse, cold and warm"
    figure = ("cold", "warm", "key", "cold_name", "warm_name")
    layouts = {
        "16:9": {
            "cold": (0, 0.345, 0.48, 0.9138),
            "warm": (0.52, 0.345, 1, 0.9138),
            "cold_name": (0, 0.93, 0.48, 1),
            "warm_name": (0.52, 0.93, 1, 1),
            "cold_w": (0.2, 0.93, 0.48, 1),
            "warm_w": (0.72, 0.93, 1, 1),
            "cold_strip": (0, 0.175, 0.48, 0.315),
            "warm_strip": (0.52, 0.175, 1, 0.315),
            "bar": (0.56, 0.025, 0.82, 0.11),
            "key": (0.18, 0.922, 0.29, 0.99),
            "epoch": (0.84, 0, 1, 0.13),
            "caption": (0, 0, 0.52, 0.15),
        },
        "1:1": {
            "cold": (0, 0.59, 0.54, 0.95),
            "warm": (0, 0.155, 0.54, 0.515),
            "cold_name": (0, 0.96, 0.54, 1),
            "warm_name": (0, 0.525, 0.54, 0.565),
            "cold_w": (0.6, 0.96, 1, 1),
            "warm_w": (0.6, 0.525, 1, 0.565),
            "cold_strip": (0.6, 0.76, 1, 0.93),
            "warm_strip": (0.6, 0.335, 1, 0.505),
            "bar": (0.6, 0.235, 1, 0.305),
            "key": (0.6, 0.145, 0.9, 0.205),
            "epoch": (0.6, 0.6, 1, 0.72),
            "caption": (0.08, 0, 0.92, 0.11),
        },
        "9:16": {
            "cold": (0, 0.545, 0.64, 0.8627),
            "warm": (0, 0.098, 0.64, 0.4157),
            "cold_name": (0, 0.872, 0.3, 0.905),
            "warm_name": (0, 0.425, 0.3, 0.458),
            "cold_w": (0.3, 0.872, 0.64, 0.905),
            "warm_w": (0.3, 0.425, 0.64, 0.458),
            "cold_strip": (0, 0.466, 0.64, 0.535),
            "warm_strip": (0, 0.0, 0.64, 0.088),
            "bar": (0.74, 0.545, 0.9, 0.8627),
            "key": (0.74, 0.36, 1, 0.42),
            "epoch": (0.7, 0.15, 1, 0.32),
            "caption": (0.08, 0.92, 0.92, 1),
        },
    }

    def construct(self):
        self.measure()
        self.show_planes()
        self.show_energies()
        self.pull_alone()
        self.pull_together()
        self.train_both()
        self.compare_axes()
        self.cross_the_middle()

    def measure(self):
        """Record or read both runs."""
        self.travel = ValueTracker(0)
        self.runs = {}
        self.sides = {}
        for name, temperature in (("cold", 0.0), ("warm", 1.0)):
            config = Config(epochs=200, temperature=temperature, batch=24, learning_rate=0.2)
            self.runs[name] = training.record(self.trainer, config)
            self.sides[name] = Training(self.runs[name])
        self.last = self.sides["cold"].last
        for name, side in self.sides.items():
            axes = " and ".join(f"{abs(w):.2f}" for w in side.path[-1])
            self.results[f"Half axes at epoch {self.last}, {name}"] = axes

    def show_planes(self):
        """Twice the same samples and the same untrained ellipse."""
        self.beat("One ellipse twice")
        style = self.style
        self.planes, self.names, self.samples, self.manifolds = {}, Group(), Group(), Group()
        self.untrained, self.axes = Group(), Group()
        violet = rgba(style.role("ytilde"))
        for name, side in self.sides.items():
            panel = self.planes[name] = self.panel(name, x=X, y=Y)
            self.names.add(self.heading(name, side))
            self.samples.add(self.points(panel, TAUGHT.numpy(), style))
            self.untrained.add(
                Lines(panel, side.manifold(0), colours=violet, width=style.line.level, opacity=0.5)
            )
            rim = {"width": style.line.arrow + 3, "colours": rgba(style.chrome.background, 0.5)}
            self.manifolds.add(
                Group(
                    Lines(panel, side.manifold, **rim),
                    Lines(panel, side.manifold, width=style.line.arrow, colours=violet),
                )
            )
            self.axes.add(self.half_axes(name, side))
        planes = Group(*self.planes.values())
        self.play(*map(FadeIn, (planes, self.names)), run_time=0.8)
        self.caption(f"{len(SAMPLES)} samples $bold(y)$, twice …", FadeIn(self.samples))
        self.wait(0.7)
        self.caption(
            "… and an untrained decoder's ellipse, $g(z)$.",
            FadeIn(self.manifolds),
            FadeIn(self.axes),
        )
        self.wait(1.8)

    def points(self, panel, positions, style, **options):
        """Discs with a rim, legible on every colour of the energy."""
        options = {"radius": style.size.point_large, **options}
        return Points(
            panel,
            positions,
            colours=rgba(style.role("y")),
            halo=rgba(style.chrome.background),
            **options,
        )

    def heading(self, name, side):
        """The temperature, as a word and as β."""
        beta = "oo" if isinf(side.beta) else f"{side.beta:g}"
        word = self.text(f"{name}, $beta = {beta}$")
        box = self.area(f"{name}_name")
        return word.move_to([box.left + word.width / 2, box.centre[1], 0])

    def half_axes(self, name, side):
        """The half-axes w at the epoch on screen, beside the heading."""
        style = self.style
        options = {"digits": 2, "decimals": 2, "size": style.type.label}
        row = Group(
            Counter(
                self.epoch,
                style,
                value=side.first,
                prefix="$bold(w) = thin ( thin$",
                suffix=",",
                **options,
            ),
            Counter(self.epoch, style, value=side.second, suffix="$)$", **options),
        ).arrange(RIGHT, buff=0.02)
        row[1].shift([0, baseline(row[0]) - baseline(row[1]), 0])
        heading, box = self.names[-1], self.area(f"{name}_w")
        row.shift([box.right - row.get_right()[0], baseline(heading) - baseline(row[0]), 0])
        return row

    def show_energies(self):
        """What F is at either temperature, as a formula below the plane and a map in it."""
        self.beat("The free energies")
        style = self.style
        self.fields = Group(
            *[
                Field(self.planes[name], side.energy, low=0, high=BRIGHTEST, opacity=0)
                for name, side in self.sides.items()
            ]
        )
        sources = {
            "cold": "F_oo = min_z E",
            "warm": 'F_beta = -1/beta log op("mean")_z e^(-beta E)',
        }
        self.formulas = Group()
        for name, source in sources.items():
            box = self.area(f"{name}_strip")
            formula = self.formula(source, "label")
            formula.scale(min(1, box.width / formula.width))
            self.formulas.add(formula.move_to(box.centre).align_to([box.left, 0, 0], LEFT))
        self.bar = ColourBar(
            self.area("bar"), style, low=0, high=BRIGHTEST, symbol="F - min F", ticks=(0, 1, 2)
        )
        self.add(*self.planes.values(), self.fields, self.samples, self.manifolds)
        self.caption("The energy $E$ is the squared distance from $bold(y)$ to $g(z)$.")
        self.wait(2.2)
        self.caption(
            "Cold, the free energy $F$ counts the nearest $z$ alone.",
            self.fields[0].animate.set_opacity(1),
            FadeIn(self.formulas[0]),
            FadeIn(self.bar),
            run_time=1.2,
        )
        self.wait(1.9)
        self.caption(
            "Warm, it averages over all~$z$.",
            self.fields[1].animate.set_opacity(1),
            FadeIn(self.formulas[1]),
            run_time=1.2,
        )
        self.wait(1.5)

    def pull_alone(self):
        """One sample pulls one spot, or a region."""
        if not self.beat("One sample pulls", optional=True):
            return
        style = self.style
        place = SAMPLES[CHOSEN]
        chosen, pulls = Group(), Group()
        for name, side in self.sides.items():
            pulls.add(self.arrows(name, Pull(side, place, place, rgba(style.chrome.level))))
            chosen.add(self.points(self.planes[name], [place], DARK, radius=style.size.marker))
        count = self.sides["warm"].latents([place], 0)
        self.caption(
            "One sample: cold, it pulls one spot $caron(z)$ …",
            *[samples.animate.set_opacity(style.opacity.ghost) for samples in self.samples],
            FadeIn(chosen),
            FadeIn(pulls[0]),
        )
        self.wait(1.6)
        self.caption(
            f"… warm, a region: each $z$ by its $p(z|bold(y))$, some {count:.0f} of {len(ANGLES)}.",
            FadeIn(pulls[1]),
        )
        self.wait(2.6)
        self.caption(
            "",
            FadeOut(pulls),
            FadeOut(chosen),
            *[samples.animate.set_opacity(1) for samples in self.samples],
            run_time=0.6,
        )

    def arrows(self, name, pull):
        """A pull as arrows in its plane."""
        return Arrows(
            self.planes[name],
            pull.tails,
            pull.tips,
            width=self.style.line.curve,
            colours=pull.colours,
            clocks=[self.epoch, self.travel],
        )

    def pull_together(self):
        """What all samples make of it, spot by spot."""
        self.beat("All samples pull")
        style = self.style
        self.pulls, self.scales = Group(), Group()
        for name, side in self.sides.items():
            panel = self.planes[name]
            self.pulls.add(
                VectorField(
                    panel,
                    side.spots,
                    side.pulls,
                    scale=PULL,
                    colours=rgba(style.chrome.maths),
                    halo=rgba(style.chrome.background, 0.6),
                )
            )
        key, plane = self.area("key"), self.planes["cold"]
        unit = (X[1] - X[0]) / plane.box.width
        panel = self.panel(key, x=(0, unit * key.width), y=(0, unit * key.height), cross=False)
        self.scale = ScaleArrow(panel, KEY, scale=PULL, label=f'"pull" {KEY:g}', at=(0.02, 0.3))
        cold = self.sides["cold"].pulled(0)
        self.caption(
            f"All samples: cold, {cold} of {len(ANGLES)} spots are pulled; warm, every one.",
            *map(FadeIn, (self.pulls, self.scale)),
        )
        self.wait(2.5)

    def train_both(self):
        """Full-batch steps on one clock, slow where most happens."""
        self.beat("Training both")
        self.numbers = self.readings()
        self.play(FadeOut(self.formulas), run_time=0.5)
        self.caption("Now follow the pulls.", FadeIn(self.numbers))
        self.train(20, 7, FadeIn(self.untrained), pace=Pace(speed_up=4))
        self.train(self.last, 4, pace=Pace(speed_up=6))
        self.wait(0.8)

    def readings(self):
        """The epoch, and the mean free energy of either training."""
        style = self.style
        box = self.area("epoch")
        number = Counter(self.epoch, style, digits=3, size=style.type.title)
        word = self.text("epoch", "label", colour=style.chrome.muted)
        stacked = self.aspect == "9:16"
        row = Group(word, number).arrange(DOWN if stacked else RIGHT, buff=0.22)
        if not stacked:
            word.shift([0, baseline(number) - baseline(word), 0])
        row.move_to(box.centre)
        strips = Group()
        for name, colour, symbol in (("cold", "F_inf", "oo"), ("warm", "F_beta", "beta")):
            loss = RecordedScalar(self.runs[name], "loss")
            strips.add(
                Strip(
                    self.area(f"{name}_strip"),
                    f"mean $F_{symbol} (bold(y))$",
                    loss,
                    self.epoch,
                    style,
                    colour=style.role(colour),
                    limits=(loss.values.min(), loss.values.max()),
                    logarithmic=True,
                )
            )
        return Group(row, strips)

    def compare_axes(self):
        """The warm ellipse is too small, and by how much."""
        self.beat("What they find")
        style = self.style
        cold, warm = (np.abs(side.path[-1]) for side in self.sides.values())
        self.caption(f"Cold finds axes {cold[0]:.2f} and {cold[1]:.2f}; the data's are 2 and 1.5.")
        self.wait(2.6)
        self.ghost = Lines(
            self.planes["warm"],
            self.sides["cold"].manifold(self.last),
            width=style.line.curve,
            colours=rgba(style.chrome.level),
        )
        self.caption(
            f"Warm shrinks them to {warm[0]:.2f}, {warm[1]:.2f} (white: cold); far samples pull.",
            FadeIn(self.ghost),
        )
        self.wait(3.5)

    def cross_the_middle(self):
        """What the warm one buys: pulls that are shared, and never jump."""
        if not self.beat("Through the middle", optional=True):
            return
        style = self.style
        self.probes = Group()
        arrows = Group()
        turns = []
        for name, side in self.sides.items():
            pull = Pull(side, *PATH, rgba(style.chrome.level))
            turns.append(pull.turn(self.last, STEP))
            arrows.add(self.arrows(name, pull))
            self.probes.add(
                Points(
                    self.planes[name],
                    pull.place,
                    radius=style.size.marker,
                    colours=rgba(style.role("yprime")),
                    halo=rgba(style.chrome.background),
                    clocks=[self.travel],
                )
            )
        latents = self.sides["warm"].latents(TAUGHT, self.last)
        self.caption(
            f"What it buys: a sample pulls some {latents:.0f} spots together, not one,",
            *map(FadeOut, (self.pulls, self.scale, self.ghost)),
            FadeIn(arrows),
            FadeIn(self.probes),
            *[samples.animate.set_opacity(style.opacity.ghost) for samples in self.samples],
        )
        self.wait(3)
        self.caption("and where it moves, the pull turns instead of jumping.")
        self.play(self.travel.animate(rate_func=smooth).set_value(1), run_time=4)
        self.caption(
            f"A step of {STEP:g}: cold, the pull jumps by {turns[0]:.1f}; warm, by {turns[1]:.2f}."
        )
        self.play(self.travel.animate(rate_func=smooth).set_value(0.5), run_time=3)
        self.wait(2.5)
