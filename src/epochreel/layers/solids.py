"""What stands in space: surfaces, and points before and behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from manim import ValueTracker
from numpy.typing import NDArray

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers.data import Quantity
from epochreel.layers.layer import Canvas
from epochreel.layers.space import Space, SpaceLayer, bias, lattice_limits
from epochreel.look import colour_maps
from epochreel.look.style import rgba
from epochreel.marks.kinds import PIXEL, Discs, Drawn, Mesh, each

__all__ = ["Points3D", "Surface"]

LIGHT = (-0.5, -0.75, 0.8)  # where it comes from: low enough that the two sides of a valley differ
AMBIENT = 0.74  # what of it comes from everywhere: colours keep their hue and most of their light


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
    derived = (*SpaceLayer.derived, "world", "lit")

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
        self.limits, self.shaded = lattice_limits(panel, x, y), shaded
        super().__init__(panel, shape=shape, colours=colours, clocks=clocks, opacity=opacity)

    def refresh(self) -> None:
        """Bring every quantity to the clocks' values that were noted last, and the light too."""
        before = self.instants
        super().refresh()
        if before is None or before != self.instants:
            self.world, self.lit = self.view.world(self.vertices()), self.colours()
            if self.shaded:
                self.lit = raster.shade(self.world, self.lit, LIGHT, AMBIENT)

    def draw(self, canvas: Canvas) -> None:
        """Paint the surface where nothing nearer has been painted."""
        self.refresh()
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

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The surface, behind which the canvas hides from now on what comes later."""
        self.draw(canvas)
        places = self.project(canvas, self.world)
        at, depth = canvas.to_scene(places), places[..., 2] / canvas.unit
        vertices, lit = self.vertices(), np.asarray(self.lit, np.uint8)
        return (Mesh(self.seat, "surface", self.opacity, vertices, at, depth, lit),)


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
            bias(canvas),
            self.shining(canvas, self.hidden),
        )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """Discs, the nearest last; one is seen of which most is."""
        data = np.asarray(self.values["positions"], np.float64)
        places, unit = self.place(canvas, data), PIXEL * self.magnification
        radius = np.asarray(self.values["radius"], np.float64) * unit
        radius = np.broadcast_to(radius, len(data))
        # A disc faces the viewer, so a slanted surface may hide its middle alone.
        turns = np.arange(8) * np.pi / 4
        around = np.stack([np.cos(turns), np.sin(turns), 0 * turns], axis=1)
        around = np.vstack([np.zeros((1, 3)), 0.8 * around])
        reach = canvas.unit * radius[:, None, None] * around
        seen = self.seen(canvas, places[:, None] + reach).mean(axis=1) > 0.5
        order = np.argsort(-places[:, 2], kind="stable")
        discs = Discs(
            self.seat,
            "points",
            self.opacity,
            canvas.to_scene(places)[order],
            radius[order],
            each(self.values["colours"], len(data))[order],
            data=data[order],
            seen=seen[order],
            hidden=self.shining(canvas, self.hidden),
        )
        return (discs,)
