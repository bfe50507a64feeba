"""RGBA to the planes that a video encoder takes."""

import numpy as np
from numpy.typing import NDArray

from epochreel.raster.arguments import Pixels, frozen, packed_image, told
from epochreel.raster.compiling import kernel

Plane = NDArray[np.uint8]


def yuv420(pixels: Pixels, y: Plane, u: Plane, v: Plane) -> None:
    """Write an opaque image as BT.709 of limited range: `y` (H, W), `u` and `v` (H/2, W/2).

    The rows of the planes may be padded, as those of an encoder's frame are; H and W must be even.
    Each chroma sample is the mean of 2 × 2 pixels. Formula: Recommendation ITU-R BT.709-6, items 3
    and 4. Raises ValueError for arguments of the wrong shape or type.
    """
    image = frozen(packed_image("pixels", pixels), np.uint32).view(np.uint8)
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        raise ValueError(f"the width and height of a frame must be even, not {width} × {height}")
    half = (height // 2, width // 2)
    if image.size:
        _yuv420(
            image.reshape(pixels.shape),
            _padded("y", y, (height, width)),
            _padded("u", u, half),
            _padded("v", v, half),
        )


def _padded(name: str, plane: Plane, shape: tuple[int, int]) -> Plane:
    """Take in the padding of the rows: the kernel is faster on contiguous planes."""
    if plane.dtype != np.uint8 or plane.shape != shape or not plane.flags.writeable:
        raise ValueError(f"plane {name} must be a writeable uint8 {shape}, not {told(plane)}")
    if plane.strides[1] != 1 or plane.strides[0] < shape[1]:
        raise ValueError(f"the rows of plane {name} must be contiguous and in order")
    rows = (shape[0], plane.strides[0])
    return np.lib.stride_tricks.as_strided(plane, rows, (plane.strides[0], 1))


@kernel
def _yuv420(image, y, u, v):  # type: ignore[no-untyped-def]
    height, width = image.shape[:2]
    for row in range(height):
        for column in range(width):
            red = np.int32(image[row, column, 0])
            green = np.int32(image[row, column, 1])
            blue = np.int32(image[row, column, 2])
            y[row, column] = (5983 * red + 20127 * green + 2032 * blue + 540672) >> 15
    for row in range(height // 2):
        for column in range(width // 2):
            red = np.int32(0)
            green = np.int32(0)
            blue = np.int32(0)
            for j in range(2):
                for i in range(2):
                    red += image[2 * row + j, 2 * column + i, 0]
                    green += image[2 * row + j, 2 * column + i, 1]
                    blue += image[2 * row + j, 2 * column + i, 2]
            u[row, column] = (-3298 * red - 11094 * green + 14392 * blue + 16842752) >> 17
            v[row, column] = (14392 * red - 13073 * green - 1320 * blue + 16842752) >> 17
