"""A small graph of one number over another: axes, numbers on them, and a name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from manim import Group, ValueTracker

from epochreel.layers.lines import Lines
from epochreel.look.style import SHORTER_SIDE, Style, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import formula
from epochreel.panels.panel import Panel

__all__ = ["Graph"]

ROOM = 0.16  # around the limits, in Manim units, so that no mark is cut off
GAP = 0.12  # between an axis and what is written along it


class Graph(Group):
    """A panel with an axis below, and one at its left where that is marked.

    `x` and `y` are the limits that the axes span, lower before upper. `x_marks` and `y_marks` say
    what is written where, value → maths in Typst's notation: numbers, or a symbol between two of
    them. `name` stands at the top, in the middle. Layers are placed in `panel`.
    """

    def __init__(
        self,
        box: Box,
        style: Style,
        *,
        x: tuple[float, float],
        y: tuple[float, float],
        x_marks: Mapping[float, str],
        y_marks: Mapping[float, str] | None = None,
        name: str = "",
        clock: ValueTracker | None = None,
    ) -> None:
        super().__init__()
        cap = style.type.small * SHORTER_SIDE
        across = {at: formula(word, style, size=style.type.small) for at, word in x_marks.items()}
        up = {
            at: formula(word, style, size=style.type.small) for at, word in (y_marks or {}).items()
        }
        left = max((word.width for word in up.values()), default=0)
        inner = Box(
            box.left + (left + GAP if up else 0), box.bottom + cap + GAP, box.right, box.top
        )
        units = [
            (high - low) / (length - 2 * ROOM)
            for (low, high), length in ((x, inner.width), (y, inner.height))
        ]
        self.panel = Panel(
            inner,
            style,
            x=(x[0] - ROOM * units[0], x[1] + ROOM * units[0]),
            y=(y[0] - ROOM * units[1], y[1] + ROOM * units[1]),
            clock=clock,
            cross=False,
        )
        axes = [[(x[0], y[0]), (x[1], y[0])], *([[(x[0], y[0]), (x[0], y[1])]] if up else [])]
        paint = rgba(style.chrome.axis)
        self.add(self.panel, Lines(self.panel, axes, width=style.line.axis, colours=paint))
        for at, word in across.items():
            place = self.panel.to_scene(at, y[0])
            self.add(word.move_to(place - np.array([0, ROOM + GAP / 2 + cap / 2, 0])))
        for at, word in up.items():
            place = self.panel.to_scene(x[0], at)
            self.add(word.move_to(place - np.array([GAP + word.width / 2, 0, 0])))
        if name:
            title = formula(name, style, size=style.type.label)
            self.add(title.move_to([inner.centre[0], box.top - title.height / 2, 0]))
