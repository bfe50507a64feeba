"""What the kernels are handed: every argument checked, and always of one type and layout."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Pixels = NDArray[np.uint8]
Clip = tuple[int, int, int, int]
Clips = Clip | Sequence[Clip] | NDArray[np.int64]


def canvas(pixels: Pixels) -> NDArray[np.uint32]:
    """View the image (H, W, 4) as packed pixels (H, W) in the same memory."""
    if not pixels.flags.writeable:
        raise ValueError("pixels must be writeable: hand over a copy")
    return packed_image("pixels", pixels)


def packed_image(name: str, pixels: Pixels) -> NDArray[np.uint32]:
    """View an image that may be read-only as `canvas` does."""
    if (
        pixels.dtype != np.uint8
        or pixels.ndim != 3
        or pixels.shape[2] != 4
        or not pixels.flags.c_contiguous
    ):
        raise ValueError(f"{name} must be a C-contiguous uint8 (H, W, 4), not {told(pixels)}")
    return pixels.view(np.uint32).reshape(pixels.shape[:2])


def window(clip: Clip, image: NDArray[np.uint32]) -> Clip:
    """Return the part (left, top, right, bottom) of the clip rectangle inside the image."""
    if len(clip) != 4:
        raise ValueError(f"clip must be (left, top, right, bottom), not {clip!r}")
    left, top, right, bottom = (int(edge) for edge in clip)
    height, width = image.shape
    left, top = min(max(left, 0), width), min(max(top, 0), height)
    return left, top, max(min(right, width), left), max(min(bottom, height), top)


def windows(clips: Clips, image: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the parts (R, 4) of clip rectangles, or of one, inside the image."""
    areas = np.array(clips, np.int64)
    if areas.size % 4 or (areas.size and areas.shape[-1] != 4):
        raise ValueError(f"clip must be (left, top, right, bottom), not {clips!r}")
    areas = areas.reshape(-1, 4)
    height, width = image.shape
    for edge, limit in enumerate((width, height, width, height)):
        np.clip(areas[:, edge], 0, limit, out=areas[:, edge])
    np.maximum(areas[:, 2:], areas[:, :2], out=areas[:, 2:])
    return frozen(areas, np.int64)


def points(name: str, values: ArrayLike) -> NDArray[np.float32]:
    """Return coordinates as float32 (N, 2); an empty list has N = 0."""
    return table(name, values, 2, np.float32)


def table(name: str, values: ArrayLike, columns: int, dtype: type[Any]) -> NDArray[Any]:
    """Return numbers as an array (N, columns); what is too large for the type becomes infinite."""
    array = np.asarray(values)
    if array.ndim == 1 and array.size == 0:
        array = array.reshape(0, columns)
    if array.ndim != 2 or array.shape[1] != columns or array.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be numbers of shape (N, {columns}), not {told(values)}")
    return frozen(array, dtype)


def lengths(name: str, values: ArrayLike, count: int) -> NDArray[np.float32]:
    """Return one number, or one for each of `count` things, as float32 (count,)."""
    array = np.asarray(values)
    if array.shape not in ((), (count,)) or array.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be one number or {count} of them, not {told(values)}")
    return frozen(array if array.ndim else np.full(count, array), np.float32)


def packed(values: ArrayLike, count: int) -> NDArray[np.uint32]:
    """Pack one straight RGBA colour, or one for each of `count` things, as uint32 (count,)."""
    array = np.asarray(values)
    if array.size == 0 and count == 0:
        array = np.empty((0, 4), np.uint8)
    if array.shape not in ((4,), (count, 4)):
        raise ValueError(f"colours must have shape (4,) or ({count}, 4), not {array.shape}")
    if array.dtype != np.uint8 and (
        array.dtype.kind not in "iu" or (array.size and (array.min() < 0 or array.max() > 255))
    ):
        raise ValueError(f"colours must be whole numbers from 0 to 255, not {told(values)}")
    pixels = np.ascontiguousarray(array, np.uint8).view(np.uint32)[..., 0]
    return frozen(pixels if pixels.ndim else np.full(count, pixels), np.uint32)


def starts(offsets: ArrayLike, length: int) -> NDArray[np.int64]:
    """Check offsets (L + 1,) that cut `length` rows into L runs; an empty list means L = 0."""
    array = np.asarray(offsets)
    if array.size == 0:
        array = np.zeros(1, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(f"offsets must be whole numbers of shape (L + 1,), not {told(offsets)}")
    array = frozen(array, np.int64)
    if array[0] < 0 or array[-1] > length or (np.diff(array) < 0).any():
        raise ValueError(f"offsets must rise from 0 to at most {length}, the number of vertices")
    return array


def opaqueness(opacity: float) -> float:
    """Hold the opacity within [0, 1]: easing functions may overshoot."""
    if math.isnan(opacity):
        raise ValueError("opacity must be a number from 0 to 1, not NaN")
    return min(max(float(opacity), 0.0), 1.0)


def size(name: str, value: float) -> float:
    """Check a finite length in pixels."""
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number of pixels, not {value}")
    return float(value)


def frozen(array: NDArray[Any], dtype: type[Any]) -> NDArray[Any]:
    """Make a contiguous read-only view or copy: read-only is a type to numba, and one is enough."""
    if array.dtype == dtype and array.flags.c_contiguous and array.flags.aligned:
        view = array.view()
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            view = np.require(array, dtype, ["C_CONTIGUOUS", "ALIGNED"]).view()
    view.flags.writeable = False
    return view


def told(value: object) -> str:
    """Say what was handed over, in a few words."""
    array = np.asarray(value)
    return f"{array.dtype} of shape {array.shape}"
