"""A diagram drawn at one size: its nodes at their places, its edges on their ways between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from manim import VGroup

from epochreel.diagrams.layering import Item, Join, Order, Size, places
from epochreel.diagrams.nodes import Floats, Node, Vertex
from epochreel.diagrams.outlines import Step
from epochreel.diagrams.wiring import HEAD, Edge, Wire, cornered, way
from epochreel.look.style import Style
from epochreel.marks.kinds import PIXEL
from epochreel.notation.maths import Typeset, formula

__all__ = ["Draft", "Plan"]

GAP = 0.7
"""Between layers, in modules, where there is no room for more."""
BETWEEN = 0.32
"""Between neighbours in a layer, and between what an edge passes and it."""
RADIUS = 0.2
"""Of a round corner, in modules."""


@dataclass(frozen=True)
class Plan:
    """What is to be drawn, at whatever size.

    `route` is that of edges that do not say, `gap` the least between layers, in Manim units.
    """

    parts: Mapping[str, Vertex]
    edges: Mapping[Join, Edge]
    order: Order
    style: Style
    route: str
    gap: float


class Draft:
    """A plan drawn with modules `unit` tall, the signal going along `direction` (2,).

    Gaps are `longer` along the signal and `wider` across it than they have to be.
    """

    def __init__(
        self,
        plan: Plan,
        unit: float,
        direction: Floats,
        longer: float = 0.0,
        wider: float = 0.0,
    ) -> None:
        self.plan, self.unit, self.direction = plan, unit, direction
        # Across is down where the signal goes to the right, and to the right where it goes up.
        self.cross = np.array([direction[1], -direction[0]])
        head = HEAD * plan.style.size.arrow_tip * PIXEL
        self.gap = max(GAP * unit, 2.2 * head, plan.gap)
        self.between = max(BETWEEN * unit, 1.2 * head)
        self.nodes = {n: Node(p, plan.style, direction, unit) for n, p in plan.parts.items()}
        self.labels = self._labels()
        for name, node in self.nodes.items():
            node.annotate(self._side(-1 if self._is_beside(name, 1) else 1))
        self.places = places(
            plan.order,
            {name: self._size(name) for name in self.nodes},
            [self._room(depth) + longer for depth in range(len(plan.order.layers) - 1)],
            self.between + wider,
            self.gap + wider,
        )
        for name, node in self.nodes.items():
            node.shift([*(self._at(*self.places[name]) - node.middle), 0.0])
        self.returning = {s for s, _ in plan.order.back if s in plan.order.beside}
        self.sides = {join: self._sides(join) for join in plan.edges}
        self.wires = {
            join: Wire(self._path(join), edge.hue, plan.style) for join, edge in plan.edges.items()
        }
        for join, label in self.labels.items():
            self.wires[join].annotate(label, direction)
        self.whole = VGroup(*self.nodes.values(), *self.wires.values())
        self.extent = np.array([self.whole.width, self.whole.height])

    def _at(self, along: float, across: float) -> Floats:
        return np.asarray(along * self.direction + across * self.cross)

    def _side(self, sign: int) -> str:
        """The side of a node that lies at −1 or at 1 across the signal."""
        return [["bottom", "top"], ["right", "left"]][int(self.direction[1])][sign < 0]

    def _is_beside(self, host: str, sign: int) -> bool:
        return (host, sign) in self.plan.order.beside.values()

    def _size(self, name: str) -> Size:
        """What a node takes up about the middle of its shape; its note may reach into the gaps."""
        node = self.nodes[name]
        low, high = (corner - node.middle for corner in node.corners)
        along = float(abs(self.direction @ (high - low)))
        if node.note is not None:
            note = [node.note.get_corner([side, side, 0])[:2] - node.middle for side in (-1, 1)]
            low, high = np.minimum(low, note[0]), np.maximum(high, note[1])
            beyond = float(max(abs(self.direction @ low), abs(self.direction @ high)))
            along = max(along, 2 * (beyond - self._free(name) * self.gap))
        across = np.array([low, high]) @ self.cross
        return along, float(-across.min()), float(across.max())

    def _free(self, name: str) -> float:
        """How much of the gaps beside it a node's note may take: less than half if others may."""
        layers, beside = self.plan.order.layers, self.plan.order.beside
        depth = {item: number for number, layer in enumerate(layers) for item in layer}
        own, *noted = (
            depth[beside.get(each, (each, 0))[0]]
            for each in (name, *(n for n, node in self.nodes.items() if node.note is not None))
        )
        return 0.45 if {own - 1, own + 1} & {*noted} else 0.9

    def _labels(self) -> dict[Join, Typeset]:
        """The labels of edges, none smaller than `small`."""
        style = self.plan.style
        size = max(style.type.small, self.unit * style.type.label)
        edges = self.plan.edges.items()
        return {join: formula(edge.label, style, size=size) for join, edge in edges if edge.label}

    def _room(self, depth: int) -> float:
        """The gap behind a layer: long enough for the labels of the edges that begin there."""
        layer = self.plan.order.layers[depth]
        labels = [label for (start, _), label in self.labels.items() if start in layer]
        sizes = [float(self.direction @ [label.width, label.height]) for label in labels]
        return max([self.gap, *(self.gap / 2 + 1.6 * size for size in sizes)])

    def _sides(self, join: Join) -> tuple[str, str]:
        """The sides at which an edge begins and ends."""
        (start, end), beside, edge = join, self.plan.order.beside, self.plan.edges[join]
        begins, ends = "out", "in"
        if beside.get(start, ("", 0))[0] == end:
            sign = beside[start][1]
            begins, ends = self._side(-sign), self._side(sign)
        elif beside.get(end, ("", 0))[0] == start:
            sign = beside[end][1]
            begins, ends = self._side(sign), self._side(-sign)
        elif self.nodes[end].round and not self._turns(start, end):
            ends = self._met(join)
        return edge.start or begins, edge.end or ends

    def _met(self, join: Join) -> str:
        """The side at which an edge meets a round node: its flank, if it comes from far aside."""
        end = join[1]
        aside = self._level(join) - self.places[end][1]
        sign = 1 if aside > 0 else -1
        alone = sum(other == end for _, other in self.plan.order.bends) == 1
        near = abs(aside) < self._reach(end, sign) + self.between
        layer: list[Item] = next((layer for layer in self.plan.order.layers if end in layer), [])
        levels = [sign * (self.places[item][1] - self.places[end][1]) for item in layer]
        barred = any(0 < level < abs(aside) + self.unit for level in levels)
        free = not (alone or near or barred or self._is_beside(end, sign))
        return self._side(sign) if free else "in"

    def _share(self, join: Join) -> float:
        """Where an edge ends along its side: they come in the order of their ways."""
        met = [
            each
            for each in self.plan.edges
            if each[1] == join[1]
            and self.sides[each][1] == self.sides[join][1]
            and not self._turns(*each)
        ]
        return (sorted(met, key=self._level).index(join) + 1) / (len(met) + 1)

    def _level(self, join: Join) -> float:
        """Where an edge last is before its end, across the signal."""
        passed: list[Item] = [join[0], *self.plan.order.bends.get(join, [])]
        return self.places[passed[-1]][1]

    def _elbow(self, start: str) -> float:
        """At which share of the gap behind its layer edges from a node have their elbow."""
        layers = self.plan.order.layers
        others: list[Item] = next((layer for layer in layers if start in layer), [start])
        return 0.25 + 0.5 * (others.index(start) + 1) / (len(others) + 1)

    def _turns(self, start: str, end: str) -> bool:
        """Whether an edge leads back, by itself or through what stands beside its end."""
        order = self.plan.order
        back = (start, end) in order.back and start not in order.beside
        return back or end in self.returning

    def _path(self, join: Join) -> list[Step]:
        """The way of an edge."""
        (start, end), order, radius = join, self.plan.order, RADIUS * self.unit
        if end in self.returning:
            return cornered(self._detour(start, end), radius)
        if self._turns(start, end):
            return cornered(self._loop(start, end), radius)
        route = self.plan.edges[join].route or self.plan.route
        bends = []
        for bend in order.bends.get(join, []):
            along, across = self.places[bend]
            names = [n for n in order.layers[bend[2]] if isinstance(n, str)]
            half = max((self._size(n)[0] / 2 for n in names), default=0.0)
            bends += [self._at(along - half, across), self._at(along + half, across)]
        legs = [self.nodes[start].middle, *bends, self.nodes[end].middle]
        ports = []
        for name, side, share, following in (
            (start, self.sides[join][0], 0.5, legs[1]),
            (end, self.sides[join][1], self._share(join), legs[-2]),
        ):
            node = self.nodes[name]
            if node.round and route == "straight" and side in ("in", "out"):
                ports.append(node.border(following - node.middle))
            else:
                ports.append(node.port(side, share))
        legs = [ports[0], *bends, ports[1]]
        flank = self.sides[join] in [("out", self._side(sign)) for sign in (-1, 1)]
        return way(legs, route, self.direction, radius, self._elbow(start), turns=flank)

    def _loop(self, start: str, end: str) -> list[Floats]:
        """The corners of an edge that leads back, past all that stands in between."""
        signs = [s for s in (-1, 1) if self._clear(start, s) and self._clear(end, s)]
        sign = [*signs, -1][0]
        low, high = sorted(self.places[name][0] for name in (start, end))
        passed = [n for n in self.nodes if low - 1e-6 <= self.places[n][0] <= high + 1e-6]
        reach = max(sign * self.places[n][1] + self._reach(n, sign) for n in passed)
        others = [j for j in self.plan.order.back if j[0] not in self.plan.order.beside]
        lane = sign * (reach + self.between * (1 + others.index((start, end))))
        # Its own begin and end are apart; where the signal goes up, shares count from the top.
        apart = 0.25 * (start == end) * (1 if self.direction[0] else -1)
        begin = self._leave(start, sign, "out", 0.5 + apart, lane)
        return [*begin, *self._leave(end, sign, "in", 0.5 - apart, lane)[::-1]]

    def _detour(self, start: str, end: str) -> list[Floats]:
        """The corners of an edge to a node that stands beside another and leads back to it."""
        sign, across = self.plan.order.beside[end][1], self.places[end][1]
        return [*self._leave(start, sign, "out", 0.5, across), self.nodes[end].port("out")]

    def _clear(self, name: str, sign: int) -> bool:
        """Whether nothing stands on a side of a node in its layer."""
        return not any(
            sign * (self.places[each][1] - self.places[name][1]) > 1e-6
            for each in self._abreast(name)
        )

    def _abreast(self, name: str) -> list[str]:
        """The nodes of a node's layer, and those beside them."""
        return [n for n in self.nodes if abs(self.places[n][0] - self.places[name][0]) < 1e-6]

    def _leave(self, name: str, sign: int, side: str, share: float, lane: float) -> list[Floats]:
        """The way from a node to a lane across the signal, through the gap if that is not clear."""
        node = self.nodes[name]
        if self._clear(name, sign):
            place = node.port(self._side(sign), share)
            return [place, self._at(float(place @ self.direction), lane)]
        place = node.port(side, 0.5 + 0.25 * sign)
        half = max(self._size(each)[0] for each in self._abreast(name)) / 2 + self.gap / 2
        along = self.places[name][0] + (half if side == "out" else -half)
        return [place, self._at(along, float(place @ self.cross)), self._at(along, lane)]

    def _reach(self, name: str, sign: int) -> float:
        return self._size(name)[1 if sign < 0 else 2]
