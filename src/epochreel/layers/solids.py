"""What stands in space: surfaces, curves, points, and level lines on a surface or on the floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import contourpy
import numpy as np
from manim import ValueTracker
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers.data import Quantity
from epochreel.layers.layer import Canvas
from epochreel.layers.space import Space, SpaceLayer
from epochreel.look import colour_maps
from epochreel.look.style import rgba

__all__ = ["Curves3D", "LevelLines3D", "Points3D", "Surface"]

BIAS = 2.5  # pixels of the stylesheet by which what lies on a surface is brought before it
LIGHT = (-0.4, -0.6, 1.0)  # where it comes from
AMBIENT = 0.75  # what of it comes from everywhere


def _bias(canvas: Canvas) -> float:
    return max(BIAS * canvas.line, 1.5)


def _limits(
    panel: Space, x: tuple[float, float] | None, y: tuple[float, float] | None
) -> NDArray[np.float64]:
    """The limits ((left, right), (bottom, top)) of a lattice: the box's, where none are given."""
    low, high = panel.view.low, panel.view.high
    return np.array([x or (low[0], high[0]), y or (low[1], high[1])], dtype=np.float64)


class Surface(SpaceLayer):
    """A surface through a grid: heights (h, w) over a lattice, or vertices (h, w, 3).

    Heights stand over the lattice of `x` and `y` (the box's limits, by default), rows from below,
    and are held within the box's z limits. It is coloured by height, `colour_map` from `low` to
    `high` (the z limits, by default), or by `colours`, straight RGBA bytes (4,) or (h, w, 4).
    `shaded`, it is darker where it turns away from the light. What is behind it shines through
    where it is translucent.
    """

    quantity_shapes: ClassVar = {
        "shape": "(h, w) or (h, w, 3)",
        "colours": "(4,) or (h, w, 4)",
    }

    def __init__(
        self,
        panel: Space,
        shape: Quantity,
        *,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        colour_map: str = "cold_warm",
        low: float | None = None,
        high: float | None = None,
        colours: Quantity | None = None,
        shaded: bool = True,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        bottom, top = float(panel.view.low[2]), float(panel.view.high[2])
        self.low, self.high = bottom if low is None else low, top if high is None else high
        if not self.low < self.high:
            raise ClipError(
                f"The range {self.low:g}…{self.high:g} of a surface's colours is empty; put the "
                "lower first."
            )
        self.table = colour_maps.colours(panel.style, colour_map)
        self.limits, self.shaded = _limits(panel, x, y), shaded
        super().__init__(panel, shape=shape, colours=colours, clocks=clocks, opacity=opacity)

    def evaluate(self) -> None:
        """Bring every quantity to the clocks' present values, and the light with them."""
        before = self.instants
        super().evaluate()
        if before is None or before != self.instants:
            self.world, self.lit = self.view.world(self.vertices()), self.colours()
            if self.shaded:
                self.lit = raster.shade(self.world, self.lit, LIGHT, AMBIENT)

    def draw(self, canvas: Canvas) -> None:
        """Paint the surface where nothing nearer has been painted."""
        clip = self.clip(canvas)
        depth = canvas.depth(self.space, clip)
        places = self.project(canvas, self.world)
        raster.surface(canvas.pixels, depth.buffer, clip, places, self.lit, self.opacity)
        depth.opacity = max(depth.opacity, self.opacity)

    def vertices(self) -> NDArray[np.float64]:
        """Where the surface is, data coordinates (h, w, 3)."""
        shape = np.asarray(self.values["shape"], dtype=np.float64)
        if shape.ndim == 3 and shape.shape[2] == 3:
            return shape
        (left, right), (bottom, top) = self.limits
        rows, columns = shape.shape
        held = np.clip(shape, self.view.low[2], self.view.high[2])
        across, up = np.meshgrid(np.linspace(left, right, columns), np.linspace(bottom, top, rows))
        return np.stack([across, up, held], axis=-1)

    def colours(self) -> NDArray[np.uint8]:
        """Straight RGBA of every vertex (h, w, 4)."""
        shape = np.asarray(self.values["shape"])
        if "colours" in self.values:
            paint = np.asarray(self.values["colours"], dtype=np.uint8)
            return np.broadcast_to(paint, (*shape.shape[:2], 4))
        heights = shape if shape.ndim == 2 else shape[..., 2]
        share = np.nan_to_num((heights - self.low) / (self.high - self.low))
        return np.asarray(self.table[np.rint(255 * np.clip(share, 0, 1)).astype(int)])


class Curves3D(SpaceLayer):
    """Polylines through `vertices`, one (S, 3) or several (L, S, 3), data coordinates.

    `width` is in pixels of the stylesheet (at 1080p); `colours` are straight RGBA bytes, (4,) or
    (L, 4). What is behind a surface is drawn with the share `hidden` of its opacity.
    """

    quantity_shapes: ClassVar = {
        "vertices": "(S, 3) or (L, S, 3)",
        "width": "a number",
        "colours": "(4,) or (L, 4)",
    }

    def __init__(
        self,
        panel: Space,
        vertices: Quantity,
        *,
        width: Quantity | None = None,
        colours: Quantity | None = None,
        hidden: float = 0.0,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        self.hidden = float(hidden)
        super().__init__(
            panel,
            vertices=vertices,
            width=panel.style.line.curve if width is None else width,
            colours=rgba(panel.style.chrome.maths) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )

    def paths(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8]]:
        """Vertices (M, 3) of all lines, their offsets (K + 1,), and their colours (K, 4)."""
        vertices = np.asarray(self.values["vertices"], dtype=np.float64)
        count = 1 if vertices.ndim == 2 else len(vertices)
        colours = np.broadcast_to(self.values["colours"], (count, 4))
        return vertices.reshape(-1, 3), vertices.shape[-2] * np.arange(count + 1), colours

    def draw(self, canvas: Canvas) -> None:
        """Paint the curves where they are seen."""
        vertices, offsets, colours = self.paths()
        clip = self.clip(canvas)
        depth = canvas.depth(self.space, clip)
        raster.polylines3d(
            canvas.pixels,
            depth.buffer,
            clip,
            self.place(canvas, vertices),
            offsets,
            float(self.values["width"]) * canvas.line,
            colours,
            self.opacity,
            _bias(canvas),
            max(self.hidden, 1 - depth.opacity),
        )


class Points3D(SpaceLayer):
    """Discs at `positions` (N, 3), data coordinates, that face the viewer, the nearest on top.

    `radius`, a number or (N,), is in pixels of the stylesheet (at 1080p), by default its `point`;
    `colours` are straight RGBA bytes, (4,) or (N, 4). What is behind a surface is drawn with the
    share `hidden` of its opacity.
    """

    quantity_shapes: ClassVar = {
        "positions": "(N, 3)",
        "radius": "a number or (N,)",
        "colours": "(4,) or (N, 4)",
    }

    def __init__(
        self,
        panel: Space,
        positions: Quantity,
        *,
        radius: Quantity | None = None,
        colours: Quantity | None = None,
        hidden: float = 0.0,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        self.hidden = float(hidden)
        super().__init__(
            panel,
            positions=positions,
            radius=panel.style.size.point if radius is None else radius,
            colours=rgba(panel.style.chrome.maths) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )

    def draw(self, canvas: Canvas) -> None:
        """Paint the discs where they are seen."""
        radius = np.asarray(self.values["radius"]) * canvas.line * self.magnification
        clip = self.clip(canvas)
        depth = canvas.depth(self.space, clip)
        raster.discs3d(
            canvas.pixels,
            depth.buffer,
            clip,
            self.place(canvas, self.values["positions"]),
            radius,
            self.values["colours"],
            self.opacity,
            _bias(canvas),
            max(self.hidden, 1 - depth.opacity),
        )


class LevelLines3D(Curves3D):
    """The lines where heights (h, w) equal `levels`, lying on their surface or at the height `at`.

    `x`, `y` and the default limits are those of `Surface`; `colours` are straight RGBA bytes, (4,)
    or (L, 4), by default the stylesheet's for level lines. `at` the box's lower z limit they are a
    map on the floor.
    """

    quantity_shapes: ClassVar = {
        "heights": "(h, w)",
        "levels": "(L,)",
        "width": "a number",
        "colours": "(4,) or (L, 4)",
    }

    def __init__(
        self,
        panel: Space,
        heights: Quantity,
        levels: ArrayLike,
        *,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        at: float | None = None,
        width: Quantity | None = None,
        colours: Quantity | None = None,
        hidden: float = 0.0,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        self.levels = np.atleast_1d(np.asarray(levels, dtype=np.float64))
        self.limits, self.at, self.hidden = _limits(panel, x, y), at, float(hidden)
        SpaceLayer.__init__(
            self,
            panel,
            heights=heights,
            levels=self.levels,
            width=panel.style.line.level if width is None else width,
            colours=rgba(panel.style.chrome.level) if colours is None else colours,
            clocks=clocks,
            opacity=opacity,
        )

    def evaluate(self) -> None:
        """Bring every quantity to the clocks' present values, and trace the lines anew."""
        before = self.instants
        super().evaluate()
        if before is None or before != self.instants:
            self.traced = self._trace()

    def _trace(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
        """Vertices (M, 3) of all lines, their offsets (K + 1,), and which level each is of (K,)."""
        heights = np.asarray(self.values["heights"], dtype=np.float64)
        (left, right), (bottom, top) = self.limits
        low, high = self.view.low[2], self.view.high[2]  # which the surface is held within
        # On the grid itself, as the surface is: smoother lines would dip below it.
        generator = contourpy.contour_generator(
            np.linspace(left, right, heights.shape[1]),
            np.linspace(bottom, top, len(heights)),
            heights if np.isfinite(heights).all() else np.ma.masked_invalid(heights),
        )
        lines: list[NDArray[np.float64]] = [np.empty((0, 3))]
        which: list[int] = []
        for index, level in enumerate(self.levels):
            if self.at is None and not low <= level <= high:
                continue
            for path in generator.lines(level):
                height = np.full((len(path), 1), level if self.at is None else self.at)
                lines.append(np.hstack([np.asarray(path), height]))
                which.append(index)
        offsets = np.cumsum([len(line) for line in lines])
        return np.concatenate(lines), offsets, np.array(which, dtype=np.int64)

    def paths(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8]]:
        """Vertices (M, 3) of all lines, their offsets (K + 1,), and their colours (K, 4)."""
        vertices, offsets, which = self.traced
        return (
            vertices,
            offsets,
            np.broadcast_to(self.values["colours"], (len(self.levels), 4))[which],
        )
