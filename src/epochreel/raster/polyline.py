"""Anti-aliased polylines with round caps and joins."""

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
    size,
    starts,
    window,
)
from epochreel.raster.blending import blend, ink, weight
from epochreel.raster.compiling import kernel
from epochreel.raster.scratch import zeroed

HALF = np.float32(0.5)
ONE = np.float32(1)
ZERO = np.float32(0)
RUN = 16  # pixels: rows go in runs of a length that the compiler knows, and makes vectors of


def polylines(
    pixels: Pixels,
    clip: Clip,
    vertices: ArrayLike,
    offsets: ArrayLike,
    width: float,
    colours: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Lines through `vertices` (M, 2); line l has those from offsets[l] up to offsets[l + 1].

    `width` is in pixels; a line thinner than one pixel becomes fainter instead. `colours` is one
    colour or (L, 4). Neighbouring lines of one colour are one shape: where they join or cross, no
    pixel is painted twice. A line is broken at a vertex that is not finite. Raises ValueError for
    arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    corners = points("vertices", vertices)
    bounds = starts(offsets, len(corners))
    height, columns = image.shape
    _polylines(
        image,
        *window(clip, image),
        corners,
        bounds,
        size("width", width),
        packed(colours, len(bounds) - 1),
        opaqueness(opacity),
        zeroed((height, -(-columns // RUN) * RUN), np.uint8),
    )


@kernel
def _polylines(  # type: ignore[no-untyped-def]
    image, left, top, right, bottom, vertices, offsets, width, colours, opacity, coverage
):
    if width <= 0 or left >= right or top >= bottom:
        return
    first = np.full(bottom, right, np.int64)
    last = np.full(bottom, left, np.int64)
    words = coverage.view(np.uint64)
    half = max(width, 1.0) / 2
    peak = min(width, 1.0) * 255
    line = 0
    lines = len(offsets) - 1
    while line < lines:
        colour = colours[line]
        upper, lower = bottom, top
        while line < lines and colours[line] == colour:
            for i in range(offsets[line], offsets[line + 1] - 1):
                begin, end = _capsule(
                    coverage, first, last, left, top, right, bottom, half, peak,
                    float(vertices[i, 0]), float(vertices[i, 1]),
                    float(vertices[i + 1, 0]), float(vertices[i + 1, 1]),
                )  # fmt: skip
                upper, lower = min(upper, begin), max(lower, end)
            line += 1
        lanes = ink(colour)
        full = weight(colour, opacity) / np.float32(255)
        for row in range(upper, lower):
            for begin in range(first[row] // RUN * RUN, last[row], RUN):
                cells = coverage[row, begin : begin + RUN]
                if words[row, begin // 8] | words[row, begin // 8 + 1] == 0:
                    continue
                if left <= begin and begin + RUN <= right:
                    run = image[row, begin : begin + RUN]
                    for i in range(RUN):
                        level = np.int32(full * np.float32(cells[i]) + HALF)
                        run[i] = blend(run[i], lanes, level)
                else:
                    for column in range(max(left, begin), min(right, begin + RUN)):
                        level = np.int32(full * np.float32(coverage[row, column]) + HALF)
                        image[row, column] = blend(image[row, column], lanes, level)
                words[row, begin // 8] = words[row, begin // 8 + 1] = 0
            first[row], last[row] = right, left


@kernel
def _capsule(  # type: ignore[no-untyped-def]
    coverage, first, last, left, top, right, bottom, half, peak, x0, y0, x1, y1
):
    """Raise `coverage` to `peak` within `half` of a segment, and note the columns touched.

    Returns the first of the rows touched, and that behind the last.
    """
    reach = half + 0.5
    start, stop = _visible(
        x0, y0, x1, y1, left - reach - 1, top - reach - 1, right + reach + 1, bottom + reach + 1
    )
    if not start <= stop:
        return bottom, top
    across, down = x1 - x0, y1 - y0
    x0, x1 = x0 + start * across, x0 + stop * across
    y0, y1 = y0 + start * down, y0 + stop * down
    length = math.hypot(x1 - x0, y1 - y0)
    along_x, along_y = 1.0, 0.0
    if length > 1e-9:
        along_x, along_y = (x1 - x0) / length, (y1 - y0) / length
    low, high = min(x0, x1) - reach, max(x0, x1) + reach
    end = np.float32(length)
    ux, uy = np.float32(along_x), np.float32(along_y)
    edge, scale = np.float32(reach), np.float32(peak)
    upper = max(top, math.floor(min(y0, y1) - reach))
    lower = min(bottom, math.ceil(max(y0, y1) + reach))
    for row in range(upper, lower):
        begin, finish = low, high
        if abs(along_y) > 1e-6:  # the part of this row within reach of the infinite line
            centre = x0 + (row + 0.5 - y0) * along_x / along_y
            begin = max(low, centre - reach / abs(along_y))
            finish = min(high, centre + reach / abs(along_y))
        begin_column, finish_column = max(left, math.floor(begin)), min(right, math.ceil(finish))
        if begin_column >= finish_column:
            continue
        first[row] = min(first[row], begin_column)
        last[row] = max(last[row], finish_column)
        offset_x, offset_y = np.float32(0.5 - x0), np.float32(row + 0.5 - y0)
        for place in range(begin_column // RUN * RUN, finish_column, RUN):
            cells = coverage[row, place : place + RUN]
            for i in range(RUN):
                px = np.float32(place + i) + offset_x
                along = px * ux + offset_y * uy
                aside = px * uy - offset_y * ux
                beyond = max(-along, along - end, ZERO)
                shade = edge - math.sqrt(aside * aside + beyond * beyond)
                level = np.uint8(min(max(shade, ZERO), ONE) * scale + HALF)
                cells[i] = max(cells[i], level)
    return upper, lower


@kernel
def _visible(x0, y0, x1, y1, left, top, right, bottom):  # type: ignore[no-untyped-def]
    """Clip a segment to [start, stop] of itself, empty as (1, 0): Liang and Barsky, 1984."""
    if not math.isfinite(x0 + y0 + x1 + y1):
        return 1.0, 0.0
    start, stop = 0.0, 1.0
    for step, low, high in (
        (x1 - x0, left - x0, right - x0),
        (y1 - y0, top - y0, bottom - y0),
    ):
        if step == 0:
            if low > 0 or high < 0:
                return 1.0, 0.0
            continue
        enter, leave = low / step, high / step
        start = max(start, min(enter, leave))
        stop = min(stop, max(enter, leave))
    return start, stop
