"""Decision regions: where each of several linear scores is the largest."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.arguments import (
    Clip,
    Pixels,
    canvas,
    frozen,
    opaqueness,
    packed,
    table,
    told,
    window,
)
from epochreel.raster.blending import blend, ink, spread, weight
from epochreel.raster.compiling import kernel
from epochreel.raster.touching import TILE, Shades, tiling


def wedges(
    pixels: Pixels,
    clip: Clip,
    planes: ArrayLike,
    colours: ArrayLike,
    opacity: float = 1.0,
    damaged: NDArray[np.bool_] | None = None,
) -> None:
    """Fill each region in which one score a·x + b·y + c, a row of `planes` (K, 3), is the largest.

    x and y are pixel coordinates; `colours` is one colour or (K, 4). Along a boundary the regions
    cover a pixel in shares that sum to one, so that no seam shows. Of equal planes the first wins;
    a plane that is not finite has no region. Of the frame's tiles only the `damaged` ones are
    painted, by default all. Raises ValueError for arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    tiles = tiling(image.shape[1], image.shape[0])
    marks = np.ones(tiles, np.bool_) if damaged is None else damaged
    if marks.shape != tiles or marks.dtype != np.bool_:
        raise ValueError(f"damaged must be truths of shape {tiles}, not {told(marks)}")
    scores, colours = _usable(planes, colours)
    inside = window(clip, image)
    _wedges(image, *inside, scores, colours, opaqueness(opacity), frozen(marks, np.bool_))


def wedge_shades(
    pixels: Pixels, clip: Clip, planes: ArrayLike, colours: ArrayLike, opacity: float = 1.0
) -> Shades:
    """What `wedges` paints into each tile: a region's colour, or a boundary of which none knows."""
    image = canvas(pixels)
    shades = np.zeros(tiling(image.shape[1], image.shape[0]), np.int64)
    _wedge_shades(shades, *window(clip, image), *_usable(planes, colours), opaqueness(opacity))
    return shades


