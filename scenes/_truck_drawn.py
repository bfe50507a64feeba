"""A dock, and trucks with trailers, seen from above."""

import numpy as np
from manim import DOWN, LEFT, Group

from epochreel import Composition, varying
from epochreel.look.hues import paint
from epochreel.panels.drawing import ranked
from epochreel.panels.layout import column, row, slot
from trainers._truck import NEAR

CAB = np.array([[-0.25, 0.5], [-0.25, -0.5], [1.0, -0.5], [1.3, -0.25], [1.3, 0.25], [1.0, 0.5]])
TRAILER = np.array([[0, 0.5], [0, -0.5], [3.5, -0.5], [4.0, -0.08], [4.0, 0.08], [3.5, 0.5]])
BAY = 0.75  # half its width
LIMITS = {"x": (-1.6, 20.3), "y": (-8.2, 5.8)}

WORLD = (
    ("dot(x) = s cos theta_0", "dot(y) = s sin theta_0"),
    ("dot(theta)_0 = s/L tan phi", "dot(theta)_1 = s/d sin(theta_0 - theta_1)"),
)


CAPTION, COUNT = slot("caption", length=0.85), slot("count", length=2.2)
HIGH = column(slot("count", length=0.7), slot("error", length=0.9), "net", gap=0.2)
TOLD = column(row(COUNT, "error", length=0.8), "net", gap=0.3)
LAYOUT = Composition(
    {
        "16:9": column(row(slot("road", share=2.6), HIGH), CAPTION, gap=0.2),
        "1:1": column(
            "road",
            row(column(slot("count", share=0.6), "error"), slot("net", share=2), length=2.1),
            CAPTION,
            gap=0.2,
        ),
        "4:5": column(slot("road", length=4.7), TOLD, CAPTION, gap=0.25),
        "9:16": column(CAPTION, slot("road", length=4.7), TOLD, gap=0.25),
    }
)


class Trucks(Group):
    """Trucks on a `road` whose `states` (N, 6) follow clocks; without a hue, red where bent."""

    def __init__(self, road, hue, states, *clocks, **options):
        def placed(x, theta):
            return {
                "at": varying(lambda *now: states(*now)[:, x : x + 2], *clocks),
                "turn": varying(lambda *now: np.degrees(states(*now)[:, theta]), *clocks),
            }

        if hue is None:
            hue = varying(lambda *now: bent(road.style, states(*now)), *clocks)
        parts = [
            road.polygons(TRAILER, hue, **placed(3, 5), outline=True, **options),
            road.polygons(CAB, hue, **placed(0, 2), outline=True, **options),
        ]
        super().__init__(*(ranked(part, "probes") for part in parts))


def bent(style, states):
    """Colours (N, 4) of trucks (N, 6): red where jackknifed."""
    red, fine = (paint(style, hue).astype(float) for hue in ("E", "gold"))
    late = np.clip(np.degrees(np.abs(states[:, 2] - states[:, 5])) / 10 - 8, 0, 1)[:, None]
    return np.rint(fine + late * (red - fine)).astype(np.uint8)


def ended(style, drives):
    """Colours (N, 4) of drives (N, T + 1, 6): red where jackknifed in the end."""
    return bent(style, drives[:, -1])


def dock(road):
    """A wall with a bay, and where a trailer's end should be."""
    (low, high), back = LIMITS["y"], -2 * BAY
    wall = [[(0, low), (0, -BAY), (back, -BAY)], [(0, high), (0, BAY), (back, BAY)]]
    goal = road.segments(np.array([[0, -NEAR]]), np.array([[0, NEAR]]), "y", width="arrow")
    return Group(road.curve(wall, "muted", width="arrow"), goal)


def world(clip, box):
    """What a truck does, as formulas in a box."""
    pairs = [Group(*map(clip.formula, each)) for each in WORLD]
    for pair in pairs:
        pair.arrange(DOWN, buff=0.3, aligned_edge=LEFT)
    return clip.formulas(*pairs, slot=box)


def points(scalar, config, epoch):
    """Places (S, 2) of a scalar, its epochs and values, over lessons, as far as these have come."""
    first, last = config.emulated, config.epochs
    times = np.linspace(first, max(epoch, first), 121)
    lessons = config.lessons * (times - first) / (last - first)
    return np.stack([lessons, np.interp(times, *scalar)], axis=1)
