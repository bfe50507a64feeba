"""A rectangle of the frame that shows data limits, and no more: what every panel rests on."""

from __future__ import annotations

import numpy as np
from manim import Group, Rectangle, ValueTracker
from numpy.typing import NDArray

from epochreel.layers.data import View
from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.panels.limits import Limits

__all__ = ["Frame", "Window"]


class Window(Group):
    """A rectangle of the film's frame, which moves and scales like any mobject."""

    def __init__(self, box: Box) -> None:
        super().__init__()
        self.rectangle = Rectangle(width=box.width, height=box.height, stroke_width=0)
        self.add(self.rectangle.move_to(box.centre))

    @property
    def box(self) -> Box:
        """Where it is now."""
        corner, along_x, along_y = self.corners()
        return Box(float(corner[0]), float(corner[1]), float(along_x[0]), float(along_y[1]))

    def corners(self) -> NDArray[np.float64]:
        """Bottom left, bottom right and top left corner in scene coordinates, (3, 3)."""
        corners = self.rectangle.get_vertices()
        low, high = corners.min(axis=0), corners.max(axis=0)
        return np.array([low, [high[0], low[1], 0.0], [low[0], high[1], 0.0]])


class Frame(Window):
    """Data limits `x` and `y` in a box; layers are placed by handing them the frame.

    Moved or scaled, it leaves layers behind unless they are added to it. Layers follow `clock`
    where they name no other.
    """

    def __init__(
        self, box: Box, style: Style, x: Limits, y: Limits, clock: ValueTracker | None = None
    ) -> None:
        super().__init__(box)
        self.style = style
        self.view = View(x, y)
        self.clock = ValueTracker(0) if clock is None else clock

    def to_scene(self, x: float, y: float) -> NDArray[np.float64]:
        """Where a point of the data stands in the scene, (3,)."""
        left, right, bottom, top = self.view.limits
        corner, along_x, along_y = self.corners()
        across, up = (x - left) / (right - left), (y - bottom) / (top - bottom)
        return np.asarray(corner + across * (along_x - corner) + up * (along_y - corner))
