"""A vector as bars: one number beside the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.look.style import rgba
from epochreel.marks.kinds import Drawn, Pillars, each

__all__ = ["Bars"]


class Bars(DataLayer):
    """Bars of `heights` (K,) that stand, or hang, on the line y = 0 at x = 0 … K − 1.

    Those that are `lying` go right, or left, from the line x = 0, at y = 0, −1 … 1 − K. `width` is
    that of a bar in data units; `colours` are straight RGBA bytes, (4,) or (K, 4), by default those
    of K classes.
    """

    quantity_shapes: ClassVar = {
        "heights": "(K,)",
        "width": "a number",
        "colours": "(4,) or (K, 4)",
    }

    def __init__(
        self,
        plane: Plane,
        heights: Quantity,
        *,
        width: float = 0.7,
        colours: Quantity | None = None,
        lying: bool = False,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        self.lying = lying
        super().__init__(
            plane,
            heights=heights,
            width=width,
            clocks=clocks,
            opacity=opacity,
            colours=colours,
        )
        if colours is None:
            marks = plane.style.classes(len(self.values["heights"]))
            self.fix("colours", np.stack([rgba(mark) for mark in marks]))

    def draw(self, canvas: Canvas) -> None:
        """Paint the bars."""
        heights = np.asarray(self.values["heights"], dtype=np.float64)
        half = float(self.values["width"]) / 2
        places = np.arange(len(heights)) * (-1 if self.lying else 1)
        low = np.stack([places - half, np.minimum(heights, 0)], axis=1)
        high = np.stack([places + half, np.maximum(heights, 0)], axis=1)
        if self.lying:
            low, high = low[:, ::-1], high[:, ::-1]
        colours = np.broadcast_to(self.values["colours"], (len(heights), 4))
        clip, ends = self.clip(canvas), (self.to_pixels(canvas, end) for end in (low, high))
        for (left, bottom), (right, top), colour in zip(*ends, colours, strict=True):
            raster.rectangle(canvas.pixels, clip, left, top, right, bottom, colour, self.opacity)

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """Bars, standing or lying."""
        heights = np.asarray(self.values["heights"], np.float64)
        colours = each(self.values["colours"], len(heights))
        width = float(self.values["width"])
        return (Pillars(self.seat, "bars", self.opacity, heights, width, colours, self.lying),)
