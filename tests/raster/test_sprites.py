"""Masks one after the other, against the same stamped one by one."""

import numpy as np

from epochreel import raster
from tests.raster.pictures import blank, whole

GENERATOR = np.random.default_rng(0)
MASKS = [GENERATOR.integers(0, 256, (9, 5)).astype(np.uint8) for _ in range(12)]
MASKS[3][:] = 255
PLACES = GENERATOR.integers(-3, 38, (12, 2))
COLOURS = np.append(GENERATOR.integers(0, 256, (11, 4)), [[1, 2, 3, 255]], axis=0).astype(np.uint8)


def test_many_masks_are_painted_as_one_by_one():
    coverage = np.concatenate([mask.ravel() for mask in MASKS])
    starts = np.arange(12) * 45
    for opacity in (1.0, 0.4):
        together, alone = blank(40, 40, (30, 60, 90, 255)), blank(40, 40, (30, 60, 90, 255))
        clip = whole(alone)
        raster.sprites(together, clip, coverage, starts, [(9, 5)] * 12, PLACES, COLOURS, opacity)
        for mask, (x, y), colour in zip(MASKS, PLACES, COLOURS, strict=True):
            raster.stamp(alone, clip, mask, x, y, colour, opacity)
        np.testing.assert_array_equal(together, alone)


def test_masks_may_share_what_they_are_cut_from():
    pixels = blank()
    row = np.arange(6, dtype=np.uint8) * 51
    raster.sprites(
        pixels, whole(pixels), row, [0, 2], [(1, 4), (2, 2)], [(5, 5), (20, 7)], (9, 9, 9, 255)
    )
    assert pixels[5, 5:9, 3].tolist() == [0, 51, 102, 153]
    assert pixels[7:9, 20:22, 3].tolist() == [[102, 153], [204, 255]]
    assert np.count_nonzero(pixels[..., 3]) == 7
