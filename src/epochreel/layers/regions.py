"""Decision regions of a linear classifier of the plane: wedges with straight boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from manim import ValueTracker
from numpy.typing import NDArray

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.look.style import rgba
from epochreel.marks.kinds import Drawn, Floats, Polygons, each

__all__ = ["Regions"]


class Regions(DataLayer):
    """Colour (x, y) by the class k whose `weights[k]` · (x, y) + `biases[k]` is the largest.

    `weights` are (K, 2), `biases` (K,), in data coordinates; `colours` are straight RGBA bytes
    (K, 4), by default the class colours, and the opacity that of a region.
    """

    heeds_damage = True

    quantity_shapes: ClassVar = {
        "weights": "(K, 2)",
        "biases": "(K,)",
        "colours": "(4,) or (K, 4)",
    }

    def __init__(
        self,
        plane: Plane,
        weights: Quantity,
        biases: Quantity,
        *,
        colours: Quantity | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float | None = None,
    ) -> None:
        super().__init__(
            plane,
            weights=weights,
            biases=biases,
            clocks=clocks,
            opacity=plane.style.opacity.region if opacity is None else opacity,
            colours=colours,
        )
        if colours is None:
            fills = plane.style.regions(len(self.values["weights"]))
            self.fix("colours", np.stack([rgba(fill) for fill in fills]))

    def draw(self, canvas: Canvas) -> None:
        """Fill the panel with the regions."""
        raster.wedges(canvas.pixels, *self._filled(canvas), damaged=canvas.damaged)

    def shades(self, canvas: Canvas) -> raster.Shades:
        """The regions' colours: only where a boundary moved is anything painted anew."""
        return raster.wedge_shades(canvas.pixels, *self._filled(canvas))

    def _filled(
        self, canvas: Canvas
    ) -> tuple[tuple[int, int, int, int], NDArray[np.float64], NDArray[Any], float]:
        """What is filled: the clip rectangle, scores of pixels, colours and opacity."""
        # w · h + b with pixels p = M h + o becomes (M⁻ᵀ w) · p + (b − M⁻ᵀ w · o).
        matrix, offset = self.transformation(canvas)
        weights = np.asarray(self.values["weights"], dtype=np.float64) @ np.linalg.inv(matrix)
        biases = np.asarray(self.values["biases"], dtype=np.float64) - weights @ offset
        scores = np.column_stack([weights, biases])
        return self.clip(canvas), scores, self.values["colours"], self.opacity

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The regions within the limits, polygons since their boundaries are straight."""
        weights = np.asarray(self.values["weights"], np.float64)
        biases = np.asarray(self.values["biases"], np.float64)
        colours = each(self.values["colours"], len(weights))
        left, right, bottom, top = self.data_limits
        found = []
        for k, colour in enumerate(colours):
            polygon = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
            for normal, offset in zip(weights[k] - weights, biases[k] - biases, strict=True):
                polygon = _half_plane(polygon, normal, offset)
            if len(polygon):
                found.append((polygon, colour))
        polygons, paints = zip(*found, strict=True)
        return (Polygons(self.seat, "regions", self.opacity, polygons, np.array(paints)),)


def _half_plane(polygon: Floats, normal: Floats, offset: float) -> Floats:
    """The part of a convex polygon (S, 2) where normal · x + offset ≥ 0.

    Source: I. Sutherland and G. Hodgman, Reentrant polygon clipping, 1974.
    """
    kept = []
    heights = polygon @ normal + offset
    for i, (point, height) in enumerate(zip(polygon, heights, strict=True)):
        before, last = polygon[i - 1], heights[i - 1]
        if (height < 0) != (last < 0):
            kept.append(before + last / (last - height) * (point - before))
        if height >= 0:
            kept.append(point)
    return np.array(kept).reshape(-1, 2)
