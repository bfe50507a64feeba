"""What colours and lengths mean: the bar beside a field and the arrow below a vector field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import UL, Group, Mobject, Rectangle, RoundedRectangle
from numpy.typing import ArrayLike

from epochreel.layers.fields import Field
from epochreel.layers.vectors import VectorField
from epochreel.look.style import SHORTER_SIDE, Style, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import formula, text
from epochreel.panels.frame import Frame

__all__ = ["ColourBar", "ScaleArrow", "plate"]

THICKNESS = 0.2  # of the strip, in Manim units
GAP = 0.12
PLATE, MARGIN = 0.7, 0.08
"""Opacity of the background behind what is written on a map of colours, and how far it reaches."""


def plate(written: Mobject, style: Style) -> RoundedRectangle:
    """The background, nearly opaque, behind what is written on a map of colours."""
    width, height = written.width + 2 * MARGIN, written.height + 2 * MARGIN
    ground = RoundedRectangle(MARGIN, width=width, height=height, stroke_width=0)
    return ground.set_fill(style.chrome.background, PLATE).move_to(written)


class ColourBar(Group):
    """The colours of a `Field` from `low` to `high`, with numbers and the function's symbol.

    It is upright in a box that is taller than wide, the symbol above, else it lies, the symbol at
    its left. `symbol` is maths in Typst's notation, which wears its colour: "C(bold(y))"; `ticks`
    are the values that are written, by default both ends.
    """

    def __init__(
        self,
        box: Box,
        style: Style,
        *,
        low: float,
        high: float,
        colour_map: str = "energy",
        symbol: str = "",
        ticks: Sequence[float] | None = None,
    ) -> None:
        super().__init__()
        upright = box.height > box.width
        cap = style.type.small * SHORTER_SIDE
        values = (low, high) if ticks is None else tuple(ticks)
        numbers = [
            text(f"{value:g}".replace("-", "−"), style, size=style.type.small) for value in values
        ]
        sign = formula(symbol, style, size=style.type.label) if symbol else None
        if upright:
            top = box.top - (sign.height + 2 * GAP if sign else cap / 2)
            strip = Box(box.left, box.bottom + cap / 2, box.left + THICKNESS, top)
            x, y = (0.0, 1.0), (low, high)
        else:
            overhang = max((number.width for number in numbers), default=0) / 2
            left = box.left + max(sign.width + 2 * GAP if sign else 0, overhang)
            top = box.top - (max(sign.height - THICKNESS, 0) / 2 if sign else 0)
            strip = Box(left, top - THICKNESS, box.right - overhang, top)
            x, y = (low, high), (0.0, 1.0)
        panel = Frame(strip, style, x, y)
        ramp = np.tile(np.linspace(low, high, 64), (2, 1))
        self.add(
            Field(panel, ramp.T if upright else ramp, low=low, high=high, colour_map=colour_map)
        )
        for value, number in zip(values, numbers, strict=True):
            across, up, _ = panel.to_scene(*((1, value) if upright else (value, 0)))
            if upright:
                number.move_to([across + GAP + number.width / 2, up, 0])
            else:
                number.move_to([across, up - GAP - number.height / 2, 0])
            self.add(number)
        if sign:
            middle = (strip.left + strip.right) / 2
            self.add(
                sign.move_to([max(middle, box.left + sign.width / 2), box.top - sign.height / 2, 0])
                if upright
                else sign.move_to([box.left + sign.width / 2, strip.centre[1], 0])
            )


class ScaleArrow(Group):
    """An arrow as long as a `VectorField` of this `scale` draws `length`, and what it stands for.

    It lies at the shares `at` of the panel's width and height, and follows every zoom; `label`,
    maths in Typst's notation, stands above it: "norm(nabla C) = 1". `plated` suits a map of
    colours.
    """

    def __init__(
        self,
        panel: Frame,
        length: float,
        *,
        scale: float,
        label: str,
        at: tuple[float, float] = (0.045, 0.045),
        width: float | None = None,
        colour: str | None = None,
        plated: bool = False,
    ) -> None:
        super().__init__()
        style = panel.style
        words = formula(label, style, size=style.type.small)
        words.set_stroke(style.chrome.background, 2, background=True)
        start = panel.box.part(*at, 1, 1).corner
        words.move_to(start + np.array([words.width / 2, 0.15 + words.height / 2, 0]))
        arrow = _StandingArrow(
            panel,
            [at],
            [[length, 0]],
            scale=scale,
            width=width,
            colours=rgba(colour or style.chrome.maths),
            halo=rgba(style.chrome.background, 0.6),
        )
        if plated:
            left, right, *_ = panel.view.limits
            drawn = scale * length * panel.box.width / (right - left)
            both = Rectangle(width=max(words.width, drawn), height=words.height + 0.25)
            self.add(plate(both.move_to(words.get_corner(UL), UL), style))
        self.add(arrow, words)


class _StandingArrow(VectorField):
    """A vector field whose positions are shares of the panel."""

    def ends(self) -> tuple[ArrayLike, ArrayLike]:
        """Tails and tips, data coordinates."""
        left, right, bottom, top = self.data_limits
        shares = np.asarray(self.values["positions"])
        tails = [left, bottom] + shares * [right - left, top - bottom]
        return tails, tails + self.scale_factor * np.asarray(self.values["vectors"])
