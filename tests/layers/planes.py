"""What the tests of the layers share: a place to draw on, and one layer of each kind.

The canvas is 200 × 100 pixels of 10 pixels a unit; the plane stands on columns 50 to 150 and rows
20 to 80 and shows x from 0 to 10 and y from 0 to 6, so that a data unit is 10 pixels, too.
"""

import numpy as np
from manim import ValueTracker

from epochreel.layers import (
    Areas,
    Arrows,
    Canvas,
    Cross,
    Field,
    Image,
    Labels,
    LevelLines,
    Lines,
    Points,
    Regions,
    ScaleBar,
    Stems,
    VectorField,
    View,
    Waveform,
)
from epochreel.look.ramps import ramp
from epochreel.look.style import load

INSIDE = (slice(20, 80), slice(50, 150))
WHITE = (255, 255, 255, 255)
RED = (255, 0, 0, 255)


class Rectangle:
    def __init__(self, x=(0, 10), y=(0, 6)):
        self.view = View(x, y)
        self.style = load("dark")
        self.clock = ValueTracker(0)

    def corners(self):
        return np.array([[-5.0, -3, 0], [5, -3, 0], [-5, 3, 0]])


def canvas(background=(0, 0, 0, 0), scale=1):
    pixels = np.tile(np.array(background, np.uint8), (100 * scale, 200 * scale, 1))
    return Canvas(pixels, 20.0, 10.0)


def drawn(*layers, background=(0, 0, 0, 0), scale=1):
    sheet = canvas(background, scale)
    for layer in layers:
        layer.draw(sheet)
    return sheet.pixels


def centroid(alpha):
    """Centre of gravity (x, y) of coverage, in pixel coordinates."""
    rows, columns = np.indices(alpha.shape) + 0.5
    weight = alpha.astype(float)
    return np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()


def width(pixels):
    """Pixels of the stylesheet that are so many pixels of the canvas."""
    return pixels * 10.8


FACTORIES = {
    "points": lambda plane, **options: Points(
        plane, [[5, 3], [0, 0], [10, 4]], radius=width(8), colours=(80, 160, 240, 255), **options
    ),
    "lines": lambda plane, **options: Lines(
        plane,
        [[[-5, -5], [15, 9]], [[-5, 9], [15, -2]]],
        width=width(6),
        colours=[(255, 200, 0, 255), (10, 220, 90, 255)],
        **options,
    ),
    "regions": lambda plane, **options: Regions(
        plane,
        [[1, 0], [-1, 0.5]],
        [-5, 2],
        colours=[(200, 30, 60, 255), (30, 60, 200, 255)],
        **options,
    ),
    "areas": lambda plane, **options: Areas(
        plane,
        [[[-5, -5], [15, -2], [4, 9]], [[2, 1], [3, 4], [1, 5]]],
        colours=[(200, 30, 60, 255), (30, 60, 200, 255)],
        **options,
    ),
    "arrows": lambda plane, **options: Arrows(
        plane,
        [[5, 3]],
        [[15, 8], [1, -4]],
        width=width(4),
        colours=[(200, 30, 60, 255), (30, 60, 200, 255)],
        **options,
    ),
    "cross": lambda plane, **options: Cross(
        plane, width=width(3), colours=(90, 90, 90, 255), **options
    ),
    "image": lambda plane, **options: Image(
        plane,
        [[0, 1], [2, 3]],
        x=(-5, 15),
        y=(-5, 12),
        low=0,
        high=3,
        table=ramp(plane.style, "y"),
        **options,
    ),
    "labels": lambda plane, **options: Labels(
        plane, [[5, 3], [0, 0], [10, 4]], ["bold(x)", '"word"', "4"], size=0.2, **options
    ),
    "field": lambda plane, **options: Field(
        plane, [[0, 1], [2, 3]], x=(-5, 15), y=(-5, 12), low=0, high=3, **options
    ),
    "level lines": lambda plane, **options: LevelLines(
        plane,
        [[0, 1], [2, 3]],
        [0.5, 1, 2],
        x=(-5, 15),
        y=(-5, 12),
        width=width(4),
        colours=(10, 220, 90, 255),
        **options,
    ),
    "vector field": lambda plane, **options: VectorField(
        plane,
        [[5, 3]],
        [[10, 5], [-4, -7]],
        width=width(4),
        colours=(200, 30, 60, 255),
        **options,
    ),
    "stems": lambda plane, **options: Stems(
        plane, [2, -3, 9], [1, 5, 12], radius=width(6), width=width(2), colours=WHITE, **options
    ),
    "waveform": lambda plane, **options: Waveform(
        plane,
        np.sin(np.arange(4000.0)) * np.linspace(8, 1, 4000),
        x=(-5, 9),
        width=width(4),
        colours=(10, 220, 90, 255),
        **options,
    ),
    "scale bar": lambda plane, **options: ScaleBar(
        plane, 3, at=(0.2, 0.0), width=width(2), colours=WHITE, **options
    ),
}
"""One layer of each kind, larger than its plane where it can be."""
