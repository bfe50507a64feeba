"""Where the points of a clip lie, as far as one can be told from the others."""

from __future__ import annotations

import numpy as np
from manim import config
from numpy.typing import NDArray

from epochreel.checks.texts import Glyph, Text, shares
from epochreel.marks.kinds import Discs

__all__ = ["points_of"]

MOST = 60
"""Points of a layer that are measured."""
APART = 4.0
"""Radii to the nearest other point that leave the ground of both to be seen."""
GHOST = 0.5
"""Points more transparent than this are there for comparison, and not held to a contrast."""


def points_of(discs: Discs) -> Text | None:
    """Return points of a plane that lie apart from each other, as glyphs; None where none do.

    Points in space stand before whatever colour the surface has behind them, and are not measured.
    """
    if discs.opacity < GHOST or discs.data is not None:
        return None
    centres, reach, box = discs.seat.to_scene(discs.points), APART * discs.radius, discs.box
    room = np.minimum(centres - [box.left, box.bottom], [box.right, box.top] - centres)
    inside = (room.min(axis=1, initial=np.inf) > reach) & (discs.colours[:, 3] >= 255 * GHOST)
    chosen = np.flatnonzero(inside & _lonely(centres, reach))
    if not len(chosen):
        return None
    chosen = chosen[:: -(-len(chosen) // MOST)]
    glyphs = tuple(
        Glyph(shares(centre - radius, centre + radius), (red, green, blue))
        for centre, radius, (red, green, blue, _) in zip(
            centres[chosen], discs.radius[chosen], discs.colours[chosen].tolist(), strict=True
        )
    )
    side = min(config.frame_width, config.frame_height)
    across = float(2 * np.median(discs.radius[chosen]) / side)
    return Text(0, 0, across, glyphs, opacity=discs.opacity, points=True)


def _lonely(centres: NDArray[np.float64], room: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points have no other one within their room, told by boxes as large as the room."""
    size = float(room.max(initial=1e-9))
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
