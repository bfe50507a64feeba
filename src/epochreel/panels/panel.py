"""A rectangle of the frame with data limits: the axes that layers live in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import Group, Mobject, Rectangle, ValueTracker, VGroup
from numpy.typing import NDArray

from epochreel.layers.data import View, Zoom
from epochreel.layers.lines import Cross
from epochreel.look.style import Style, rgba
from epochreel.notation.maths import formula

__all__ = ["Box", "Panel"]


@dataclass(frozen=True)
class Box:
    """A rectangle in Manim units, the frame's centre at the origin."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Extent from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent from bottom to top."""
        return self.top - self.bottom

    @property
    def centre(self) -> NDArray[np.float64]:
        """The middle, (3,)."""
        return np.array([(self.left + self.right) / 2, (self.bottom + self.top) / 2, 0.0])

    @property
    def corner(self) -> NDArray[np.float64]:
        """The bottom left corner, (3,)."""
        return np.array([self.left, self.bottom, 0.0])

    def part(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The part between these shares, 0 to 1, of the width and of the height."""
        return Box(
            self.left + left * self.width,
            self.bottom + bottom * self.height,
            self.left + right * self.width,
            self.bottom + top * self.height,
        )

    def square(self, across: float = 0.5, up: float = 0.5) -> Box:
        """The largest square inside, placed at these shares of what is left over."""
        side = min(self.width, self.height)
        left = self.left + across * (self.width - side)
        bottom = self.bottom + up * (self.height - side)
        return Box(left, bottom, left + side, bottom + side)

    def squares(self, columns: int, rows: int, gap: float) -> list[Box]:
        """The largest squares, `gap` apart, in columns and rows about the centre; row by row."""
        side = min((self.width + gap) / columns, (self.height + gap) / rows) - gap
        pitch = side + gap
        left = self.centre[0] - (columns * pitch - gap) / 2
        top = self.centre[1] + (rows * pitch - gap) / 2
        corners = [(left + j * pitch, top - i * pitch) for i in range(rows) for j in range(columns)]
        return [Box(x, y - side, x + side, y) for x, y in corners]


class Panel(Group):
    """Axes: data limits, a clip rectangle, a cross through the origin, labels, a title inside.

    Layers are placed by handing them the panel: `Points(panel, positions, …)`. Labels are maths in
    Typst's notation, so each symbol wears its role's colour: `x_label="h_1"`. `x` and `y` are data
    limits; `zoom` animates them. Layers follow `clock` where they name no other. Title and labels
    are `labels`; a scene that fills the panel adds them again, on top. Shifting or scaling the
    panel leaves layers behind unless they are added to it.
    """

    def __init__(
        self,
        box: Box,
        style: Style,
        *,
        x: tuple[float, float],
        y: tuple[float, float],
        clock: ValueTracker | None = None,
        title: str = "",
        x_label: str = "",
        y_label: str = "",
        cross: bool = True,
        outline: bool = False,
    ) -> None:
        super().__init__()
        self.box = box
        self.style = style
        self.view = View(x, y)
        self.clock = ValueTracker(0) if clock is None else clock
        self.rectangle = Rectangle(width=box.width, height=box.height, stroke_width=0)
        self.rectangle.move_to(box.centre)
        if outline:
            self.rectangle.set_stroke(style.chrome.frame, 1.5)
        self.add(self.rectangle)
        if cross:
            self.add(Cross(self, width=style.line.cross, colours=rgba(style.chrome.cross)))
        gap = 0.12
        self.labels = VGroup()
        across, up = self._origin()
        if title:
            label = formula(title, style, size=style.type.title)
            self.labels.add(label.move_to(np.array([box.left, box.top, 0]) + self.inset(label)))
        if x_label:
            label = formula(x_label, style, size=style.type.label)
            self.labels.add(
                label.move_to([box.right - gap - label.width / 2, up - gap - label.height / 2, 0])
            )
        if y_label:
            label = formula(y_label, style, size=style.type.label)
            self.labels.add(
                label.move_to([across + gap + label.width / 2, box.top - gap - label.height / 2, 0])
            )
        # A halo keeps a label legible on whatever the layers put behind it.
        self.labels.set_stroke(style.chrome.background, 2, background=True)
        self.add(self.labels)

    @staticmethod
    def inset(label: Mobject) -> NDArray[np.float64]:
        """From a panel's top left corner to the centre of a label that stands inside it."""
        return np.array([0.2 + label.width / 2, -0.2 - label.height / 2, 0.0])

    def corners(self) -> NDArray[np.float64]:
        """Bottom left, bottom right and top left corner in scene coordinates, (3, 3)."""
        corners = self.rectangle.get_vertices()
        low, high = corners.min(axis=0), corners.max(axis=0)
        return np.array([low, [high[0], low[1], 0.0], [low[0], high[1], 0.0]])

    def to_scene(self, x: float, y: float) -> NDArray[np.float64]:
        """Where a point of the data stands in the scene, (3,)."""
        left, right, bottom, top = self.view.limits
        corner, along_x, along_y = self.corners()
        across, up = (x - left) / (right - left), (y - bottom) / (top - bottom)
        return np.asarray(corner + across * (along_x - corner) + up * (along_y - corner))

    def zoom(self, x: tuple[float, float], y: tuple[float, float], **options: Any) -> Zoom:
        """The animation that eases the view to other data limits."""
        return Zoom(self.view, x, y, **options)

    def _origin(self) -> tuple[float, float]:
        """Scene coordinates of the cross, kept inside the panel."""
        across, up, _ = self.to_scene(0, 0)
        box = self.box
        return float(np.clip(across, box.left, box.right)), float(np.clip(up, box.bottom, box.top))
