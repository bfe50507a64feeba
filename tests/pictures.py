"""Compare pictures, and show the difference where they are not the same."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

DIFFERENCES = Path(__file__).parents[1] / "renders" / "differences"
AMPLIFICATION = 8


def assert_same_picture(
    actual: NDArray[np.uint8],
    expected: NDArray[np.uint8] | Path,
    tolerance: float = 2,
    *,
    share: float = 0,
    folder: Path = DIFFERENCES,
    name: str = "picture",
) -> None:
    """Compare level by level; no more than this share of the pixels may differ by more.

    `expected` may be the path of a picture, which then gives the `name`. Alpha is compared where
    both have it. On failure actual, expected and their difference × 8 are written side by side.
    """
    if isinstance(expected, Path):
        name = expected.stem
        expected = np.asarray(Image.open(expected).convert("RGBA" if actual.ndim == 3 else "L"))
    if actual.ndim == 3:
        channels = min(actual.shape[2], expected.shape[2])
        actual, expected = actual[..., :channels], expected[..., :channels]
    if actual.shape != expected.shape:
        raise AssertionError(f"{name} is {actual.shape}, not {expected.shape}")
    difference = np.abs(actual.astype(int) - expected.astype(int))
    off = difference > tolerance
    wrong = off.any(axis=2) if off.ndim == 3 else off
    if wrong.mean() <= share:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    amplified = np.minimum(255, AMPLIFICATION * difference).astype(np.uint8)
    views = [view[..., :3] if view.ndim == 3 else view for view in (actual, expected, amplified)]
    Image.fromarray(np.ascontiguousarray(np.hstack(views))).save(path)
    worst = tuple(int(at) for at in np.unravel_index(difference.argmax(), difference.shape)[:2])
    raise AssertionError(
        f"{name} is off by up to {difference.max()} levels, most at row and column {worst}, and "
        f"by more than {tolerance} in {100 * wrong.mean():.3g} % of the pixels: see {path}"
    )


def save_reference(picture: NDArray[np.uint8], path: Path) -> None:
    """Write a small picture to compare with later."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(picture[..., :3])).save(path, optimize=True)


def matches_reference(
    picture: NDArray[np.uint8],
    path: Path,
    update: bool,
    tolerance: float = 24,
    share: float = 0.01,
    folder: Path = DIFFERENCES,
) -> None:
    """Hold a picture to its committed reference, or renew that where `update` is asked for."""
    if update:
        save_reference(picture, path)
    assert path.is_file(), f"{path} is missing: pytest --update-pictures writes it"
    assert_same_picture(picture[..., :3], path, tolerance, share=share, folder=folder)
