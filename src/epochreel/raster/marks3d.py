"""Lines and discs in space, hidden by what is nearer in a depth buffer, their edges soft."""

import math

import numpy as np
from numpy.typing import ArrayLike

from epochreel.raster.arguments import (
    Clip,
    Pixels,
    canvas,
    frozen,
    lengths,
    opaqueness,
    packed,
    size,
    starts,
    table,
    window,
)
from epochreel.raster.blending import blend, ink, weight
from epochreel.raster.compiling import kernel
from epochreel.raster.polyline import _visible
from epochreel.raster.scratch import zeroed
from epochreel.raster.surfaces import Depth, checked_depth

SOFT = 1.0  # depth over which something disappears behind a surface
STEEP = 4.0  # depth per pixel of the steepest surface that marks may lie on without being cut


def polylines3d(
    pixels: Pixels,
    depth: Depth,
    clip: Clip,
    vertices: ArrayLike,
    offsets: ArrayLike,
    width: float,
    colours: ArrayLike,
    opacity: float = 1.0,
    bias: float = 2.0,
    hidden_opacity: float = 0.0,
) -> None:
    """Lines through `vertices` (M, 3), each (x px, y px, depth), as `polylines` draws them.

    Behind what the depth buffer holds they are drawn with `hidden_opacity` (0 to 1) of their
    opacity. They are brought nearer by `bias`, in units of depth, and their sides by more, so that
    a line lying on a surface is not cut by it. The buffer stays as it is. Raises ValueError for
    arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    buffer = checked_depth(depth, clip)
    corners = table("vertices", vertices, 3, np.float32)
    bounds = starts(offsets, len(corners))
    left, top = int(clip[0]), int(clip[1])
    begin, first, end, last = window(clip, image)
    height, columns = buffer.shape
    _polylines(
        image,
        left,
        top,
        begin - left,
        first - top,
        end - left,
        last - top,
        buffer,
        zeroed((height, columns), np.uint8),
        frozen(corners - np.array((left, top, size("bias", bias))), np.float32),
        bounds,
        size("width", width),
        packed(colours, len(bounds) - 1),
        opaqueness(opacity),
        opaqueness(hidden_opacity),
    )


def discs3d(
    pixels: Pixels,
    depth: Depth,
    clip: Clip,
    centres: ArrayLike,
    radius: ArrayLike,
    colours: ArrayLike,
    opacity: float = 1.0,
    bias: float = 2.0,
    hidden_opacity: float = 0.0,
) -> None:
    """Discs at `centres` (N, 3), each (x px, y px, depth), that face the viewer, as `discs` draws.

    The farthest are drawn first. The rest is as for `polylines3d`.
    """
    image = canvas(pixels)
    buffer = checked_depth(depth, clip)
    middles = table("centres", centres, 3, np.float32)
    count = len(middles)
    left, top = int(clip[0]), int(clip[1])
    begin, first, end, last = window(clip, image)
    order = np.argsort(-middles[:, 2], kind="stable")
    _discs(
        image,
        left,
        top,
        begin - left,
        first - top,
        end - left,
        last - top,
        buffer,
        frozen((middles - np.array((left, top, size("bias", bias))))[order], np.float32),
        frozen(lengths("radius", radius, count)[order], np.float32),
        frozen(packed(colours, count)[order], np.uint32),
        opaqueness(opacity),
        opaqueness(hidden_opacity),
    )


@kernel
def _seen(depth, row, column, z, left, top, right, bottom):  # type: ignore[no-untyped-def]
    """Return how much of a depth is in front of the buffer around a pixel, from 0 to 1."""
    seen = 4 * _before(depth[row, column], z)
    z -= STEEP
    seen += _before(depth[max(row - 1, top), column], z)
    seen += _before(depth[min(row + 1, bottom - 1), column], z)
    seen += _before(depth[row, max(column - 1, left)], z)
    seen += _before(depth[row, min(column + 1, right - 1)], z)
    return seen / 8


@kernel
def _before(there, z):  # type: ignore[no-untyped-def]
    return min(max((there - z) / SOFT + 0.5, 0.0), 1.0)


@kernel
def _polylines(  # type: ignore[no-untyped-def]
    image, x, y, left, top, right, bottom, depth, coverage, vertices, offsets, width, colours,
    opacity, hidden,
):  # fmt: skip
    if width <= 0 or left >= right or top >= bottom:
        return
    first = np.full(bottom, right, np.int64)
    last = np.full(bottom, left, np.int64)
    half = max(width, 1.0) / 2
    peak = min(width, 1.0) * 255
    line = 0
    lines = len(offsets) - 1
    while line < lines:
        colour = colours[line]
        while line < lines and colours[line] == colour:
            for i in range(offsets[line], offsets[line + 1] - 1):
                _capsule(
                    depth, coverage, first, last, left, top, right, bottom, half, peak, hidden,
                    vertices[i], vertices[i + 1],
                )  # fmt: skip
            line += 1
        lanes = ink(colour)
        full = weight(colour, opacity) / np.float32(255)
        for row in range(top, bottom):
            for column in range(first[row], last[row]):
                shade = coverage[row, column]
                if shade > 0:
                    level = np.int32(full * np.float32(shade) + np.float32(0.5))
                    below = image[y + row, x + column]
                    image[y + row, x + column] = blend(below, lanes, level)
                    coverage[row, column] = 0
            first[row], last[row] = right, left


@kernel
def _capsule(  # type: ignore[no-untyped-def]
    depth, coverage, first, last, left, top, right, bottom, half, peak, hidden, a, b
):
    """Raise `coverage` within `half` of a segment by how much of it is seen."""
    reach = half + 0.5
    x0, y0, x1, y1 = float(a[0]), float(a[1]), float(b[0]), float(b[1])
    start, stop = _visible(
        x0, y0, x1, y1, left - reach - 1, top - reach - 1, right + reach + 1, bottom + reach + 1
    )
    if not (start <= stop and math.isfinite(a[2]) and math.isfinite(b[2])):
        return
    across, down, deeper = x1 - x0, y1 - y0, float(b[2]) - float(a[2])
    z0, z1 = a[2] + start * deeper, a[2] + stop * deeper
    x0, x1 = x0 + start * across, x0 + stop * across
    y0, y1 = y0 + start * down, y0 + stop * down
    length = math.hypot(x1 - x0, y1 - y0)
    ux, uy = 1.0, 0.0
    if length > 1e-9:
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
    slope = (z1 - z0) / max(length, 1e-9)
    for row in range(
        max(top, math.floor(min(y0, y1) - reach)), min(bottom, math.ceil(max(y0, y1) + reach))
    ):
        begin, end = min(x0, x1) - reach, max(x0, x1) + reach
        if abs(uy) > 1e-6:
            centre = x0 + (row + 0.5 - y0) * ux / uy
            begin = max(begin, centre - reach / abs(uy))
            end = min(end, centre + reach / abs(uy))
        begin_column, end_column = max(left, math.floor(begin)), min(right, math.ceil(end))
        if begin_column >= end_column:
            continue
        first[row] = min(first[row], begin_column)
        last[row] = max(last[row], end_column)
        py = row + 0.5 - y0
        for column in range(begin_column, end_column):
            px = column + 0.5 - x0
            along = px * ux + py * uy
            aside = px * uy - py * ux
            beyond = max(-along, along - length, 0.0)
            shade = min(reach - math.sqrt(aside * aside + beyond * beyond), 1.0)
            if shade <= 0 or shade * peak + 0.5 <= coverage[row, column]:
                continue
            z = z0 + min(max(along, 0.0), length) * slope - STEEP * math.hypot(aside, beyond)
            seen = _seen(depth, row, column, z, left, top, right, bottom)
            level = np.uint8(shade * peak * (hidden + (1 - hidden) * seen) + 0.5)
            coverage[row, column] = max(coverage[row, column], level)


@kernel
def _discs(  # type: ignore[no-untyped-def]
    image, x, y, left, top, right, bottom, depth, centres, radii, colours, opacity, hidden
):
    for i in range(len(centres)):
        cx, cy, z, radius = centres[i, 0], centres[i, 1], centres[i, 2], radii[i]
        reach = radius + 1
        if not (
            0 < radius < np.inf
            and math.isfinite(z)
            and left < cx + reach
            and cx - reach < right
            and top < cy + reach
            and cy - reach < bottom
        ):
            continue
        lanes = ink(colours[i])
        full = weight(colours[i], opacity)
        # a ramp of one pixel about R covers π(R² + 1/12)
        ramp = math.sqrt(max(radius * radius - 1 / 12, 0.25)) + 0.5
        faint = min(radius / 0.5, 1.0) ** 2
        for row in range(math.floor(max(cy - ramp, top)), math.ceil(min(cy + ramp, bottom))):
            for column in range(math.floor(max(cx - ramp, left)), math.ceil(min(cx + ramp, right))):
                distance = math.hypot(column + 0.5 - cx, row + 0.5 - cy)
                shade = min(ramp - distance, 1.0) * faint
                if shade <= 0:
                    continue
                near = z - STEEP * distance
                seen = _seen(depth, row, column, near, left, top, right, bottom)
                shade *= hidden + (1 - hidden) * seen
                below = image[y + row, x + column]
                image[y + row, x + column] = blend(below, lanes, np.int32(full * shade + 0.5))
