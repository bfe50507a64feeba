"""The edges of a diagram: how they are written, the ways they take, the arrows that are drawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from manim import Polygon, VGroup, VMobject

from epochreel.diagrams.nodes import Floats, trace, traced
from epochreel.diagrams.outlines import Step
from epochreel.errors import ClipError, choices
from epochreel.look.hues import colour_of
from epochreel.look.style import Style
from epochreel.marks.kinds import PIXEL
from epochreel.notation.maths import STROKE, Typeset

__all__ = ["HEAD", "Edge", "Wire", "cornered", "joins", "way"]

HEAD = 1.5
"""Length of an arrow's head, in the stylesheet's tips."""
ROUTES = ("bend", "elbow", "straight")


@dataclass(frozen=True)
class Edge:
    """Edges between nodes, "x -> first -> cost", or several at once, "x -> q, k, v".

    `label` is maths beside them, `hue` their colour; `route` is "straight", "bend" or "elbow";
    `start` and `end` are sides of the nodes ("in", "out", "left", "right", "top", "bottom"). With
    `beside` the one of the two that has no other edge stands beside the other.
    """

    chain: str
    label: str = ""
    hue: str = "axis"
    route: str = ""
    start: str = ""
    end: str = ""
    beside: bool = False

    def __post_init__(self) -> None:
        if self.route and self.route not in ROUTES:
            raise ClipError(f"An edge cannot be a {self.route!r}; {choices(self.route, ROUTES)}")


def joins(edges: Sequence[str | Edge]) -> Iterator[tuple[int, str, str, Edge]]:
    """Every edge as the number of its line, the nodes that it joins, and what is said of it.

    Raises ClipError for a line without an arrow.
    """
    for line, each in enumerate(edges):
        edge = Edge(each) if isinstance(each, str) else each
        groups = [[name.strip() for name in group.split(",")] for group in edge.chain.split("->")]
        if len(groups) < 2:
            raise ClipError(f'The line {edge.chain!r} joins nothing: write "x -> f -> y".')
        for starts, ends in itertools.pairwise(groups):
            for start, end in itertools.product(starts, ends):
                yield line, start, end, edge


def way(
    legs: Sequence[Floats], route: str, direction: Floats, radius: float, share: float, turns: bool
) -> list[Step]:
    """A path through places (2,), with bends or elbows where one lies aside of the next.

    An elbow is at a share of the way there; where the path `turns`, its end is met from aside.
    """
    path = [_step(legs[0])]
    for number, (here, there) in enumerate(itertools.pairwise(legs), 2):
        along = float((there - here) @ direction) * direction
        aside = there - here - along
        if route == "straight" or np.linalg.norm(aside) < 1e-3:
            path.append(_step(there))
        elif turns and number == len(legs):
            corner = here + along
            if route == "bend":
                path.append(_step(0.6 * corner + 0.4 * here, 0.6 * corner + 0.4 * there, there))
            else:
                path += cornered([here, corner, there], radius)[1:]
        elif route == "bend":
            path.append(_step(here + along / 2, there - along / 2, there))
        else:
            corner = here + share * along
            path += cornered([here, corner, corner + aside, there], radius)[1:]
    return path


def cornered(places: Sequence[Floats], radius: float) -> list[Step]:
    """A path of straight lines through places (2,) with round corners."""
    path = [_step(places[0])]
    for before, corner, after in zip(places, places[1:], places[2:], strict=False):
        lengths = [float(np.linalg.norm(other - corner)) for other in (before, after)]
        start, end = (
            corner + (other - corner) * min(radius / max(length, 1e-9), 0.5)
            for other, length in zip((before, after), lengths, strict=True)
        )
        handles = 0.55 * corner + 0.45 * start, 0.55 * corner + 0.45 * end
        path += [_step(start), _step(*handles, end)]
    return [*path, _step(places[-1])]


def _step(*places: Floats) -> Step:
    return tuple(np.concatenate(places).tolist())


class Wire(VGroup):
    """An edge as it is drawn: an arrow along a path, then its label where it has one."""

    def __init__(self, path: list[Step], hue: str, style: Style) -> None:
        super().__init__()
        colour, width = colour_of(style, hue), style.line.outline * PIXEL
        end = np.array(path[-1][-2:])
        line = [np.array(place) for step in path for place in np.reshape(step, (-1, 2))]
        before = next(place for place in line[::-1] if np.linalg.norm(end - place) > 1e-9)
        along = (end - before) / np.linalg.norm(end - before)
        length = sum(float(np.linalg.norm(b - a)) for a, b in itertools.pairwise(line))
        head = min(HEAD * style.size.arrow_tip * PIXEL, 0.6 * length)
        aside = 0.42 * head * np.array([-along[1], along[0]])
        base = end - head * along
        # The shaft ends within the head, so that it does not blunt its tip.
        back = 0.6 * head * along
        *curved, x, y = path[-1]
        if len(curved) == 4:
            curved[2:] = (np.array(curved[2:]) - back).tolist()
        last = (*curved, *(np.array([x, y]) - back).tolist())
        self.shaft = VMobject(stroke_color=colour, stroke_width=width / STROKE)
        trace(self.shaft, [*path[:-1], last])
        corners = np.array([end, base + aside, base - aside]) @ np.eye(2, 3)
        self.tip = Polygon(*corners, stroke_width=0, fill_color=colour, fill_opacity=1)
        self.add(self.shaft, self.tip)

    def annotate(self, label: Typeset, direction: Floats) -> None:
        """Put a label beside its middle: on the side ahead, or else above it or at its left."""
        here, middle, there = self.path[[28, 32, 36]]
        normal = np.array([here[1] - there[1], there[0] - here[0]])
        normal /= np.linalg.norm(normal)
        ahead = float(normal @ direction)
        above = float(normal @ [-direction[1], direction[0]])
        normal *= np.sign(ahead if abs(ahead) > 0.1 else above)
        half = np.array([label.width, label.height]) / 2
        off = float(abs(normal) @ half) + 0.4 * label.cap
        self.add(label.move_to([*(middle + off * normal), 0.0]))

    @property
    def path(self) -> Floats:
        """The way from its start to its tip as a polyline (S, 2), evenly spaced."""
        line = np.concatenate([traced(self.shaft)[0], self.tip.points[:1, :2]])
        step = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
        even = np.linspace(0, step[-1], 65)
        return np.stack([np.interp(even, step, coordinate) for coordinate in line.T], axis=1)
