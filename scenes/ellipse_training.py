"""Training an ellipse cold and warm: a pull on one spot, or a shared one that shrinks it."""

from math import inf

import numpy as np
from _ellipse import TAUGHT, Pull, Training, X, Y, largest_turn
from manim import RIGHT, FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Counter, Pace, Reading, beat, pair, varying
from epochreel.look.style import rgba
from epochreel.notation.maths import baseline
from epochreel.panels.readings import EpochCounter
from epochreel.runs import training
from trainers.ellipse_ebm import ANGLES, SAMPLES, Config

BRIGHTEST = 2  # free energy, above its least, of the last colour
CHOSEN = 10  # the sample whose pull is shown alone
PULL = 9  # data units an arrow is long for a pull of 1
KEY = 0.05  # of the arrow in the legend
STEP = 0.01
PATH = ((0.5, -0.7), (0.5, 0.7))  # of the probe y′, through the middle of the ellipse
SIDES = {"left": ("cold", 0.0, inf), "right": ("warm", 1.0, 1.0)}


class EllipseTraining(Clip):
    """The same ellipse and the same samples, trained at zero temperature and at β = 1.

    Cold, each sample pulls the one spot of the ellipse that is nearest; warm, a region of it. The
    cold training finds the ellipse that the samples were drawn from, the warm one a smaller; what
    it gains are pulls that many spots share, and that turn smoothly where a sample moves. After the
    lectures of Alfredo Canziani and Yann LeCun.
    """

    trainer = "ellipse_ebm"
    title = "Training an ellipse, cold and warm"
    layout = pair(feet=True, bar=True, legend=0.1)
    figure = ("left", "right", "bar", "left head", "right head")

    def measure(self):
        self.runs, self.sides = {}, {}
        for side, (name, temperature, beta) in SIDES.items():
            config = Config(epochs=200, temperature=temperature, batch=24, learning_rate=0.2)
            self.runs[name] = training.record(self.trainer, config)
            self.sides[side] = Training(self.runs[name], beta)
        self.last = config.epochs
        self.found = [np.abs(side.w(self.last)) for side in self.sides.values()]
        for (name, *_), axes in zip(SIDES.values(), self.found, strict=True):
            found = " and ".join(f"{axis:.2f}" for axis in axes)
            self.results[f"Half axes at epoch {self.last}, {name}"] = found

    @beat("One ellipse twice")
    def show_planes(self):
        self.planes, self.heads, self.samples, self.manifolds = {}, Group(), Group(), Group()
        self.maps, self.untrained = Group(), Group()
        for side, trained in self.sides.items():
            plane = self.planes[side] = self.panel(side, x=X, y=Y, mapped=True)
            now = varying(trained.manifold, self.epoch)
            self.maps.add(self.energy(plane, trained))
            self.samples.add(plane.scatter(SAMPLES, "y", size="point_large"))
            self.manifolds.add(plane.curve(now, width="arrow"))
            self.untrained.add(plane.curve(trained.manifold(0), width="level", rank="ghosts"))
            self.heads.add(self.head(side, trained))
        planes = Group(*self.planes.values())
        self.open(planes, self.maps, self.samples, self.manifolds)
        self.say(
            f"{len(SAMPLES)} samples $bold(y)$, and an untrained decoder's ellipse $g(z)$, twice.",
            FadeIn(self.heads),
        )

    def energy(self, plane, trained):
        """The map of F above its least, at the epoch."""

        def above(places):
            return varying(lambda epoch: trained.energy(epoch, places), self.epoch)

        return plane.energy(above, high=BRIGHTEST, samples=49)

    def head(self, side, trained):
        """The temperature as a word and as β, and the half-axes at the epoch."""
        name, _, beta = SIDES[side]
        word = self.text(f"{name} $beta = {'oo' if beta == inf else f'{beta:g}'}$", "label")
        options = {"decimals": 2, "size": self.style.type.label}
        prefix = "$bold(w) = ( thin$"
        axes = Group(
            Counter(
                self.epoch,
                self.style,
                value=trained.w[0],
                digits=2,
                prefix=prefix,
                suffix=",",
                **options,
            ),
            Counter(self.epoch, self.style, value=trained.w[1], digits=1, suffix="$)$", **options),
        ).arrange(RIGHT, buff=0.08)
        axes[1].shift([0, baseline(axes[0]) - baseline(axes[1]), 0])
        box = self.slot(f"{side} head")
        return self.formulas(word, axes, slot=box, gap=0.023 * box.width)  # narrow, rather close

    @beat("The free energies")
    def show_energies(self):
        sources = "F_oo = min_z E", "e^(-beta F_beta) = chevron.l e^(-beta E) chevron.r_z"
        self.written = Group(
            *(
                self.formulas(source, slot=f"{side} foot", size="label")
                for side, source in zip(SIDES, sources, strict=True)
            )
        )
        self.bar = self.colour_bar("bar", "F - min F", low=0, high=BRIGHTEST)
        self.say("$E$ is the squared distance from $bold(y)$ to $g(z)$.", FadeIn(self.bar))
        self.say("Cold, the free energy counts the nearest $z$ alone.", FadeIn(self.written[0]))
        self.say("Warm, it averages over all~$z$.", FadeIn(self.written[1]))

    @beat("One sample pulls", optional=True)
    def pull_alone(self):
        place = SAMPLES[CHOSEN]
        chosen = [plane.probe([place], "y") for plane in self.planes.values()]
        pulls = [self.arrows(side, place) for side in SIDES]
        count = self.sides["right"].at(0).latents([place], 1.0)
        dim = [samples.animate.set_opacity(self.style.opacity.ghost) for samples in self.samples]
        self.say(
            "One sample: cold, it pulls one spot $caron(z)$ …",
            *dim,
            *map(FadeIn, (*chosen, pulls[0])),
        )
        self.say(f"… warm, a region: some {count:.0f} of {len(ANGLES)} spots.", FadeIn(pulls[1]))
        back = [samples.animate.set_opacity(1) for samples in self.samples]
        self.say("", *map(FadeOut, (*pulls, *chosen)), *back)

    def arrows(self, side, place, at=0):
        """A point's pull on an ellipse at an epoch: a place (2,), or a function of clocks to it."""
        trained, paint = self.sides[side], rgba(self.style.chrome.level)
        pull = Pull(trained.at(at), paint)
        if callable(place):
            tips = varying(lambda share: pull.tips(place(share)), self.travel)
            colours = varying(lambda share: pull.colours(place(share), trained.beta), self.travel)
        else:
            tips, colours = pull.tips(place), pull.colours(place, trained.beta)
        return self.planes[side].arrows(pull.spots, tips, colours, halo=None)

    @beat("All samples pull")
    def pull_together(self):
        self.pulls = Group()
        for side, trained in self.sides.items():
            spots, pulls = (varying(f, self.epoch) for f in (trained.spots, trained.pulls))
            self.pulls.add(self.planes[side].vectors(spots, pulls, scale=PULL))
        self.pulls.add(self.planes["left"].scale_arrow(KEY, f'"pull" {KEY:g}', scale=PULL))
        cold = self.sides["left"].pulled(0)
        self.say(
            f"All samples: cold, {cold} of {len(ANGLES)} spots are pulled; warm, every one.",
            FadeIn(self.pulls),
        )

    @beat("Training both")
    def train_both(self):
        numbers = Group(EpochCounter(self.slot("epoch"), self.epoch, self.style, self.last))
        for side, hue, symbol in (("left", "F_inf", "oo"), ("right", "F_beta", "beta")):
            run = self.runs[SIDES[side][0]]
            mean = Reading("loss", f"mean $F_{symbol}$", hue=hue, logarithmic=True)
            box = self.slot(f"{side} foot")
            numbers.add(mean.strip(box, run, self.epoch, self.style))
        self.say("Now follow the pulls.", *self.swap(self.written, numbers))
        self.train(20, 7, FadeIn(self.untrained), pace=Pace(speed_up=4))
        self.train(self.last, 4, pace=Pace(speed_up=6))

    @beat("What they find")
    def compare_axes(self):
        cold, warm = self.found
        self.say(f"Cold finds axes {cold[0]:.2f} and {cold[1]:.2f}; the data's are 2 and 1.5.")
        self.ghost = self.planes["right"].curve(self.sides["left"].manifold(self.last), "level")
        self.say(
            f"Warm shrinks them to {warm[0]:.2f} and {warm[1]:.2f}: far samples pull too.",
            FadeIn(self.ghost),
        )
        self.wait(1)

    @beat("Through the middle", optional=True)
    def cross_the_middle(self):
        self.travel = ValueTracker(0)
        start, end = np.array(PATH)

        def place(share):
            return start + share * (end - start)

        arrows = [self.arrows(side, place, self.last) for side in SIDES]
        probe = varying(lambda share: place(share)[None], self.travel)
        probes = [plane.probe(probe) for plane in self.planes.values()]
        ends = [trained.at(self.last) for trained in self.sides.values()]
        betas = [trained.beta for trained in self.sides.values()]
        turns = [largest_turn(*pair, PATH, STEP) for pair in zip(ends, betas, strict=True)]
        self.say(
            f"A sample pulls some {ends[1].latents(TAUGHT, 1.0):.0f} spots together, not one,",
            *map(FadeOut, (self.pulls, self.ghost)),
            *map(FadeIn, (*arrows, *probes)),
            *[dots.animate.set_opacity(self.style.opacity.ghost) for dots in self.samples],
        )
        self.say("and where it moves, the pull turns instead of jumping.")
        self.play(self.travel.animate(rate_func=smooth).set_value(1), run_time=4)
        self.say(f"Cold, the pull jumps by {turns[0]:.1f} in one step; warm, by {turns[1]:.2f}.")
        self.play(self.travel.animate(rate_func=smooth).set_value(0.5), run_time=3)
