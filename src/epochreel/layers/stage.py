"""The box that a space is seen in: its floor, the edges behind the data, the names of its axes.

Everything is a continuous function of the angles: what comes to the front while the box turns has
faded before, and a name moves over from one edge to the other by fading.
"""

from __future__ import annotations

import itertools

import numpy as np

from epochreel import raster
from epochreel.layers.layer import Canvas
from epochreel.layers.space import Space, SpaceLayer
from epochreel.look.style import rgba
from epochreel.marks.kinds import PIXEL, Bytes, Drawn, Floats, Strokes, Words
from epochreel.notation.typesetting import formula_writing

__all__ = ["Names", "Stage"]

CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)  # of the floor, in turn
SOFT = 0.25  # of a half turn of the sine: how slowly edges and names fade
FAINT = 0.6  # of the grid's opacity
GAP = 1.6  # caps between an edge and the middle of its name
HALO = 0.2  # caps


def _ease(share: Floats | float) -> Floats:
    held = np.clip(share, 0, 1)
    return np.asarray(held * held * (3 - 2 * held), dtype=np.float64)


class Stage(SpaceLayer):
    """The floor with a grid of `cells`, and the edges of the walls behind the data."""

    shared = (*SpaceLayer.shared, "style")

    def __init__(self, panel: Space, *, cells: int = 6, opacity: float = 1.0) -> None:
        super().__init__(panel, opacity=opacity)
        self.style, self.cells = panel.style, cells

    def edges(self, canvas: Canvas) -> list[tuple[Floats, float, Floats]]:
        """Segments (E, 2, 2) in pixels, their width in pixels of the stylesheet, weights (E,)."""
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
        within = len(grid)
        return [
            (places[:within, :, :2], lines.grid, np.full(within, FAINT)),
            (places[within:, :, :2], lines.axis, weights),
        ]

    def draw(self, canvas: Canvas) -> None:
        """Paint the grid, then the edges."""
        for ends, width, weights in self.edges(canvas):
            raster.polylines(
                canvas.pixels,
                self.clip(canvas),
                ends.reshape(-1, 2),
                2 * np.arange(len(weights) + 1),
                width * canvas.line,
                self._faded(weights),
                self.opacity,
            )

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The grid, then the edges, without those that have faded."""
        seat = self.seat
        return tuple(
            Strokes(
                seat,
                "",
                self.opacity,
                tuple(canvas.to_scene(ends[weights > 0])),
                width * PIXEL,
                self._faded(weights[weights > 0]),
            )
            for ends, width, weights in self.edges(canvas)
        )

    def _faded(self, weights: Floats) -> Bytes:
        """The colour of lines with these shares of its opacity."""
        colours = np.tile(rgba(self.style.chrome.cross), (len(weights), 1))
        colours[:, 3] = np.rint(255 * weights)
        return colours


class Names(SpaceLayer):
    """The axes' names, maths in Typst's notation, upright beside the edges that are in front.

    Those of x and y stand at the edges of the floor that face the viewer, that of z above the post
    that is leftmost.
    """

    shared = (*SpaceLayer.shared, "style")

    def __init__(self, panel: Space, x: str, y: str, z: str, *, opacity: float = 1.0) -> None:
        super().__init__(panel, opacity=opacity)
        self.style, self.names = panel.style, (x, y, z)

    def stands(self, canvas: Canvas) -> list[tuple[str, Floats, float]]:
        """Each name, the middle of where it is to be read (2,) in pixels, and its weight."""
        _, azimuth = self.view.angles
        towards = np.array([np.cos(azimuth), np.sin(azimuth)])
        right = np.array([-np.sin(azimuth), np.cos(azimuth)])
        x, y, z = self.names
        found: list[tuple[str, float, tuple[float, ...], tuple[float, ...]]] = []
        for sign, (name, axis) in itertools.product((-1, 1), ((x, 1), (y, 0))):
            normal = np.eye(2)[axis] * sign
            weight = float(_ease(normal @ towards / SOFT + 0.5))
            found.append((name, weight, (0, 0, -1), (*normal, -1)))
        leftness = -(CORNERS * self.view.half[:2]) @ right / np.linalg.norm(self.view.half[:2])
        for index, corner in enumerate(CORNERS):
            ahead = leftness[index] - np.delete(leftness, index).max()
            found.append((z, float(_ease(ahead / SOFT + 0.5)), (*corner, 0), (*corner, 1)))
        found = [each for each in found if each[0] and each[1] > 0]
        if not found:
            return []
        ways = self.project(canvas, np.array([each[2:] for each in found]) * self.view.half)
        return [
            (name, self._beyond(name, way[:, :2], self.cap(canvas)), weight)
            for (name, weight, *_), way in zip(found, ways, strict=True)
        ]

    def _beyond(self, name: str, way: Floats, cap: float) -> Floats:
        """The middle of a name beyond the end of the way (2, 2) that leads there, in pixels."""
        extent = formula_writing(name, self.style).extent
        away = way[1] - way[0]
        length = float(np.linalg.norm(away))
        direction = away / length if length > 0 else np.zeros(2)
        room = GAP * cap + cap / 2 * float(np.abs(direction) @ (extent - 1).clip(min=0))
        return np.asarray(way[1] + room * direction)

    def draw(self, canvas: Canvas) -> None:
        """Stamp each name where it is to be read."""
        cap, ground = self.cap(canvas), rgba(self.style.chrome.background)
        for name, centre, weight in self.stands(canvas):
            writing, opacity = formula_writing(name, self.style), self.opacity * weight
            clip = self.clip(canvas)
            writing.stamp(canvas.pixels, clip, centre, cap, opacity, HALO * cap, ground)

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The names as words."""
        cap, style = self.cap(canvas) / canvas.unit, self.style
        words = []
        for name, centre, weight in self.stands(canvas):
            writing = formula_writing(name, style)
            pen = canvas.to_scene(centre) - cap * writing.centre
            glyphs = tuple((outline.curves * cap + pen, ink) for outline, ink in writing.shapes)
            words.append(
                Words(
                    source=name,
                    maths=True,
                    baseline=float(pen[1]),
                    cap=cap,
                    ink=rgba(style.chrome.maths),
                    style=style,
                    glyphs=glyphs,
                    opacity=self.opacity * weight,
                    halo=HALO * cap,
                    detail=True,
                )
            )
        return tuple(words)
