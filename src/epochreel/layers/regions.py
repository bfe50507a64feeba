"""Decision regions of a linear classifier of the plane: wedges with straight boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.look.style import rgba

__all__ = ["Regions"]


class Regions(DataLayer):
    """Colour (x, y) by the class k whose `weights[k]` · (x, y) + `biases[k]` is the largest.

    `weights` are (K, 2), `biases` (K,), in data coordinates; `colours` are straight RGBA bytes
    (K, 4), by default the class colours, and the opacity that of a region.
    """

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
            self.values["colours"] = np.stack([rgba(fill) for fill in fills])

    def draw(self, canvas: Canvas) -> None:
        """Fill the panel with the regions."""
        # w · h + b with pixels p = M h + o becomes (M⁻ᵀ w) · p + (b − M⁻ᵀ w · o).
        matrix, offset = self.transformation(canvas)
        weights = np.asarray(self.values["weights"], dtype=np.float64) @ np.linalg.inv(matrix)
        biases = np.asarray(self.values["biases"], dtype=np.float64) - weights @ offset
        raster.wedges(
            canvas.pixels,
            self.clip(canvas),
            np.column_stack([weights, biases]),
            self.values["colours"],
            self.opacity,
        )
