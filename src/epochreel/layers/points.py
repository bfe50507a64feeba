"""Points of a data set, or of its image under a net, as anti-aliased discs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.look.style import rgba
from epochreel.marks.kinds import PIXEL, Discs, Drawn, each

__all__ = ["Points"]

BEYOND = 2  # pixels that an edge may reach farther than its disc
GROWN = 1.2  # pixels of the stylesheet by which a halo is larger than its disc


class Points(DataLayer):
    """Discs at `positions` (N, 2), data coordinates, drawn in their order.

    `radius`, a number or (N,), is in pixels of the stylesheet (at 1080p), by default its `point`,
    and scales with the layer; `colours` are straight RGBA bytes, (4,) or (N, 4), by default the
    colour of text. Each may be a function of the clocks. `halo`, a colour (4,), sets the discs off
    from what they lie on.
    """

    quantity_shapes: ClassVar = {
        "positions": "(N, 2)",
        "radius": "a number or (N,)",
        "colours": "(4,) or (N, 4)",
        "halo": "(4,)",
    }

    def __init__(
        self,
        plane: Plane,
        positions: Quantity,
        *,
        radius: Quantity | None = None,
        colours: Quantity | None = None,
        halo: Quantity | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(
            plane,
            positions=positions,
            radius=plane.style.size.point if radius is None else radius,
            colours=rgba(plane.style.chrome.maths) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
            halo=halo,
        )

    def draw(self, canvas: Canvas) -> None:
        """Paint the discs."""
        centres = self.to_pixels(canvas, self.values["positions"])
        radius = np.asarray(self.values["radius"], dtype=np.float32)
        scale = canvas.line * self.magnification
        discs = [(radius, self.values["colours"])]
        if "halo" in self.values:
            discs.insert(0, (radius + np.float32(GROWN), self.values["halo"]))
        for size, colours in discs:
            raster.discs(
                canvas.pixels, self.clip(canvas), centres, size * scale, colours, self.opacity
            )

    def shades(self, canvas: Canvas) -> raster.Shades:
        """The tiles that the discs reach."""
        centres = self.to_pixels(canvas, self.values["positions"])
        radius = self.values["radius"] + (GROWN if "halo" in self.values else 0)
        reach = radius * canvas.line * self.magnification + BEYOND
        return raster.touched(canvas.pixels, self.clip(canvas), centres, centres, reach)

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """Discs in their order."""
        points = np.asarray(self.values["positions"], np.float64)
        count, unit = len(points), PIXEL * self.magnification
        radius = np.broadcast_to(np.asarray(self.values["radius"], np.float64) * unit, count)
        halo = (GROWN * unit, self.values["halo"]) if "halo" in self.values else None
        colours = each(self.values["colours"], count)
        return (Discs(self.seat, "points", self.opacity, points, radius, colours, halo),)
