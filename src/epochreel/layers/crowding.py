"""Who gives way where boxes lie on each other, without a jump: the later ones fade."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ROOM", "ease", "make_room"]

ROOM = 1.1  # times the room that boxes take: what has less fades, down to 1

Floats = NDArray[np.float64]


def ease(share: Floats) -> Floats:
    """From 0 at 0 to 1 at 1, without a corner."""
    held = np.clip(share, 0, 1)
    return np.asarray(held * held * (3 - 2 * held))


def make_room(shown: Floats, centres: Floats, halves: Floats) -> None:
    """Fade every box as far as one before it is both shown and too near.

    `shown` (N,) in [0, 1] is changed; `centres` and half sizes `halves` are (N, 2).
    """
    # Only what is near in height is compared, or hundreds of boxes would take milliseconds.
    order = np.argsort(centres[:, 1])
    heights = centres[order, 1]
    reach = 2 * ROOM * halves[:, 1].max(initial=0)
    counts = np.searchsorted(heights, heights + reach) - np.arange(len(order)) - 1
    counts = np.maximum(counts, 0)
    lower = np.repeat(np.arange(len(order)), counts)
    upper = lower + 1 + np.arange(len(lower)) - np.repeat(np.cumsum(counts) - counts, counts)
    pairs = np.sort(np.stack([order[lower], order[upper]]), axis=0)
    before, after = pairs
    apart = np.abs(centres[before] - centres[after]) / (halves[before] + halves[after])
    near = ease((ROOM - apart.max(axis=1)) / (ROOM - 1))
    close = np.flatnonzero(near > 0)
    for pair in close[np.lexsort((before[close], after[close]))].tolist():
        shown[after[pair]] *= 1 - near[pair] * shown[before[pair]]
