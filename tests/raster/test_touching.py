import numpy as np
import pytest

from epochreel import raster
from epochreel.raster import TILE, touched
from tests.raster.pictures import blank


@pytest.mark.parametrize("seed", range(12))
def test_touched_are_the_tiles_that_share_in_a_grown_box_within_the_clip(seed):
    generator = np.random.default_rng(seed)
    pixels = blank(90, 130)
    count = seed % 4
    starts, ends = generator.uniform(-60, 160, (2, count, 2)).astype(np.float32).astype(float)
    reach = generator.uniform(0, 20, count).astype(np.float32) if seed % 2 else 3.5
    clip = (10, 16, 100, 85) if seed % 3 else (0, 0, 130, 90)
    expected = np.zeros((6, 9), int)
    for start, end, grown in zip(starts, ends, np.broadcast_to(reach, count), strict=True):
        low = np.maximum(np.minimum(start, end) - grown, clip[:2])
        high = np.minimum(np.maximum(start, end) + grown, clip[2:])
        for row, column in np.ndindex(expected.shape):
            corner = np.array([column, row]) * TILE
            if (np.maximum(low, corner) < np.minimum(high, corner + TILE)).all():
                expected[row, column] = -1
    np.testing.assert_array_equal(touched(pixels, clip, starts, ends, reach), expected)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_touches_nothing_and_all_else_does(wrong):
    pixels = blank(32, 32)
    starts = [(8, 8), (wrong, 8), (8, 8), (24, 24)]
    ends = [(8, wrong), (8, 8), (8, 8), (25, 25)]
    shades = touched(pixels, (0, 0, 32, 32), starts, ends, [1, 1, wrong, 1])
    np.testing.assert_array_equal(shades, [[0, 0], [0, -1]])


def test_what_lies_beyond_the_clip_touches_nothing():
    pixels = blank(32, 32)
    for at in ((-50, 8), (8, 50), (1e30, 8), (8, -1e30)):
        assert not touched(pixels, (0, 0, 32, 32), [at], [at], 3).any()
    assert (touched(pixels, (0, 0, 32, 32), [(-1e30, 8)], [(1e30, 8)], 9) == -1).all()


def test_starts_and_ends_of_another_number_are_refused():
    with pytest.raises(ValueError, match="the same shape"):
        touched(blank(), (0, 0, 40, 40), [(1, 2)], [(1, 2), (3, 4)], 1)


def test_put_copies_within_its_rectangles_and_nowhere_else():
    generator = np.random.default_rng(0)
    picture, pixels = generator.integers(0, 256, (2, 30, 40, 4)).astype(np.uint8)
    expected = pixels.copy()
    expected[:5, 3:9] = picture[:5, 3:9]
    expected[20:, 30:] = picture[20:, 30:]
    raster.put(pixels, [(3, -4, 9, 5), (30, 20, 99, 99), (9, 9, 4, 12)], picture)
    np.testing.assert_array_equal(pixels, expected)
    with pytest.raises(ValueError, match="cannot be put"):
        raster.put(pixels, (0, 0, 4, 4), picture[:20])


def test_a_picture_is_laid_over_within_several_rectangles_as_within_each():
    generator = np.random.default_rng(1)
    pixels, overlay = generator.integers(0, 256, (2, 40, 50, 4)).astype(np.uint8)
    overlay[..., :3] = np.minimum(overlay[..., :3], overlay[..., 3:])
    clips = [(0, 0, 16, 16), (32, 0, 48, 32), (-9, 20, 20, 70)]
    expected = pixels.copy()
    for clip in clips:
        raster.over(expected, clip, overlay[:30], 5, 3, 0.7)
    raster.over(pixels, clips, overlay[:30], 5, 3, 0.7)
    np.testing.assert_array_equal(pixels, expected)
