"""What travels along the edges of a diagram, and what turns green behind it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    Circle,
    Mobject,
    RoundedRectangle,
    VGroup,
    linear,
)

from epochreel.diagrams.nodes import Floats, Node
from epochreel.diagrams.wiring import Wire
from epochreel.layers.dimming import Brightness
from epochreel.look.style import Style, rgba
from epochreel.marks.kinds import PIXEL
from epochreel.notation.maths import STROKE, formula

__all__ = ["Travel", "Turn", "flow", "glow", "packet"]

FADING = 0.3
"""Share of an edge along which what travels comes out of a node, or goes into one; at most."""
NEAR = 0.25
"""Manim units of the same; at most."""


class Travel(Animation):
    """Something travels at even speed along a way (S, 2), and is seen only on some of it.

    `seen` are the stretches, in units of the way's length, on which it is seen.
    """

    def __init__(
        self, value: Mobject, line: Floats, seen: Sequence[tuple[float, float]], **options: Any
    ) -> None:
        self.line, self.reached, self.seen = line, _lengths(line), list(seen)
        super().__init__(value, rate_func=linear, introducer=True, remover=True, **options)

    def begin(self) -> None:
        """Note what it looks like when the animation is played."""
        self.centre = self.mobject.get_center()
        self.members = [
            (member, member.points.copy(), Brightness(member))
            for member in self.mobject.get_family()
        ]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Put it where it is at a share of the way, 0 to 1."""
        length = self.rate_func(alpha) * self.reached[-1]
        place = [np.interp(length, self.reached, coordinate) for coordinate in self.line.T]
        shown = 0.0
        for start, end in self.seen:
            near = min(length - start, end - length) / min(NEAR, FADING * (end - start))
            shown = max(shown, float(np.clip(near, 0, 1)))
        for member, points, opacity in self.members:
            member.points = points + (np.array([*place, 0.0]) - self.centre)
            opacity.show(member, shown)


class Turn(Animation):
    """An edge turns to a colour between two shares of the animation, and stays so."""

    def __init__(self, wire: Wire, colour: str, start: float, end: float, **options: Any) -> None:
        self.colour, self.span = rgba(colour)[:3] / 255, (start, end)
        super().__init__(wire, rate_func=linear, **options)

    def begin(self) -> None:
        """Note its colours when the animation is played."""
        self.before = self.mobject.shaft.stroke_rgbas.copy(), self.mobject.tip.fill_rgbas.copy()
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Colour it as it is at a share of the animation, 0 to 1."""
        share = np.interp(self.rate_func(alpha), self.span, (0, 1))
        shaft, tip = (paint.copy() for paint in self.before)
        for paint in (shaft, tip):
            paint[:, :3] = (1 - share) * paint[:, :3] + share * self.colour
        self.mobject.shaft.stroke_rgbas, self.mobject.tip.fill_rgbas = shaft, tip


def flow(
    diagram: VGroup,
    nodes: Sequence[Node],
    wires: Sequence[Wire],
    value: Mobject,
    colour: str | None,
    **options: Any,
) -> AnimationGroup:
    """A value travels from node to node, along the wire between each and the next.

    A wire is taken against its arrow where that ends at the node before. Edges turn to the colour,
    where there is one, as the value passes them.
    """
    places, spans, length = [nodes[0].middle[None]], [], 0.0
    for (here, there), wire in zip(itertools.pairwise(nodes), wires, strict=True):
        way = wire.path
        if np.linalg.norm(way[-1] - here.middle) < np.linalg.norm(way[0] - here.middle):
            way = way[::-1]
        start = length + float(np.linalg.norm(way[0] - places[-1][-1]))
        end = start + float(_lengths(way)[-1])
        length = end + float(np.linalg.norm(there.middle - way[-1]))
        spans.append((start, end))
        places += [way, there.middle[None]]
    turns = []
    if colour is not None:
        shares = np.array(spans) / length
        turns = [Turn(wire, colour, *share) for wire, share in zip(wires, shares, strict=True)]
    travel = Travel(value, np.concatenate(places), spans)
    return AnimationGroup(travel, *turns, group=diagram, **({"rate_func": linear} | options))


def glow(colour: str, style: Style) -> VGroup:
    """A dot that glows."""
    core = 1.3 * style.size.marker * PIXEL
    discs = [(2.6, 0.12), (1.8, 0.25), (1.0, 1.0)]
    return VGroup(
        *(
            Circle(radius=core * size, stroke_width=0, fill_color=colour, fill_opacity=opacity)
            for size, opacity in discs
        )
    )


def packet(source: str, colour: str, style: Style) -> VGroup:
    """Maths on a plate of the background, so that the edge does not run through it."""
    words = formula(source, style, size=style.type.small)
    plate = RoundedRectangle(
        width=words.width + 0.2,
        height=words.height + 0.2,
        corner_radius=0.1,
        stroke_color=colour,
        stroke_width=style.line.outline * PIXEL / STROKE,
        fill_color=style.chrome.background,
        fill_opacity=1,
    )
    return VGroup(plate, words.move_to(plate))


def _lengths(line: Floats) -> Floats:
    """How long a way (S, 2) is up to each of its places (S,)."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    return np.asarray(np.concatenate([[0.0], np.cumsum(steps)]))
