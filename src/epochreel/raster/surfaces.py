"""A curved surface with true hidden-surface removal, smoothly coloured, its silhouette soft.

Each triangle of the grid is drawn into a depth buffer, each pixel at its centre and by half-open
spans, so that neighbours neither overlap nor leave gaps. Then every edge of the silhouette (between
a triangle that faces the viewer and one that does not, or at the border) that is not hidden is
given a ramp one pixel wide outside the surface. What was drawn is composited once.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.arguments import Clip, Pixels, canvas, frozen, opaqueness, told, window
from epochreel.raster.blending import blend, divide, join, spread, weight
from epochreel.raster.compiling import kernel
from epochreel.raster.scratch import zeroed

Depth = NDArray[np.float32]

HALF = np.float32(0.5)
OPAQUE = np.uint32(0xFF000000)
FULL = np.uint64(255)


def depth_buffer(clip: Clip) -> Depth:
    """Return an empty depth buffer for a clip rectangle: float32 (height, width), all infinite."""
    left, top, right, bottom = (int(edge) for edge in clip)
    return np.full((max(bottom - top, 0), max(right - left, 0)), np.inf, np.float32)


def checked_depth(depth: Depth, clip: Clip) -> Depth:
    """Refuse a depth buffer that is not one of this clip rectangle."""
    left, top, right, bottom = (int(edge) for edge in clip)
    shape = max(bottom - top, 0), max(right - left, 0)
    if depth.dtype != np.float32 or depth.shape != shape or not depth.flags.c_contiguous:
        raise ValueError(f"depth must be float32 of the clip's shape {shape}, not {told(depth)}")
    if not depth.flags.writeable:
        raise ValueError("depth must be writeable: hand over a copy")
    return depth


def surface(
    pixels: Pixels,
    depth: Depth,
    clip: Clip,
    vertices: ArrayLike,
    colours: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Draw the grid of quads through `vertices` (h, w, 3), each (x px, y px, depth).

    `colours` (h, w, 4) are straight RGBA, interpolated over the triangles into which each quad is
    cut. `depth` (see `depth_buffer`) is that of everything drawn so far, smaller being nearer;
    pixels behind it stay as they are, others are painted once, by what is nearest, and their depth
    noted. Quads with a corner that is not finite are left out. The soft ramp along the silhouette
    lies outside: a surface is half a pixel larger than its geometry, and is softest against what
    was drawn before it. Raises ValueError for arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    buffer = checked_depth(depth, clip)
    corners = np.asarray(vertices)
    if corners.ndim != 3 or corners.shape[2] != 3 or corners.dtype.kind not in "fiu":
        raise ValueError(f"vertices must be numbers of shape (h, w, 3), not {told(vertices)}")
    paint = np.asarray(colours)
    if paint.shape != (*corners.shape[:2], 4) or paint.dtype != np.uint8:
        raise ValueError(
            f"colours must be uint8 of shape {(*corners.shape[:2], 4)}, not {told(colours)}"
        )
    left, top = int(clip[0]), int(clip[1])
    begin, first, end, last = window(clip, image)
    height, width = buffer.shape
    solid = opaqueness(opacity)
    if begin >= end or first >= last:
        return
    scratch = zeroed((2 * height, width), np.uint32)
    _surface(
        image,
        left,
        top,
        begin - left,
        first - top,
        end - left,
        last - top,
        buffer,
        scratch[:height],
        scratch[height:],
        zeroed((height, width), np.uint8),
        frozen(corners - np.array((left, top, 0.0)), np.float64),
        frozen(paint, np.float32),
        solid,
    )


@kernel
def _surface(  # type: ignore[no-untyped-def]
    image, x, y, left, top, right, bottom, depth, front, rim, ramp, vertices, colours, opacity
):
    height, width = vertices.shape[0] - 1, vertices.shape[1] - 1
    if height < 1 or width < 1:
        return
    # which way each triangle turns: a quad (a b / d c) is cut into a b c and a c d
    turns = np.zeros((height, width, 2), np.int8)
    low, high = bottom, top
    for i in range(height):
        for j in range(width):
            a, b = vertices[i, j], vertices[i, j + 1]
            c, d = vertices[i + 1, j + 1], vertices[i + 1, j]
            turns[i, j, 0] = _turn(a, b, c)
            turns[i, j, 1] = _turn(a, c, d)
            k, m, n, o = colours[i, j], colours[i, j + 1], colours[i + 1, j + 1], colours[i + 1, j]
            if turns[i, j, 0] != 0:
                _triangle(depth, front, left, top, right, bottom, a, b, c, k, m, n)
            if turns[i, j, 1] != 0:
                _triangle(depth, front, left, top, right, bottom, a, c, d, k, n, o)
            for corner in (a, b, c, d):
                if math.isfinite(corner[0] + corner[1] + corner[2]):
                    low = min(low, math.floor(max(corner[1] - 1, top)))
                    high = max(high, math.ceil(min(corner[1] + 1, bottom)))
    for i in range(height + 1):
        for j in range(width + 1):
            a, k = vertices[i, j], colours[i, j]
            if j < width:  # the edge to the right, between the quads above and below
                one = turns[i, j, 0] if i < height else 0
                other = turns[i - 1, j, 1] if i > 0 else 0
                if one * other <= 0 and one != other:
                    b = vertices[i + 1, j + 1] if one != 0 else vertices[i - 1, j]
                    _rim(depth, rim, ramp, left, top, right, bottom, a, vertices[i, j + 1], b,
                         k, colours[i, j + 1])  # fmt: skip
            if i < height:  # the edge downwards
                one = turns[i, j, 1] if j < width else 0
                other = turns[i, j - 1, 0] if j > 0 else 0
                if one * other <= 0 and one != other:
                    b = vertices[i + 1, j + 1] if one != 0 else vertices[i, j - 1]
                    _rim(depth, rim, ramp, left, top, right, bottom, a, vertices[i + 1, j], b,
                         k, colours[i + 1, j])  # fmt: skip
            if i < height and j < width:  # the diagonal
                one, other = turns[i, j, 0], turns[i, j, 1]
                if one * other <= 0 and one != other:
                    b = vertices[i, j + 1] if one != 0 else vertices[i + 1, j]
                    _rim(depth, rim, ramp, left, top, right, bottom, a, vertices[i + 1, j + 1], b,
                         k, colours[i + 1, j + 1])  # fmt: skip
    for row in range(low, high):
        run = image[y + row, x + left : x + right]
        faces, edges, shares = front[row, left:right], rim[row, left:right], ramp[row, left:right]
        for i in range(len(run)):
            colour, share = faces[i], np.uint64(shares[i])
            if share == 0 and colour == 0:
                continue
            cover = HALF  # to round by
            if share > 0:
                if colour == 0:
                    colour = edges[i]
                    cover += weight(colour, opacity) * np.float32(share) / np.float32(255)
                else:
                    lanes = spread(edges[i]) * share + spread(colour) * (FULL - share)
                    colour = join(divide(lanes))
                    cover += weight(colour, opacity)
                shares[i] = 0
            else:
                cover += weight(colour, opacity)
            faces[i] = 0
            if cover >= np.float32(255.5):
                run[i] = colour
            else:
                run[i] = blend(run[i], spread(colour | OPAQUE), np.int32(cover))


@kernel
def _turn(a, b, c):  # type: ignore[no-untyped-def]
    """Return the sign of a triangle's area in the picture, 0 where it has none."""
    if not math.isfinite(a[0] + a[1] + a[2] + b[0] + b[1] + b[2] + c[0] + c[1] + c[2]):
        return 0
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    if abs(area) < 1e-9:
        return 0
    return 1 if area > 0 else -1


