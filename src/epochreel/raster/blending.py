"""Source-over on one packed pixel, rounded to nearest.

A pixel is RGBA in one little-endian uint32. To treat its four channels at once they are spread over
the 16-bit lanes of a uint64, wide enough for any product of two bytes.
"""

import numpy as np

from epochreel.raster.compiling import kernel

BYTES = np.uint64(0x00FF00FF00FF00FF)
HALVES = np.uint64(0x0080008000800080)
ONES = np.uint64(0x0001000100010001)
LOW = np.uint64(0x00FF00FF)
HIGH = np.uint64(0xFF00FF00)
FULL = np.uint64(255)
EIGHT = np.uint64(8)
GAP = np.uint64(24)
OPAQUE = np.uint64(0xFF000000)


@kernel
def spread(pixel):  # type: ignore[no-untyped-def]
    """Spread the bytes 3 2 1 0 of a pixel as the lanes 3 1 2 0."""
    wide = np.uint64(pixel)
    return (wide & LOW) | ((wide & HIGH) << GAP)


@kernel
def join(lanes):  # type: ignore[no-untyped-def]
    """Undo `spread`."""
    return np.uint32((lanes & LOW) | ((lanes >> GAP) & HIGH))


@kernel
def divide(lanes):  # type: ignore[no-untyped-def]
    """Divide each lane by 255, rounded to nearest: exact for every product of two bytes."""
    lanes = lanes + HALVES
    return ((lanes + ((lanes >> EIGHT) & BYTES)) >> EIGHT) & BYTES


@kernel
def ink(colour):  # type: ignore[no-untyped-def]
    """Spread a straight colour made opaque: its alpha goes into the weight of `blend`."""
    return spread(np.uint64(colour) | OPAQUE)


@kernel
def weight(colour, opacity):  # type: ignore[no-untyped-def]
    """Return the alpha of a straight colour times an opacity in [0, 1], as a float in [0, 255]."""
    return np.float32(np.uint64(colour) >> GAP) * np.float32(opacity)


@kernel
def blend(below, lanes, level):  # type: ignore[no-untyped-def]
    """Cover the pixel `below` to level/255 with opaque `lanes`."""
    share = np.uint64(level)
    return join(divide(lanes * share + spread(below) * (FULL - share)))


@kernel
def cover(below, above):  # type: ignore[no-untyped-def]
    """Cover the pixel `below` with premultiplied lanes `above`; sums beyond 255 are held there."""
    lanes = above + divide(spread(below) * (FULL - (above >> np.uint64(48))))
    return join((lanes | (((lanes >> EIGHT) & ONES) * FULL)) & BYTES)
