"""Arrows: a shaft with a round tail and a triangular head, filled as one polygon."""

import math

import numpy as np
from numpy.typing import ArrayLike

from epochreel.raster.arguments import Clip, Pixels, points, size
from epochreel.raster.polygon import polygons

CAP = 16  # edges of the round tail


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
        # each corner of the outline as distances along and across the arrow from its tail
        angle = np.linspace(math.pi / 2, 3 * math.pi / 2, CAP + 1)
        radius = shrink[:, None] * size("width", width) / 2
        base = (length - shrink * head_length)[:, None]
        wing = shrink[:, None] * size("head_width", head_width) / 2
        along = np.hstack([radius * np.cos(angle), base, base, length[:, None], base, base])
        across = np.hstack([radius * np.sin(angle), -radius, -wing, 0 * wing, wing, radius])
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
