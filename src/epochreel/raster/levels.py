"""Level lines of a sampled function, anti-aliased, of one width everywhere."""

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
from epochreel.raster.blending import blend, ink, weight
from epochreel.raster.compiling import kernel
from epochreel.raster.interpolation import drawable, grid, placed, widen

HALF = np.float32(0.5)
ONE = np.float32(1)
ZERO = np.float32(0)
TINY = np.float32(1e-30)
NOISE = np.float32(1e-6)  # rounding of a value in float32, against the largest sample around
OVERSHOOT = np.float32(0.3)  # of the interpolant beyond the corners of a cell, against its samples
STEEPEST = np.float32(2.2)  # its gradient against the same range, per side of a cell


def level_lines(
    pixels: Pixels,
    clip: Clip,
    values: ArrayLike,
    left: float,
    top: float,
    right: float,
    bottom: float,
    levels: ArrayLike,
    width: float,
    colours: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Draw where `values` (h, w), sampled over the rectangle as for `field`, equal `levels` (L,).

    The lines are those of the function that `field` shows, `width` pixels wide; thinner than one
    pixel, they become fainter. `colours` is one colour or (L, 4). The distance to a line is
    |v − level| / |∇v|: where the gradient vanishes, so that rounding would decide about the place
    of a line, there is none; a plateau at a level has no line but its rim. Nothing is drawn within
    two samples of a value that is not finite, nor at a level that is not. Raises ValueError for
    arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    clip_left, clip_top, clip_right, clip_bottom = window(clip, image)
    samples = grid(values)
    heights = np.asarray(levels, np.float32)
    if heights.ndim != 1:
        raise ValueError(f"levels must have shape (L,), not {told(levels)}")
    inks = packed(colours, len(heights))
    thickness, solid = size("width", width), opaqueness(opacity)
    if not drawable(left, top, right, bottom) or thickness <= 0:
        return
    begin, end = max(clip_left, math.floor(left + 0.5)), min(clip_right, math.ceil(right - 0.5))
    first, last = max(clip_top, math.floor(top + 0.5)), min(clip_bottom, math.ceil(bottom - 0.5))
    if begin >= end or first >= last:
        return
    rows, columns = samples.shape[0] - 2, samples.shape[1] - 2
    cell = min((right - left) / (columns - 1), (bottom - top) / (rows - 1))
    _level_lines(
        image,
        begin,
        first,
        samples,
        *placed("x", left, right, begin, end, columns),
        *placed("y", bottom, top, first, last, rows),
        frozen(heights, np.float32),
        thickness,
        cell,
        inks,
        solid,
    )


@kernel
def _level_lines(  # type: ignore[no-untyped-def]
    image, left, top, samples, cells, across, across_slopes, bands, down, down_slopes,
    levels, width, cell, colours, opacity,
):  # fmt: skip
    count = len(cells)
    wide = np.empty((samples.shape[0], count), np.float32)
    steep = np.empty((samples.shape[0], count), np.float32)
    widen(samples, cells, across, wide)
    widen(samples, cells, across_slopes, steep)
    # the columns of the picture that belong to each cell of the grid
    begins = np.full(samples.shape[1], count, np.int64)
    ends = np.zeros(samples.shape[1], np.int64)
    for i in range(count):
        begins[cells[i]] = min(begins[cells[i]], i)
        ends[cells[i]] = max(ends[cells[i]], i + 1)
    near = np.empty((3, samples.shape[1] - 3), np.float32)
    reach = np.float32(max(width, 1.0) / 2) + HALF
    peak = np.float32(min(width, 1.0))
    shades = np.zeros(count, np.uint8)
    slack = OVERSHOOT + STEEPEST * reach / np.float32(cell)
    row = 0
    while row < len(bands):
        stop = row + 1
        while stop < len(bands) and bands[stop] == bands[row]:
            stop += 1
        _ranges(samples, bands[row], slack, near)
        for level in range(len(levels)):
            height = levels[level]
            k, last = cells[0], cells[count - 1]
            while k <= last:
                if not near[0, k] <= height <= near[1, k]:
                    k += 1
                    continue
                begin, noise = begins[k], near[2, k]
                while k <= last and near[0, k] <= height <= near[1, k]:
                    noise = max(noise, near[2, k])
                    k += 1
                end = ends[k - 1]
                for line in range(row, stop):
                    _line(
                        image[top + line, left + begin : left + end], shades, wide, steep, begin,
                        bands[line], down[line], down_slopes[line], height, noise, reach, peak,
                        colours[level], opacity,
                    )  # fmt: skip
        row = stop


@kernel
def _ranges(samples, band, slack, near):  # type: ignore[no-untyped-def]
    """Bound the values that matter to each cell of a band, and their rounding."""
    for k in range(near.shape[1]):
        low = high = samples[band + 1, k + 1]
        least = most = low
        for i in range(4):
            for j in range(4):
                value = samples[band + i, k + j]
                least, most = min(least, value), max(most, value)
                if 1 <= i <= 2 and 1 <= j <= 2:
                    low, high = min(low, value), max(high, value)
        spare = slack * (most - least)
        near[0, k], near[1, k] = low - spare, high + spare
        near[2, k] = NOISE * max(abs(least), abs(most))


@kernel
def _line(  # type: ignore[no-untyped-def]
    run, shades, wide, steep, begin, band, weights, slopes, height, noise, reach, peak, colour,
    opacity,
):  # fmt: skip
    """Draw what of one level crosses a run of pixels."""
    count = len(run)
    end = begin + count
    a, b = wide[band, begin:end], wide[band + 1, begin:end]
    c, d = wide[band + 2, begin:end], wide[band + 3, begin:end]
    e, f = steep[band, begin:end], steep[band + 1, begin:end]
    g, h = steep[band + 2, begin:end], steep[band + 3, begin:end]
    p, q, r, s = weights[0], weights[1], weights[2], weights[3]
    t, u, v, w = slopes[0], slopes[1], slopes[2], slopes[3]
    full = weight(colour, opacity) * peak
    for i in range(count):  # no branch, so that it compiles to vectors
        value = p * a[i] + q * b[i] + r * c[i] + s * d[i]
        down = t * a[i] + u * b[i] + v * c[i] + w * d[i]
        across = p * e[i] + q * f[i] + r * g[i] + s * h[i]
        gradient = math.sqrt(across * across + down * down)
        shade = (reach * gradient - abs(value - height) - noise) / (gradient + TINY)
        shade = shade if shade > ZERO else ZERO  # NaN as well
        shade = shade if shade < ONE else ONE
        shades[i] = np.uint8(shade * full + HALF)
    lanes = ink(colour)
    for i in range(count):
        if shades[i] > 0:
            run[i] = blend(run[i], lanes, shades[i])
