"""Where the points of a clip lie, as far as one can be told from the others."""

from __future__ import annotations

import numpy as np
from manim import Mobject, config
from numpy.typing import NDArray

from epochreel.checks.texts import Box, Glyph, Text
from epochreel.layers.layer import Canvas
from epochreel.layers.points import Points

__all__ = ["marks"]

MOST = 60
"""Points of a layer that are measured."""
APART = 4.0
"""Radii to the nearest other point that leave the ground of both to be seen."""
GHOST = 0.5
"""Points more transparent than this are there for comparison, and not held to a contrast."""


def marks(mobject: Mobject) -> Text | None:
    """Return points of a layer that lie apart from each other, as glyphs; None where none do."""
    if not isinstance(mobject, Points) or mobject.opacity < GHOST:
        return None
    size = config.pixel_height, config.pixel_width
    nowhere = np.broadcast_to(np.uint8(0), (*size, 4))
    canvas = Canvas(nowhere, config.frame_width, config.frame_height)
    mobject.evaluate()
    centres = mobject.to_pixels(canvas, mobject.values["positions"])
    scale = canvas.line * mobject.magnification
    count = len(centres)
    radii = np.broadcast_to(mobject.values["radius"], count).astype(float) * scale
    colours = np.broadcast_to(mobject.values["colours"], (count, 4))
    left, top, right, bottom = mobject.clip(canvas)
    room = centres - [left, top], [right, bottom] - centres
    inside = (np.minimum(*room).min(axis=1) > APART * radii) & (colours[:, 3] >= 255 * GHOST)
    chosen = np.flatnonzero(inside & _lonely(centres, APART * radii))
    if not len(chosen):
        return None
    chosen = chosen[:: -(-len(chosen) // MOST)]
    glyphs = tuple(
        Glyph(_box(centres[i], radii[i], size), (red, green, blue))
        for i in chosen
        for red, green, blue, _ in [colours[i].tolist()]
    )
    across = float(2 * np.median(radii[chosen]) / min(size))
    return Text(0, 0, across, glyphs, opacity=mobject.opacity, points=True)


def _lonely(centres: NDArray[np.float64], room: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points have no other one within their room, told by boxes as large as the room."""
    size = float(room.max(initial=1))
    boxes = np.floor(centres / size).astype(np.int64)
    boxes -= boxes.min(axis=0, initial=0) - 1
    stride = boxes[:, 1].max(initial=0) + 2
    keys = boxes[:, 0] * stride + boxes[:, 1]
    places, counts = np.unique(keys, return_counts=True)
    crowd = np.zeros(len(keys), np.int64)
    for across, down in np.ndindex(3, 3):
        around = keys + (across - 1) * stride + down - 1
        found = np.searchsorted(places, around).clip(max=len(places) - 1)
        crowd += np.where(places[found] == around, counts[found], 0)
    return np.asarray(crowd == 1)


def _box(centre: NDArray[np.float64], radius: float, size: tuple[int, int]) -> Box:
    (x, y), (height, width) = centre, size
    return (
        float((x - radius) / width),
        float((y - radius) / height),
        float((x + radius) / width),
        float((y + radius) / height),
    )
