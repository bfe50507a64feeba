"""A scalar function as smooth colour, from samples on a coarse grid."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.arguments import Clip, Pixels, canvas, frozen, opaqueness, told, window
from epochreel.raster.blending import cover, divide, spread
from epochreel.raster.compiling import kernel
from epochreel.raster.interpolation import drawable, grid, placed, widen

FINE = 16  # colours between two neighbours of the table
HALF = np.float32(0.5)
OPAQUE = np.uint32(0xFF000000)


def field(
    pixels: Pixels,
    clip: Clip,
    values: ArrayLike,
    left: float,
    top: float,
    right: float,
    bottom: float,
    table: ArrayLike,
    low: float,
    high: float,
    opacity: float = 1.0,
) -> None:
    """Colour the rectangle [left, right] × [top, bottom] by `values` (h, w) sampled over it.

    Rows run upwards, as those of numpy's meshgrid over rising xs and ys do: values[0, 0] belongs to
    the corner (left, bottom) and values[-1, -1] to (right, top). Between them the function is
    smooth (see `interpolation`). `table` (256, 4) holds straight RGBA for `low` to `high`,
    interpolated between its rows and held at its ends; where a value is not finite, nothing is
    drawn, nor within two samples of it. A rectangle that is empty or not finite draws nothing.
    Raises ValueError for arguments of the wrong shape or type, and unless low < high.
    """
    image = canvas(pixels)
    clip_left, clip_top, clip_right, clip_bottom = window(clip, image)
    samples = grid(values)
    shades = _shades(table, opaqueness(opacity))
    if not (math.isfinite(high - low) and low < high):
        raise ValueError(f"low must be less than high, both finite, not {low} and {high}")
    if not drawable(left, top, right, bottom):
        return
    begin, end = max(clip_left, math.floor(left)), min(clip_right, math.ceil(right))
    first, last = max(clip_top, math.floor(top)), min(clip_bottom, math.ceil(bottom))
    if begin >= end or first >= last:
        return
    rows, columns = samples.shape[0] - 2, samples.shape[1] - 2
    cells, across, _ = placed("x", left, right, begin, end, columns)
    bands, down, _ = placed("y", bottom, top, first, last, rows)
    scale = FINE * 255 / (high - low)
    _field(
        image,
        begin,
        first,
        samples,
        cells,
        across,
        bands,
        down,
        _share(left, right, begin, end),
        _share(top, bottom, first, last),
        shades,
        np.float32(low),
        np.float32(scale),
    )


def _share(low: float, high: float, begin: int, end: int) -> NDArray[np.float32]:
    """Return the share of each pixel from `begin` to `end` that [low, high] covers."""
    edges = np.arange(begin, end)
    return frozen(np.minimum(edges + 1, high) - np.maximum(edges, low), np.float32)


def _shades(table: ArrayLike, opacity: float) -> NDArray[np.uint32]:
    """Refine the table, premultiplied and packed; the first entry is transparent."""
    array = np.asarray(table)
    if array.shape != (256, 4) or array.dtype != np.uint8:
        raise ValueError(f"table must be uint8 of shape (256, 4), not {told(table)}")
    colours = array.astype(np.float64)
    colours[:, 3] *= opacity
    colours[:, :3] *= colours[:, 3:] / 255
    at = np.arange(FINE * 255 + 1) / FINE
    fine = np.stack([np.interp(at, np.arange(256), channel) for channel in colours.T], axis=1)
    shades = np.zeros((len(at) + 1, 4), np.uint8)
    shades[1:] = np.rint(fine)
    return frozen(shades.view(np.uint32)[:, 0], np.uint32)


@kernel
def _field(  # type: ignore[no-untyped-def]
    image, left, top, samples, cells, across, bands, down, columns, rows, shades, low, scale
):
    count = len(cells)
    wide = np.empty((samples.shape[0], count), np.float32)
    widen(samples, cells, across, wide)
    place = np.empty(count, np.int32)
    last = np.float32(len(shades) - 2)
    opaque = (shades[1:] >= OPAQUE).all()
    for row in range(len(bands)):
        k = bands[row]
        a, b, c, d = wide[k], wide[k + 1], wide[k + 2], wide[k + 3]
        p, q, r, s = down[row, 0], down[row, 1], down[row, 2], down[row, 3]
        for i in range(count):  # no branch, so that it compiles to vectors
            value = p * a[i] + q * b[i] + r * c[i] + s * d[i]
            at = (value - low) * scale
            at = at if at > 0 else np.float32(0)
            at = at if at < last else last
            place[i] = np.int32(at + HALF) + 1 if value - value == 0 else 0
        run = image[top + row, left : left + count]
        if rows[row] < 1:
            for i in range(count):
                run[i] = _partly(run[i], shades[place[i]], rows[row] * columns[i])
            continue
        run[0] = _partly(run[0], shades[place[0]], columns[0])
        if count > 1:
            run[count - 1] = _partly(run[count - 1], shades[place[count - 1]], columns[count - 1])
        inner, places = run[1 : count - 1], place[1 : count - 1]
        if opaque:
            for i in range(len(inner)):
                shade = shades[places[i]]
                inner[i] = shade if shade != 0 else inner[i]
        else:
            for i in range(len(inner)):
                inner[i] = cover(inner[i], spread(shades[places[i]]))


@kernel
def _partly(below, shade, share):  # type: ignore[no-untyped-def]
    """Cover a share of a pixel."""
    lanes = divide(spread(shade) * np.uint64(np.int32(share * 255 + HALF)))
    return cover(below, lanes)
