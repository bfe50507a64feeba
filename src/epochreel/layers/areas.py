"""Filled areas: bands, polygons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.layers.shapes import offsets
from epochreel.look.style import rgba
from epochreel.marks.kinds import Drawn, Polygons, each

__all__ = ["Areas"]


class Areas(DataLayer):
    """Polygons with `corners`, one (S, 2) or several (L, S, 2), data coordinates, filled.

    They close by themselves and are drawn in their order; `colours` are straight RGBA bytes, (4,)
    or (L, 4), by default the colour of text. A corner that is not finite is left out.
    """

    quantity_shapes: ClassVar = {
        "corners": "(S, 2) or (L, S, 2)",
        "colours": "(4,) or (L, 4)",
    }

    def __init__(
        self,
        plane: Plane,
        corners: Quantity,
        *,
        colours: Quantity | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(
            plane,
            corners=corners,
            colours=rgba(plane.style.chrome.maths) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )

    def draw(self, canvas: Canvas) -> None:
        """Fill the polygons."""
        corners = self.values["corners"]
        raster.polygons(
            canvas.pixels,
            self.clip(canvas),
            self.to_pixels(canvas, corners),
            offsets(corners),
            self.values["colours"],
            self.opacity,
        )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The polygons, without the corners that are not finite."""
        corners = np.asarray(self.values["corners"], np.float64)
        polygons = tuple(
            polygon[np.isfinite(polygon).all(axis=1)]
            for polygon in (corners[None] if corners.ndim == 2 else corners)
        )
        colours = each(self.values["colours"], len(polygons))
        return (Polygons(self.seat, "areas", self.opacity, polygons, colours),)
