"""Numbers as a picture: a rectangle of one colour for each, with sharp edges."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.arguments import Clip, Pixels, canvas, frozen, opaqueness, told, window
from epochreel.raster.blending import OPAQUE, cover, divide, join, spread
from epochreel.raster.compiling import kernel
from epochreel.raster.interpolation import drawable

FULL = 255  # shares of a pixel, and the last step of a table
HALF = np.float32(0.5)


def image(
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
    """Divide [left, right] × [top, bottom] into rectangles, coloured by `values` (h, w).

    Rows run upwards, as those of `field` do: values[0, 0] is the rectangle in the corner (left,
    bottom). `table` (256, 4) holds straight RGBA for `low` to `high`, of which the nearest is taken
    and the ends are held. Of three values, (h, w, 3), each takes one channel, red, green or blue,
    and the picture is opaque. A pixel on an edge is the mean of what it covers, however many
    rectangles that are. Where a value is not finite, nothing is drawn; nor for a rectangle that is
    empty or not finite. Raises ValueError for arguments of the wrong shape or type, and unless
    low < high.
    """
    canvas_ = canvas(pixels)
    clip_left, clip_top, clip_right, clip_bottom = window(clip, canvas_)
    colours = _colours(values, table, low, high)
    level = round(FULL * opaqueness(opacity))
    if not drawable(left, top, right, bottom):
        return
    begin, end = max(clip_left, math.floor(left)), min(clip_right, math.ceil(right))
    first, last = max(clip_top, math.floor(top)), min(clip_bottom, math.ceil(bottom))
    if begin >= end or first >= last:
        return
    rows, columns = colours.shape
    _image(
        canvas_,
        begin,
        first,
        colours,
        *_covered(left, right, begin, end, columns),
        *_covered(top, bottom, first, last, rows),
        level,
    )


def _colours(values: ArrayLike, table: ArrayLike, low: float, high: float) -> NDArray[np.uint32]:
    """The colours of values, premultiplied and packed, the uppermost row first."""
    array, paint = np.asarray(values), np.asarray(table)
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (3,)) or not array.size:
        raise ValueError(f"values must have shape (h, w) or (h, w, 3), not {told(values)}")
    if array.dtype.kind not in "fiub":
        raise ValueError(f"values must be numbers, not {told(values)}")
    if paint.shape != (256, 4) or paint.dtype != np.uint8:
        raise ValueError(f"table must be uint8 of shape (256, 4), not {told(table)}")
    if not (math.isfinite(high - low) and low < high):
        raise ValueError(f"low must be less than high, both finite, not {low} and {high}")
    inks = paint.copy()
    inks[:, :3] = np.rint(paint[:, :3] * (paint[:, 3:] / 255))
    if array.ndim == 3:
        inks[:, 3] = 255
    numbers = frozen(array[::-1].reshape(*array.shape[:2], -1), np.float32)
    colours = np.empty(array.shape[:2], np.uint32)
    scale = np.float32(255 / (high - low))
    _paint(numbers, np.float32(low), scale, inks.view(np.uint32)[:, 0], colours)
    return colours


def _covered(
    low: float, high: float, begin: int, end: int, count: int
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """What the pixels from `begin` to `end` cover of `count` cells between `low` and `high`.

    Returns the first cell of each pixel (N,) and how many 255ths of the pixel it and those after
    it fill (N, M), which add up to what the cells fill together.
    """
    edges = np.clip((np.arange(begin, end + 1) - low) / (high - low) * count, 0, count)
    before, after = edges[:-1, None], edges[1:, None]
    first = np.minimum(np.floor(before), count - 1)
    most = int((np.ceil(after) - first).max())
    ends = np.clip(first + np.arange(most + 1), before, after)
    shares = np.rint(FULL * np.clip((ends - before) * ((high - low) / count), 0, 1))
    return first[:, 0].astype(np.int64), frozen(np.diff(shares, axis=1), np.uint8)


@kernel
def _paint(numbers, low, scale, inks, colours):  # type: ignore[no-untyped-def]
    channels = numbers.shape[2]
    for row in range(numbers.shape[0]):
        for column in range(numbers.shape[1]):
            colour = np.uint32(FULL << 24)
            for channel in range(channels):
                step = (numbers[row, column, channel] - low) * scale
                if not math.isfinite(step):
                    colour = np.uint32(0)
                    break
                ink = inks[np.int64(min(max(step, np.float32(0)), np.float32(FULL)) + HALF)]
                if channels == 1:
                    colour = ink
                else:
                    colour |= ink & np.uint32(FULL << (8 * channel))
            colours[row, column] = colour


@kernel
def _image(image, left, top, colours, columns, across, rows, down, level):  # type: ignore[no-untyped-def]
    count, most = len(columns), across.shape[1]
    lowest, highest = rows[0], min(rows[-1] + down.shape[1], colours.shape[0])
    wide = np.empty((highest - lowest, count), np.uint32)
    opaque = level == FULL
    for row in range(highest - lowest):
        cells, line = colours[lowest + row], wide[row]
        for i in range(count):
            k = columns[i]
            if across[i, 0] == FULL:
                line[i] = cells[k]
                continue
            lanes = np.uint64(0)
            for j in range(most):
                if across[i, j] > 0:
                    lanes += spread(cells[k + j]) * np.uint64(across[i, j])
            line[i] = join(divide(lanes))
        opaque = opaque and (line[1:-1] >= OPAQUE).all()
    mixed, sums = np.empty(count, np.uint32), np.empty(count, np.uint64)
    for row in range(len(rows)):
        first, run = rows[row] - lowest, image[top + row, left : left + count]
        if down[row, 0] == FULL:
            mixed[:] = wide[first]
        else:
            upper, share = wide[first], np.uint64(down[row, 0])
            for i in range(count):
                sums[i] = spread(upper[i]) * share
            for j in range(1, down.shape[1]):
                share = np.uint64(down[row, j])
                if share > 0:
                    line = wide[first + j]
                    for i in range(count):
                        sums[i] += spread(line[i]) * share
            for i in range(count):
                mixed[i] = join(divide(sums[i]))
        if opaque and down[row].sum() == FULL:
            run[0], run[-1] = cover(run[0], spread(mixed[0])), cover(run[-1], spread(mixed[-1]))
            run[1:-1] = mixed[1:-1]
            continue
        for i in range(count):
            lanes = spread(mixed[i])
            if level < FULL:
                lanes = divide(lanes * np.uint64(level))
            run[i] = cover(run[i], lanes)
