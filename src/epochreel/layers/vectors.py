"""Vector fields: arrows whose lengths mean something."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker
from numpy.typing import ArrayLike

from epochreel.errors import ClipError
from epochreel.layers.arrows import Arrows
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.look.style import rgba

__all__ = ["VectorField"]


class VectorField(Arrows):
    """Arrows from `positions` (N, 2) along `vectors` (N, 2), `scale` data units a unit of vector.

    Vectors longer than `maximum` keep their direction and are drawn as long as that: say so where
    it happens. `width`, `colours` and `halo` are those of `Arrows`; a `ScaleArrow` tells a viewer
    what the lengths mean.
    """

    quantity_shapes: ClassVar = {
        "vectors": "(N, 2)",
        "positions": "(1, 2) or (N, 2)",
        "width": "a number",
        "colours": "(4,) or (N, 4)",
        "halo": "(4,)",
    }

    def __init__(
        self,
        plane: Plane,
        positions: Quantity,
        vectors: Quantity,
        *,
        scale: float = 1.0,
        maximum: float = math.inf,
        width: Quantity | None = None,
        colours: Quantity | None = None,
        halo: Quantity | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        if not (math.isfinite(scale) and maximum > 0):
            raise ClipError(
                f"A vector field cannot have a scale of {scale} and a maximum of {maximum}: the "
                "one must be finite, the other positive."
            )
        self.scale_factor, self.maximum = float(scale), float(maximum)
        DataLayer.__init__(
            self,
            plane,
            positions=positions,
            vectors=vectors,
            width=plane.style.line.curve if width is None else width,
            colours=rgba(plane.style.chrome.maths) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
            halo=halo,
        )

    def ends(self) -> tuple[ArrayLike, ArrayLike]:
        """Tails and tips, data coordinates."""
        tails = np.asarray(self.values["positions"], dtype=np.float64)
        vectors = np.asarray(self.values["vectors"], dtype=np.float64).reshape(-1, 2)
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        held = self.scale_factor * np.minimum(1, self.maximum / np.maximum(length, 1e-300))
        return tails, tails + held * vectors
