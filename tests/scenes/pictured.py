"""A clip with every kind of layer in its main figure, for tests of what a book takes of it."""

from typing import ClassVar

import numpy as np

from epochreel import Arrows, Clip, Lines, Points, grid
from epochreel.layers import (
    Bars,
    Curves3D,
    Field,
    LevelLines,
    LevelLines3D,
    Points3D,
    Regions,
    ScaleBar,
    Surface,
    VectorField,
    lattice,
)
from epochreel.look.style import rgba
from epochreel.panels.legend import ColourBar
from tests.filming import Areas

LAST = 40
# Points far from all else, in colours that nothing else has.
SITES = np.array([[-1.5, 0.9], [-1.5, -0.5], [1.5, -1.1]], np.float32)
COLOURS = np.array([[0, 255, 255], [255, 0, 255], [0, 255, 0]])


def bowl(epoch):
    """A smooth function on 33 × 25 samples, (25, 33)."""
    x, y = lattice((-2, 2), (-1.5, 1.5), 33, 25).astype(float).T
    return (np.sin(2 * x + epoch / LAST) * np.cos(2 * y)).reshape(25, 33)


def hill(epoch):
    """Heights over a square, (21, 21)."""
    x, y = lattice((-1, 1), (-1, 1), 21, 21).astype(float).T
    return (np.exp(-3 * (x**2 + y**2)) * (0.5 + epoch / LAST / 2)).reshape(21, 21)


def spokes(epoch):
    """Vectors (6, 2), the first of no length."""
    angles = np.arange(6) + epoch / LAST
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * np.arange(6)[:, None] / 5


class Pictured(Clip):
    figure: ClassVar = ("plane", "chart", "picture", "lying", "space", "bar")
    layout = Areas(
        {
            "16:9": {
                "plane": (0, 0.4, 0.5, 1),
                "chart": (0, 0, 0.22, 0.36),
                "bar": (0.26, 0.05, 0.5, 0.2),
                "picture": (0.24, 0.22, 0.37, 0.38),
                "lying": (0.39, 0.22, 0.5, 0.38),
                "space": (0.52, 0, 1, 1),
            }
        }
    )

    def construct(self):
        style = self.style
        plane = self.panel(
            "plane",
            x=(-2, 2),
            y=(-1.5, 1.5),
            equal=False,
            title="cal(H)",
            x_label="h_1",
            y_label="h_2",
        )
        self.add(plane)
        self.add(Field(plane, bowl, low=-1, high=1, colour_map="cold_warm", opacity=0.8))
        self.add(LevelLines(plane, bowl, [-0.5, 0.5], labels=True))
        self.add(Lines(plane, grid((-1, 1), (-1, 1), 0.5, 5)))
        weights = np.array([[1, 0], [-1, 0.5], [0, -1]], float)
        self.add(Regions(plane, weights, np.zeros(3)))
        tails = lattice((-1, 1), (-0.6, 0.6), 3, 2)
        halo = rgba(style.chrome.background, 0.6)
        self.add(VectorField(plane, tails, spokes, scale=0.6, halo=halo))
        self.add(
            Arrows(
                plane,
                np.zeros((1, 2)),
                0.8 * weights,
                width=style.line.arrow,
                colours=style.marks(np.arange(3)),
            )
        )
        sites = np.column_stack([COLOURS, [255, 255, 255]]).astype(np.uint8)
        self.add(Points(plane, SITES, radius=14, colours=sites, halo=halo))
        shades = np.column_stack([np.arange(40) * 6, np.full(40, 90), np.full(40, 200)])
        many = np.column_stack([shades, np.full(40, 255)]).astype(np.uint8)
        row = np.column_stack([np.linspace(-1.8, 1.8, 40), np.full(40, -1.4)])
        self.add(Points(plane, row, radius=np.linspace(2, 6, 40), colours=many))
        self.add(ScaleBar(plane, 1, at=(0.05, 0.12), width=2, colours=rgba(style.chrome.axis)))
        self.add(plane.labels)
        chart = self.panel("chart", x=(-0.6, 3.6), y=(-1, 1), equal=False)
        self.add(chart, Bars(chart, np.array([0.5, -0.3, 0.9, -0.8])))
        picture = self.panel("picture", x=(0, 4), y=(0, 3), equal=False, cross=False)
        triangle = [[0.3, 0.3], [1.5, 0.3], [0.3, 1.5]]
        self.add(
            picture.image(np.linspace(-1, 1, 12).reshape(3, 4), "signed"),
            picture.polygons(triangle, "h", at=[[0, 0], [4, 3]], turn=[0, 180], outline=True),
            picture.words([[2, 1.5]], ["bold(h)_3"], towards=(0, 0)),
        )
        lying = self.panel("lying", x=(-1, 1), y=(-2.6, 0.6), equal=False, cross=False)
        self.add(lying.bars([0.5, -0.75, 1], "x", lying=True))
        self.add(
            ColourBar(
                self.slot("bar"), style, low=-1, high=1, colour_map="cold_warm", symbol="F_oo"
            )
        )
        space = self.panel3d("space", x=(-1, 1), y=(-1, 1), z=(0, 1), z_label="C")
        self.add(space, Surface(space, hill, opacity=0.8))
        self.add(LevelLines3D(space, hill, [0.2, 0.4]), LevelLines3D(space, hill, [7]))
        around = np.linspace(0, 2 * np.pi, 61)
        ring = np.column_stack([0.9 * np.cos(around), 0.9 * np.sin(around), np.full(61, 0.1)])
        self.add(Curves3D(space, ring, hidden=0.3))
        self.add(Points3D(space, [[-0.8, -0.8, 0.9], [0.3, 0.6, 0.2]], radius=10))
        self.train(LAST, 0.5)
