"""A recorded scalar as a strip: name, value, and a thin curve with a moving marker."""

from __future__ import annotations

import numpy as np
from manim import UP, Group, ValueTracker

from epochreel.layers.lines import Lines
from epochreel.layers.points import Points
from epochreel.maths import SHORTER_SIDE, Counter, baseline, text
from epochreel.panel import Box, Panel
from epochreel.runs.scalars import RecordedScalar
from epochreel.style import Style, rgba

__all__ = ["Strip"]


class Strip(Group):
    """The curve of a scalar over all its epochs, bright up to the clock's epoch and dim after it.

    `limits` are those of the value axis, whose lower end is drawn as a line. `digits`, `decimals`
    and `suffix` are those of the `Counter` that shows the value at the right, above the curve.
    """

    def __init__(
        self,
        box: Box,
        name: str,
        scalar: RecordedScalar,
        clock: ValueTracker,
        style: Style,
        *,
        colour: str,
        limits: tuple[float, float],
        digits: int = 1,
        decimals: int = 3,
        suffix: str = "",
    ) -> None:
        super().__init__()
        words = text(name, style, size=style.type.label, colour=colour)
        value = Counter(
            clock,
            style,
            value=scalar,
            size=style.type.label,
            colour=colour,
            digits=digits,
            decimals=decimals,
            suffix=suffix,
        )
        cap = style.type.label * SHORTER_SIDE
        words.set_x(box.left + words.width / 2)
        value.set_x(box.right - value.width / 2)
        for mobject in (words, value):
            mobject.shift((box.top - cap - baseline(mobject)) * UP)
        first, last = scalar.epochs[[0, -1]]
        low, high = limits
        panel = Panel(
            box.part(0, 0, 1, 0.68),
            style,
            x=(first - 0.02 * (last - first), last + 0.02 * (last - first)),
            y=(low - 0.07 * (high - low), high + 0.07 * (high - low)),
            cross=False,
            clock=clock,
        )
        axis = np.array([[first, low], [last, low]])
        paint = rgba(colour)
        self.add(
            words,
            value,
            Lines(panel, axis, width=style.line.axis, colours=rgba(style.chrome.cross)),
            Lines(panel, scalar.curve, width=2, colours=paint, opacity=style.opacity.ghost),
            Lines(panel, scalar.until, width=style.line.curve, colours=paint),
            Points(panel, scalar.at, radius=style.size.marker, colours=paint),
        )
