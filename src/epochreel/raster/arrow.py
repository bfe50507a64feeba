"""Arrows: a shaft with a round tail and a triangular head, filled as one polygon."""

import math

import numpy as np
from numpy.typing import ArrayLike

from epochreel.raster.arguments import Clip, Pixels, points, size
from epochreel.raster.polygon import polygons

CAP = 16  # edges of the round tail
ANGLE = np.linspace(math.pi / 2, 3 * math.pi / 2, CAP + 1)
# Of which lengths the corners are made: the tail's, then base, wing, tip, wing and base.
BACK = np.append(np.cos(ANGLE), [0, 0, 0, 0, 0])
SIDE = np.append(np.sin(ANGLE), [-1, 0, 0, 0, 1])
BASE = np.append(0 * ANGLE, [1, 1, 0, 1, 1])
WING = np.append(0 * ANGLE, [0, -1, 0, 1, 0])
TIP = np.append(0 * ANGLE, [0, 0, 1, 0, 0])


def arrows(
    pixels: Pixels,
    clip: Clip,
    tails: ArrayLike,
    tips: ArrayLike,
    width: float,
    head_length: float,
    head_width: float,
    colours: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Arrows from `tails` (N, 2) to `tips` (N, 2), in one colour or (N, 4), drawn in order.

    The shaft is `width` pixels wide and ends in a triangle of `head_length` and `head_width`; an
    arrow shorter than its head shrinks as a whole. An arrow without length, or with an end that is
    not finite, is left out. Raises ValueError for arguments of the wrong shape or type.
    """
    start = points("tails", tails).astype(np.float64)
    end = points("tips", tips).astype(np.float64)
    if start.shape != end.shape:
        raise ValueError(f"tails {start.shape} and tips {end.shape} must have the same shape")
    count = len(start)
    with np.errstate(invalid="ignore", divide="ignore"):
        ahead = end - start
        length = np.hypot(ahead[:, 0], ahead[:, 1])
        ahead /= length[:, None]  # not finite where there is no length: such corners are skipped
        shrink = np.minimum(1, length / max(size("head_length", head_length), 1e-9))
        radius = shrink[:, None] * size("width", width) / 2
        base = (length - shrink * head_length)[:, None]
        wing = shrink[:, None] * size("head_width", head_width) / 2
        # each corner of the outline as distances along and across the arrow from its tail
        along = radius * BACK + base * BASE + length[:, None] * TIP
        across = radius * SIDE + wing * WING
        sideways = ahead[:, ::-1] * (-1, 1)
        outline = (
            start[:, None]
            + along[..., None] * ahead[:, None]
            + across[..., None] * sideways[:, None]
        )
    polygons(
        pixels,
        clip,
        outline.reshape(-1, 2),
        np.arange(count + 1) * outline.shape[1],
        colours,
        opacity,
    )
