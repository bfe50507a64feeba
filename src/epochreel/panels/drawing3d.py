"""What a panel in space draws, by what it means; the sister of `Drawing`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from manim import Group, ValueTracker
from numpy.typing import ArrayLike, NDArray

from epochreel.layers.curves3d import Curves3D, LevelLines3D
from epochreel.layers.data import Quantity
from epochreel.layers.lattice import lattice
from epochreel.layers.solids import Points3D, Surface
from epochreel.layers.space import View3D
from epochreel.look.hues import Hue, paint
from epochreel.look.style import Style
from epochreel.panels.drawing import ranked
from epochreel.panels.frame import Window

__all__ = ["Drawing3D"]

SAMPLES = 97
"""Of a surface along the shorter side of its box."""
LINES = 0.45
"""Opacity of level lines on a surface."""


class Drawing3D(Window):
    """A panel in space as its marks see it; they hide each other, whenever they are added."""

    style: Style
    view: View3D
    clock: ValueTracker

    def surface(self, shape: Quantity, hue: Hue | None = None, **options: Any) -> Surface:
        """A surface of heights (h, w) over the box, or through vertices (h, w, 3); see `Surface`.

        It is of one colour with a `hue`, else coloured by its height.
        """
        given = {} if hue is None else {"colours": paint(self.style, hue)}
        return ranked(Surface(self, shape, **(given | options)), "field")

    def levels(self, heights: Quantity, levels: ArrayLike, **options: Any) -> LevelLines3D:
        """Level lines on a surface of heights (h, w)."""
        lines = LevelLines3D(self, heights, levels, **({"opacity": LINES} | options))
        return ranked(lines, "levels")

    def energy(
        self,
        function: Callable[[NDArray[np.float32]], Any],
        *,
        levels: ArrayLike = (),
        samples: int = SAMPLES,
        **options: Any,
    ) -> Group:
        """A function of the plane as a surface, with level lines on it.

        `function(points)` gives, for points (N, 2), values (N,) or a function of clocks to such.
        """
        (left, bottom, _), (right, top, _) = self.view.low, self.view.high
        across, up = right - left, top - bottom
        columns, rows = (round(samples * side / min(across, up)) for side in (across, up))
        points = lattice((left, right), (bottom, top), columns, rows)
        heights = function(points).reshape(rows, columns)
        drawn = Group(self.surface(heights, **options))
        if np.size(levels):
            drawn.add(self.levels(heights, levels))
        return drawn

    def scatter(
        self,
        positions: Quantity,
        hue: Hue = "maths",
        *,
        size: str | Quantity = "point",
        **options: Any,
    ) -> Points3D:
        """Discs at positions (N, 3); `size` is a name in the stylesheet's table, or radii."""
        radius = getattr(self.style.size, size) if isinstance(size, str) else size
        layer = Points3D(self, positions, radius=radius, colours=paint(self.style, hue), **options)
        return ranked(layer, "points")

    def curve(
        self, vertices: Quantity, hue: Hue = "ytilde", *, width: str = "curve", **options: Any
    ) -> Curves3D:
        """A line through vertices (S, 3), or several (L, S, 3); `width` as in the stylesheet."""
        thick = getattr(self.style.line, width)
        layer = Curves3D(self, vertices, width=thick, colours=paint(self.style, hue), **options)
        return ranked(layer, "curves")
