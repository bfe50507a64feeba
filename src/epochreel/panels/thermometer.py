"""Temperature as a clock: the coldness β from 0 (hot) to ∞ (cold) along one finite scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from manim import Group, ValueTracker
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.layers import Counter
from epochreel.layers.lines import Lines
from epochreel.layers.points import Points
from epochreel.look.style import SHORTER_SIDE, Style, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import formula, text
from epochreel.panels.panel import Panel

__all__ = ["COLD", "HOT", "Coldness", "Thermometer", "coldness", "position"]

HOT, COLD = -2.0, 2.0
"""The ends of the scale, where β is 0 and ∞."""


def coldness(position: float) -> float:
    """Return β at a position of the scale, from HOT to COLD.

    Between −1 and 1 the position is log₁₀ β, so the scale is logarithmic from β = .1 to 10. Beyond,
    log₁₀ β = ±(1 + x / (1 − x)) with x = |position| − 1: it goes on at the same speed, and the
    remaining unit takes it all the way to the limit. Raises ClipError beyond the ends.
    """
    if not HOT <= position <= COLD:
        raise ClipError(f"A position of {position:g} is off the scale; give it one from −2 to 2.")
    beyond = abs(position) - 1
    if beyond <= 0:
        return float(10**position)
    if beyond == 1 or beyond / (1 - beyond) > 300:  # past what a float holds: the limit itself
        return math.inf if position > 0 else 0.0
    return float(10 ** math.copysign(1 + beyond / (1 - beyond), position))


def position(beta: float) -> float:
    """Return the position of a coldness on the scale: the inverse of `coldness`, 0 ≤ β ≤ ∞."""
    if not beta >= 0:
        raise ClipError(f"A coldness β of {beta:g} is negative; give it one from 0 to infinity.")
    if beta in (0, math.inf):
        return HOT if beta == 0 else COLD
    exponent = math.log10(beta)
    beyond = abs(exponent) - 1
    return exponent if beyond <= 0 else math.copysign(1 + beyond / (1 + beyond), exponent)


class Coldness(Counter):
    """β as a number with two decimals, ∞ at the cold end, and ">99" on the way there."""

    def __init__(self, clock: ValueTracker, style: Style, *, size: float | None = None) -> None:
        super().__init__(
            clock,
            style,
            value=coldness,
            digits=2,
            decimals=2,
            size=size,
            colour=style.role("beta"),
            prefix="$beta =$~",
        )

    def shown(self) -> str:
        """Return the number as it is drawn now."""
        beta = coldness(self.tracker.get_value())
        if math.isinf(beta) or beta == 0:
            return "∞" if beta else "0"
        return ">99" if beta > 99.994 else super().shown()


class OnScale:
    """The place of a clock's position on an axis, (1, 2)."""

    def __call__(self, at: float) -> NDArray[np.float64]:
        """Return the point at this position."""
        return np.array([[at, 0.0]])


class Thermometer(Group):
    """The scale of coldness, hot at the left and cold at the right, with a mark at the clock.

    The `stops`, texts and their β, are dots in the stylesheet's colours of temperature, each
    with its text below; both ends are named. The clock holds a position from HOT to COLD.
    """

    def __init__(
        self, box: Box, style: Style, clock: ValueTracker, stops: Sequence[tuple[str, float]]
    ) -> None:
        super().__init__()
        cap = style.type.small * SHORTER_SIDE
        up = 0.62  # share of the box at which the scale lies
        room = 0.2
        unit = (COLD - HOT) / (box.width - 2 * room)
        panel = Panel(
            box,
            style,
            x=(HOT - room * unit, COLD + room * unit),
            y=(-up, 1 - up),
            clock=clock,
            cross=False,
        )
        places = np.array([[position(beta), 0] for _, beta in stops])
        colours = [style.temperature.get(name, style.chrome.title) for name, _ in stops]
        self.add(
            Lines(
                panel,
                [[HOT, 0], [COLD, 0]],
                width=style.line.axis,
                colours=rgba(style.chrome.axis),
            ),
            Points(
                panel,
                OnScale(),
                radius=1.6 * style.size.marker,
                colours=rgba(style.role("beta")),
                clocks=[clock],
            ),
            Points(
                panel,
                places,
                radius=style.size.marker,
                colours=np.array([rgba(colour) for colour in colours]),
            ),
        )
        for (name, _), place, colour in zip(stops, places, colours, strict=True):
            sign = "oo" if name == "inf" else name
            word = formula(sign, style, size=style.type.small, colour=colour)
            at = panel.to_scene(*place)
            self.add(word.move_to(at + np.array([0, -0.2 - 0.5 * cap, 0])))
        for name, end, side in (("hot", HOT, 1), ("cold", COLD, -1)):
            word = text(name, style, size=style.type.small, colour=style.chrome.muted)
            at = panel.to_scene(end, 0)
            word.move_to([at[0] + side * (word.width / 2 - 0.1), box.top - word.height / 2, 0])
            self.add(word)
