"""A signal as a line through its samples, of whichever there are thousands to a pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker
from numpy.typing import NDArray

from epochreel import raster
from epochreel.layers.data import DataLayer, Plane, Quantity, View
from epochreel.layers.layer import Canvas
from epochreel.look.style import rgba
from epochreel.marks.kinds import PIXEL, Drawn, Floats, Polygons, each

__all__ = ["Waveform"]

SLICES = 3  # of a column of pixels, in which the line goes from its lowest to its highest sample


class Waveform(DataLayer):
    """The line through `samples` (N,), evenly spaced over `x`, by default the view's limits.

    The first sample stands at x[0], the last at x[1], data units; only what lies between the two
    places `shown` (2,) is drawn, a playing head being a function of a clock. However many samples
    a pixel has, all count: the picture is that of a line through all. `width` is in pixels of the
    stylesheet (at 1080p), by default its `curve`; `colours` are straight RGBA bytes (4,), by
    default the colour of text. A sample that is not finite breaks the line.
    """

    quantity_shapes: ClassVar = {
        "samples": "(N,)",
        "shown": "(2,)",
        "width": "a number",
        "colours": "(4,)",
    }

    def __init__(
        self,
        plane: Plane,
        samples: Quantity,
        *,
        x: tuple[float, float] | None = None,
        shown: Quantity | None = None,
        width: Quantity | None = None,
        colours: Quantity | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        left, right, bottom, top = plane.view.limits
        self.extent = np.array(View(x or (left, right), (bottom, top)).limits[:2])
        super().__init__(
            plane,
            samples=samples,
            shown=self.extent if shown is None else shown,
            width=plane.style.line.curve if width is None else width,
            colours=rgba(plane.style.chrome.maths) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )

    def draw(self, canvas: Canvas) -> None:
        """Fill what the line covers."""
        clip = self.clip(canvas)
        matrix, offset = self.transformation(canvas)
        width = float(self.values["width"]) * canvas.line
        low, high = self._covered(matrix.diagonal(), offset, clip[0], clip[2], SLICES, width)
        # A line thinner than a pixel becomes fainter instead.
        opacity = self.opacity * min(width, 1.0)
        colours = self.values["colours"]
        raster.ribbon(canvas.pixels, clip, clip[0], low, high, colours, opacity)

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The outline of the line, a corner for each pixel of the stylesheet."""
        seat = self.seat
        scale = np.array([seat.box.width, seat.box.height]) / np.diff([seat.x, seat.y])[:, 0]
        scale /= PIXEL
        offset = -scale * [seat.x[0], seat.y[0]]
        columns = int(np.ceil(seat.box.width / PIXEL))
        low, high = self._covered(scale, offset, 0, columns, 1, float(self.values["width"]))
        places = np.stack([np.tile(np.arange(columns) + 0.5, 2), np.append(low, high)], axis=1)
        below, above = ((places - offset) / scale).reshape(2, -1, 2)
        filled = np.flatnonzero(low[:, 0] < high[:, 0])
        runs = np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1) if len(filled) else []
        polygons = tuple(np.concatenate([below[run], above[run[::-1]]]) for run in runs)
        colours = each(self.values["colours"], len(polygons))
        return (Polygons(seat, "waveforms", self.opacity, polygons, colours),)

    def _covered(
        self,
        scale: NDArray[np.floating],
        offset: NDArray[np.floating],
        left: int,
        right: int,
        slices: int,
        width: float,
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """From where to where a line of a width covers each slice of the columns, (C, slices) each.

        Data · scale + offset, (2,) each, are pixels; from is above to where nothing is covered.
        The line lies within `width` / 2, half a pixel at least, of the signal: in a slice, those
        of its neighbours within that reach count, raised as a disc is round.
        """
        radius = max(width, 1.0) / 2
        reach = int(np.ceil(radius * slices))
        count = max(right - left, 0) * slices
        edges = left + np.arange(-reach, count + reach + 1) / slices
        low, high = self._extremes(scale[0], offset[0], edges)
        ends = (np.stack([low, high]) * scale[1] + offset[1]).astype(np.float32)
        empty = ~np.isfinite(ends).all(axis=0)
        low, high = ends.min(axis=0), ends.max(axis=0)
        low[empty], high[empty] = np.inf, -np.inf
        first, last = np.full((2, count), [[np.inf], [-np.inf]], np.float32)
        for step in range(-reach, reach + 1):
            # A neighbour counts where it is farthest, or what is steep would be too wide.
            away = (abs(step) + 0.5) / slices if step else 0.0
            if away <= radius:
                rise = math.sqrt(radius**2 - away**2)
                part = slice(reach + step, reach + step + count)
                np.minimum(first, low[part] - rise, out=first)
                np.maximum(last, high[part] + rise, out=last)
        return first.reshape(-1, slices), last.reshape(-1, slices)

    def _extremes(
        self, scale: float, offset: float, edges: Floats
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """The signal's least and largest value between edges (E,), pixels; NaN where there is none.

        Between samples it is a straight line.
        """
        samples = self.values["samples"]
        if not len(samples):
            return np.full(len(edges) - 1, np.nan), np.full(len(edges) - 1, np.nan)
        samples = samples.astype(np.result_type(samples, np.float32), copy=False)
        first, last = self.extent * scale + offset
        begin, end = np.clip(self.values["shown"] * scale + offset, first, last)
        at = (np.clip(edges, begin, end) - first) / (last - first) * (len(samples) - 1)
        before = at.astype(np.int64)
        after, ended = before + 1, np.append(samples, samples[-1])
        with np.errstate(invalid="ignore"):
            values = ended[before] + (at - before) * (ended[after] - ended[before])
        none = (edges[1:] <= begin) | (edges[:-1] >= end)
        extremes = []
        for extreme in (np.minimum, np.maximum):
            # Where no sample lies between two edges, `reduceat` takes the next.
            inside = extreme.reduceat(ended, after)[:-1]
            inside = np.where(after[:-1] < after[1:], inside, values[1:])
            found = extreme(extreme(values[:-1], values[1:]), inside)
            extremes.append(np.where(none, np.nan, found))
        return extremes[0], extremes[1]
