"""Pictures and patches: a square of one colour for each number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers.data import DataLayer, Plane, Quantity, View
from epochreel.layers.layer import Canvas
from epochreel.marks.kinds import Bytes, Drawn, Heat

__all__ = ["Image"]

LEVELS = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1) | np.array(
    [0, 0, 0, 255], np.uint8
)
"""The table by which a level is itself."""


class Image(DataLayer):
    """A picture of `values` (h, w), its first row at the top, a sharp rectangle for each.

    It fills `x` and `y`, by default the w × h squares of the data from (0, 0) on. `table` (256, 4)
    holds the colours from `low` to `high`; what is beyond is held there. Values (h, w, 3), from 0
    to 255, are themselves red, green and blue. A value that is not finite leaves a hole.
    """

    quantity_shapes: ClassVar = {"values": "(H, W) or (H, W, 3)"}

    def __init__(
        self,
        plane: Plane,
        values: Quantity,
        *,
        low: float,
        high: float,
        table: Bytes,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        if not (np.isfinite([low, high]).all() and low < high):
            raise ClipError(
                f"The range {low:g}…{high:g} of an image is empty; put the lower first."
            )
        self.low, self.high, self.table = float(low), float(high), table
        super().__init__(plane, values=values, clocks=clocks, opacity=opacity)
        rows, columns = self.values["values"].shape[:2]
        limits = View(x or (0, columns), y or (0, rows)).limits
        self.extent = np.array(limits).reshape(2, 2)

    def draw(self, canvas: Canvas) -> None:
        """Paint the part of the picture that lies in the panel."""
        (left, bottom), (right, top) = self.to_pixels(canvas, self.extent.T)
        raster.image(
            canvas.pixels,
            self.clip(canvas),
            self.values["values"][::-1],
            *(left, top, right, bottom),
            *self._colours,
            self.opacity,
        )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The values with their colours."""
        x, y = ((low, high) for low, high in self.extent.tolist())
        values = np.asarray(self.values["values"][::-1], np.float64)
        table, low, high = self._colours
        return (Heat(self.seat, "image", self.opacity, values, x, y, low, high, table, False),)

    @property
    def _colours(self) -> tuple[Bytes, float, float]:
        """The table, and the values at its ends."""
        if self.values["values"].ndim == 3:
            return LEVELS, 0.0, 255.0
        return self.table, self.low, self.high
