"""A vector as a chart: its symbol, a line at zero, one place for each of its numbers."""

from __future__ import annotations

import numpy as np
from manim import Group, ValueTracker

from epochreel.layers.lines import Lines
from epochreel.look.style import Style, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import formula, text
from epochreel.panels.panel import Panel

__all__ = ["Chart"]

HEAD = 0.45  # room for the symbol, in Manim units
MARGIN = 0.4  # room for the number at the upper limit


class Chart(Group):
    """Places 0 … count − 1 beside each other for the marks of a vector, such as `Bars`.

    `name` is maths in Typst's notation, no wider than the box; `limits` are those of the value
    axis, whose upper end is written. Marks are placed in `panel` and added to the chart.
    """

    def __init__(
        self,
        box: Box,
        name: str,
        count: int,
        clock: ValueTracker,
        style: Style,
        *,
        limits: tuple[float, float],
    ) -> None:
        super().__init__()
        words = formula(name, style, size=style.type.label)
        words.scale(min(1.0, box.width / words.width))
        words.move_to([box.left + words.width / 2, box.top - HEAD / 3, 0])
        plot = Box(box.left + MARGIN, box.bottom, box.right, box.top - HEAD)
        ends = (-0.6, count - 0.4)
        self.panel = Panel(plot, style, x=ends, y=limits, cross=False, clock=clock)
        number = text(f"{limits[1]:g}", style, size=style.type.small, colour=style.chrome.muted)
        number.move_to([plot.left - 0.1 - number.width / 2, plot.top - number.height / 2, 0])
        zero = np.array([[ends[0], 0], [ends[1], 0]])
        axis = Lines(self.panel, zero, width=style.line.axis, colours=rgba(style.chrome.axis))
        self.add(words, number, axis)
