"""RGBA to the planes that a video encoder takes."""

import numpy as np
from numpy.typing import NDArray

from epochreel.raster.arguments import Clips, Pixels, frozen, packed_image, told, windows
from epochreel.raster.compiling import kernel

Plane = NDArray[np.uint8]


def yuv420(pixels: Pixels, y: Plane, u: Plane, v: Plane, clips: Clips | None = None) -> None:
    """Write an opaque image as BT.709 of limited range: `y` (H, W), `u` and `v` (H/2, W/2).

    Of `clips`, rectangles, only those are written, widened to whole samples of colour.
    The rows of the planes may be padded, as those of an encoder's frame are; H and W must be even.
    Each chroma sample is the mean of 2 × 2 pixels. Formula: Recommendation ITU-R BT.709-6, items 3
    and 4. Raises ValueError for arguments of the wrong shape or type.
    """
    image = frozen(packed_image("pixels", pixels), np.uint32)
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        raise ValueError(f"the width and height of a frame must be even, not {width} × {height}")
    half = (height // 2, width // 2)
    areas = windows((0, 0, width, height) if clips is None else clips, image)
    areas = areas[(areas[:, :2] < areas[:, 2:]).all(axis=1)]
    if not len(areas):
        return
    areas[:, 2:] += 1
    samples = frozen(areas // 2, np.int64)
    planes = _padded("y", y, (height, width)), _padded("u", u, half), _padded("v", v, half)
    _yuv420(image, samples, *planes)


def _padded(name: str, plane: Plane, shape: tuple[int, int]) -> Plane:
    """Take in the padding of the rows: the kernel is faster on contiguous planes."""
    if plane.dtype != np.uint8 or plane.shape != shape or not plane.flags.writeable:
        raise ValueError(f"plane {name} must be a writeable uint8 {shape}, not {told(plane)}")
    if plane.strides[1] != 1 or plane.strides[0] < shape[1]:
        raise ValueError(f"the rows of plane {name} must be contiguous and in order")
    rows = (shape[0], plane.strides[0])
    return np.lib.stride_tricks.as_strided(plane, rows, (plane.strides[0], 1))


@kernel
def _yuv420(image, areas, y, u, v):  # type: ignore[no-untyped-def]
    for area in areas:
        left, top, right, bottom = area[0], area[1], area[2], area[3]
        for row in range(top, bottom):  # two rows at a time, to read each pixel once from memory
            for line in (2 * row, 2 * row + 1):
                pixels, luma = image[line, 2 * left : 2 * right], y[line, 2 * left : 2 * right]
                for column in range(len(pixels)):
                    pixel = pixels[column]
                    red, green, blue = pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255
                    luma[column] = (5983 * red + 20127 * green + 2032 * blue + (33 << 14)) >> 15
            upper, lower = (
                image[2 * row, 2 * left : 2 * right],
                image[2 * row + 1, 2 * left : 2 * right],
            )
            first, second = u[row, left:right], v[row, left:right]
            for column in range(len(first)):
                a, b = upper[2 * column], upper[2 * column + 1]
                c, d = lower[2 * column], lower[2 * column + 1]
                red = (a & 255) + (b & 255) + (c & 255) + (d & 255)
                green = ((a >> 8) & 255) + ((b >> 8) & 255) + ((c >> 8) & 255) + ((d >> 8) & 255)
                blue = ((a >> 16) & 255) + ((b >> 16) & 255) + ((c >> 16) & 255) + ((d >> 16) & 255)
                first[column] = (14392 * blue - 3298 * red - 11094 * green + (257 << 16)) >> 17
                second[column] = (14392 * red - 13073 * green - 1319 * blue + (257 << 16)) >> 17
