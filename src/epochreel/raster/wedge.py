"""Decision regions: where each of several linear scores is the largest."""

import math

import numpy as np
from numpy.typing import ArrayLike

from epochreel.raster.arguments import Clip, Pixels, canvas, opaqueness, packed, table, window
from epochreel.raster.blending import blend, ink, spread, weight
from epochreel.raster.compiling import kernel


def wedges(
    pixels: Pixels,
    clip: Clip,
    planes: ArrayLike,
    colours: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Fill each region in which one score a·x + b·y + c, a row of `planes` (K, 3), is the largest.

    x and y are pixel coordinates; `colours` is one colour or (K, 4). Along a boundary the regions
    cover a pixel in shares that sum to one, so that no seam shows. Of equal planes the first wins;
    a plane that is not finite has no region. Raises ValueError for arguments of the wrong shape or
    type.
    """
    image = canvas(pixels)
    scores = table("planes", planes, 3, np.float64)
    shades = packed(colours, len(scores))
    usable = np.isfinite(scores).all(axis=1)
    # only differences count; this scale keeps them from overflowing
    scores = scores[usable] / max(1.0, float(np.abs(scores[usable]).max(initial=0)))
    _wedges(image, *window(clip, image), scores, shades[usable], opaqueness(opacity))


@kernel
def _wedges(image, left, top, right, bottom, planes, colours, opacity):  # type: ignore[no-untyped-def]
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
        y = row + 0.5
        for k in range(count):
            begins[k], ends[k] = _interior(planes, steepness, k, y, left, right)
            lanes = ink(colours[k])
            level = np.int32(weight(colours[k], opacity) + np.float32(0.5))
            run = image[row, begins[k] : ends[k]]  # a loop over a slice compiles to vectors
            for i in range(len(run)):
                run[i] = blend(run[i], lanes, level)
        column = left
        while column < right:
            inside = False
            for k in range(count):
                if begins[k] <= column < ends[k]:
                    column, inside = ends[k], True
            if not inside and column < right:
                image[row, column] = _mixed(
                    image[row, column], planes, steepness, colours, opacity, column + 0.5, y, shares
                )
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
