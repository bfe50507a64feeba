"""The energy of a classifier: valleys dug where the data are, one plane for each class."""

import numpy as np
from _classifier_energy import LINEAR_RANGE, RANGE, Landscape, energies, softargmax
from manim import DOWN, LEFT, FadeIn, FadeOut, Group

from epochreel import Clip, Pace, Reading, beat, multiples
from epochreel.look.hues import paint
from epochreel.panels.layout import column, slot
from trainers.classifier_plain import data

DUG, LAST = 250, 1000  # epochs: valleys are to be seen; the energies fill the range below
LEVELS, LINEAR_LEVELS = np.arange(1, 35, 4), np.arange(-17.5, 20, 2.5)
CLASS, PLACE = 3, 0.888  # the sample, and the landscape: an arm, and a share of it
REACH, SLOPE = 1.5, 1.5  # of the planes, and of an arrow for a slope of one, in their units
EVERY = 5  # so many samples for a point on screen
OTHERS, OWN, NEAR = 1.8, 3.0, 1.6  # radii of points, of a class's own, and how much larger nearby
TERMS = "F(bold(x), bold(y)) =", "-bold(y)^top bold(s)", "+ log sum_j exp s_j"
SYMBOLS = "F(bold(x), bold(y))", TERMS[1]
SLOPES = "partial cal(L) \\/ partial bold(s)"
SOFTARGMAX = 'op("softargmax")(bold(s))'


