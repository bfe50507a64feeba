"""What stands at the nodes of a diagram: a `Vertex` describes it, a `Node` is what is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from manim import VGroup, VMobject
from numpy.typing import NDArray

from epochreel.diagrams import outlines
from epochreel.diagrams.outlines import Outline, Step
from epochreel.errors import ClipError, choices
from epochreel.look.hues import colour_of
from epochreel.look.style import Style
from epochreel.marks.kinds import PIXEL
from epochreel.notation.maths import STROKE, Typeset, formula, text

__all__ = [
    "SIDES",
    "Node",
    "Vertex",
    "cost",
    "decoder",
    "delay",
    "encoder",
    "gate",
    "module",
    "node",
    "operation",
    "trace",
    "traced",
    "variable",
]

Floats: TypeAlias = NDArray[np.float64]

SIDES = {"right": (1, 0), "left": (-1, 0), "top": (0, 1), "bottom": (0, -1)}
"""Where the sides of a node lie."""
TINT = 0.15
"""Opacity of what fills a module."""
GATES = {
    "and": outlines.conjunction,
    "nand": outlines.denial,
    "or": outlines.disjunction,
    "xor": outlines.exclusion,
    "not": outlines.negation,
}


@dataclass(frozen=True)
class Vertex:
    """An outline around a `label` in Typst's maths, and a `note` of words beside it.

    `hue` is that of its border; "" is that of its label where the stylesheet has it, or else an
    encoder's. `fill` is what fills it, "" its own hue, at an `opacity`. Edges meet one that is
    `round` from all directions.
    """

    outline: Outline
    label: str = ""
    hue: str = "axis"
    fill: str = ""
    opacity: float = 0.0
    note: str = ""
    round: bool = False


def variable(label: str, *, observed: bool = False, note: str = "") -> Vertex:
    """A variable: a circle around its symbol, filled where it is observed."""
    filled = float(observed)
    return Vertex(outlines.stadium, label, "axis", "observed", filled, note, round=True)


def module(label: str, *, hue: str = "", note: str = "") -> Vertex:
    """A deterministic module: a box whose round side points where the signal goes.

    Without a `hue` it wears its symbol's where the stylesheet has one, or an encoder's.
    """
    return Vertex(outlines.dome, label, hue, opacity=TINT, note=note)


def encoder(label: str, *, hue: str = "lavender", note: str = "") -> Vertex:
    """A module that makes less of its input: a box that narrows."""
    return Vertex(outlines.narrowing, label, hue, opacity=TINT, note=note)


def decoder(label: str, *, hue: str = "aqua", note: str = "") -> Vertex:
    """A module that makes more of its input: a box that widens."""
    return Vertex(outlines.widening, label, hue, opacity=TINT, note=note)


def cost(label: str, *, note: str = "") -> Vertex:
    """An energy or a cost: a square with a red border."""
    return Vertex(outlines.rectangle, label, "red", note=note)


def delay(label: str = "z^(-1)", *, note: str = "") -> Vertex:
    """What holds a signal back by a step: a square."""
    return Vertex(outlines.rectangle, label, note=note)


def operation(label: str, *, note: str = "") -> Vertex:
    """A sum "+", a maximum "max" or the like: a small circle around its sign."""
    return Vertex(outlines.ring, label, note=note, round=True)


def node() -> Vertex:
    """A dot, which copies forward and sums backward."""
    return Vertex(outlines.dot, opacity=1, round=True)


def gate(kind: str) -> Vertex:
    """A gate, "and", "nand", "or", "xor" or "not"; raises ClipError for any other."""
    if kind not in GATES:
        raise ClipError(f"There is no gate {kind!r}; {choices(kind, GATES)}")
    return Vertex(GATES[kind])


class Node(VGroup):
    """A part as it is drawn, about the origin: its shape, its label, its note.

    `direction` (2,) is where the signal goes, `unit` the height of a module in Manim units; letters
    are never smaller than the stylesheet's `small`.
    """

    def __init__(self, part: Vertex, style: Style, direction: Floats, unit: float = 1.0) -> None:
        super().__init__()
        self.part, self.round, self.direction = part, part.round, direction
        label = part.label and formula(
            part.label, style, size=max(style.type.small, unit * style.type.formula)
        )
        room = (label.width / 2, label.height / 2) if label else (0.0, 0.0)
        along, across = room if direction[0] else room[::-1]
        self.shape = VMobject()
        for path in part.outline(along, across, unit):
            trace(self.shape, path)
        self.shape.rotate(math.atan2(direction[1], direction[0]), about_point=np.zeros(3))
        own = part.hue or (part.label if part.label in style.symbols else "lavender")
        # Of what comes from it: that of its symbol.
        self.colour = label[0].get_fill_color().to_hex().lower() if label else colour_of(style, own)
        self.shape.set_stroke(colour_of(style, own), style.line.outline * PIXEL / STROKE)
        self.shape.set_fill(colour_of(style, part.fill or own), part.opacity)
        self.add(self.shape)
        self.note: Typeset | None = None
        if label:
            self.add(label.move_to(np.zeros(3)))
        if part.note:
            size, muted = max(style.type.small, unit * style.type.label), style.chrome.muted
            self.note = text(part.note, style, size=size, colour=muted)
            self.add(self.note)

    def annotate(self, side: str) -> None:
        """Put the note beside the shape: "right", "left", "top" or "bottom"."""
        if self.note is not None:
            self.note.next_to(self.shape, np.array([*SIDES[side], 0.0]), buff=0.7 * self.note.cap)

    @property
    def corners(self) -> tuple[Floats, Floats]:
        """The lowest and the highest place (2,) that its shape covers."""
        points = self.shape.points[:, :2]
        return points.min(axis=0), points.max(axis=0)

    @property
    def middle(self) -> Floats:
        """The middle (2,) of its shape."""
        return np.asarray(np.mean(self.corners, axis=0))

    def port(self, side: str, share: float = 0.5) -> Floats:
        """A place (2,) on the border of a side, at a share of that from its left, or from its top.

        A side is "right", "left", "top" or "bottom", or "in", where the signal comes from, or
        "out". Raises ClipError for any other.
        """
        if side not in SIDES and side not in ("in", "out"):
            raise ClipError(f"A node has no side {side!r}; {choices(side, [*SIDES, 'in', 'out'])}")
        named = {"out": self.direction, "in": -self.direction}
        towards = np.asarray(named.get(side, SIDES.get(side)), np.float64)
        low, high = self.corners
        return self.border(towards, low + [share, 1 - share] * (high - low))

    def border(self, towards: Floats, through: Floats | None = None) -> Floats:
        """Where a ray towards (2,) leaves the shape (2,); it goes through its middle or a place."""
        along = np.asarray(towards) / np.linalg.norm(towards)
        aside = np.array([-along[1], along[0]])
        level = float((self.middle if through is None else through) @ aside)
        found = []
        for path in traced(self.shape):
            reach, off = path @ along, path @ aside - level
            crossed = (off[:-1] * off[1:] <= 0) & (off[:-1] != off[1:])
            share = (off[:-1] / np.where(crossed, off[:-1] - off[1:], 1))[crossed]
            found += list((reach[:-1][crossed] + share * np.diff(reach)[crossed]).tolist())
        return np.asarray(max(found) * along + level * aside)


def trace(mobject: VMobject, path: list[Step]) -> None:
    """Add a path to what a mobject draws."""
    (x, y), *steps = path
    mobject.start_new_path(np.array([x, y, 0.0]))
    for step in steps:
        places = np.array(step).reshape(-1, 2) @ np.eye(2, 3)
        if len(places) == 1:
            mobject.add_line_to(places[0])
        else:
            mobject.add_cubic_bezier_curve_to(*places)


def traced(mobject: VMobject) -> list[Floats]:
    """The paths that a mobject draws, as polylines (S, 2)."""
    t = np.linspace(0, 1, 17)[:, None]
    weights = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)
    return [
        np.einsum("tk,nkd->ntd", weights[..., 0], path[:, :2].reshape(-1, 4, 2)).reshape(-1, 2)
        for path in mobject.get_subpaths()
    ]
