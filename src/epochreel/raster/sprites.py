"""Paint through many small masks at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.raster.arguments import (
    Clip,
    Pixels,
    canvas,
    frozen,
    opaqueness,
    packed,
    told,
    window,
)
from epochreel.raster.blending import blend, ink, join, weight
from epochreel.raster.compiling import kernel


def sprites(
    pixels: Pixels,
    clip: Clip,
    coverage: NDArray[np.uint8],
    starts: ArrayLike,
    sizes: ArrayLike,
    places: ArrayLike,
    colours: ArrayLike,
    opacity: float = 1.0,
) -> None:
    """Paint colours, one or (M, 4), through M masks, in their order.

    The rows of mask m are `coverage`, uint8 (C,), from starts[m] on; `sizes` (M, 2) are its height
    and width, and its first pixel falls on the column and row `places` (M, 2), whole numbers.
    Raises ValueError for arguments of the wrong shape or type.
    """
    image = canvas(pixels)
    if coverage.dtype != np.uint8 or coverage.ndim != 1:
        raise ValueError(f"coverage must be uint8 (C,), not {told(coverage)}")
    begins = _whole("starts", starts, ())
    shapes, corners = _whole("sizes", sizes, (2,)), _whole("places", places, (2,))
    count = len(begins)
    if not len(shapes) == len(corners) == count:
        raise ValueError(f"there are {count} starts, {len(shapes)} sizes and {len(corners)} places")
    if ((begins < 0) | (shapes.min(axis=1, initial=0) < 0)).any() or (
        begins + shapes.prod(axis=1) > len(coverage)
    ).any():
        raise ValueError(f"a mask does not lie within the {len(coverage)} bytes of coverage")
    _sprites(
        image,
        *window(clip, image),
        frozen(coverage, np.uint8),
        begins,
        shapes,
        corners,
        packed(colours, count),
        opaqueness(opacity),
    )


def _whole(name: str, values: ArrayLike, sides: tuple[int, ...]) -> NDArray[np.int64]:
    """Check whole numbers (M, …)."""
    array = np.asarray(values)
    if not array.size:
        array = np.empty((0, *sides), np.int64)
    if array.shape[1:] != sides or array.ndim == 0 or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers {('M', *sides)}, not {told(values)}")
    return frozen(array, np.int64)


@kernel
def _sprites(  # type: ignore[no-untyped-def]
    image, left, top, right, bottom, coverage, starts, sizes, places, colours, opacity
):
    for m in range(len(starts)):
        height, width = sizes[m, 0], sizes[m, 1]
        mask = coverage[starts[m] : starts[m] + height * width].reshape((height, width))
        x, y = places[m, 0], places[m, 1]
        lanes = ink(colours[m])
        solid, full = join(lanes), weight(colours[m], opacity) / np.float32(255)
        first, last = max(left - x, 0), min(right - x, width)
        for row in range(max(top - y, 0), min(bottom - y, height)):
            if first >= last:
                break
            run, shades = image[y + row, x + first : x + last], mask[row, first:last]
            for i in range(len(run)):
                if shades[i] > 0:
                    level = np.int32(full * np.float32(shades[i]) + np.float32(0.5))
                    run[i] = blend(run[i], lanes, level) if level < 255 else solid
