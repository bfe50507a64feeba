"""A formula is read from the right, a circuit from the left: the same product, drawn both ways."""

from itertools import pairwise

import numpy as np
from _svd import Going, Maps
from manim import FadeIn, FadeOut, Group, LaggedStart, ValueTracker, VGroup

from epochreel import Clip, Composition, beat, diagram, dim, grid, light
from epochreel.diagrams.nodes import module, variable
from epochreel.panels.layout import boxes, centred, column, row, slot, tiles

MATRIX = [[0.6, -0.1], [0.8, 1.0]]
VECTOR = np.array([0.9, -0.4])
FORMULA = "bold(s)", "=", "bold(U)", "Sigma", "bold(V)^top", "bold(r)"
NODES = {
    "r": variable("bold(r)", observed=True),
    "V": module("bold(V)^top"),
    "Sigma": module("Sigma"),
    "U": module("bold(U)", hue="aqua"),
    "s": variable("bold(s)"),
}
PLACE = dict(zip(NODES, (5, 4, 3, 2, 0), strict=True))  # of each node in the formula
WIRES = "bold(r)", "bold(V)^top bold(r)", "Sigma bold(V)^top bold(r)", "bold(s)"
SAID = "$bold(V)^top$ rotates it.", "$Sigma$ stretches it.", "$bold(U)$ rotates it."
REACH = 1.42
SHEET = grid((-1, 1), (-1, 1), step=0.5, samples=2).astype(float)


class SvdCircuit(Clip):
    """A matrix is taken apart into three factors, and a vector goes through them.

    In the formula it stands at the right, and what comes first is what is next to it; in the
    circuit it comes in at the left. The factors walk from one to the other, and change their order
    on the way. Then the vector travels, and each wire shows its numbers and its picture. After the
    lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Formula from the right, circuit from the left"
    # Where it is wide a caption has one line.
    layout = Composition(
        diagram(caption=1.15).trees | {"16:9": diagram(caption=0.85).trees["16:9"]}
    )
    figure = ("stage",)

    def measure(self):
        self.maps, self.still = Maps([MATRIX], [[0, 0]]), ValueTracker(0)
        tall = self.aspect != "16:9"
        parts = slot("formula", length=0.75), slot("circuit", length=1.05 if tall else 1.3)
        wires = tiles([*"0123"], 2 if tall else 4, gap=0.2)
        self.places = boxes(column(*parts, wires, gap=0.2), self.slot("stage"))
        error = np.abs(self.maps.matrix(0) @ VECTOR - MATRIX @ VECTOR).max()
        self.results["Largest error of $bold(U) Sigma bold(V)^top bold(r)$"] = f"{error:.0e}"

    @beat("A formula")
    def show_formula(self):
        self.line = self.formulas(*FORMULA, slot=self.places["formula"], size="headline", gap=0.08)
        head, middle = self.line.get_center(), self.slot("stage").centre
        both = self.places["formula"].around(self.places["circuit"])
        self.down = middle - both.centre  # what has the frame to itself stands in the middle
        larger = 0.7 * self.slot("stage").width / self.line.width
        self.line.scale(larger).move_to(middle)
        self.open(self.line)
        self.say("The vector $bold(r)$ stands at the right.", *self.read("r"))
        self.say("What is next to it comes first: from right to left.")
        for name in ("V", "Sigma", "U"):
            self.play(*self.read(name), run_time=0.8)
        self.play(light(self.line), run_time=0.5)
        self.play(self.line.animate.scale(1 / larger).move_to(head + self.down), run_time=1)

    def read(self, name):
        """Animations that leave only a node's part of the formula bright."""
        part = self.line[PLACE[name]]
        return dim(self.line, 0.5, but=[part]), light(part)

    @beat("A circuit")
    def walk(self):
        self.net = self.diagram(self.places["circuit"], NODES, ["r -> V -> Sigma -> U -> s"])
        self.net.shift(self.down)
        walkers = [VGroup(*(glyph.copy() for glyph in self.line[at])) for at in PLACE.values()]
        moves = [
            each.animate.move_to(self.net.node(name))
            for each, name in zip(walkers, NODES, strict=True)
        ]
        self.say("In a circuit $bold(r)$ comes in at the left.")
        self.play(LaggedStart(*moves, lag_ratio=0.3), run_time=3)
        self.play(FadeIn(self.net), *map(FadeOut, walkers), run_time=0.6)

    @beat("The vector travels")
    def travel(self):
        _, last, words = self.wire(0)
        self.play(*(each.animate.shift(-self.down) for each in (self.line, self.net)), run_time=1)
        self.say("Here is $bold(r)$, and a circle.", *self.read("r"), *map(FadeIn, (last, words)))
        for k, (before, name) in enumerate(pairwise(list(NODES)[:-1]), 1):
            at, picture, words = self.wire(k)
            away = picture.get_center() - last.get_center()
            move = self.net.flow(before, name), FadeIn(picture, shift=away)
            self.say(SAID[k - 1], *move, *self.read(name), run_time=1.6)
            self.play(at.animate.set_value(k), FadeIn(words), run_time=2)
            last = picture
        self.play(self.net.flow("U", "s"), *self.read("s"), run_time=1)
        self.say("Read from the right, drawn from the left: the same.", light(self.line))

    @beat("Both at once", optional=True)
    def go_again(self):
        self.say("Once more: the circuit to the right, the formula to the left.", *self.read("r"))
        for before, name in pairwise(NODES):
            self.play(self.net.flow(before, name), *self.read(name), run_time=1.4)
        self.say("The same vector $bold(s)$ comes of both.", light(self.line))

    def wire(self, k):
        """The clock and the picture of what is on a wire, its name and its numbers."""
        at, numbers = ValueTracker(max(k - 1, 0)), slot("numbers", length=0.85)
        if self.aspect == "16:9":
            told = centred(slot("name", length=1.2), numbers, gap=0.15, length=0.85)
            tree, align = column("picture", told, gap=0.1), "right"
        else:
            told = column("rest", slot("name", length=0.5), numbers, "rest", gap=0.05, length=1.1)
            tree, align = row(told, "picture", gap=0.1), "center"
        parts = boxes(tree, self.places[str(k)])
        panel = self.panel(parts["picture"], reach=REACH)
        going = Going(panel, self.maps, at, self.still, self.still)
        vector = going.carried(VECTOR[None])
        picture = Group(
            panel,
            panel.grid(going.carried(SHEET)),
            *going.circle(),
            panel.arrows(going.centre, vector, "maths", width="arrow"),
        )
        numbers = self.matrix(parts["numbers"], vector[0], decimals=1, high=2.0)
        name = self.fitted(self.text(f"${WIRES[k]} =$", "label"), parts["name"], align=align)
        return at, picture, Group(name, numbers)
