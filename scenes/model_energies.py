"""Different models, one task, different energies: four nets that learn the same spiral."""

import numpy as np
from _classifier_energy import RANGE
from _model_energies import NETS, Landscape, agreement, choices, energy_map, highest
from manim import DOWN, LEFT, FadeIn, FadeOut, Group, ValueTracker

from epochreel import Clip, Pace, beat, multiples
from epochreel.look.hues import paint
from epochreel.panels.layout import slot
from trainers.model_energies import data

CLASS = 3  # whose energy is looked at
NEAR, FAR = 1.25, 3  # how far the planes reach, up and down
DUG = 250  # the epoch of the first valleys
VIEWS = (-170, 36), (-215, 36)  # of a landscape, degrees
OTHERS, OWN = 1.8, 3.0  # radii of points, and of the class's own


class ModelEnergies(Clip):
    """Four nets learn to tell five arms of a spiral apart, and do it equally well.

    The energy of one class forms in each of them: a valley along the arm. On the data they agree,
    yet their walls are not alike, and where there was no data each net has made up something of
    its own; little is left that they all say. After the lectures of Alfredo Canziani and Yann
    LeCun.
    """

    title = "Where nets agree"
    trainer = "model_energies"
    layout = multiples(4, aside=1.2)
    figure = ("all",)

    def measure(self):
        self.inputs, self.labels = (tensor.numpy() for tensor in data(self.config))
        self.own = self.labels == CLASS
        self.models, self.last = self.nets(*NETS), self.config.epochs
        accuracies, self.on, self.off = agreement(self.models, self.config, FAR)
        walls = highest(self.models, self.last, self.inputs, CLASS)
        self.accuracy, self.times = (
            f"{np.floor(min(accuracies)):.0f}",
            f"{max(walls) / min(walls):.1f}",
        )
        self.results = {
            "Accuracy on new points": f"{min(accuracies):.1f} to {max(accuracies):.1f}~%",
            "All four choose the same class, on the data": f"{self.on:.1f}~%",
            "The same, off the data": f"{self.off:.1f}~%",
        }

    @beat("Four nets")
    def show_nets(self):
        self.panels = [
            self.panel(f"{n}", reach=NEAR, cross=False, mapped=True, title=f'"{name}" quad {sizes}')
            for n, (name, sizes) in enumerate(NETS.items(), 1)
        ]
        self.fields = list(map(energy_map, self.panels, self.models, [CLASS] * len(NETS)))
        self.dots = [each for panel in self.panels for each in self.points(panel)]
        self.open(*self.panels, *self.fields, *self.dots)
        places = self.parts("aside", "epoch", slot("chart", share=2.4), "bar")
        right = np.stack([100 * self.recorded(f"{name}_accuracy") for name in NETS])
        chart = self.bar_chart(
            places["chart"],
            right,
            names=list(NETS),
            limits=(0, 100),
            name='"accuracy, %"',
            hue="grey",
        )
        self.bar = self.colour_bar(places["bar"], "F(bold(x), bold(y))", **RANGE)
        self.say("Four nets are to tell five arms apart.")
        self.play(FadeIn(self.readings(slot=places["epoch"])), FadeIn(chart))
        flat = f"In each, the energy of class {CLASS + 1}: flat before training."
        self.say(flat, FadeIn(self.bar))

    def points(self, panel):
        """The data in a panel, the class's own before the others."""
        small = self.style.type.label / self.style.type.title
        panel.labels.scale(small).align_to(panel, DOWN + LEFT)
        faint = {"opacity": 0.4, "rank": "ghosts", "halo": None}
        self.hues = paint(panel.ink, self.labels[self.own])
        return (
            panel.scatter(self.inputs[~self.own], "level", size=OTHERS, **faint),
            panel.scatter(self.inputs[self.own], self.hues, size=OWN),
        )

    @beat("They learn")
    def learn(self):
        self.say("Each digs a valley along its arm …")
        self.train(DUG, 4.6, pace=Pace(speed_up=3))
        self.say("… and raises walls around it.")
        self.train(self.last, 4.6, pace=Pace(speed_up=3))
        self.say(f"Each is right for over {self.accuracy}~% of new points.")

    @beat("Four landscapes", optional=True)
    def raise_landscapes(self):
        risen, own = ValueTracker(0), self.inputs[self.own]
        shapes = [
            Landscape(self, panel, net, CLASS, own, risen)
            for panel, net in zip(self.panels, self.models, strict=True)
        ]
        solids = Group(*(part for shape in shapes for part in shape.drawn(self.hues, OWN)))
        flat = *self.fields, *self.dots
        self.say("As landscapes they are not alike …", FadeIn(solids), *map(FadeOut, flat))
        for azimuth, elevation in VIEWS:
            orbits = [shape.space.orbit(azimuth, elevation) for shape in shapes]
            self.play(*orbits, risen.animate.set_value(1), run_time=2.6)
        self.say(f"… one has walls {self.times} times as high as another.")
        back = [shape.space.orbit(-90, 90) for shape in shapes]
        self.say("", *back, risen.animate.set_value(0), run_time=2)
        self.play(FadeOut(solids), *map(FadeIn, flat))

    @beat("Off the data")
    def look_further(self):
        near, self.fields = (
            self.fields,
            [
                energy_map(panel, net, CLASS, self.last, scale=FAR / NEAR)
                for panel, net in zip(self.panels, self.models, strict=True)
            ],
        )
        finer = *map(FadeIn, self.fields), *(FadeOut(each.lines) for each in near)
        self.say("Now look further, where there was no data …", *finer)
        self.remove(*(each.field for each in near))
        self.play(*(panel.zoom((-FAR, FAR), (-FAR, FAR)) for panel in self.panels), run_time=4)
        self.say("… each net has made up its own.")

    @beat("What they all say")
    def overlay(self):
        limits, common = self.panels[0].view.limits, ValueTracker(0)
        chosen = choices(self.models, self.config, limits, self.style, common)
        pictures = [
            panel.image(picture, x=limits[:2], y=limits[2:])
            for panel, picture in zip(self.panels, chosen, strict=True)
        ]
        change = self.swap(Group(*self.fields, self.bar), Group(*pictures))
        self.say("Each place takes the class of the lowest energy.", *change, run_time=1.6)
        self.say("Coloured: where all four choose the same.")
        self.play(common.animate.set_value(1), *map(FadeOut, self.dots), run_time=3)
        box = self.slot("all")
        growth = box.width / self.panels[0].box.width
        moves = [each.animate.scale(growth).move_to(box.centre) for each in pictures]
        moves += map(FadeOut, self.panels)
        self.say("What is left, they all say.", *moves, run_time=2)
        self.remove(*pictures[:-1])
        whole = self.panel(box, x=limits[:2], y=limits[2:], cross=False)
        points = whole.scatter(self.inputs, self.labels, size=OWN)
        self.say(f"On the data, for {self.on:.0f}~% of the points …", FadeIn(points))
        self.say(f"… off the data, on {self.off:.0f}~% of the area.")
