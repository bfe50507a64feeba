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
BOX = 24  # pixels: the sides of the largest square that goes as one
PLACES = np.arange(BOX * BOX)
COLUMNS = np.array([PLACES % max(width, 1) for width in range(BOX + 1)], np.int32)
ROWS = np.array([PLACES // max(width, 1) for width in range(BOX + 1)], np.int32)
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
    square, levels = np.empty(BOX * BOX, np.uint32), np.empty(BOX * BOX, np.int32)
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
        width, height = end - begin, last - first
        width, height = end - begin, last - first
        if not (0 < width <= BOX and 0 < height <= BOX):
            for row in range(first, last):
                line = image[row]
                for column in range(begin, end):
                    level = _level(column, row, x, y, ramp, scale, full)
                    line[column] = blend(line[column], lanes, level)
            continue
        # Rows of a few pixels are too short for vectors, so that their square goes as one.
        count = width * height
        columns, rows, pixels = COLUMNS[width, :count], ROWS[width, :count], square[:count]
        for row in range(height):
            line, run = image[first + row, begin:end], pixels[row * width : (row + 1) * width]
            for k in range(width):
                run[k] = line[k]
        for k in range(count):
            levels[k] = _level(begin + columns[k], first + rows[k], x, y, ramp, scale, full)
        for k in range(count):
            pixels[k] = blend(pixels[k], lanes, levels[k])
        for row in range(height):
            line, run = image[first + row, begin:end], pixels[row * width : (row + 1) * width]
            for k in range(width):
                line[k] = run[k]


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
