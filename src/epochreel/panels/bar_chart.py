"""A vector as a chart: a bar for each of its numbers, with a name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import RIGHT, UP, Group, ValueTracker
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.layers.bars import Bars
from epochreel.layers.data import Quantity
from epochreel.layers.labels import Numbers
from epochreel.layers.lines import Lines
from epochreel.look.hues import Hue
from epochreel.look.style import SHORTER_SIDE, Style, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset, formula, text
from epochreel.notation.typesetting import number_writing, rounded
from epochreel.panels.drawing import ranked
from epochreel.panels.frame import Frame
from epochreel.panels.panel import Panel
from epochreel.runs.functions import EPOCH, Function, varying

__all__ = ["BarChart"]

HEAD = 0.45  # room for the vector's symbol, in Manim units
MARGIN = 0.4  # at least, for the number at the upper limit
GAP = 0.12  # between an axis and what is written along it
ASIDE = 0.1  # between an axis and the number at its end
MOST = 0.6  # of the width of a chart at most, for the names of lying bars
ABOVE, BEYOND = 2.0, 1.2  # caps for a number above its bar; and beside it, but for its width
LINE = 1.6  # caps from a line to the next
EDGE = 0.02  # for half of a line
APART = 0.6  # caps from a word to the next
DESCENT = 0.35  # caps below a baseline


class BarChart(Group):
    """Bars of `values` (K,) that stand beside each other on a line at zero, or lie on it.

    `names` are K texts, from the left or from above; `name` is the vector's, maths in Typst's
    notation. `limits` are those of the value axis, whose upper end is written.
    With `decimals` a bar carries its number. By default bars lie where what is written has no room
    beside each other; where it has none even so, every second, third … is written.

    `bars` are placed in `panel`. Raises ClipError where there are not as many names as bars.
    """

    def __init__(
        self,
        box: Box,
        style: Style,
        values: Quantity,
        *,
        limits: tuple[float, float],
        names: Sequence[str] = (),
        name: str = "",
        hue: Hue | None = None,
        lying: bool | None = None,
        decimals: int | None = None,
        clock: ValueTracker | None = None,
    ) -> None:
        super().__init__()
        count = len(Bars(Frame(box, style, (0, 1), (0, 1), clock), values).values["heights"])
        if names and len(names) != count:
            raise ClipError(f"A chart of {count} bars takes {count} names, not {len(names)}.")
        cap, top = style.type.small * SHORTER_SIDE, box.top
        if name:
            title = formula(name, style, size=style.type.label)
            title.scale(min(1.0, box.width / title.width))
            below = max(HEAD / 3, title.height / 2)
            self.add(title.move_to([box.left + title.width / 2, top - below, 0]))
            top -= HEAD
        upper = text(f"{limits[1]:g}", style, size=style.type.small, colour=style.chrome.muted)
        margin = max(MARGIN, 2 * ASIDE + upper.width)
        words = [text(each, style, size=style.type.small) for each in names]
        room = max((word.width for word in words), default=0.0)
        figures = 0.0 if decimals is None else cap * _widest(limits, decimals, style)
        wide = max(room, figures) + APART * cap
        pitch = (box.width - margin) / (count + 0.2)
        self.lying = wide > pitch if lying is None else lying
        if self.lying:
            room = min(room, MOST * box.width)
            for word in words:
                word.scale(min(1.0, room / word.width))
            left = box.left + (room + GAP if words else 0)
            plot = Box(left, box.bottom + cap + GAP, box.right, top)
            length, breadth, beyond = plot.width, plot.height, BEYOND * cap + figures
        else:
            below = cap * (1 + DESCENT) + GAP if words else 0
            plot = Box(box.left + margin, box.bottom + below, box.right, top)
            length, breadth, beyond = plot.height, plot.width, ABOVE * cap
        beyond = EDGE + (0 if decimals is None else beyond)
        free = length - EDGE - beyond
        if min(free, breadth) <= 0:
            raise ClipError(
                f"A chart of {count} bars has no room in a box of {box.width:.2g} × "
                f"{box.height:.2g} units: give it a larger slot."
            )
        unit = (limits[1] - limits[0]) / free
        x, y = (-0.6, count - 0.4), (limits[0] - EDGE * unit, limits[1] + beyond * unit)
        if self.lying:
            x, y = y, (-x[1], -x[0])
        step = math.ceil((LINE * cap if self.lying else wide) * (count + 0.2) / breadth)
        self.panel = Panel(plot, style, x=x, y=y, cross=False, clock=clock)
        self.bars = self.panel.bars(values, hue, lying=self.lying)
        self.add(self._at_limit(upper, limits[1]))
        for at, colour in ((limits[1], style.chrome.cross), (0, style.chrome.axis)):
            ends = [(at, end) for end in y] if self.lying else [(end, at) for end in x]
            line = Lines(self.panel, ends, width=style.line.axis, colours=rgba(colour))
            self.add(line)
        self.add(self.bars)
        for index, word in list(enumerate(words))[::step]:
            self.add(self._named(word, index, box, cap))
        if decimals is not None:
            self.add(self._numbered(values, step, decimals))

    def _at_limit(self, upper: Typeset, limit: float) -> Typeset:
        """Put a number at the upper end of the value axis."""
        box = self.panel.box
        if self.lying:
            right = min(self.panel.to_scene(limit, 0)[0] + upper.width / 2, box.right)
            place = right - upper.width / 2, box.bottom - GAP - upper.height / 2
        else:
            end = self.panel.to_scene(0, limit)[1]
            place = box.left - ASIDE - upper.width / 2, end - upper.height / 2
        upper.move_to([*place, 0])
        return upper

    def _named(self, word: Typeset, index: int, box: Box, cap: float) -> Typeset:
        """Put a name beside the place of its bar, all on one baseline or flush on the right."""
        plot = self.panel.box
        if self.lying:
            level = self.panel.to_scene(0, -index)[1] - cap / 2
            word.shift(RIGHT * (plot.left - GAP - word.get_right()[0]))
        else:
            level, half = plot.bottom - GAP - cap, word.width / 2
            across = np.clip(self.panel.to_scene(index, 0)[0], box.left + half, box.right - half)
            word.shift(RIGHT * (across - word.get_center()[0]))
        word.shift(UP * (level - word.baseline))
        return word

    def _numbered(self, values: Quantity, step: int, decimals: int) -> Numbers:
        """The numbers at the ends of every so many bars."""
        if callable(values) and not isinstance(values, Function):
            values = varying(values, EPOCH)
        told = Function(_every, values, step)
        ends = Function(_ends, told, step, self.lying)
        towards = (1, 0) if self.lying else (0, 1)
        numbers = Numbers(self.panel, ends, told, decimals=decimals, towards=towards)
        return ranked(numbers, "names")


def _every(values: Any, step: int) -> NDArray[np.float64]:
    """The numbers of every so many bars."""
    return np.asarray(values, np.float64)[::step]


def _ends(values: NDArray[np.float64], step: int, lying: bool) -> NDArray[np.float64]:
    """Where their bars end (N, 2); of those that hang where they begin, so that no number jumps."""
    places = np.arange(len(values)) * (-step if lying else step)
    pair = np.stack([places, np.maximum(values, 0)], axis=1)
    return pair[:, ::-1] if lying else pair


def _widest(limits: tuple[float, float], decimals: int, style: Style) -> float:
    """The width of a number between these limits, in caps."""
    ends = (number_writing(rounded(end, decimals), style).extent[0] for end in limits)
    return float(max(ends))
