"""Tiles of a frame, squares of 16 pixels: which of them something reaches, and rectangles of them.

An encoder's blocks are as large, and samples of colour never lie in two tiles.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.arguments import Clip, Pixels, canvas, frozen, lengths, points, window
from epochreel.raster.compiling import kernel

TILE = 16

Shades = NDArray[np.int64]
"""Of each tile (rows, columns) what is painted into it: 0 is nothing, and what is positive is the
same all over it wherever the number is; of what is negative nobody knows whether it changed."""


def tiling(width: int, height: int) -> tuple[int, int]:
    """How many rows and columns of tiles there are in so many pixels."""
    return -(-height // TILE), -(-width // TILE)


def touched(
    pixels: Pixels, clip: Clip, starts: ArrayLike, ends: ArrayLike, reach: ArrayLike
) -> Shades:
    """The shades of what lies within `reach` of the boxes from `starts` to `ends`, both (N, 2).

    All in pixels, `reach` a number or (N,). What is not finite reaches nothing. Raises ValueError
    for arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    begins, stops = points("starts", starts), points("ends", ends)
    if begins.shape != stops.shape:
        raise ValueError(f"starts {begins.shape} and ends {stops.shape} must have the same shape")
    shades = np.zeros(tiling(image.shape[1], image.shape[0]), np.int64)
    _touched(shades, *window(clip, image), begins, stops, lengths("reach", reach, len(begins)))
    return shades


@kernel
def _touched(shades, left, top, right, bottom, starts, ends, reaches):  # type: ignore[no-untyped-def]
    for i in range(len(starts)):
        x0, y0, x1, y1, reach = starts[i, 0], starts[i, 1], ends[i, 0], ends[i, 1], reaches[i]
        if not math.isfinite(x0 + y0 + x1 + y1 + reach):
            continue
        begin, end = max(min(x0, x1) - reach, left), min(max(x0, x1) + reach, right)
        first, last = max(min(y0, y1) - reach, top), min(max(y0, y1) + reach, bottom)
        if begin < end and first < last:
            for row in range(math.floor(first / TILE), math.ceil(last / TILE)):
                for column in range(math.floor(begin / TILE), math.ceil(end / TILE)):
                    shades[row, column] = -1


def areas(tiles: NDArray[np.bool_], width: int, height: int) -> NDArray[np.int64]:
    """Tiles of a frame of so many pixels as rectangles (R, 4) that do not overlap.

    Each is left, top, right and bottom in pixels, none of them beyond the frame.
    """
    found = np.empty((tiles.size, 4), np.int64)
    count = _areas(frozen(tiles, np.bool_), width, height, found)
    return found[:count]


@kernel
def _areas(tiles, width, height, found):  # type: ignore[no-untyped-def]
    rows, columns = tiles.shape
    count = row = 0
    while row < rows:
        first = row
        row += 1
        while row < rows and (tiles[row] == tiles[first]).all():
            row += 1
        column = 0
        while column < columns:
            begin = column
            while column < columns and tiles[first, column]:
                column += 1
            if begin < column:
                found[count, 0], found[count, 1] = begin * TILE, first * TILE
                found[count, 2], found[count, 3] = (
                    min(column * TILE, width),
                    min(row * TILE, height),
                )
                count += 1
            column += 1
    return count
