"""Arrows: the rows of a weight matrix, forces, fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker
from numpy.typing import ArrayLike

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.marks.kinds import PIXEL, Arrowheads, Drawn, each

__all__ = ["Arrows"]

GROWN = 4  # pixels of the stylesheet by which a halo is wider than its arrow


class Arrows(DataLayer):
    """Arrows from `tails` (N, 2) to `tips` (N, 2), data coordinates.

    `width` of the shaft is in pixels of the stylesheet (at 1080p), the head is 4 widths long and
    3.4 wide, smaller on arrows that are shorter than that; `colours` are straight RGBA bytes, (4,)
    or (N, 4). `halo`, a colour (4,), sets the arrows off from what they lie on.
    """

    quantity_shapes: ClassVar = {
        "tips": "(N, 2)",
        "tails": "(1, 2) or (N, 2)",
        "width": "a number",
        "colours": "(4,) or (N, 4)",
        "halo": "(4,)",
    }

    def __init__(
        self,
        plane: Plane,
        tails: Quantity,
        tips: Quantity,
        *,
        width: Quantity,
        colours: Quantity,
        halo: Quantity | None = None,
        clocks: Sequence[ValueTracker] | None = None,
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
            halo=halo,
        )

    def ends(self) -> tuple[ArrayLike, ArrayLike]:
        """Tails and tips, data coordinates."""
        return self.values["tails"], self.values["tips"]

    def draw(self, canvas: Canvas) -> None:
        """Paint the arrows."""
        width = float(self.values["width"]) * canvas.line
        start, end = self.ends()
        tips = self.to_pixels(canvas, end)
        tails = np.broadcast_to(self.to_pixels(canvas, start), tips.shape)
        shapes = [(width, self.values["colours"])]
        if "halo" in self.values:
            shapes.insert(0, (width + GROWN * canvas.line, self.values["halo"]))
        for thickness, colours in shapes:
            raster.arrows(
                canvas.pixels,
                self.clip(canvas),
                tails,
                tips,
                thickness,
                4 * width,
                2.4 * width + thickness,
                colours,
                self.opacity,
            )

    def shades(self, canvas: Canvas) -> raster.Shades:
        """The tiles that the boxes about the arrows reach."""
        start, end = self.ends()
        tips = self.to_pixels(canvas, end)
        tails = np.broadcast_to(self.to_pixels(canvas, start), tips.shape)
        halo = GROWN if "halo" in self.values else 0
        reach = (3.4 * float(self.values["width"]) + halo) / 2 * canvas.line + 1
        return raster.touched(canvas.pixels, self.clip(canvas), tails, tips, reach)

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """Arrows, those of no length among them."""
        start, end = (np.asarray(ends, np.float64) for ends in self.ends())
        width = float(self.values["width"]) * PIXEL
        halo = (GROWN * PIXEL, self.values["halo"]) if "halo" in self.values else None
        colours, tails = each(self.values["colours"], len(end)), np.broadcast_to(start, end.shape)
        return (Arrowheads(self.seat, "arrows", self.opacity, tails, end, width, colours, halo),)
