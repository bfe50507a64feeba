"""What travels along the edges of a diagram, and what turns green behind it."""

from __future__ import annotations

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

__all__ = ["Swell", "Travel", "Turn", "flow", "glow", "packet"]

FADING = 0.25
"""Manim units along which what travels comes out of a node, or goes into one; at most."""
AWAY, LEFT = 0.35, 0.15
"""Shares of an edge: how far a large value keeps away from its ends, and then fades; at most."""
SWELLING = 1.5
"""How much wider the border of a node becomes while something passes through it."""


class Travel(Animation):
    """Something travels at even speed along a way (S, 2), and is seen only on some of it.

    `seen` are the stretches (E, 2), in units of the way's length, on which it is seen.
    """

    def __init__(
        self, value: Mobject, line: Floats, seen: Sequence[tuple[float, float]], **options: Any
    ) -> None:
        self.line, self.reached, self.seen = line, _lengths(line), list(seen)
        # Layers go on following their clocks meanwhile.
        own = {"introducer": True, "remover": True, "suspend_mobject_updating": False}
        super().__init__(value, rate_func=linear, **own, **options)

    def begin(self) -> None:
        """Note what it looks like when the animation is played."""
        value = self.mobject
        self.centre, self.half = value.get_center(), np.array([value.width, value.height]) / 2
        self.members = [
            (member, member.points.copy(), Brightness(member)) for member in value.get_family()
        ]
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Put it where it is at a share of the way, 0 to 1."""
        length = self.rate_func(alpha) * self.reached[-1]
        place = self._place(length)
        within = [self._shown(length, *ends) for ends in self.seen if ends[0] < length < ends[1]]
        shown = max(within, default=0.0)
        for member, points, brightness in self.members:
            member.points = points + (np.array([*place, 0.0]) - self.centre)
            brightness.show(member, shown)

    def _place(self, length: float) -> Floats:
        return np.array([np.interp(length, self.reached, each) for each in self.line.T])

    def _shown(self, length: float, start: float, end: float) -> float:
        """How opaque it is on a stretch: not where it would lie on what is beyond the ends."""
        near, first = (start, 1) if length - start < end - length else (end, -1)
        most, left = AWAY * (end - start), LEFT * (end - start)
        along = self._place(near + first * most) - self._place(near)
        reach = min(float(abs(along) @ self.half) / max(float(np.linalg.norm(along)), 1e-9), most)
        beyond = first * (length - near) - reach
        return float(np.clip(beyond / min(FADING, left), 0, 1))


class Swell(Animation):
    """The border of a node becomes wider and thin again between two shares of the animation."""

    def __init__(self, node: Node, start: float, end: float, **options: Any) -> None:
        self.span = (start, end)
        super().__init__(node.shape, rate_func=linear, **options)

    def begin(self) -> None:
        """Note how wide it is when the animation is played."""
        self.width = float(self.mobject.stroke_width)
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Make it as wide as it is at a share of the animation, 0 to 1."""
        share = float(np.interp(self.rate_func(alpha), self.span, (0, 1)))
        wider = np.sin(np.pi * share) if 0 < share < 1 else 0.0
        self.mobject.stroke_width = self.width * (1 + SWELLING * wider)


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
    """A value travels from node to node, along the wire between each and the next; nodes swell.

    With a colour it goes backward, against the arrows, and turns the edges to that.
    """
    places, spans, length = [nodes[0].middle[None]], [], 0.0
    for there, wire in zip(nodes[1:], wires, strict=True):
        way = wire.path if colour is None else wire.path[::-1]
        start = length + float(np.linalg.norm(way[0] - places[-1][-1]))
        end = start + float(_lengths(way)[-1])
        length = end + float(np.linalg.norm(there.middle - way[-1]))
        spans.append((start, end))
        places += [way, there.middle[None]]
    shares = np.array(spans) / length
    within = np.array([0.0, *shares.ravel(), 1.0]).reshape(-1, 2)
    parts: list[Animation] = [
        Swell(node, *share) for node, share in zip(nodes, within, strict=True)
    ]
    if colour is not None:
        parts += [Turn(wire, colour, *at) for wire, at in zip(wires, shares, strict=True)]
    travel = Travel(value, np.concatenate(places), spans)
    return AnimationGroup(travel, *parts, group=diagram, **({"rate_func": linear} | options))


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
