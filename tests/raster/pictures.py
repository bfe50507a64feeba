"""What the tests of the kernels share: frames, coverage, and a comparison that shows itself."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

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
    """Compare level by level; on failure leave drawn, expected and difference × 8 side by side."""
    difference = np.abs(drawn.astype(int) - expected.astype(int))
    if difference.max(initial=0) <= tolerance:
        return
    views = [picture[..., :3] if picture.ndim == 3 else picture for picture in (drawn, expected)]
    amplified = np.minimum(255, 8 * difference).astype(np.uint8)
    views.append(amplified[..., :3] if amplified.ndim == 3 else amplified)
    path = folder / "difference.png"
    Image.fromarray(np.hstack([np.ascontiguousarray(view) for view in views])).save(path)
    worst = np.unravel_index(difference.argmax(), difference.shape)
    raise AssertionError(f"off by up to {difference.max()} levels, most at {worst}: see {path}")
