"""Whole pictures: paint through a mask, lay one over another, take the alpha out of the colours."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.arguments import (
    Clip,
    Clips,
    Pixels,
    canvas,
    frozen,
    opaqueness,
    packed,
    packed_image,
    told,
    window,
    windows,
)
from epochreel.raster.blending import EIGHT, FULL, blend, cover, divide, ink, spread, weight
from epochreel.raster.compiling import kernel

RUN = 32  # an overlay is looked through so many pixels at a time


def stamp(
    pixels: Pixels,
    clip: Clip,
    coverage: NDArray[np.uint8],
    left: int,
    top: int,
    colour: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Paint a colour (4,) through `coverage`, uint8 (h, w), whose first pixel falls on (left, top).

    Raises ValueError for arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    if coverage.dtype != np.uint8 or coverage.ndim != 2:
        raise ValueError(f"coverage must be uint8 (h, w), not {told(coverage)}")
    _stamp(
        image,
        *window(clip, image),
        frozen(coverage, np.uint8),
        int(left),
        int(top),
        packed(colour, 1)[0],
        opaqueness(opacity),
    )


@kernel
def _stamp(image, left, top, right, bottom, coverage, x, y, colour, opacity):  # type: ignore[no-untyped-def]
    lanes = ink(colour)
    full = weight(colour, opacity) / np.float32(255)
    for row in range(max(top, y), min(bottom, y + coverage.shape[0])):
        for column in range(max(left, x), min(right, x + coverage.shape[1])):
            shade = coverage[row - y, column - x]
            if shade > 0:
                level = np.int32(full * np.float32(shade) + np.float32(0.5))
                image[row, column] = blend(image[row, column], lanes, level)


def put(pixels: Pixels, clips: Clips, picture: Pixels) -> None:
    """Copy what a picture of the same size has within clip rectangles.

    Raises ValueError for arguments of the wrong shape or type.
    """
    image, source = canvas(pixels), frozen(packed_image("picture", picture), np.uint32)
    if image.shape != source.shape:
        raise ValueError(f"a picture of {source.shape} cannot be put on one of {image.shape}")
    _put(image, windows(clips, image), source)


@kernel
def _put(image, areas, source):  # type: ignore[no-untyped-def]
    for area in areas:
        left, top, right, bottom = area[0], area[1], area[2], area[3]
        for row in range(top, bottom):
            image[row, left:right] = source[row, left:right]


def over(
    pixels: Pixels,
    clips: Clips,
    overlay: Pixels,
    left: int,
    top: int,
    opacity: float = 1.0,
) -> None:
    """Lay `overlay`, uint8 (h, w, 4) premultiplied, over the image with its corner at (left, top).

    `clips` are one clip rectangle, or several that do not overlap.
    Raises ValueError for arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    _over(
        image,
        windows(clips, image),
        frozen(packed_image("overlay", overlay), np.uint32),
        int(left),
        int(top),
        round(255 * opaqueness(opacity)),
    )


@kernel
def _over(image, areas, overlay, x, y, level):  # type: ignore[no-untyped-def]
    for area in areas:
        _over_within(image, area[0], area[1], area[2], area[3], overlay, x, y, level)


@kernel
def _over_within(image, left, top, right, bottom, overlay, x, y, level):  # type: ignore[no-untyped-def]
    first, last = max(left, x), min(right, x + overlay.shape[1])
    for row in range(max(top, y), min(bottom, y + overlay.shape[0])):
        for begin in range(first, last, RUN):
            end = min(begin + RUN, last)
            source, run = overlay[row - y, begin - x : end - x], image[row, begin:end]
            inked = np.uint32(0)
            for i in range(len(source)):  # no branch, so that it compiles to vectors
                inked |= source[i]
            if inked == 0:  # most of a picture of a few words, far from each other
                continue
            for i in range(len(source)):
                if source[i] != 0:
                    lanes = spread(source[i])
                    if level < 255:
                        lanes = divide(lanes * np.uint64(level))
                    run[i] = cover(run[i], lanes)


def straight(pixels: Pixels) -> Pixels:
    """Return a copy (H, W, 4) with the colours divided by alpha, as PNG and ProRes want it.

    A pixel of no alpha becomes transparent black. Raises ValueError for a wrong shape or type.
    """
    image = frozen(packed_image("pixels", pixels), np.uint32)
    copy = np.empty(image.shape, np.uint32)
    _straight(image, copy)
    return copy.view(np.uint8).reshape(pixels.shape)


@kernel
def _straight(image, copy):  # type: ignore[no-untyped-def]
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            pixel = np.uint64(image[row, column])
            alpha = pixel >> np.uint64(24)
            if alpha == 0:
                pixel = np.uint64(0)
            elif alpha < FULL:
                scale = 255.0 / float(alpha)
                packed_pixel = alpha << np.uint64(24)
                for channel in range(3):
                    shift = np.uint64(channel) * EIGHT
                    value = math.floor(float((pixel >> shift) & FULL) * scale + 0.5)
                    packed_pixel |= np.uint64(min(value, 255)) << shift
                pixel = packed_pixel
            copy[row, column] = np.uint32(pixel)