@kernel
def _triangle(depth, front, left, top, right, bottom, a, b, c, k, m, n):  # type: ignore[no-untyped-def]
    """Draw a triangle, its colour and depth linear, wherever it is the nearest."""
    if min(a[0], b[0], c[0]) >= right or max(a[0], b[0], c[0]) <= left:
        return
    first = max(top, math.ceil(max(min(a[1], b[1], c[1]), top - 1) - 0.5))
    last = min(bottom, math.ceil(min(max(a[1], b[1], c[1]), bottom + 1) - 0.5))
    if first >= last:
        return
    bx, by, cx, cy = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    scale = 1 / (bx * cy - by * cx)
    deep_x = ((b[2] - a[2]) * cy - (c[2] - a[2]) * by) * scale
    deep_y = ((c[2] - a[2]) * bx - (b[2] - a[2]) * cx) * scale
    red_x, red_y = (
        ((m[0] - k[0]) * cy - (n[0] - k[0]) * by) * scale,
        ((n[0] - k[0]) * bx - (m[0] - k[0]) * cx) * scale,
    )
    green_x, green_y = (
        ((m[1] - k[1]) * cy - (n[1] - k[1]) * by) * scale,
        ((n[1] - k[1]) * bx - (m[1] - k[1]) * cx) * scale,
    )
    blue_x, blue_y = (
        ((m[2] - k[2]) * cy - (n[2] - k[2]) * by) * scale,
        ((n[2] - k[2]) * bx - (m[2] - k[2]) * cx) * scale,
    )
    alpha_x, alpha_y = (
        ((m[3] - k[3]) * cy - (n[3] - k[3]) * by) * scale,
        ((n[3] - k[3]) * bx - (m[3] - k[3]) * cx) * scale,
    )
    for row in range(first, last):
        y = row + 0.5
        begin, end = math.inf, -math.inf
        for p, q in ((a, b), (b, c), (c, a)):
            if (p[1] <= y) != (q[1] <= y):
                x = _at(p, q, y)
                begin, end = min(begin, x), max(end, x)
        start = max(left, math.ceil(max(begin, left - 1) - 0.5))
        stop = min(right, math.ceil(min(end, right + 1) - 0.5))
        if start >= stop:
            continue
        across, down = start + 0.5 - a[0], y - a[1]
        z, step = np.float32(a[2] + across * deep_x + down * deep_y), np.float32(deep_x)
        red = np.float32(k[0] + across * red_x + down * red_y) + HALF
        green = np.float32(k[1] + across * green_x + down * green_y) + HALF
        blue = np.float32(k[2] + across * blue_x + down * blue_y) + HALF
        alpha = np.float32(k[3] + across * alpha_x + down * alpha_y) + HALF
        redder, greener = np.float32(red_x), np.float32(green_x)
        bluer, denser = np.float32(blue_x), np.float32(alpha_x)
        depths, faces = depth[row, start:stop], front[row, start:stop]
        for i in range(len(depths)):
            at = np.float32(i)
            deep = z + at * step
            if deep < depths[i]:
                depths[i] = deep
                faces[i] = (
                    np.uint32(np.int32(red + at * redder))
                    | (np.uint32(np.int32(green + at * greener)) << np.uint32(8))
                    | (np.uint32(np.int32(blue + at * bluer)) << np.uint32(16))
                    | (np.uint32(np.int32(alpha + at * denser)) << np.uint32(24))
                )


