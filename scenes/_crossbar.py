"""Wires that cross, with a node wherever one branches: what a matrix of ones and zeros does."""

import numpy as np
from _joint import cells, small
from manim import LEFT, UP, Group, ValueTracker, smooth, squish_rate_func

from epochreel import varying
from epochreel.diagrams.flow import Travel, Turn
from epochreel.diagrams.nodes import Node, node
from epochreel.diagrams.wiring import Wire
from epochreel.look.hues import colour_of
from epochreel.marks.box import Box
from epochreel.panels.products import CellByCell

NAME, GAP = 1.15, 0.5  # of a name beside a row, and of what is between wires and numbers
WIDE, TALL = 1.9, 0.95  # of a cell, at most
NEAR = 0.12  # between a number and its slope
LARGER = 1.3  # what travels, than through an operation


def places(box, rows, columns):
    """The boxes of a matrix, of what is above it and what is at its right, and their slopes."""
    wide = min(WIDE, (box.width - NAME - GAP - NEAR) / (columns + 2))
    tall = min(TALL, (box.height - GAP - NEAR) / (rows + 2))
    across = NAME + columns * wide + GAP + wide + NEAR + wide
    down = rows * tall + GAP + tall + NEAR + tall
    left, bottom = box.centre[0] - across / 2 + NAME, box.centre[1] - down / 2
    ones = Box(left, bottom, left + columns * wide, bottom + rows * tall)
    x = Box(ones.left, ones.top + GAP, ones.right, ones.top + GAP + tall)
    s = Box(ones.right + GAP, ones.bottom, ones.right + GAP + wide, ones.top)
    back = Box(x.left, x.top + NEAR, x.right, x.top + NEAR + tall)
    g = Box(s.right + NEAR, s.bottom, s.right + NEAR + wide, s.top)
    return {"G": ones, "x": x, "s": s, "back": back, "g": g}


class Crossbar(Group):
    """Each output at the right has a wire that meets one from above at a node.

    `wires` and `dots` are those of the outputs, from the first to the last.
    """

    def __init__(self, clip, box, joint):
        rows, columns = joint.G.shape
        self.style, self.joint = clip.style, joint
        self.spots = spots = places(box, rows, columns)
        self.picked, self.outputs = joint.G.argmax(axis=1), range(rows)
        self.x = self.numbers(clip, "x", joint.x[None], "bold(x)^top")
        self.s = self.numbers(clip, "s", joint.s, "bold(s)")
        self.count = ValueTracker(0)  # of the slopes that have come back
        added = varying(joint.added, self.count)[None]
        self.back = self.numbers(clip, "back", added, "nabla_(bold(x)) C", slope=True)
        self.g = self.numbers(clip, "g", joint.g, "nabla_(bold(s)) C", slope=True)
        matrix = cells(clip, spots["G"], joint.G)
        self.G = matrix.add(clip.formula("bold(G)").next_to(matrix, LEFT, buff=0.4))
        self.wires, self.dots = Group(), Group()
        for row, column in enumerate(self.picked):
            middle = self.G.outline(rows=row, columns=int(column)).get_center()[:2]
            start, end = (middle[0], spots["x"].bottom), (spots["s"].left - 0.04, middle[1])
            self.wires.add(Wire([start, tuple(middle), end], "axis", clip.style))
            self.dots.add(Node(node(), clip.style, np.array([1, 0]), 1.6).move_to([*middle, 0]))
        # A shorter way lies over the longer ones that it shares its wire with.
        super().__init__(*self.wires[::-1], *self.dots)
        self.whole = Group(self.x, self.s, self.back, self.g, self.G)

    def numbers(self, clip, place, values, name, **options):
        """Numbers with their name: of a row beside it, of a column above."""
        matrix = cells(clip, self.spots[place], values, **options)
        side = LEFT if matrix.shape[0] == 1 else UP
        return matrix.add(clip.formula(name).next_to(matrix, side, buff=0.2))

    def forward(self, output):
        """A number travels to an output."""
        value = small(self.x, 0, int(self.picked[output]))
        return self._travel(value, self.wires[output].path)

    def backward(self, output):
        """The slope at an output travels back, its way turns green, and it is added."""
        value, wire = small(self.g, output, 0, slope=True), self.wires[output]
        turned = Turn(wire, colour_of(self.style, "green"), 0, 1)
        late = squish_rate_func(smooth, 0.7, 1)
        added = self.count.animate(rate_func=late).set_value(output + 1)
        return self._travel(value, wire.path[::-1]), turned, added

    def multiply(self):
        """The product with the matrix: each of its rows picks."""
        ones = self.joint.G
        rows = self.G, lambda made: np.repeat(made, ones.shape[1], axis=1)
        return CellByCell(self.s, [rows, (self.x, lambda made: made.T @ ones)])

    def transpose(self):
        """The product with its transpose: each of its columns adds."""
        ones = self.joint.G
        columns = self.G, lambda made: np.repeat(made, ones.shape[0], axis=0)
        return CellByCell(self.back, [columns, (self.g, lambda made: ones @ made.T)])

    @staticmethod
    def _travel(value, line):
        length = np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
        return Travel(value.scale(LARGER), line, [(0, length)])
