"""A net as a graph: described by who feeds whom, laid out in layers, fitted into a box."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    FadeIn,
    FadeOut,
    Mobject,
    ReplacementTransform,
    VGroup,
    smooth,
    squish_rate_func,
)

from epochreel.diagrams.draft import Draft, Plan
from epochreel.diagrams.flow import flow, glow, packet
from epochreel.diagrams.layering import Join, layered
from epochreel.diagrams.nodes import Floats, Node, Vertex
from epochreel.diagrams.wiring import Edge, Wire, joins
from epochreel.errors import ClipError, choices
from epochreel.look.hues import colour_of
from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.marks.kinds import PIXEL

__all__ = ["Diagram"]

LARGEST = 1.3
"""Height of a module, in Manim units, where there is room."""
SMALLEST = 0.3
"""That below which the text would not be read, however small the shapes."""
ENOUGH = 0.8
"""That at which no other direction is tried to gain more."""
STEP = 0.95
"""By how much less is tried, at least, where one does not fit."""
LEAVE, MOVE, ARRIVE = (0.0, 0.3), (0.2, 0.8), (0.7, 1.0)
"""Shares of a change into another diagram: what goes, what both have, what comes."""
LONGER, WIDER = 0.7, 0.3
"""What gaps may gain along the signal and across it where there is room, in modules."""


class Diagram(VGroup):
    """Nodes and edges in the order of the signal, in the middle of a box, as large as they fit.

    `nodes` say what stands at each name, `edges` join the names, as `Edge` writes them. Layers
    follow each other to the right in a wide box and upwards in a tall one, unless only the other
    is large enough to be read well. A node stands in the layer behind the last that feeds it; what
    a later line names, and only feeds one node or is only fed by one, stands beside that; an edge
    that closes a circle is a loop. `route` is that of edges that do not say; layers are at least a
    `gap` apart, in Manim units, for what is to travel between them.

    Text is never smaller than the stylesheet's `small`: raises ClipError for a box that is too
    small, and for names that there are not.
    """

    def __init__(
        self,
        nodes: Mapping[str, Vertex],
        edges: Sequence[str | Edge],
        box: Box,
        style: Style,
        *,
        route: str = "bend",
        gap: float = 0.0,
    ) -> None:
        super().__init__()
        self.style = style
        said: dict[Join, Edge] = {}
        lines: dict[Join, int] = {}
        for line, start, end, edge in joins(edges):
            for name in (start, end):
                if name not in nodes:
                    raise ClipError(f"The diagram has no node {name!r}; {choices(name, nodes)}")
            if (start, end) in said:
                raise ClipError(f"The edge {start} -> {end} is there twice; leave one out.")
            said[start, end], lines[start, end] = edge, line
        order = layered(nodes, lines, [join for join, edge in said.items() if edge.beside])
        draft = _fitted(Plan(nodes, said, order, style, route, gap), box)
        self.nodes, self.edges = draft.nodes, draft.wires
        self._parts: dict[Any, VGroup] = {**self.edges, **self.nodes}
        shown: set[str] = set()

        def show(name: str) -> None:
            if name in shown:
                return
            shown.add(name)
            for start, end in said:
                if end == name and (start, end) not in order.back:
                    show(start)
            self.add(*(self.edges[s, e] for s, e in said if e == name and s in shown - {name}))
            self.add(self.nodes[name])
            self.add(*(self.edges[s, e] for s, e in said if s == name and e in shown))

        for name in nodes:
            show(name)

    def node(self, name: str) -> Node:
        """A node by its name; raises ClipError for one that there is not."""
        if name not in self.nodes:
            raise ClipError(f"The diagram has no node {name!r}; {choices(name, self.nodes)}")
        return self.nodes[name]

    def edge(self, start: str, end: str) -> Wire:
        """The edge from a node to another; raises ClipError for one that there is not."""
        if (start, end) not in self.edges:
            known = [" -> ".join(each) for each in self.edges]
            asked = f"{start} -> {end}"
            raise ClipError(f"The diagram has no edge {asked!r}; {choices(asked, known)}")
        return self.edges[start, end]

    def flow(
        self,
        *names: str,
        value: str | Mobject | None = None,
        backward: bool = False,
        **options: Any,
    ) -> AnimationGroup:
        """A value travels at even speed from node to node, along the edges between them.

        It is maths in Typst's notation, any mobject, or else a dot in the colour of the first
        node's symbol; in nodes it is not seen. `backward` it goes against the arrows, in green, and
        so are the edges from when it has passed. Raises ClipError where there is no such edge.
        """
        if len(names) < 2:
            raise ClipError(f"A value cannot flow through {len(names)} nodes: name 2 or more.")
        pairs = [pair[::-1] if backward else pair for pair in itertools.pairwise(names)]
        wires = [self.edge(*pair) for pair in pairs]
        nodes = [self.node(name) for name in names]
        green = colour_of(self.style, "green")
        colour = green if backward else nodes[0].colour
        if value is None:
            value = glow(colour, self.style)
        elif isinstance(value, str):
            value = packet(value, colour, self.style)
        return flow(self, nodes, wires, value, green if backward else None, **options)

    def into(self, other: Diagram) -> list[Animation]:
        """Animations that rearrange it into another diagram, which then stands in its place.

        What both have under one name, and is described alike, moves, and so do the edges between;
        all else leaves before, or comes after.
        """
        kept = [
            name
            for name, node in self.nodes.items()
            if name in other.nodes and node.part == other.nodes[name].part
        ]
        kept_edges = [join for join in self.edges if join in other.edges and {*join} <= {*kept}]
        moved: list[str | Join] = [*kept_edges, *kept]
        before, after = self._parts, other._parts
        leave, move, arrive = (squish_rate_func(smooth, *each) for each in (LEAVE, MOVE, ARRIVE))
        return [
            *(FadeOut(part, rate_func=leave) for key, part in before.items() if key not in moved),
            *(ReplacementTransform(before[key], after[key], rate_func=move) for key in moved),
            *(FadeIn(part, rate_func=arrive) for key, part in after.items() if key not in moved),
        ]


def _fitted(plan: Plan, box: Box) -> Draft:
    """Draw a plan as large as it fits, and put it into the middle of a box."""
    directions = [np.array([1.0, 0.0]), np.array([0.0, 1.0])]
    if box.height > box.width:
        directions.reverse()
    room = np.array([box.width, box.height]) - plan.style.line.outline * PIXEL
    draft = None
    for each in directions:
        least = draft.unit if draft else SMALLEST
        if least < ENOUGH:
            draft = _largest(plan, room, each, least) or draft
    if draft is None:
        raise ClipError(
            f"A diagram of {len(plan.parts)} nodes does not fit into {box.width:.1f} × "
            f"{box.height:.1f} units with letters that can be read: give it a larger slot, fewer "
            "nodes or shorter labels."
        )
    unit, direction = draft.unit, draft.direction
    gaps = max(len(plan.order.layers) - 1, 1)
    spare = max(float(direction @ (room - draft.extent)), 0.0)
    longer = min(LONGER * unit, 0.99 * spare / gaps)
    for wider in (WIDER * unit, 0.0):
        roomy = Draft(plan, unit, direction, longer, wider)
        if (roomy.extent <= room).all():
            draft = roomy
            break
    draft.whole.move_to(box.centre)
    return draft


def _largest(plan: Plan, room: Floats, direction: Floats, least: float) -> Draft | None:
    """The largest draft of a plan that fits, of more than the least unit; None if there is none."""
    unit = LARGEST
    while unit > least:
        draft = Draft(plan, unit, direction)
        share = float((room / draft.extent).min())
        if share >= 1:
            return draft
        unit *= min(share, STEP)
    return None
