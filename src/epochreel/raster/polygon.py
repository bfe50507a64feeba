"""Filled, anti-aliased polygons by exact area."""

import math

import numpy as np
from numpy.typing import ArrayLike

from epochreel.raster.arguments import (
    Clip,
    Pixels,
    canvas,
    opaqueness,
    packed,
    points,
    starts,
    window,
)
from epochreel.raster.blending import blend, ink, weight
from epochreel.raster.compiling import kernel
from epochreel.raster.scratch import zeroed

HALF = np.float32(0.5)


def polygons(
    pixels: Pixels,
    clip: Clip,
    vertices: ArrayLike,
    offsets: ArrayLike,
    colours: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Polygons with corners `vertices` (M, 2), drawn in order and closed by themselves.

    Polygon l has the corners from offsets[l] up to offsets[l + 1]; `colours` is one colour or
    (L, 4). A pixel is covered by the exact area of the polygon within it, counted by winding number
    and held at one. Corners that are not finite are skipped. Raises ValueError for arguments of the
    wrong shape or type.
    """
    image = canvas(pixels)
    corners = points("vertices", vertices)
    bounds = starts(offsets, len(corners))
    height, columns = image.shape
    _polygons(
        image,
        *window(clip, image),
        corners,
        bounds,
        packed(colours, len(bounds) - 1),
        opaqueness(opacity),
        zeroed((height, columns + 2), np.float32),
    )


@kernel
def _polygons(image, left, top, right, bottom, vertices, offsets, colours, opacity, changes):  # type: ignore[no-untyped-def]
    if left >= right or top >= bottom:
        return
    first = np.full(bottom, right, np.int64)
    last = np.full(bottom, left, np.int64)
    for polygon in range(len(offsets) - 1):
        x0 = y0 = opening_x = opening_y = np.nan
        upper, lower = bottom, top
        for i in range(offsets[polygon], offsets[polygon + 1]):
            x1, y1 = float(vertices[i, 0]), float(vertices[i, 1])
            if not math.isfinite(x1 + y1):
                continue
            upper = min(upper, math.floor(min(max(y1, top), bottom)))
            lower = max(lower, math.ceil(min(max(y1, top), bottom)))
            if math.isnan(x0):
                opening_x, opening_y = x1, y1
            else:
                _edge(changes, first, last, left, top, right, bottom, x0, y0, x1, y1)
            x0, y0 = x1, y1
        if math.isnan(x0):
            continue
        _edge(changes, first, last, left, top, right, bottom, x0, y0, opening_x, opening_y)
        lanes = ink(colours[polygon])
        full = weight(colours[polygon], opacity)
        for row in range(upper, lower):
            covered = 0.0
            for column in range(first[row], last[row]):
                covered += changes[row, column]
                changes[row, column] = 0
                level = np.int32(full * np.float32(min(abs(covered), 1.0)) + HALF)
                if level > 0 and column < right:
                    image[row, column] = blend(image[row, column], lanes, level)
            first[row], last[row] = right, left


@kernel
def _edge(changes, first, last, left, top, right, bottom, x0, y0, x1, y1):  # type: ignore[no-untyped-def]
    """Add an edge to `changes`: by how much each pixel is covered more than its left neighbour."""
    sign = 1.0
    if y0 > y1:
        x0, y0, x1, y1, sign = x1, y1, x0, y0, -1.0
    if y0 == y1 or y1 <= top or y0 >= bottom:
        return
    slope = (x1 - x0) / (y1 - y0)
    for row in range(math.floor(max(y0, top)), math.ceil(min(y1, bottom))):
        upper, lower = max(y0, row), min(y1, row + 1)
        rise = sign * (lower - upper)
        begin, finish = x0 + (upper - y0) * slope, x0 + (lower - y0) * slope
        begin, finish = min(begin, finish), max(begin, finish)
        if finish > right:  # the part right of the clip counts nowhere
            last[row] = max(last[row], right)
            if begin >= right:
                continue
            rise *= (right - begin) / (finish - begin)
            finish = float(right)
        if begin < left:  # the part left of it counts from its first column on
            outside = rise if finish <= left else rise * (left - begin) / (finish - begin)
            first[row] = left
            changes[row, left] += outside
            rise -= outside
            begin, finish = float(left), max(finish, left)
        column = math.floor(begin)
        first[row] = min(first[row], column)
        before = 0.0
        while before < 1.0:
            share = 1.0
            if column < finish:
                share = _passed(column + 1 - begin, finish - begin) - _passed(
                    column - begin, finish - begin
                )
            changes[row, column] += rise * (share - before)
            before = share
            column += 1
        last[row] = max(last[row], column)


@kernel
def _passed(x, span):  # type: ignore[no-untyped-def]
    """Integrate up to x the share of an edge over [0, span] that lies left of a point."""
    if x <= 0:
        return 0.0
    if x < span:
        return x * x / (2 * span)
    return x - span / 2
