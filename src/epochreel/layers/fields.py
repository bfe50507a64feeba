"""Scalar functions of the plane: heat maps and level lines of one smooth interpolant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

import numpy as np
from manim import DL, UR, Mobject, ValueTracker
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers.data import DataLayer, Plane, Quantity, View
from epochreel.layers.gaps import outside
from epochreel.layers.layer import Canvas
from epochreel.layers.level_labels import Label, label_cap, numbered, place_labels
from epochreel.look import colour_maps
from epochreel.look.style import SHORTER_SIDE, rgba
from epochreel.marks.kinds import PIXEL, Drawn, Heat, Strokes, each

__all__ = ["Field", "LevelLines"]


class _Sampled(DataLayer):
    """What draws `values` (h, w), sampled on a regular lattice over limits of x and y."""

    def __init__(
        self,
        plane: Plane,
        values: Quantity,
        x: tuple[float, float] | None,
        y: tuple[float, float] | None,
        *,
        clocks: Sequence[ValueTracker] | None,
        opacity: float,
        **quantities: Quantity | None,
    ) -> None:
        left, right, bottom, top = plane.view.limits
        limits = View(x or (left, right), y or (bottom, top)).limits
        self.extent = np.array(limits).reshape(2, 2)
        super().__init__(plane, values=values, clocks=clocks, opacity=opacity, **quantities)

    def rectangle(self, canvas: Canvas) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the lattice in pixels."""
        (left, bottom), (right, top) = self.to_pixels(canvas, self.extent.T)
        return float(left), float(top), float(right), float(bottom)


