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
    return np.full(_shape(clip), np.inf, np.float32)


def checked_depth(depth: Depth, clip: Clip) -> Depth:
    """Refuse a depth buffer that is not one of this clip rectangle."""
    shape = _shape(clip)
    if depth.dtype != np.float32 or depth.shape != shape or not depth.flags.c_contiguous:
        raise ValueError(f"depth must be float32 of the clip's shape {shape}, not {told(depth)}")
    if not depth.flags.writeable:
        raise ValueError("depth must be writeable: hand over a copy")
    return depth


def _shape(clip: Clip) -> tuple[int, int]:
    if len(clip) != 4:
        raise ValueError(f"clip must be (left, top, right, bottom), not {clip!r}")
    left, top, right, bottom = (int(edge) for edge in clip)
    return max(bottom - top, 0), max(right - left, 0)


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
    if begin >= end or first >= last or min(corners.shape[:2]) < 2:
        return
    _surface(
        image,
        left,
        top,
        begin - left,
        first - top,
        end - left,
        last - top,
        buffer,
        zeroed((2 * height, width), np.uint32),
        zeroed((height, width), np.uint8),
        *corners.shape[:2],
        frozen((corners - np.array((left, top, 0.0))).reshape(-1, 3), np.float64),
        frozen(paint.reshape(-1, 4), np.float32),
        solid,
    )


@kernel
def _surface(  # type: ignore[no-untyped-def]
    image, x, y, left, top, right, bottom, depth, layers, ramp, height, width, vertices,
    colours, opacity,
):  # fmt: skip
    # the rows of `layers` hold in turn the colours in front and those of the ramps: these are
    # mostly never written, and memory that never was is slow to read
    # which way each triangle turns: the quad (a b / d c) is cut into a b c and a c d, and around
    # the grid there are none
    turns = np.zeros((height + 1, width + 1, 2), np.int8)
    low, high = float(bottom), float(top)
    for i in range(height - 1):
        for j in range(width - 1):
            a = i * width + j
            b, c, d = a + 1, a + width + 1, a + width
            turns[i + 1, j + 1, 0] = _triangle(
                depth, layers, left, top, right, bottom, vertices, colours, a, b, c
            )
            turns[i + 1, j + 1, 1] = _triangle(
                depth, layers, left, top, right, bottom, vertices, colours, a, c, d
            )
    for i in range(height):
        for j in range(width):
            a = i * width + j
            if vertices[a, 1] > -np.inf and vertices[a, 1] < np.inf:
                low, high = min(low, vertices[a, 1] - 1), max(high, vertices[a, 1] + 1)
            for other, one_side, other_side, one_turn, other_turn in (
                # to the right, between the quads above and below
                (a + 1, a + width + 1, a - width, turns[i + 1, j + 1, 0], turns[i, j + 1, 1]),
                # downwards, between the quads to the right and to the left
                (a + width, a + width + 1, a - 1, turns[i + 1, j + 1, 1], turns[i + 1, j, 0]),
                # across the quad
                (a + width + 1, a + 1, a + width, turns[i + 1, j + 1, 0], turns[i + 1, j + 1, 1]),
            ):
                if one_turn != other_turn and one_turn * other_turn <= 0:
                    side = one_side if one_turn != 0 else other_side
                    _rim(
                        depth, layers, ramp, left, top, right, bottom, vertices, colours, a,
                        other, side,
                    )  # fmt: skip
    for row in range(max(top, math.floor(max(low, top))), math.ceil(min(high, bottom))):
        run = image[y + row, x + left : x + right]
        front, rim = layers[2 * row, left:right], layers[2 * row + 1, left:right]
        _composite(run, front, rim, ramp[row, left:right], opacity)


@kernel
def _composite(run, front, rim, ramp, opacity):  # type: ignore[no-untyped-def]
    """Lay the ramps over what is in front, and that over the picture; leave the buffers zeroed."""
    for i in range(len(run)):
        colour, share = front[i], np.uint64(ramp[i])
        if share == 0:
            if colour == 0:
                continue
            cover = weight(colour, opacity)
        elif colour == 0:
            colour = rim[i]
            cover = weight(colour, opacity) * np.float32(share) / np.float32(255)
        else:
            colour = join(divide(spread(rim[i]) * share + spread(colour) * (FULL - share)))
            cover = weight(colour, opacity)
        front[i], rim[i], ramp[i] = 0, 0, 0
        if cover == np.float32(255):
            run[i] = colour
        else:
            run[i] = blend(run[i], spread(colour | OPAQUE), np.int32(cover + HALF))


