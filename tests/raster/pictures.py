"""What the tests of the kernels share: frames, coverage, and a comparison."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.pictures import assert_same_picture

WHITE = (255, 255, 255, 255)


def blank(height: int = 40, width: int = 40, colour: tuple[int, ...] = (0, 0, 0, 0)):
    return np.tile(np.array(colour, np.uint8), (height, width, 1))


def whole(pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    return 0, 0, pixels.shape[1], pixels.shape[0]


def coverage(pixels: NDArray[np.uint8]) -> float:
    """The area that white on transparent covers, in pixels."""
    return float(pixels[..., 3].sum(dtype=np.int64)) / 255


def assert_same(
    drawn: NDArray[np.uint8], expected: NDArray[np.uint8], tolerance: int, folder: Path
) -> None:
    """Compare level by level; on failure leave drawn, expected and difference side by side."""
    assert_same_picture(drawn, expected, tolerance, folder=folder)
