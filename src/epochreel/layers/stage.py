"""The box that a space is seen in: its floor, the edges behind the data, the names of its axes.

Everything is a continuous function of the angles: what comes to the front while the box turns has
faded before, and a name moves over from one edge to the other by fading.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from epochreel import raster
from epochreel.layers.layer import Canvas
from epochreel.layers.space import Space, SpaceLayer
from epochreel.style import rgba
from epochreel.typesetting import Writing, formula_writing

__all__ = ["Names", "Stage"]

Floats = NDArray[np.float64]

CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)  # of the floor, in turn
SOFT = 0.25  # of a half turn of the sine: how slowly edges and names fade
GAP = 1.6  # caps between an edge and the middle of its name


def _ease(share: Floats | float) -> Floats:
    held = np.clip(share, 0, 1)
    return np.asarray(held * held * (3 - 2 * held), dtype=np.float64)


class Stage(SpaceLayer):
    """The floor with a grid of `cells`, and the edges of the walls behind the data."""

    shared = (*SpaceLayer.shared, "style")

    def __init__(self, panel: Space, *, cells: int = 6, opacity: float = 1.0) -> None:
        super().__init__(panel, opacity=opacity)
        self.style, self.cells = panel.style, cells

    def draw(self, canvas: Canvas) -> None:
        """Paint the grid, then the edges."""
        _, azimuth = self.view.angles
        towards = np.array([np.cos(azimuth), np.sin(azimuth)])
        shares = np.linspace(-1, 1, self.cells + 1)[1:-1]
        grid = [[[s, -1, -1], [s, 1, -1]] for s in shares]
        grid += [[[-1, s, -1], [1, s, -1]] for s in shares]
        style = self.style
        self._lines(canvas, grid, style.line.grid, style.chrome.cross, 0.6)
        floor = [[[*a, -1], [*b, -1]] for a, b in itertools.pairwise([*CORNERS, CORNERS[0]])]
        self._lines(canvas, floor, style.line.axis, style.chrome.cross, 1)
        nearness = CORNERS @ towards
        for corner, near in zip(CORNERS, nearness, strict=True):
            post = [[[*corner, -1], [*corner, 1]]]
            weight = float(_ease((nearness.max() - near) / SOFT))
            self._lines(canvas, post, style.line.axis, style.chrome.cross, weight)
        for a, b in itertools.pairwise([*CORNERS, CORNERS[0]]):
            weight = float(_ease(-(a + b) / 2 @ towards / SOFT))
            self._lines(canvas, [[[*a, 1], [*b, 1]]], style.line.axis, style.chrome.cross, weight)

    def _lines(
        self,
        canvas: Canvas,
        unit: list[list[list[float]]],
        width: float,
        colour: str,
        weight: float,
    ) -> None:
        """Paint segments given by the box's corners, ±1 in every direction."""
        if weight <= 0 or not unit:
            return
        world = np.array(unit).reshape(-1, 3) * self.view.half
        raster.polylines(
            canvas.pixels,
            self.clip(canvas),
            self.project(canvas, world)[:, :2],
            2 * np.arange(len(unit) + 1),
            width * canvas.line,
            rgba(colour),
            self.opacity * weight,
        )


class Names(SpaceLayer):
    """The axes' names, maths in Typst's notation, upright beside the edges that are in front.

    Those of x and y stand at the edges of the floor that face the viewer, that of z above the post
    that is leftmost.
    """

    shared = (*SpaceLayer.shared, "style")

    def __init__(self, panel: Space, x: str, y: str, z: str, *, opacity: float = 1.0) -> None:
        super().__init__(panel, opacity=opacity)
        self.style, self.names = panel.style, (x, y, z)

    def draw(self, canvas: Canvas) -> None:
        """Stamp each name where it is to be read."""
        _, azimuth = self.view.angles
        towards = np.array([np.cos(azimuth), np.sin(azimuth)])
        right = np.array([-np.sin(azimuth), np.cos(azimuth)])
        x, y, z = self.names
        for sign, (name, axis) in itertools.product((-1, 1), ((x, 1), (y, 0))):
            normal = np.eye(2)[axis] * sign
            weight = float(_ease(normal @ towards / SOFT + 0.5))
            self._stamp(canvas, name, [0, 0, -1], [*normal, -1], weight)
        leftness = -(CORNERS * self.view.half[:2]) @ right / np.linalg.norm(self.view.half[:2])
        for index, corner in enumerate(CORNERS):
            ahead = leftness[index] - np.delete(leftness, index).max()
            weight = float(_ease(ahead / SOFT + 0.5))
            self._stamp(canvas, z, [*corner, 0], [*corner, 1], weight)

    def _stamp(
        self, canvas: Canvas, name: str, start: list[float], end: list[float], weight: float
    ) -> None:
        """Stamp a name beyond the end of what leads there, both given by the box's corners, ±1."""
        if weight <= 0 or not name:
            return
        writing: Writing = formula_writing(name, self.style)
        cap = self.cap(canvas)
        inside, outside = self.project(canvas, np.array([start, end]) * self.view.half)[:, :2]
        away = outside - inside
        length = float(np.linalg.norm(away))
        direction = away / length if length > 0 else np.zeros(2)
        room = GAP * cap + cap / 2 * float(np.abs(direction) @ (writing.extent - 1).clip(min=0))
        writing.stamp(
            canvas.pixels,
            self.clip(canvas),
            outside + room * direction,
            cap,
            self.opacity * weight,
            0.2 * cap,
            rgba(self.style.chrome.background),
        )
