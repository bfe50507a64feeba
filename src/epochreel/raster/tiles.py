"""A table of rectangles, each in its colour: sharp, and without seams where they touch."""

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
    size,
    told,
    window,
)
from epochreel.raster.blending import FULL, cover, divide, ink, join, weight
from epochreel.raster.compiling import kernel

ZERO, ALPHA = np.uint64(0), np.uint64(48)


def tiles(
    pixels: Pixels,
    clip: Clip,
    left: float,
    top: float,
    right: float,
    bottom: float,
    colours: ArrayLike,
    gap: float = 0.0,
    opacity: float = 1.0,
) -> None:
    """Part [left, right] × [top, bottom] into cells of `colours` (R, C, 4), row 0 on top.

    Half a `gap`, in pixels, is left free at each side of a cell. A pixel is covered once, by all
    cells that share in it, so that cells that touch have no seam. Draws nothing where right ≤ left
    or bottom ≤ top, or an edge is not finite. Raises ValueError for arguments of the wrong shape or
    type.
    """
    image = canvas(pixels)
    table = np.asarray(colours)
    if table.ndim != 3 or table.shape[2] != 4:
        raise ValueError(f"colours must have shape (R, C, 4), not {told(table)}")
    rows, columns, _ = table.shape
    cells = packed(table.reshape(-1, 4), rows * columns).reshape(rows, columns)
    inside, half, share = window(clip, image), size("gap", gap) / 2, opaqueness(opacity)
    if np.isfinite([left, top, right, bottom]).all():
        across, down = np.linspace(left, right, columns + 1), np.linspace(top, bottom, rows + 1)
        edges = frozen(across, np.float64), frozen(down, np.float64)
        _tiles(image, *inside, *edges, cells, half, share)


@kernel
def _tiles(image, left, top, right, bottom, across, down, colours, half, opacity):  # type: ignore[no-untyped-def]
    if not (across[0] < right and across[-1] > left and across[0] < across[-1]):
        return
    left, right = math.floor(max(across[0], left)), math.ceil(min(across[-1], right))
    strip = np.empty(right - left, np.uint64)  # what a row of cells paints
    solid = np.empty(right - left, np.uint32)  # the same where nothing shines through
    mixed = np.zeros(right - left, np.uint64)  # the same of all that share in a row of pixels
    shared = top - 1
    for row in range(len(colours)):
        upper, lower = max(down[row] + half, top), min(down[row + 1] - half, bottom)
        if not upper < lower:
            continue
        opaque = _mix(strip, solid, left, right, across, colours[row], half, opacity)
        for y in range(math.floor(upper), math.ceil(lower)):
            level = _level(lower, y) - _level(upper, y)
            if level == 255 and opaque:
                image[y, left:right] = solid
                continue
            if level == 255:
                _lay(image, y, left, strip)
                continue
            if y != shared:
                _lay_mixed(image, shared, top, left, mixed)
                shared = y
            share = np.uint64(level)
            for x in range(len(strip)):
                mixed[x] += strip[x] * share
    _lay_mixed(image, shared, top, left, mixed)


@kernel
def _level(edge, pixel):  # type: ignore[no-untyped-def]
    """How much of a pixel lies before an edge, in 255ths: cells that touch make up 255."""
    return math.floor(255 * min(max(edge - pixel, 0.0), 1.0) + 0.5)


@kernel
def _mix(strip, solid, left, right, across, colours, half, opacity):  # type: ignore[no-untyped-def]
    """Write a row of cells into the strip of pixels from `left` on, as premultiplied lanes.

    Returns whether nothing shines through any of them, as which they are `solid`.
    """
    strip[:] = ZERO
    for column in range(len(colours)):
        colour = colours[column]
        level = np.int32(weight(colour, opacity) + np.float32(0.5))
        begin, end = max(across[column] + half, left), min(across[column + 1] - half, right)
        if level == 0 or not begin < end:
            continue
        lanes = divide(ink(colour) * np.uint64(level))
        for x in range(math.floor(begin), math.ceil(end)):
            strip[x - left] += lanes * np.uint64(_level(end, x) - _level(begin, x))
    least = FULL
    for x in range(len(strip)):
        strip[x] = divide(strip[x])
        solid[x] = join(strip[x])
        least = min(least, strip[x] >> ALPHA)
    return least == FULL


@kernel
def _lay(image, y, left, strip):  # type: ignore[no-untyped-def]
    for x in range(len(strip)):
        image[y, left + x] = _over(image[y, left + x], strip[x])


@kernel
def _lay_mixed(image, y, top, left, mixed):  # type: ignore[no-untyped-def]
    """Lay down what shares in a row of pixels, if it is one, and forget it."""
    if y >= top:
        for x in range(len(mixed)):
            image[y, left + x] = _over(image[y, left + x], divide(mixed[x]))
            mixed[x] = ZERO


@kernel
def _over(below, lanes):  # type: ignore[no-untyped-def]
    return join(lanes) if lanes >> ALPHA == FULL else cover(below, lanes)
