"""The outlines of a diagram's shapes, each around a label that fits it.

Each is a function of half the label's length and half its breadth, along the signal and across it,
and of a scale, the height of a module; it gives paths about the label's middle, the signal going to
the right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

__all__ = [
    "Outline",
    "Step",
    "conjunction",
    "denial",
    "disjunction",
    "dome",
    "dot",
    "exclusion",
    "narrowing",
    "negation",
    "rectangle",
    "ring",
    "stadium",
    "widening",
]

Step: TypeAlias = tuple[float, ...]
"""To the next place (x, y) on a straight line; or on a cubic Bézier, its handles before it."""
Outline: TypeAlias = Callable[[float, float, float], list[list[Step]]]
"""A path begins with its first place."""

ROUND = 4 / 3 * (math.sqrt(2) - 1)
"""How long the handles of a quarter of a circle are, in radii."""
TAPER = 0.55
"""The narrow side of a trapeze, in broad ones."""


def stadium(along: float, across: float, unit: float) -> list[list[Step]]:
    """A circle, or as long as its label wants."""
    return _held(along, across, 0.44 * unit, 0.6 * _pad(unit))


def ring(along: float, across: float, unit: float) -> list[list[Step]]:
    """A small circle, or as long as its label wants."""
    return _held(along, across, 0.27 * unit, 0.5 * _pad(unit))


def dot(along: float, across: float, unit: float) -> list[list[Step]]:
    """A dot, which has no label."""
    radius = max(0.08 * unit, 0.06)
    return [_rounded(radius, radius, radius)]


def rectangle(along: float, across: float, unit: float) -> list[list[Step]]:
    """A square, or what its label makes of it."""
    x, y = (max(0.44 * unit, half + _pad(unit)) for half in (along, across))
    return [[(-x, -y), (x, -y), (x, y), (-x, y), (-x, -y)]]


def dome(along: float, across: float, unit: float) -> list[list[Step]]:
    """A box whose far side is round."""
    pad, depth = _pad(unit), 0.5 * unit
    y = max(0.5 * unit, across + pad)
    # How far the round side reaches where the corners of the label are.
    reach = depth * math.sqrt(1 - ((across + 0.5 * pad) / y) ** 2)
    back = max(along + pad, 0.54 * unit)
    front = max(along + pad - reach, 0.54 * unit - depth)
    return [_domed(back, front, depth, y)]


def narrowing(along: float, across: float, unit: float) -> list[list[Step]]:
    """A trapeze whose far side is the shorter one."""
    x, broad = _tapered(along, across, unit)
    return [[(-x, broad), (x, TAPER * broad), (x, -TAPER * broad), (-x, -broad), (-x, broad)]]


def widening(along: float, across: float, unit: float) -> list[list[Step]]:
    """A trapeze whose far side is the longer one."""
    x, broad = _tapered(along, across, unit)
    return [
        [(-x, TAPER * broad), (x, broad), (x, -broad), (-x, -TAPER * broad), (-x, TAPER * broad)]
    ]


def conjunction(along: float, across: float, unit: float) -> list[list[Step]]:
    """The gate AND."""
    return [_domed(0.44 * unit, 0.0, 0.44 * unit, 0.44 * unit)]


def denial(along: float, across: float, unit: float) -> list[list[Step]]:
    """The gate NAND."""
    return [*conjunction(along, across, unit), _bubble(0.44 * unit, 0.09 * unit)]


def disjunction(along: float, across: float, unit: float) -> list[list[Step]]:
    """The gate OR."""
    x, y = 0.5 * unit, 0.44 * unit
    over = (0.1 * x, y, 0.65 * x, 0.6 * y, x, 0.0)
    under = (0.65 * x, -0.6 * y, 0.1 * x, -y, -0.3 * x, -y)
    return [[(-x, y), (-0.3 * x, y), over, under, (-x, -y), _hollow(-x, y)]]


def exclusion(along: float, across: float, unit: float) -> list[list[Step]]:
    """The gate XOR."""
    x, y = 0.64 * unit, 0.44 * unit
    return [*disjunction(along, across, unit), [(-x, -y), _hollow(-x, y)]]


def negation(along: float, across: float, unit: float) -> list[list[Step]]:
    """The gate NOT."""
    x, y = 0.4 * unit, 0.4 * unit
    return [[(-x, y), (x, 0.0), (-x, -y), (-x, y)], _bubble(x, 0.09 * unit)]


def _bubble(x: float, radius: float) -> list[Step]:
    """A small circle before a place of the axis: what comes out is the opposite."""
    return [
        tuple(value + (x + radius) * (index % 2 == 0) for index, value in enumerate(step))
        for step in _rounded(radius, radius, radius)
    ]


def _pad(unit: float) -> float:
    """Room between a label and its border."""
    return max(0.16 * unit, 0.1)


def _held(along: float, across: float, radius: float, pad: float) -> list[list[Step]]:
    """A circle, or a stadium where the label's corners would come too close to the border."""
    short, long = sorted((along, across))
    radius = max(radius, short + 1.2 * pad)
    more = max(0.0, long - math.sqrt((radius - pad) ** 2 - short**2))
    longer = (radius + more, radius) if along >= across else (radius, radius + more)
    return [_rounded(*longer, radius)]


def _rounded(length: float, breadth: float, radius: float) -> list[Step]:
    """A rectangle, half as long and broad as given, with round corners."""
    x, y = length - radius, breadth - radius
    return [
        (-x, breadth),
        (x, breadth),
        _quarter((x, breadth), (length, y), level=True),
        (length, -y),
        _quarter((length, -y), (x, -breadth), level=False),
        (-x, -breadth),
        _quarter((-x, -breadth), (-length, -y), level=True),
        (-length, y),
        _quarter((-length, y), (-x, breadth), level=False),
    ]


def _domed(back: float, front: float, depth: float, y: float) -> list[Step]:
    """A box from −back to front with a round side that reaches `depth` beyond."""
    tip, end = (front + depth, 0.0), (front, -y)
    over, under = _quarter((front, y), tip, level=True), _quarter(tip, end, level=False)
    return [(-back, y), (front, y), over, under, (-back, -y), (-back, y)]


def _quarter(start: Step, end: Step, *, level: bool) -> Step:
    """A quarter of an ellipse between two places, which begins `level`, or else upright."""
    (x, y), (u, v) = start, end
    if level:
        return (x + ROUND * (u - x), y, u, v + ROUND * (y - v), u, v)
    return (x, y + ROUND * (v - y), u + ROUND * (x - u), v, u, v)


def _hollow(x: float, y: float) -> Step:
    """The back of an OR, from (x, −y) to (x, y)."""
    return (x + 0.6 * y, -0.4 * y, x + 0.6 * y, 0.4 * y, x, y)


def _tapered(along: float, across: float, unit: float) -> tuple[float, float]:
    """Half the length of a trapeze, and half its longer side, that hold the label's corners."""
    pad = _pad(unit)
    x = max(0.5 * unit, along + pad)
    held = 1 - (1 - TAPER) * (along + 0.5 * pad + x) / (2 * x)
    return x, max(0.62 * unit, (across + 0.8 * pad) / held)
