"""What lies between two lines, each of which goes from left to right."""

import math

import numpy as np
from numpy.typing import ArrayLike

from epochreel.raster.arguments import (
    Clip,
    Pixels,
    canvas,
    frozen,
    opaqueness,
    packed,
    told,
    window,
)
from epochreel.raster.blending import blend, ink, weight
from epochreel.raster.compiling import kernel
from epochreel.raster.scratch import zeroed

HALF = np.float32(0.5)
BLOCK = 128  # columns that are filled together, as wide as caches like


def ribbon(
    pixels: Pixels,
    clip: Clip,
    left: int,
    tops: ArrayLike,
    bottoms: ArrayLike,
    colour: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Fill pixel columns from `left` on between `tops` and `bottoms` (C, S) with a colour (4,).

    Each column is filled in S upright slices, as many steps of an edge that is steep; upwards it is
    covered exactly. A slice is empty where its top is not above its bottom, and where one is NaN.
    Raises ValueError for arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    upper, lower = (frozen(np.asarray(edge), np.float32) for edge in (tops, bottoms))
    if upper.ndim != 2 or upper.shape != lower.shape:
        raise ValueError(
            f"tops and bottoms must be numbers of one shape (C, S), not {told(tops)} and "
            f"{told(bottoms)}"
        )
    _ribbon(
        image,
        *window(clip, image),
        int(left),
        upper,
        lower,
        packed(colour, 1)[0],
        opaqueness(opacity),
        zeroed((len(image) + 2, BLOCK), np.float32),
    )


@kernel
def _ribbon(image, left, top, right, bottom, start, tops, bottoms, colour, opacity, changes):  # type: ignore[no-untyped-def]
    count, slices = tops.shape
    lanes = ink(colour)
    full = weight(colour, opacity)
    share = full / np.float32(slices)
    covered = np.zeros(BLOCK, np.float32)
    begin, end = max(start, left), min(start + count, right)
    for block in range(begin, end, BLOCK):
        columns = min(BLOCK, end - block)
        first, last = bottom, top
        whole, broken = top, bottom  # rows that all slices cover
        for column in range(columns):
            for k in range(slices):
                upper = max(tops[block + column - start, k], np.float32(top))
                lower = min(bottoms[block + column - start, k], np.float32(bottom))
                if not upper < lower:
                    broken = top
                    continue
                # By how much a row is covered more than the one above.
                row = math.floor(upper)
                changes[row, column] += row + 1 - upper
                changes[row + 1, column] += upper - row
                first, whole = min(first, row), max(whole, row + 1)
                row = math.floor(lower)
                changes[row, column] -= row + 1 - lower
                changes[row + 1, column] -= lower - row
                last, broken = max(last, row + 2), min(broken, row)
        covered[:] = 0
        row = first
        while row < last:
            if row == whole + 1 and row < broken:
                level = np.int32(full + HALF)
                while row < broken:
                    run = image[row, block : block + columns]
                    for i in range(len(run)):
                        run[i] = blend(run[i], lanes, level)
                    row += 1
            steps = changes[row]
            for i in range(BLOCK):
                covered[i] += steps[i]
                steps[i] = 0
            if row < bottom:
                run = image[row, block : block + columns]
                for i in range(len(run)):  # no branch, so that it compiles to vectors
                    run[i] = blend(run[i], lanes, np.int32(share * covered[i] + HALF))
            row += 1
