"""Anti-aliased discs, drawn in order."""

import math

import numpy as np
from numpy.typing import ArrayLike

from epochreel.raster.arguments import (
    Clip,
    Pixels,
    canvas,
    lengths,
    opaqueness,
    packed,
    points,
    window,
)
from epochreel.raster.blending import blend, ink, weight
from epochreel.raster.compiling import kernel

SMALL = np.float32(1.5)  # up to this radius a disc and its ramp lie within SIDE × SIDE pixels
SIDE = 5
COLUMN = np.tile(np.arange(SIDE, dtype=np.float32), SIDE)
ROW = np.repeat(np.arange(SIDE, dtype=np.float32), SIDE)
RUN = 8  # pixels: rows go in runs of a length that the compiler knows, and makes vectors of
HALF = np.float32(0.5)
ONE = np.float32(1)
ZERO = np.float32(0)
PI = np.float32(math.pi)


def discs(
    pixels: Pixels,
    clip: Clip,
    centres: ArrayLike,
    radius: ArrayLike,
    colours: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Discs at `centres` (N, 2), of one radius or (N,) radii in pixels, in one colour or (N, 4).

    The edge is a ramp one pixel wide about a radius that keeps the area πr²; discs smaller than a
    pixel become fainter. A disc whose centre or radius is not finite, or whose radius is not
    positive, is left out. Raises ValueError for arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    middles = points("centres", centres)
    count = len(middles)
    _discs(
        image,
        *window(clip, image),
        middles,
        lengths("radius", radius, count),
        packed(colours, count),
        opaqueness(opacity),
    )


@kernel
def _discs(image, left, top, right, bottom, centres, radii, colours, opacity):  # type: ignore[no-untyped-def]
    for i in range(len(centres)):
        x, y, radius = centres[i, 0], centres[i, 1], radii[i]
        reach = radius + ONE
        if not (
            radius > ZERO
            and radius < np.inf
            and x + reach > left
            and x - reach < right
            and y + reach > top
            and y - reach < bottom
        ):
            continue
        lanes = ink(colours[i])
        full = weight(colours[i], opacity)
        # a ramp of one pixel about R covers π(R² + 1/12)
        ramp = math.sqrt(max(radius * radius - ONE / np.float32(12), HALF * HALF)) + HALF
        scale = ONE
        if radius <= SMALL:
            # so few pixels sample the ramp that their sum varies with the position: put it right
            scale = PI * radius * radius / _sampled(x, y, ramp)
        begin, end = math.floor(max(x - ramp, left)), math.ceil(min(x + ramp, right))
        first, last = math.floor(max(y - ramp, top)), math.ceil(min(y + ramp, bottom))
        start = min(begin, right - (end - begin + RUN - 1) // RUN * RUN)
        if start < left:  # the clip is narrower than the runs
            for row in range(first, last):
                line = image[row]
                for column in range(begin, end):
                    level = _level(column, row, x, y, ramp, scale, full)
                    line[column] = blend(line[column], lanes, level)
            continue
        for row in range(first, last):
            down = np.float32(row) + HALF - y
            down *= down
            line = image[row]
            for place in range(start, end, RUN):
                pixels = line[place : place + RUN]
                for k in range(RUN):
                    across = np.float32(place + k) + HALF - x
                    shade = ramp - math.sqrt(across * across + down)
                    level = np.int32(full * min(min(max(shade, ZERO), ONE) * scale, ONE) + HALF)
                    pixels[k] = blend(pixels[k], lanes, level)


@kernel
def _level(column, row, x, y, ramp, scale, full):  # type: ignore[no-untyped-def]
    """How much of a pixel a disc covers; no branch, for that costs more than empty corners."""
    across, down = np.float32(column) + HALF - x, np.float32(row) + HALF - y
    shade = ramp - math.sqrt(across * across + down * down)
    return np.int32(full * min(min(max(shade, ZERO), ONE) * scale, ONE) + HALF)


@kernel
def _sampled(x, y, ramp):  # type: ignore[no-untyped-def]
    """Sum what the ramp of a small disc gives its pixels."""
    across = np.float32(math.floor(x - ramp + HALF)) + HALF - x
    down = np.float32(math.floor(y - ramp + HALF)) + HALF - y
    total = ZERO
    for k in range(SIDE * SIDE):
        distance = math.sqrt((across + COLUMN[k]) ** 2 + (down + ROW[k]) ** 2)
        total += min(max(ramp - distance, ZERO), ONE)
    return total
