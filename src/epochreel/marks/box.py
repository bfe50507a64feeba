"""A rectangle of the frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box"]


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

    def around(self, other: Box) -> Box:
        """The smallest that holds this and another."""
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )

    def part(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The part between these shares, 0 to 1, of the width and of the height."""
        return Box(
            self.left + left * self.width,
            self.bottom + bottom * self.height,
            self.left + right * self.width,
            self.bottom + top * self.height,
        )

    def enlarged(self, times: float) -> Box:
        """So many times as wide and as high, about the same centre."""
        beyond = (times - 1) / 2
        return self.part(-beyond, -beyond, 1 + beyond, 1 + beyond)

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
