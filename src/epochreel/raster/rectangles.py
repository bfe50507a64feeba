"""An axis-aligned rectangle, anti-aliased where its edges are fractional."""

import math

import numpy as np
from numpy.typing import ArrayLike

from epochreel.raster.arguments import Clip, Pixels, canvas, opaqueness, packed, window
from epochreel.raster.blending import blend, ink, weight
from epochreel.raster.compiling import kernel


def rectangle(
    pixels: Pixels,
    clip: Clip,
    left: float,
    top: float,
    right: float,
    bottom: float,
    colour: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Fill [left, right] × [top, bottom] with a colour (4,).

    Draws nothing where right ≤ left, bottom ≤ top or an edge is NaN. Raises ValueError for
    arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    lanes = packed(colour, 1)[0]
    _rectangle(
        image,
        *window(clip, image),
        float(left),
        float(top),
        float(right),
        float(bottom),
        lanes,
        opaqueness(opacity),
    )


@kernel
def _rectangle(  # type: ignore[no-untyped-def]
    image, clip_left, clip_top, clip_right, clip_bottom, left, top, right, bottom, colour, opacity
):
    if not (left < right and top < bottom):
        return
    left, right = max(left, clip_left), min(right, clip_right)
    top, bottom = max(top, clip_top), min(bottom, clip_bottom)
    lanes = ink(colour)
    full = weight(colour, opacity)
    for row in range(math.floor(top), math.ceil(bottom)):
        height = min(bottom, row + 1) - max(top, row)
        solid = np.int32(full * height + 0.5)
        for column in range(math.floor(left), math.ceil(right)):
            level = solid
            if column < left or column + 1 > right:
                level = np.int32(full * height * (min(right, column + 1) - max(left, column)) + 0.5)
            image[row, column] = blend(image[row, column], lanes, level)
