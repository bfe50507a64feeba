"""A sequence as stems: each of its numbers a point on a line that rises from zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.look.style import rgba
from epochreel.marks.kinds import PIXEL, Discs, Drawn, Floats, Strokes, each

__all__ = ["Stems"]


class Stems(DataLayer):
    """Points at the heights `values` (N,) over `positions` (N,), by default 0 … N − 1, on stems.

    A stem stands, or hangs, on the line y = 0. `radius` and `width` are in pixels of the stylesheet
    (at 1080p), by default its `point_large` and `curve`; `colours` are straight RGBA bytes, (4,) or
    (N, 4), by default the colour of text.
    """

    quantity_shapes: ClassVar = {
        "values": "(N,)",
        "positions": "(N,)",
        "radius": "a number",
        "width": "a number",
        "colours": "(4,) or (N, 4)",
    }

    def __init__(
        self,
        plane: Plane,
        values: Quantity,
        positions: Quantity | None = None,
        *,
        radius: Quantity | None = None,
        width: Quantity | None = None,
        colours: Quantity | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(
            plane,
            values=values,
            positions=positions,
            radius=plane.style.size.point_large if radius is None else radius,
            width=plane.style.line.curve if width is None else width,
            colours=rgba(plane.style.chrome.maths) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )

    @property
    def stems(self) -> Floats:
        """Foot and head of each, (N, 2, 2)."""
        heights = np.asarray(self.values["values"], np.float64)
        places = np.asarray(self.values.get("positions", np.arange(len(heights))), np.float64)
        feet = np.stack([places, np.zeros(len(heights))], axis=1)
        return np.stack([feet, np.stack([places, heights], axis=1)], axis=1)

    def draw(self, canvas: Canvas) -> None:
        """Paint the stems, then their points."""
        stems, clip, colours = self.stems, self.clip(canvas), self.values["colours"]
        offsets = 2 * np.arange(len(stems) + 1)
        width = float(self.values["width"]) * canvas.line
        radius = float(self.values["radius"]) * canvas.line * self.magnification
        places, heads = self.to_pixels(canvas, stems), self.to_pixels(canvas, stems[:, 1])
        raster.polylines(canvas.pixels, clip, places, offsets, width, colours, self.opacity)
        raster.discs(canvas.pixels, clip, heads, radius, colours, self.opacity)

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """Lines, and the points that they carry."""
        stems, seat = self.stems, self.seat
        colours = each(self.values["colours"], len(stems))
        radius = np.full(len(stems), float(self.values["radius"]) * PIXEL * self.magnification)
        width = float(self.values["width"]) * PIXEL
        return (
            Strokes(seat, "stems", self.opacity, tuple(stems), width, colours),
            Discs(seat, "points", self.opacity, stems[:, 1], radius, colours),
        )
