"""Nets as diagrams in the book's shapes: circles, rounded boxes, squares, joined by arrows.

A circle is a variable (filled when observed), a box with one round side a deterministic module, a
square with a red border an energy or a cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import (
    DOWN,
    PI,
    RIGHT,
    UP,
    ArcBetweenPoints,
    Circle,
    Line,
    Polygon,
    Square,
    VGroup,
    VMobject,
)
from numpy.typing import NDArray

from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.notation.maths import formula, text

__all__ = ["chain", "cost", "module", "variable"]

UNIT = 1.0
"""Height of a module in Manim units before a chain is fitted into its box."""


def variable(label: str, style: Style, *, observed: bool = False) -> VGroup:
    """A variable: a circle around its symbol."""
    circle = Circle(radius=0.42 * UNIT, stroke_color=style.chrome.axis, stroke_width=3)
    circle.set_fill(style.chrome.observed, opacity=float(observed))
    return _labelled(circle, label, style)


def module(label: str, style: Style, *, colour: str, direction: NDArray[np.float64]) -> VGroup:
    """A deterministic module: a box whose round side points where the signal goes.

    `colour` is a name of the palette: "lavender" for encoders and predictors, "aqua" for decoders.
    """
    half = UNIT / 2
    outline = VMobject(stroke_color=style.palette[colour], stroke_width=3)
    outline.set_points_as_corners(
        [[0, half, 0], [-1.15 * half, half, 0], [-1.15 * half, -half, 0], [0, -half, 0]]
    )
    outline.append_points(ArcBetweenPoints(DOWN * half, UP * half, angle=PI).points)
    outline.rotate(np.arctan2(direction[1], direction[0]), about_point=[0, 0, 0])
    outline.set_fill(style.palette[colour], opacity=0.15)
    return _labelled(outline, label, style)


def cost(label: str, style: Style) -> VGroup:
    """An energy or a cost: a square with a red border."""
    square = Square(side_length=0.84 * UNIT, stroke_color=style.palette["red"], stroke_width=3)
    square.set_fill(style.chrome.background, opacity=0)
    return _labelled(square, label, style)


def chain(
    parts: Sequence[VGroup],
    notes: Sequence[str],
    box: Box,
    style: Style,
    *,
    direction: NDArray[np.float64] = RIGHT,
) -> VGroup:
    """Parts joined by arrows in a direction (RIGHT or UP), a note beside each, fitted into a box.

    Members come in the order in which the signal passes them: part, arrow, part, arrow, …; each
    part carries its note.
    """
    upright = bool(direction[1])
    along = box.height if upright else box.width
    lengths = [part.height if upright else part.width for part in parts]
    gap = (along - sum(lengths)) / (len(parts) - 1)
    scale = min(1.0, along / (sum(lengths) + 0.45 * (len(parts) - 1)))
    if scale < 1:
        for part in parts:
            part[0].scale(scale)
            part.height = part[0].height
        lengths = [length * scale for length in lengths]
        gap = (along - sum(lengths)) / (len(parts) - 1)
    gap = min(gap, 1.1)
    position = -(sum(lengths) + gap * (len(parts) - 1)) / 2
    chained = VGroup()
    for index, (part, length, note) in enumerate(zip(parts, lengths, notes, strict=True)):
        part.move_to(box.centre + direction * (position + length / 2))
        if note:
            words = text(note, style, size=style.type.label, colour=style.chrome.muted)
            words.next_to(part, RIGHT if upright else DOWN, buff=0.3 if upright else 0.22)
            part.add(words)
        chained.add(part)
        position += length
        if index < len(parts) - 1:
            start = box.centre + direction * (position + 0.06)
            end = box.centre + direction * (position + gap - 0.06)
            chained.add(_arrow(start, end, style))
            position += gap
    return chained.move_to(box.centre)


def _arrow(start: NDArray[np.float64], end: NDArray[np.float64], style: Style) -> VGroup:
    colour = style.chrome.axis
    length = float(np.linalg.norm(end - start))
    along = (end - start) / length
    across = np.array([-along[1], along[0], 0.0])
    head = min(0.2, 0.7 * length)
    base = end - head * along
    tip = Polygon(end, base + 0.45 * head * across, base - 0.45 * head * across, stroke_width=0)
    tip.set_fill(colour, opacity=1)
    shaft = Line(start, end - 0.9 * head * along, stroke_color=colour, stroke_width=3)
    return VGroup(shaft, tip)


def _labelled(shape: VMobject, label: str, style: Style) -> VGroup:
    symbol = formula(label, style, size=style.type.formula)
    return VGroup(shape, symbol.move_to(shape.get_center()))
