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
    shades = np.empty(SIDE * SIDE, np.float32)
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
        solid = np.int32(full + HALF)
        # a ramp of one pixel about R covers π(R² + 1/12)
        ramp = math.sqrt(max(radius * radius - ONE / np.float32(12), HALF * HALF)) + HALF
        if radius <= SMALL:
            column, row = math.floor(x - ramp + HALF), math.floor(y - ramp + HALF)
            left_gap, top_gap = np.float32(column) + HALF - x, np.float32(row) + HALF - y
            total = ZERO
            for k in range(SIDE * SIDE):
                across, down = left_gap + COLUMN[k], top_gap + ROW[k]
                shade = ramp - math.sqrt(across * across + down * down)
                shades[k] = min(max(shade, ZERO), ONE)
                total += shades[k]
            # so few pixels sample the ramp that their sum varies with the position: put it right
            scale = PI * radius * radius / total
            for j in range(max(row, top), min(row + SIDE, bottom)):
                for k in range(max(column, left), min(column + SIDE, right)):
                    shade = min(shades[(j - row) * SIDE + k - column] * scale, ONE)
                    level = np.int32(full * shade + HALF)
                    if level > 0:
                        image[j, k] = blend(image[j, k], lanes, level)
            continue
        for row in range(math.floor(max(y - ramp, top)), math.ceil(min(y + ramp, bottom))):
            down = np.float32(row) + HALF - y
            square = ramp * ramp - down * down
            if square <= ZERO:
                continue
            chord = math.sqrt(square)
            inner = (ramp - ONE) * (ramp - ONE) - down * down
            core = math.sqrt(inner) if inner > ZERO else -ONE
            begin, end = math.floor(max(x - chord, left)), math.ceil(min(x + chord, right))
            core_begin = math.ceil(min(max(x - core - HALF, begin), end))
            core_end = math.floor(min(max(x + core + HALF, core_begin), end))
            for column in range(core_begin, core_end):
                image[row, column] = blend(image[row, column], lanes, solid)
            column = begin
            while column < end:
                if column == core_begin and core_begin < core_end:
                    column = core_end
                    continue
                across = np.float32(column) + HALF - x
                shade = ramp - math.sqrt(across * across + down * down)
                level = np.int32(full * min(max(shade, ZERO), ONE) + HALF)
                image[row, column] = blend(image[row, column], lanes, level)
                column += 1