def _usable(
    planes: ArrayLike, colours: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
    """The planes that are finite, and their colours."""
    scores = table("planes", planes, 3, np.float64)
    shades = packed(colours, len(scores))
    usable = np.isfinite(scores).all(axis=1)
    # only differences count; this scale keeps them from overflowing
    scores = scores[usable] / max(1.0, float(np.abs(scores[usable]).max(initial=0)))
    return scores, shades[usable]


@kernel
def _wedge_shades(shades, left, top, right, bottom, planes, colours, opacity):  # type: ignore[no-untyped-def]
    if left >= right or top >= bottom or len(planes) == 0:
        return
    for row in range(top // TILE, (bottom - 1) // TILE + 1):
        for column in range(left // TILE, (right - 1) // TILE + 1):
            x, y = (column + 0.5) * TILE, (row + 0.5) * TILE
            leader = 0
            for k in range(1, len(planes)):
                if _lead(planes, k, leader, x, y) > 0:
                    leader = k
            level = np.int64(weight(colours[leader], opacity) + np.float32(0.5))
            shades[row, column] = 1 + ((level << 24) | (np.int64(colours[leader]) & 0xFFFFFF))
            for other in range(len(planes)):
                # By half a pixel, and by another half so that no rounding matters.
                tilt = abs(planes[leader, 0] - planes[other, 0])
                tilt += abs(planes[leader, 1] - planes[other, 1])
                reached = (TILE / 2 + 0.5) * tilt + 1e-9
                if other != leader and not _lead(planes, leader, other, x, y) > reached:
                    shades[row, column] = -1


@kernel
def _lead(planes, k, other, x, y):  # type: ignore[no-untyped-def]
    """By how much a score is larger than another at a place."""
    return (
        (planes[k, 0] - planes[other, 0]) * x
        + (planes[k, 1] - planes[other, 1]) * y
        + (planes[k, 2] - planes[other, 2])
    )


@kernel
def _wedges(image, left, top, right, bottom, planes, colours, opacity, damaged):  # type: ignore[no-untyped-def]
    count = len(planes)
    steepness = np.empty((count, count))  # of one score over another, per pixel
    for k in range(count):
        for other in range(count):
            steepness[k, other] = math.hypot(
                planes[k, 0] - planes[other, 0], planes[k, 1] - planes[other, 1]
            )
    begins = np.empty(count, np.int64)
    ends = np.empty(count, np.int64)
    shares = np.empty(count)
    for row in range(top, bottom):
        y, marks = row + 0.5, damaged[row // TILE]
        for k in range(count):
            begins[k], ends[k] = _interior(planes, steepness, k, y, left, right)
            lanes = ink(colours[k])
            level = np.int32(weight(colours[k], opacity) + np.float32(0.5))
            begin = begins[k]
            while begin < ends[k]:
                end = begin
                while end < ends[k] and marks[end // TILE]:
                    end = (end // TILE + 1) * TILE
                run = image[row, begin : min(end, ends[k])]  # a loop over it compiles to vectors
                for i in range(len(run)):
                    run[i] = blend(run[i], lanes, level)
                begin = end if end > begin else (begin // TILE + 1) * TILE
        column = left
        while column < right:
            inside = False
            for k in range(count):
                if begins[k] <= column < ends[k]:
                    column, inside = ends[k], True
            if not inside and column < right:
                if marks[column // TILE]:
                    image[row, column] = _mixed(
                        image[row, column], planes, steepness, colours, opacity,
                        column + 0.5, y, shares,
                    )  # fmt: skip
                column += 1


@kernel
def _interior(planes, steepness, k, y, left, right):  # type: ignore[no-untyped-def]
    """Find the columns of a row where score k leads every other by half a pixel or more."""
    begin, end = left - 1.0, right + 1.0
    for other in range(len(planes)):
        if other == k:
            continue
        slope = planes[k, 0] - planes[other, 0]
        lead = (
            (planes[k, 1] - planes[other, 1]) * y
            + (planes[k, 2] - planes[other, 2])
            - 0.5 * steepness[k, other]
        )
        if slope > 0:
            begin = max(begin, -lead / slope)
        elif slope < 0:
            end = min(end, -lead / slope)
        elif lead < 0 or (lead == 0 and other < k):
            return left, left
    first = max(left, math.ceil(begin - 0.5))
    return first, max(first, min(right, math.floor(end - 0.5) + 1))


@kernel
def _mixed(below, planes, steepness, colours, opacity, x, y, shares):  # type: ignore[no-untyped-def]
    """Cover a pixel near boundaries with the colours that reach it, each by its share."""
    count = len(planes)
    total = 0.0
    for k in range(count):
        share = 1.0
        for other in range(count):
            lead = (
                (planes[k, 0] - planes[other, 0]) * x
                + (planes[k, 1] - planes[other, 1]) * y
                + (planes[k, 2] - planes[other, 2])
            )
            steep = steepness[k, other]
            if steep > 0:
                share = min(share, 0.5 + lead / steep)
            elif lead < 0 or (lead == 0 and other < k):
                share = 0.0
        shares[k] = max(share, 0.0)
        total += shares[k]
    red = green = blue = alpha = 0.0
    for k in range(count):
        lanes = spread(colours[k])
        share = shares[k] / total
        level = np.int32(weight(colours[k], opacity) + np.float32(0.5)) / 255 * share
        red += level * (lanes & np.uint64(255))
        blue += level * ((lanes >> np.uint64(16)) & np.uint64(255))
        green += level * ((lanes >> np.uint64(32)) & np.uint64(255))
        alpha += level * 255
    return _over(below, red, green, blue, alpha)


@kernel
def _over(below, red, green, blue, alpha):  # type: ignore[no-untyped-def]
    """Source-over in floating point, since a mixture of colours need not be whole bytes."""
    lanes = spread(below)
    rest = 1 - alpha / 255
    packed_red = np.uint64(red + rest * (lanes & np.uint64(255)) + 0.5)
    packed_green = np.uint64(green + rest * ((lanes >> np.uint64(32)) & np.uint64(255)) + 0.5)
    packed_blue = np.uint64(blue + rest * ((lanes >> np.uint64(16)) & np.uint64(255)) + 0.5)
    packed_alpha = np.uint64(alpha + rest * (lanes >> np.uint64(48)) + 0.5)
    return np.uint32(
        packed_red
        | (packed_green << np.uint64(8))
        | (packed_blue << np.uint64(16))
        | (packed_alpha << np.uint64(24))
    )
