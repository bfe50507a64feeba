"""An operation between two columns of numbers, which travel through it, and their slopes back."""

import numpy as np
from _joint import cells, small
from manim import DL, DOWN, RIGHT, UR, Group, VGroup

from epochreel.diagrams import outlines
from epochreel.diagrams.flow import flow
from epochreel.diagrams.nodes import Node, Vertex, node, operation
from epochreel.diagrams.wiring import Wire
from epochreel.look.hues import colour_of
from epochreel.marks.box import Box

APART, WIDEST = 0.12, 1.5  # of a number and its slope, and a cell at most, in Manim units
BETWEEN = 1.2  # from the middle of a cell to that of the next, in cells
ROWS, COLUMNS = 3.4, 6.6  # cells in the height of a figure, and at least in its width
DOT = 1.8  # of a node, in the dots of other diagrams
HOLDER = Vertex(outlines.rectangle, hue="frame")
SIGNS = {"node": node(), "sum": operation("+"), "max": operation("max")}


class Figure(VGroup):
    """An operation between two columns of numbers, and the slopes of a cost beyond them.

    `x`, `s`, `g` and `back` are numbers, a matrix of one cell for each; `before` is what there is
    before anything travels, `whole` everything.
    """

    def __init__(self, clip, box, joint):
        self.joint, self.style = joint, clip.style
        self.side = side = min(box.height / ROWS, (box.width - 2 * APART) / COLUMNS, WIDEST)
        middle, half = box.centre, box.width / 2 - 1.5 * side - APART
        self.op = self.node(SIGNS[joint.name], middle)
        self.ends = []
        for towards, values in ((-1, joint.x), (1, joint.s)):
            down = side * BETWEEN * (np.arange(len(values)) - (len(values) - 1) / 2)
            places = [middle + towards * half * RIGHT + each * DOWN for each in down]
            self.ends.append([self.node(HOLDER, place) for place in places])
        self.wires = [[self.wire(each, self.op) for each in self.ends[0]]]
        self.wires.append([self.wire(self.op, each) for each in self.ends[1]])
        super().__init__(*self.wires[0], *self.wires[1], *self.ends[0], *self.ends[1])
        below = middle + side * (BETWEEN + 0.4) * DOWN
        self.heading = clip.text(joint.name, "formula").move_to(below)
        self.x, self.s = (self.numbers(clip, end, getattr(joint, "xs"[end])) for end in (0, 1))
        self.back = self.numbers(clip, 0, joint.back, slope=True)
        self.g = self.numbers(clip, 1, joint.g, slope=True)
        self.before = Group(self, self.op, self.heading, self.x)
        self.whole = Group(self, self.op, self.heading, self.x, self.s, self.back, self.g)

    def node(self, vertex, place):
        """A node at a place; a holder is as large as a cell."""
        unit = self.side / 0.88 * (DOT if vertex == SIGNS["node"] else 1)
        return Node(vertex, self.style, np.array([1, 0]), unit).move_to(place)

    def wire(self, start, end):
        """A straight wire between two nodes."""
        along = end.middle - start.middle
        begin = start.border(along) if start is self.op else start.port("out")
        stop = end.border(-along) if end is self.op else end.port("in")
        return Wire([tuple(begin), tuple(stop)], "axis", self.style)

    def numbers(self, clip, end, values, slope=False):
        """Numbers in the holders of an end, or slopes beyond them."""
        away = slope * (2 * end - 1) * (self.side + APART) * RIGHT
        found = Group()
        for holder, value in zip(self.ends[end], values, strict=True):
            box = Box(*holder.shape.get_corner(DL)[:2], *holder.shape.get_corner(UR)[:2])
            found.add(cells(clip, box, value[None, None], slope=slope).shift(away))
        return found

    def sign(self, name):
        """The sign of another operation in green, in the place of its own."""
        sign = self.node(SIGNS[name], self.op).set_color(colour_of(self.style, "green"))
        if name != "node":
            sign.shape.set_fill(colour_of(self.style, "background"), 1)
        return sign

    def enter(self, backward=False):
        """What stands at one end travels to the operation."""
        given = self.g if backward else self.x
        return [self._go(*each, backward, True) for each in enumerate(given)]

    def leave(self, backward=False):
        """What the operation makes of it travels to the other end, where anything does."""
        made = self.back if backward else self.s
        sent = self.joint.G.any(axis=0) if backward else [True] * len(made)
        return [self._go(k, cell, backward, False) for k, cell in enumerate(made) if sent[k]]

    def turn(self):
        """Let the ways of slopes be green, as they are when these have travelled."""
        ways = zip(self.wires[0], self.joint.G.any(axis=0), strict=True)
        for wire in (*self.wires[1], *(wire for wire, sent in ways if sent)):
            wire.set_color(colour_of(self.style, "green"))
        return self

    def _go(self, k, cell, backward, enters):
        end = int(backward == enters)
        nodes = [self.ends[end][k], self.op][:: 1 if enters else -1]
        colour = colour_of(self.style, "green") if backward else None
        return flow(self, nodes, [self.wires[end][k]], small(cell, 0, 0, backward), colour)
