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
from epochreel.look.style import rgba
from epochreel.notation.typesetting import formula_writing

__all__ = ["Names", "Stage"]

Floats = NDArray[np.float64]

CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)  # of the floor, in turn
SOFT = 0.25  # of a half turn of the sine: how slowly edges and names fade
FAINT = 0.6  # of the grid's opacity
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
        grid = [[(s, -1, -1), (s, 1, -1)] for s in shares]
        grid += [[(-1, s, -1), (1, s, -1)] for s in shares]
        sides = list(itertools.pairwise([*CORNERS, CORNERS[0]]))
        floor = [[(*a, -1), (*b, -1)] for a, b in sides]
        posts = [[(*corner, -1), (*corner, 1)] for corner in CORNERS]
        tops = [[(*a, 1), (*b, 1)] for a, b in sides]
        nearness = CORNERS @ towards
        facing = np.array([(a + b) / 2 @ towards for a, b in sides])
        weights = np.concatenate(
            [np.ones(4), _ease((nearness.max() - nearness) / SOFT), _ease(-facing / SOFT)]
        )
        lines = self.style.line
        places = self.project(canvas, np.array(grid + floor + posts + tops) * self.view.half)
        within = 2 * len(grid)
        self._lines(canvas, places.reshape(-1, 3)[:within], lines.grid, np.full(len(grid), FAINT))
        self._lines(canvas, places.reshape(-1, 3)[within:], lines.axis, weights)

    def _lines(self, canvas: Canvas, ends: Floats, width: float, weights: Floats) -> None:
        """Paint segments between pairs of places in pixels."""
        colours = np.tile(rgba(self.style.chrome.cross), (len(weights), 1))
        colours[:, 3] = np.rint(255 * weights)
        raster.polylines(
            canvas.pixels,
            self.clip(canvas),
            ends[:, :2],
            2 * np.arange(len(weights) + 1),
            width * canvas.line,
            colours,
            self.opacity,
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
        marks: list[tuple[str, float, tuple[float, ...], tuple[float, ...]]] = []
        for sign, (name, axis) in itertools.product((-1, 1), ((x, 1), (y, 0))):
            normal = np.eye(2)[axis] * sign
            weight = float(_ease(normal @ towards / SOFT + 0.5))
            marks.append((name, weight, (0, 0, -1), (*normal, -1)))
        leftness = -(CORNERS * self.view.half[:2]) @ right / np.linalg.norm(self.view.half[:2])
        for index, corner in enumerate(CORNERS):
            ahead = leftness[index] - np.delete(leftness, index).max()
            marks.append((z, float(_ease(ahead / SOFT + 0.5)), (*corner, 0), (*corner, 1)))
        marks = [mark for mark in marks if mark[0] and mark[1] > 0]
        if marks:
            ends = np.array([mark[2:] for mark in marks]) * self.view.half
            for (name, weight, *_), places in zip(marks, self.project(canvas, ends), strict=True):
                self._stamp(canvas, name, places[:, :2], weight)

    def _stamp(self, canvas: Canvas, name: str, way: Floats, weight: float) -> None:
        """Stamp a name beyond the end of the way (2, 2) that leads there, in pixels."""
        writing = formula_writing(name, self.style)
        cap = self.cap(canvas)
        away = way[1] - way[0]
        length = float(np.linalg.norm(away))
        direction = away / length if length > 0 else np.zeros(2)
        room = GAP * cap + cap / 2 * float(np.abs(direction) @ (writing.extent - 1).clip(min=0))
        writing.stamp(
            canvas.pixels,
            self.clip(canvas),
            way[1] + room * direction,
            cap,
            self.opacity * weight,
            0.2 * cap,
            rgba(self.style.chrome.background),
        )