@kernel
def _triangle(depth, layers, left, top, right, bottom, vertices, colours, a, b, c):  # type: ignore[no-untyped-def]
    """Draw a triangle, its colour and depth linear, wherever it is the nearest.

    Returns the sign of its area in the picture, 0 where it has none or is not finite.
    """
    ax, ay, az = vertices[a, 0], vertices[a, 1], vertices[a, 2]
    bx, by, bz = vertices[b, 0], vertices[b, 1], vertices[b, 2]
    cx, cy, cz = vertices[c, 0], vertices[c, 1], vertices[c, 2]
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if not (abs(area) > 1e-9 and math.isfinite(area + az + bz + cz)):
        return 0
    turn = 1 if area > 0 else -1
    first = max(top, math.ceil(max(min(ay, by, cy), top - 1.0) - 0.5))
    last = min(bottom, math.ceil(min(max(ay, by, cy), bottom + 1.0) - 0.5))
    if first >= last or min(ax, bx, cx) >= right or max(ax, bx, cx) <= left:
        return turn
    # anything linear over the triangle is fa + (fb − fa)·u + (fc − fa)·v with u, v linear in x, y
    u_x, u_y = (cy - ay) / area, -(cx - ax) / area
    v_x, v_y = -(by - ay) / area, (bx - ax) / area
    deep_x = (bz - az) * u_x + (cz - az) * v_x
    deep_y = (bz - az) * u_y + (cz - az) * v_y
    red, green, blue, alpha = colours[a, 0], colours[a, 1], colours[a, 2], colours[a, 3]
    red_u, red_v = colours[b, 0] - red, colours[c, 0] - red
    green_u, green_v = colours[b, 1] - green, colours[c, 1] - green
    blue_u, blue_v = colours[b, 2] - blue, colours[c, 2] - blue
    alpha_u, alpha_v = colours[b, 3] - alpha, colours[c, 3] - alpha
    step, u_step, v_step = np.float32(deep_x), np.float32(u_x), np.float32(v_x)
    red_step, green_step = red_u * u_step + red_v * v_step, green_u * u_step + green_v * v_step
    blue_step, alpha_step = blue_u * u_step + blue_v * v_step, alpha_u * u_step + alpha_v * v_step
    for row in range(first, last):
        y = row + 0.5
        begin, end = np.inf, -np.inf
        if (ay <= y) != (by <= y):
            at = _crossing(ax, ay, bx, by, y)
            begin, end = min(begin, at), max(end, at)
        if (by <= y) != (cy <= y):
            at = _crossing(bx, by, cx, cy, y)
            begin, end = min(begin, at), max(end, at)
        if (cy <= y) != (ay <= y):
            at = _crossing(cx, cy, ax, ay, y)
            begin, end = min(begin, at), max(end, at)
        start = max(left, math.ceil(max(begin, left - 1.0) - 0.5))
        stop = min(right, math.ceil(min(end, right + 1.0) - 0.5))
        if start >= stop:
            continue
        across, down = start + 0.5 - ax, y - ay
        z = np.float32(az + across * deep_x + down * deep_y)
        u, v = np.float32(across * u_x + down * u_y), np.float32(across * v_x + down * v_y)
        r, g = red + u * red_u + v * red_v + HALF, green + u * green_u + v * green_v + HALF
        h, t = blue + u * blue_u + v * blue_v + HALF, alpha + u * alpha_u + v * alpha_v + HALF
        depths, faces = depth[row, start:stop], layers[2 * row, start:stop]
        for i in range(len(depths)):  # no branch, so that it compiles to vectors
            at = np.float32(i)
            deep = z + at * step
            colour = (
                np.uint32(np.int32(r + at * red_step))
                | (np.uint32(np.int32(g + at * green_step)) << np.uint32(8))
                | (np.uint32(np.int32(h + at * blue_step)) << np.uint32(16))
                | (np.uint32(np.int32(t + at * alpha_step)) << np.uint32(24))
            )
            nearer = deep < depths[i]
            depths[i] = deep if nearer else depths[i]
            faces[i] = np.uint32(colour) if nearer else faces[i]
    return turn


@kernel
def _crossing(x0, y0, x1, y1, y):  # type: ignore[no-untyped-def]
    """Return where an edge passes a row: the same number whichever triangle asks."""
    if y0 > y1:
        x0, y0, x1, y1 = x1, y1, x0, y0
    return x0 + (y - y0) * ((x1 - x0) / (y1 - y0))


@kernel
def _rim(depth, layers, ramp, left, top, right, bottom, vertices, colours, a, b, inner):  # type: ignore[no-untyped-def]
    """Lay a ramp along the edge a b, on the side away from `inner`, where nothing is nearer."""
    ax, ay, az = vertices[a, 0], vertices[a, 1], vertices[a, 2]
    bx, by, bz = vertices[b, 0], vertices[b, 1], vertices[b, 2]
    if max(ax, bx) <= left - 1 or min(ax, bx) >= right + 1:
        return
    across, down = bx - ax, by - ay
    length = math.hypot(across, down)
    if not 1e-6 < length < 1e6:
        return
    ux, uy = across / length, down / length
    side = (vertices[inner, 0] - ax) * uy - (vertices[inner, 1] - ay) * ux
    outwards = -1.0 if side > 0 else 1.0
    for row in range(
        max(top, math.floor(min(ay, by) - 1)), min(bottom, math.ceil(max(ay, by) + 1))
    ):
        y = row + 0.5 - ay
        begin, end = min(ax, bx) - 1, max(ax, bx) + 1
        if abs(uy) > 1e-6:
            middle = ax + y * ux / uy
            begin, end = max(begin, middle - 1 / abs(uy)), min(end, middle + 1 / abs(uy))
        for column in range(max(left, math.floor(begin)), min(right, math.ceil(end))):
            x = column + 0.5 - ax
            aside = (x * uy - y * ux) * outwards
            along = x * ux + y * uy
            beyond = max(-along, along - length, 0.0)
            distance = math.hypot(aside, beyond)
            if aside < 0 or distance >= 1:
                continue
            share = min(max(along / length, 0.0), 1.0)
            level = np.uint8(255 * (1 - distance) + 0.5)
            if level > ramp[row, column] and az + share * (bz - az) < depth[row, column]:
                ramp[row, column] = level
                colour = np.uint32(0)
                for channel in range(4):
                    value = colours[a, channel] + share * (
                        colours[b, channel] - colours[a, channel]
                    )
                    colour |= np.uint32(value + 0.5) << np.uint32(8 * channel)
                layers[2 * row + 1, column] = colour
