"""Arrows: the rows of a weight matrix, forces, fields."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas

__all__ = ["Arrows"]


class Arrows(DataLayer):
    """Arrows from `tails` (N, 2) to `tips` (N, 2), data coordinates.

    `width` of the shaft is in pixels of the stylesheet (at 1080p), the head is 4 widths long and
    3.4 wide, smaller on arrows that are shorter than that; `colours` straight RGBA bytes.
    """

    def __init__(
        self,
        plane: Plane,
        tails: Quantity,
        tips: Quantity,
        *,
        width: Quantity,
        colours: Quantity,
        clocks: Sequence[ValueTracker] = (),
        opacity: float = 1.0,
    ) -> None:
        super().__init__(
            plane,
            tails=tails,
            tips=tips,
            width=width,
            colours=colours,
            clocks=clocks,
            opacity=opacity,
        )

    def draw(self, canvas: Canvas) -> None:
        """Paint the arrows."""
        width = float(self.values["width"]) * canvas.line
        tips = self.to_pixels(canvas, self.values["tips"])
        tails = np.broadcast_to(self.to_pixels(canvas, self.values["tails"]), tips.shape)
        raster.arrows(
            canvas.pixels,
            self.clip(canvas),
            tails,
            tips,
            width,
            4 * width,
            3.4 * width,
            self.values["colours"],
            self.opacity,
        )
