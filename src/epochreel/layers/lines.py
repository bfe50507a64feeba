"""Curves and grids: polylines that are one shape, however often they cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.layers.shapes import offsets
from epochreel.look.style import rgba
from epochreel.marks.kinds import PIXEL, Drawn, Floats, Strokes, each

__all__ = ["Cross", "Lines", "ScaleBar", "grid"]

BEYOND = 2  # pixels that an edge may reach farther than its line
TICK = 6  # pixels of the stylesheet from a scale bar to the end of a tick


def grid(
    x: tuple[float, float], y: tuple[float, float], step: float, samples: int
) -> NDArray[np.float32]:
    """Lines of a square grid as polylines (L, samples, 2), first the upright ones.

    Lines stand at the multiples of `step` within the limits, and end at the limits; `samples`
    vertices along each let a net bend them.
    """

    def multiples(low: float, high: float) -> NDArray[np.float64]:
        return step * np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1)

    across, up = np.linspace(*x, samples), np.linspace(*y, samples)
    upright = [np.stack([np.full(samples, at), up], axis=1) for at in multiples(*x)]
    level = [np.stack([across, np.full(samples, at)], axis=1) for at in multiples(*y)]
    return np.asarray(upright + level, dtype=np.float32)


class Lines(DataLayer):
    """Polylines through `vertices`, one (S, 2) or several (L, S, 2), data coordinates.

    `width` is in pixels of the stylesheet (at 1080p); `colours` are straight RGBA bytes, (4,) or
    (L, 4); by default both are those of a warped grid. Lines of one colour are one shape:
    crossings and joints are no brighter than the rest. A vertex that is not finite breaks its line.
    """

    quantity_shapes: ClassVar = {
        "vertices": "(S, 2) or (L, S, 2)",
        "width": "a number",
        "colours": "(4,) or (L, 4)",
    }

    def __init__(
        self,
        plane: Plane,
        vertices: Quantity,
        *,
        width: Quantity | None = None,
        colours: Quantity | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(
            plane,
            vertices=vertices,
            width=plane.style.line.warped_grid if width is None else width,
            colours=rgba(plane.style.chrome.warped_grid) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )

    def draw(self, canvas: Canvas) -> None:
        """Paint the lines."""
        vertices = self.values["vertices"]
        raster.polylines(
            canvas.pixels,
            self.clip(canvas),
            self.to_pixels(canvas, vertices),
            offsets(vertices),
            float(self.values["width"]) * canvas.line,
            self.values["colours"],
            self.opacity,
        )

    def shades(self, canvas: Canvas) -> raster.Shades:
        """The tiles that the pieces of the lines reach."""
        vertices = self.values["vertices"]
        places = self.to_pixels(canvas, vertices).reshape(-1, vertices.shape[-2], 2)
        starts, ends = places[:, :-1].reshape(-1, 2), places[:, 1:].reshape(-1, 2)
        reach = float(self.values["width"]) * canvas.line / 2 + BEYOND
        return raster.touched(canvas.pixels, self.clip(canvas), starts, ends, reach)

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """Lines, each of its colour."""
        vertices = np.asarray(self.values["vertices"], np.float64)
        lines = tuple(vertices[None] if vertices.ndim == 2 else vertices)
        return (_strokes(self, "lines", lines),)


class Cross(DataLayer):
    """The axes through the data's origin, right across the panel; it follows every zoom."""

    quantity_shapes: ClassVar = {
        "width": "a number",
        "colours": "(4,)",
    }

    def __init__(
        self, plane: Plane, *, width: float, colours: ArrayLike, opacity: float = 1.0
    ) -> None:
        super().__init__(plane, width=width, colours=colours, opacity=opacity)

    def draw(self, canvas: Canvas) -> None:
        """Paint both axes, each where it lies within the limits."""
        left, right, bottom, top = self.data_limits
        ends = [[left, 0], [right, 0], [0, bottom], [0, top]]
        raster.polylines(
            canvas.pixels,
            self.clip(canvas),
            # A line on the border between two pixels would be two pixels of half its strength.
            np.floor(self.to_pixels(canvas, ends)) + 0.5,
            np.array([0, 2, 4]),
            float(self.values["width"]) * canvas.line,
            self.values["colours"],
            self.opacity,
        )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """Those of the axes that lie within the limits."""
        left, right, bottom, top = self.data_limits
        axes = np.array([[[left, 0], [right, 0]], [[0, bottom], [0, top]]])
        within = [bottom <= 0 <= top, left <= 0 <= right]
        return (_strokes(self, "", tuple(axes[within])),)


class ScaleBar(DataLayer):
    """A bar as long as `length` data units, its left end at a place of the panel that stays.

    `at` are the shares of the panel's width and height where the left end stands. While the view
    zooms out the bar shrinks, which is what tells a viewer that the data grows.
    """

    quantity_shapes: ClassVar = {
        "length": "a number",
        "at": "(2,)",
        "width": "a number",
        "colours": "(4,)",
    }

    def __init__(
        self,
        plane: Plane,
        length: float,
        *,
        at: tuple[float, float],
        width: float,
        colours: ArrayLike,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(plane, length=length, at=at, width=width, colours=colours, opacity=opacity)

    def draw(self, canvas: Canvas) -> None:
        """Paint the bar with a tick at each end."""
        left, right, bottom, top = self.data_limits
        across, up = self.values["at"]
        start = np.array([left + across * (right - left), bottom + up * (top - bottom)])
        along = np.array([float(self.values["length"]), 0])
        ends = np.rint(self.to_pixels(canvas, [start, start + along]))
        tick = np.array([0, TICK * canvas.line])
        vertices = [
            ends[0],
            ends[1],
            ends[0] - tick,
            ends[0] + tick,
            ends[1] - tick,
            ends[1] + tick,
        ]
        raster.polylines(
            canvas.pixels,
            self.clip(canvas),
            np.array(vertices),
            np.array([0, 2, 4, 6]),
            float(self.values["width"]) * canvas.line,
            self.values["colours"],
            self.opacity,
        )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The bar and its ticks."""
        seat = self.seat
        left, right, bottom, top = self.data_limits
        across, up = self.values["at"]
        start = np.array([left + across * (right - left), bottom + up * (top - bottom)])
        end = start + np.array([float(self.values["length"]), 0])
        tick = np.array([0, TICK * PIXEL / seat.box.height * (top - bottom)])
        lines = [[start, end], [start - tick, start + tick], [end - tick, end + tick]]
        return (_strokes(self, "", tuple(np.array(lines))),)


def _strokes(layer: DataLayer, name: str, lines: tuple[Floats, ...]) -> Strokes:
    """Lines of a layer that has a width and colours."""
    width = float(layer.values["width"]) * PIXEL
    colours = each(layer.values["colours"], len(lines))
    return Strokes(layer.seat, name, layer.opacity, lines, width, colours)
