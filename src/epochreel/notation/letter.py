"""A letter's shape, which costs little to copy, to fade and to measure.

A clip holds thousands of them, and Manim copies each three times for every fade.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from manim import VMobject, straight_path
from numpy.typing import NDArray

__all__ = ["Letter"]

COLOURS = "fill_rgbas", "stroke_rgbas", "background_stroke_rgbas"
OWN = "points", "submobjects", "updaters", *COLOURS
"""The attributes that are changed where they are; all others a copy can share."""


class Letter(VMobject):
    """A filled shape without parts; its stroke is never drawn, but in its halo."""

    points: NDArray[np.float64]

    @property
    def whole(self) -> bool:
        """Whether no Transform into what is no glyph has broken it into parts."""
        return not self.submobjects and len(self.points) % 4 == 0

    def get_family(self, recurse: bool = True) -> list[Any]:
        """Return the glyph alone, and its parts if it has been broken."""
        return [self] if self.whole else list(super().get_family())

    def get_points_defining_boundary(self) -> NDArray[np.float64]:
        """Return both ends of each of its curves, (2 N, 3)."""
        if not self.whole:
            return np.asarray(super().get_points_defining_boundary())
        return self.points.reshape(-1, 4, 3)[:, ::3].reshape(-1, 3)

    @property
    def bottom(self) -> float:
        """Height of its lowest point in scene coordinates."""
        return float(self.get_points_defining_boundary()[:, 1].min())

    @property
    def colour(self) -> tuple[float, float, float, float]:
        """Straight red, green, blue and opacity of its fill, 0 to 1."""
        red, green, blue, opacity = self.fill_rgbas[0].tolist()
        return red, green, blue, opacity

    def fade(self, darkness: float = 0.5, family: bool = True) -> Self:
        """Multiply the opacity of fill and halo by 1 − darkness."""
        for name in COLOURS:
            setattr(self, name, getattr(self, name) * [1, 1, 1, 1 - darkness])
        return self

    def interpolate(
        self,
        mobject1: Letter,
        mobject2: Letter,
        alpha: float,
        path_func: Callable[..., Any] = straight_path(),  # noqa: B008
    ) -> Self:
        """Be what lies between two others; the shape of both, where that is the same."""
        start, target = mobject1.points, mobject2.points
        same = np.array_equal(start, target)
        self.points = start.copy() if same else path_func(start, target, alpha)
        return self.interpolate_color(mobject1, mobject2, alpha)

    def interpolate_color(self, mobject1: VMobject, mobject2: VMobject, alpha: float) -> Self:
        """Blend fill and halo."""
        for name in ("fill_rgbas", "background_stroke_rgbas", "background_stroke_width"):
            start, target = getattr(mobject1, name), getattr(mobject2, name)
            setattr(self, name, target * 1 if alpha == 1 else (1 - alpha) * start + alpha * target)
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        if not self.whole:
            copied: Self = super().__deepcopy__(memo)
            return copied
        memo[id(self)] = copied = type(self).__new__(type(self))
        copied.__dict__.update(self.__dict__)
        for name in OWN:
            setattr(copied, name, getattr(self, name).copy())
        copied.original_id = str(id(self))
        return copied