class ClassifierEnergy(Clip):
    """A classifier has an energy for each class: low where the class suits the point.

    Before training the energies of the five classes are alike everywhere. One sample shows where
    training pushes them, all samples together dig valleys and leave walls between them. One of the
    energies is then seen as a landscape, with and without the sum over the classes. After the
    lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "The energy of a classifier"
    trainer = "classifier_plain"
    layout = multiples(5)
    figure = ("all",)

    def measure(self):
        inputs, labels = (tensor.numpy() for tensor in data(self.config))
        self.net, self.count = self.nets(), self.config.classes
        per_class = self.config.points_per_class
        self.sample = inputs[[CLASS * per_class + round(PLACE * (per_class - 1))]]
        self.inputs, self.labels = inputs[::EVERY], labels[::EVERY]
        first = energies(self.net, self.inputs)(0)
        self.accuracy = 100 * float(self.recorded("accuracy")(LAST))
        self.results = {
            "Energies at the data before training": f"{first.min():.1f} to {first.max():.1f}",
            f"Loss at epoch {LAST}": f"{self.recorded('loss')(LAST):.2g}",
            f"Accuracy at epoch {LAST}": f"{self.accuracy:.1f}~%",
        }

    @beat("Five energies")
    def show_energies(self):
        given = {"reach": REACH, "cross": False, "mapped": True}
        names = [str(k + 1) for k in range(self.count)]
        self.panels = [self.panel(name, title=f"y = {name}", **given) for name in names]
        self.planes = list(map(self.plane, self.panels, range(self.count)))
        self.open(*self.planes)
        self.terms = self.formulas(*TERMS, gap=0.2)
        rest = self.parts("rest", column("readings", slot("bar", length=0.45), gap=0.2))
        self.reading = Group(
            self.readings(Reading("loss", until=LAST), slot=rest["readings"]),
            self.colour_bar(rest["bar"], SYMBOLS[0], **RANGE),
        )
        self.say(
            "How well does class $bold(y)$ suit point $bold(x)$? Its energy is low where it does.",
            FadeIn(self.reading),
        )
        self.play(FadeIn(self.terms))  # where the title has been
        self.say("Before training it is much the same everywhere.")

    def plane(self, panel, k):
        """The energy of class k over its panel, with its own points before the others."""
        small = self.style.type.label / self.style.type.title
        panel.labels.scale(small).align_to(panel, DOWN + LEFT)
        own, hues = self.labels == k, paint(panel.ink, self.labels)
        energy = panel.energy(
            lambda x: energies(self.net, x)[:, k], **RANGE, levels=LEVELS, numbers=False
        )
        faint = {"opacity": 0.4, "rank": "ghosts", "halo": None}
        others = panel.scatter(self.inputs[~own], "level", size=OTHERS, **faint)
        return Group(panel, energy, others, panel.scatter(self.inputs[own], hues[own], size=OWN))

    @beat("The push of one sample")
    def push_one_sample(self):
        s = self.net(self.sample)[0]
        chances, target = softargmax(s), np.eye(self.count)[CLASS]
        slope = chances - target
        signs = ["blue" if k == CLASS else "red" for k in range(self.count)]
        self.probes = [panel.probe(self.sample, "level") for panel in self.panels]
        self.pushes = [
            panel.arrows(self.sample, self.sample + slope[k] * np.array([[0, SLOPE]]), signs[k])
            for k, panel in enumerate(self.panels)
        ]
        most = np.ceil(max(np.abs(s(epoch)).max() for epoch in (0, LAST / 2, LAST)))
        signed = np.stack([paint(self.style, sign) for sign in signs])
        self.charts = self.chart_row(
            ("bold(s)", s, (-most, most), None),
            (SOFTARGMAX, chances, (0, 1), None),
            ("bold(y)", target, (0, 1), None),
            (SLOPES, slope, (-1, 1), signed),
        )
        shown, answers = map(FadeIn, self.probes), map(FadeIn, self.charts[:3])
        self.say(f"One sample $bold(x)$, of class {CLASS + 1}.", *shown, FadeOut(self.terms))
        self.say("The net answers with $bold(s)$; right would be $bold(y)$.", *answers)
        self.say(
            f"The loss has the slope ${SLOPES} = {SOFTARGMAX} - bold(y)$.", FadeIn(self.charts[3])
        )
        self.say(
            "So training pushes the energy of its own class down, the others up.",
            *map(FadeIn, self.pushes),
        )

    def chart_row(self, *vectors):
        """Charts of (name, heights, limits, hue), below each other where the aside is tall."""
        places = self.parts("aside", *map(str, range(len(vectors))), gap=0.25).values()
        return [
            self.bar_chart(place, heights, name=name, limits=limits, hue=hue)
            for place, (name, heights, limits, hue) in zip(places, vectors, strict=True)
        ]

    @beat("Training digs valleys")
    def train_all(self):
        self.say("Every sample pushes so, epoch after epoch: the arms dig valleys …")
        self.train(DUG, 5, pace=Pace(speed_up=2))
        self.say("… and the walls between them grow.")
        self.train(LAST, 7, pace=Pace(speed_up=1.5))
        self.say(
            f"{self.accuracy:.0f}~% of the points have their lowest energy in their own class."
        )

    @beat("One energy as a landscape", optional=True)
    def raise_landscape(self):
        plane, panel = self.planes[CLASS], self.panels[CLASS]
        corners = self.film_landscape(panel)
        growth = np.ptp(corners[:, 0]) / panel.box.width
        beside = [self.reading, *self.charts, *self.probes, *self.pushes, *self.planes]
        beside.remove(plane)
        self.say("", *map(FadeOut, beside), panel.labels.animate.set_opacity(0))
        self.play(plane.animate.scale(growth).move_to(corners.mean(axis=0)), run_time=1.4)
        self.say(
            f"Class {CLASS + 1}: its own points lie in the valley, the others on the slopes.",
            FadeIn(self.solid),
        )
        self.remove(plane)
        places = self.parts("aside", slot("terms", share=2), slot("bar"))
        self.box = places["terms"]
        self.terms = self.formulas(*TERMS, slot=self.box, gap=0.2)
        self.bars = [
            self.colour_bar(places["bar"], symbol, **limits)
            for symbol, limits in zip(SYMBOLS, (RANGE, LINEAR_RANGE), strict=True)
        ]
        self.play(
            self.space.orbit(azimuth=-190, elevation=30),
            self.shape.risen.animate.set_value(1),
            *map(FadeIn, (self.terms, self.bars[0])),
            run_time=3,
        )
        self.lines = self.shape.level_lines(self.space, LEVELS, 0)
        self.play(FadeIn(self.lines), self.space.orbit(azimuth=-265), run_time=4)

    def film_landscape(self, panel):
        """The energy of the panel's class after training in space, still flat, seen from above."""
        left, right, bottom, top = limits = panel.view.limits
        self.shape = shape = Landscape(self.net, LAST, CLASS, limits)
        self.space = self.panel3d(
            "all", x=(left, right), y=(bottom, top), z=(0, 1),
            azimuth=-90, elevation=90, x_label="x_1", y_label="x_2",
        )  # fmt: skip
        radii = np.where(self.labels == CLASS, NEAR * OWN, NEAR * OTHERS)
        self.solid = Group(
            self.space,
            shape.surface(self.space),
            self.space.scatter(shape.lying(self.inputs), paint(panel.ink, self.labels), size=radii),
        )
        return self.space.to_scene([[left, bottom, 0], [right, top, 0]])

    @beat("Without the sum over the classes", optional=True)
    def take_the_sum_away(self):
        self.say(
            "Without the sum over the classes: the negative linear output.",
            *map(FadeOut, (self.lines, self.terms[2], self.bars[0])),
        )
        rest = self.formulas(*TERMS[:2], slot=self.box, gap=0.2)
        self.play(
            self.shape.linear.animate.set_value(1),
            *(term.animate.move_to(place) for term, place in zip(self.terms, rest, strict=False)),
            FadeIn(self.bars[1]),
            run_time=2,
        )
        self.lines = self.shape.level_lines(self.space, LINEAR_LEVELS, 1)
        self.play(FadeIn(self.lines), self.space.orbit(azimuth=-220), run_time=4)
        self.say("Low for compatible pairs $(bold(x), bold(y))$, high for the others.")
