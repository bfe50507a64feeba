"""Lines in space: curves, and level lines on a surface or on the floor."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import ClassVar

import contourpy
import numpy as np
from manim import ValueTracker
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.layers.data import Quantity
from epochreel.layers.layer import Canvas
from epochreel.layers.shapes import offsets
from epochreel.layers.space import Space, SpaceLayer, bias, lattice_limits
from epochreel.look.style import rgba
from epochreel.marks.kinds import PIXEL, Drawn, Strokes

__all__ = ["Curves3D", "LevelLines3D"]


class Curves3D(SpaceLayer):
    """Polylines through `vertices`, one (S, 3) or several (L, S, 3), data coordinates.

    `width` is in pixels of the stylesheet (at 1080p); `colours` are straight RGBA bytes, (4,) or
    (L, 4). What is behind a surface is drawn with the share `hidden` of its opacity.
    """

    mark_name = "curves"

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
        starts = offsets(vertices)
        colours = np.broadcast_to(self.values["colours"], (len(starts) - 1, 4))
        return vertices.reshape(-1, 3), starts, colours

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
            bias(canvas),
            self.shining(canvas, self.hidden),
        )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The curves in stretches, each seen or hidden up to the first vertex of the next."""
        vertices, offsets, colours = self.paths()
        places = self.place(canvas, vertices)
        seen = self.seen(canvas, places)
        cuts = [
            (k, slice(start, end))
            for k, (first, last) in enumerate(itertools.pairwise(offsets.tolist()))
            for start, end in _stretches(seen[first:last], first)
        ]
        which = np.array([k for k, _ in cuts], np.int64)
        at, levels = canvas.to_scene(places), self.heights()
        strokes = Strokes(
            self.seat,
            self.mark_name,
            self.opacity,
            tuple(at[cut] for _, cut in cuts),
            float(self.values["width"]) * PIXEL,
            np.asarray(colours, np.uint8)[which],
            None if levels is None else levels[which],
            tuple(vertices[cut] for _, cut in cuts),
            np.array([seen[cut.start] for _, cut in cuts], bool),
            self.shining(canvas, self.hidden),
        )
        return (strokes,)

    def heights(self) -> NDArray[np.float64] | None:
        """The level of each line (K,); None where they are no level lines."""
        return None


class LevelLines3D(Curves3D):
    """The lines where heights (h, w) equal `levels`, lying on their surface or at the height `at`.

    `x`, `y` and the default limits are those of `Surface`; `colours` are straight RGBA bytes, (4,)
    or (L, 4), by default the stylesheet's for level lines. `at` the box's lower z limit they are a
    map on the floor.
    """

    mark_name = "levels"

    quantity_shapes: ClassVar = {
        "heights": "(h, w)",
        "levels": "(L,)",
        "width": "a number",
        "colours": "(4,) or (L, 4)",
    }
    derived = (*SpaceLayer.derived, "traced")

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
        self.limits, self.at, self.hidden = lattice_limits(panel, x, y), at, float(hidden)
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

    def refresh(self) -> None:
        """Bring every quantity to the clocks' values noted last, and trace the lines anew."""
        before = self.instants
        super().refresh()
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
        self.refresh()
        vertices, offsets, which = self.traced
        return (
            vertices,
            offsets,
            np.broadcast_to(self.values["colours"], (len(self.levels), 4))[which],
        )

    def heights(self) -> NDArray[np.float64]:
        """The level of each line (K,)."""
        self.refresh()
        _, _, which = self.traced
        return np.asarray(self.levels[which])


def _stretches(seen: NDArray[np.bool_], first: int) -> list[tuple[int, int]]:
    """Where runs of what is seen or hidden begin and end, counted from `first`."""
    starts = np.flatnonzero(np.diff(seen, prepend=not seen[0])) if len(seen) else np.empty(0, int)
    ends = np.append(starts[1:] + 1, len(seen))
    runs = zip((starts + first).tolist(), (ends + first).tolist(), strict=len(starts) > 0)
    return [(start, end) for start, end in runs if end - start > 1]