class Field(_Sampled):
    """A heat map of `values` (h, w), smooth between its samples.

    The samples lie on the lattice over `x` and `y` (the view's limits at construction, by default)
    that `lattice` gives, rows from below: values[0, 0] belongs to (x[0], y[0]). `colour_map` is a
    name in the stylesheet's table, stretched from `low` to `high`; what is beyond is held there.
    A value that is not finite leaves a hole.
    """

    quantity_shapes: ClassVar = {
        "values": "(h, w)",
    }

    def __init__(
        self,
        plane: Plane,
        values: Quantity,
        *,
        low: float,
        high: float,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        colour_map: str = "energy",
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        if not (np.isfinite([low, high]).all() and low < high):
            raise ClipError(f"The range {low:g}…{high:g} of a field is empty; put the lower first.")
        self.low, self.high = float(low), float(high)
        self.table = colour_maps.colours(plane.style, colour_map)
        super().__init__(plane, values, x, y, clocks=clocks, opacity=opacity)

    def draw(self, canvas: Canvas) -> None:
        """Colour the part of the panel that the lattice covers."""
        raster.field(
            canvas.pixels,
            self.clip(canvas),
            self.values["values"],
            *self.rectangle(canvas),
            self.table,
            self.low,
            self.high,
            self.opacity,
        )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The values with their colours."""
        x, y = ((low, high) for low, high in self.extent.tolist())
        values = np.asarray(self.values["values"], np.float64)
        limits = x, y, self.low, self.high
        return (Heat(self.seat, "field", self.opacity, values, *limits, self.table),)


class LevelLines(_Sampled):
    """The lines where the function that a `Field` of these `values` shows has the given `levels`.

    `width` is in pixels of the stylesheet (at 1080p), `colours` are straight RGBA bytes, (4,) or
    (L, 4); by default both are the stylesheet's. With `labels`, each line carries its level where
    it crosses `ray`, from one point of the data to another (from the centre of the lattice to its
    top right corner, by default): a number moves with its line and fades where there is no room,
    where the line leaves the panel or grazes the ray. Earlier levels go before later ones. Numbers
    keep away from `words`, by default the panel's own labels, which stand still on it.
    """

    shared = (*DataLayer.shared, "style")

    quantity_shapes: ClassVar = {
        "values": "(h, w)",
        "levels": "(L,)",
        "width": "a number",
        "colours": "(4,) or (L, 4)",
    }

    def __init__(
        self,
        plane: Plane,
        values: Quantity,
        levels: ArrayLike,
        *,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        width: Quantity | None = None,
        colours: Quantity | None = None,
        labels: bool = False,
        ray: ArrayLike | None = None,
        words: Iterable[Mobject] | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        self.levels = np.atleast_1d(np.asarray(levels, dtype=np.float64))
        self.labels, self.style = labels, plane.style
        super().__init__(
            plane,
            values,
            x,
            y,
            levels=self.levels,
            width=plane.style.line.level if width is None else width,
            colours=rgba(plane.style.chrome.level) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )
        ends = [self.extent.mean(axis=1), self.extent[:, 1]] if ray is None else ray
        self.ray: NDArray[np.float64] = np.asarray(ends, dtype=np.float64)
        self.words = _boxes(plane, getattr(plane, "labels", ()) if words is None else words)

    def draw(self, canvas: Canvas) -> None:
        """Paint the lines, and their numbers in gaps that they leave."""
        clip, colours = self.clip(canvas), self.values["colours"]
        cap = label_cap(self.style, min(canvas.pixels.shape[:2]) * self.magnification)
        left, top, right, bottom = clip
        low, size = np.array([left, -bottom]), np.array([right - left, bottom - top])
        labels = self._labels(lambda at: self.to_pixels(canvas, at) * [1, -1], low, size, cap)
        inks = np.broadcast_to(colours, (len(self.levels), 4))
        with numbered(
            canvas.pixels, clip, labels, self.levels, inks, cap, self.style, self.opacity
        ):
            raster.level_lines(
                canvas.pixels,
                clip,
                self.values["values"],
                *self.rectangle(canvas),
                self.levels,
                float(self.values["width"]) * canvas.line,
                colours,
                self.opacity,
            )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The lines, with gaps, and the numbers that stand there, as faint as they are."""
        seat = self.seat
        (left, right), (bottom, top) = self.extent.tolist()
        values = np.asarray(self.values["values"], np.float64)
        rows, columns = values.shape
        xs, ys = np.linspace(left, right, columns), np.linspace(bottom, top, rows)
        paths = [
            (line, index)
            for index, level in enumerate(self.levels)
            for line in raster.level_paths(values, xs, ys, level)
        ]
        colours = each(self.values["colours"], len(self.levels))
        words = []
        cap = label_cap(self.style, SHORTER_SIDE * self.magnification)
        low, size = seat.box.corner[:2], np.array([seat.box.width, seat.box.height])
        for label in self._labels(seat.to_scene, low, size, cap):
            level, ink = self.levels[label.index], colours[label.index]
            words.append(label.words(level, cap, ink, self.style, self.opacity))
            if label.weight >= 0.5:
                gap = label.gap(level, cap, self.style)
                paths = [
                    (part, index)
                    for line, index in paths
                    for part in outside(line, seat.to_scene(line), gap)
                ]
        which = np.array([index for _, index in paths], np.int64)
        lines = Strokes(
            seat,
            "levels",
            self.opacity,
            tuple(line for line, _ in paths),
            float(self.values["width"]) * PIXEL,
            colours[which],
            self.levels[which],
        )
        return (lines, *words)

    def _labels(
        self,
        to_picture: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        low: NDArray[np.float64],
        size: NDArray[np.float64],
        cap: float,
    ) -> list[Label]:
        """Where the numbers stand in a picture of the panel, y upwards, from `low` on (2,)."""
        if not self.labels:
            return []
        return place_labels(
            self.values["values"],
            self.extent,
            self.levels,
            self.ray,
            to_picture,
            np.array([low, low + size]),
            low + self.words * size,
            cap,
            self.style,
        )


def _boxes(plane: Plane, words: Iterable[Mobject]) -> NDArray[np.float64]:
    """The boxes (K, 2, 2) of mobjects, in shares of the plane's width and height."""
    corner, along_x, along_y = plane.corners()
    size = np.array([along_x[0] - corner[0], along_y[1] - corner[1]])
    ends = [[word.get_corner(DL)[:2], word.get_corner(UR)[:2]] for word in words]
    return np.asarray((np.array(ends).reshape(-1, 2, 2) - corner[:2]) / size)
