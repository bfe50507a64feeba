"""Points of a data set, or of its image under a net, as anti-aliased discs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import ValueTracker
from numpy.typing import ArrayLike

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas

__all__ = ["Points"]


class Points(DataLayer):
    """Discs at `positions` (N, 2), data coordinates, drawn in their order.

    `radius` is in pixels of the stylesheet (at 1080p), a number or (N,); `colours` are straight
    RGBA bytes, (4,) or (N, 4). Each may be a function of the clocks.
    """

    def __init__(
        self,
        plane: Plane,
        positions: Quantity,
        *,
        radius: Quantity,
        colours: Quantity,
        clocks: Sequence[ValueTracker] = (),
        opacity: float = 1.0,
    ) -> None:
        super().__init__(
            plane,
            positions=positions,
            radius=radius,
            colours=colours,
            clocks=clocks,
            opacity=opacity,
        )

    def draw(self, canvas: Canvas) -> None:
        """Paint the discs."""
        radius: ArrayLike = np.asarray(self.values["radius"], dtype=np.float32) * canvas.line
        raster.discs(
            canvas.pixels,
            self.clip(canvas),
            self.to_pixels(canvas, self.values["positions"]),
            radius,
            self.values["colours"],
            self.opacity,
        )
