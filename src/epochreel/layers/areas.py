"""Filled and outlined areas: bands, polygons that turn and move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.layers.shapes import offsets
from epochreel.look.style import rgba
from epochreel.marks.kinds import PIXEL, Bytes, Drawn, Floats, Polygons, Strokes, each

__all__ = ["Areas"]


class Areas(DataLayer):
    """Polygons with `corners`, one (S, 2) or several (L, S, 2), data coordinates, filled.

    They close by themselves and are drawn in their order; `colours` are straight RGBA bytes, (4,)
    or (L, 4), by default the colour of text. A corner that is not finite is left out. `turn`, a
    number or (N,), is by how many degrees they are turned, anticlockwise, about the point (0, 0) of
    their corners, which comes to stand `at` (2,) or (N, 2): one polygon at each, or each polygon at
    its own. `fill`, 0 to 1, is the opacity of the inside; outlines of a `width`, pixels of the
    stylesheet (at 1080p), are opaque.
    """

    quantity_shapes: ClassVar = {
        "at": "(2,) or (N, 2)",
        "turn": "a number or (N,)",
        "corners": "(S, 2) or (L, S, 2)",
        "colours": "(4,) or (C, 4)",
    }

    def __init__(
        self,
        plane: Plane,
        corners: Quantity,
        *,
        at: Quantity | None = None,
        turn: Quantity | None = None,
        colours: Quantity | None = None,
        fill: float = 1.0,
        width: float = 0.0,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        self.inside, self.thickness = float(fill), float(width)
        super().__init__(
            plane,
            corners=corners,
            at=at,
            turn=turn,
            colours=rgba(plane.style.chrome.maths) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )
        self._check()

    @property
    def polygons(self) -> Floats:
        """Their corners where they are now, data coordinates, (L, S, 2)."""
        self._check()
        corners = np.asarray(self.values["corners"], np.float64)
        corners = corners[None] if corners.ndim == 2 else corners
        if "turn" in self.values:
            angle = np.radians(self.values["turn"]).reshape(-1, 1)
            x, y = corners[..., 0], corners[..., 1]
            cosine, sine = np.cos(angle), np.sin(angle)
            corners = np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=-1)
        if "at" in self.values:
            corners = corners + self.values["at"].reshape(-1, 1, 2)
        return corners

    def draw(self, canvas: Canvas) -> None:
        """Fill the polygons, then draw their outlines."""
        polygons = self.polygons
        places, clip = self.to_pixels(canvas, polygons), self.clip(canvas)
        if self.inside:
            raster.polygons(
                canvas.pixels, clip, places, offsets(polygons),
                self._inks(self.inside), self.opacity,
            )  # fmt: skip
        if self.thickness:
            closed = _closed(polygons)
            raster.polylines(
                canvas.pixels, clip, self.to_pixels(canvas, closed), offsets(closed),
                self.thickness * canvas.line, self._inks(1), self.opacity,
            )  # fmt: skip

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The polygons, without the corners that are not finite, and their outlines."""
        polygons, found = self.polygons, list[Drawn]()
        if self.inside:
            whole = tuple(polygon[np.isfinite(polygon).all(axis=1)] for polygon in polygons)
            inks = self._inks(self.inside)
            found.append(Polygons(self.seat, "areas", self.opacity, whole, inks))
        if self.thickness:
            # Of what is filled they are the edge, and no data of their own.
            name, lines = "" if self.inside else "outlines", tuple(_closed(polygons))
            width = self.thickness * PIXEL
            found.append(Strokes(self.seat, name, self.opacity, lines, width, self._inks(1)))
        return tuple(found)

    def _check(self) -> None:
        """Raise ClipError unless there are as many of each quantity as polygons, or one."""
        one = {"corners": 2, "at": 1, "turn": 0, "colours": 1}
        counts = {
            name: len(values)
            for name, values in self.values.items()
            if values.ndim > one[name] and len(values) != 1
        }
        several = {count for name, count in counts.items() if name != "colours"}
        if len(several | {*counts.values()}) > 1 or ("colours" in counts and not several):
            told = " and ".join(f"{count} {name}" for name, count in counts.items())
            raise ClipError(f"Areas takes as many of each as it has polygons, or one, not {told}.")

    def _inks(self, share: float) -> Bytes:
        """The colour of each polygon (L, 4) at a share of its opacity."""
        inks = each(self.values["colours"], len(self.polygons)).copy()
        inks[:, 3] = np.rint(share * inks[:, 3])
        return inks


def _closed(polygons: Floats) -> Floats:
    """Polygons (L, S, 2) with the first corner at the end as well."""
    return np.concatenate([polygons, polygons[:, :1]], axis=1)