@kernel
def _at(p, q, y):  # type: ignore[no-untyped-def]
    """Return where an edge passes a row: the same number whichever triangle asks."""
    if p[1] > q[1] or (p[1] == q[1] and p[0] > q[0]):
        p, q = q, p
    return p[0] + (y - p[1]) * ((q[0] - p[0]) / (q[1] - p[1]))


@kernel
def _rim(depth, rim, ramp, left, top, right, bottom, a, b, inner, k, m):  # type: ignore[no-untyped-def]
    """Lay a ramp along the edge a b, on the side away from `inner`, where nothing is nearer."""
    if max(a[0], b[0]) <= left - 1 or min(a[0], b[0]) >= right + 1:
        return
    across, down = b[0] - a[0], b[1] - a[1]
    length = math.hypot(across, down)
    if not 1e-6 < length < 1e6:
        return
    ux, uy = across / length, down / length
    side = (inner[0] - a[0]) * uy - (inner[1] - a[1]) * ux
    outwards = -1.0 if side > 0 else 1.0
    for row in range(
        max(top, math.floor(min(a[1], b[1]) - 1)), min(bottom, math.ceil(max(a[1], b[1]) + 1))
    ):
        y = row + 0.5 - a[1]
        begin, end = min(a[0], b[0]) - 1, max(a[0], b[0]) + 1
        if abs(uy) > 1e-6:
            middle = a[0] + y * ux / uy
            begin, end = max(begin, middle - 1 / abs(uy)), min(end, middle + 1 / abs(uy))
        for column in range(max(left, math.floor(begin)), min(right, math.ceil(end))):
            x = column + 0.5 - a[0]
            aside = (x * uy - y * ux) * outwards
            along = x * ux + y * uy
            beyond = max(-along, along - length, 0.0)
            distance = math.hypot(aside, beyond)
            if aside < 0 or distance >= 1:
                continue
            share = min(max(along / length, 0.0), 1.0)
            level = np.uint8(255 * (1 - distance) + 0.5)
            if level > ramp[row, column] and a[2] + share * (b[2] - a[2]) < depth[row, column]:
                ramp[row, column] = level
                colour = np.uint32(0)
                for channel in range(4):
                    value = k[channel] + share * (m[channel] - k[channel])
                    colour |= np.uint32(value + 0.5) << np.uint32(8 * channel)
                rim[row, column] = colour
