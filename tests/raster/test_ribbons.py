import numpy as np
import pytest

from epochreel.raster import polygons, ribbon
from tests.raster.pictures import WHITE, assert_same, blank, coverage, whole


def drawn(tops, bottoms, left=3):
    pixels = blank()
    ribbon(pixels, whole(pixels), left, tops, bottoms, WHITE)
    return pixels


def test_a_column_is_covered_exactly_upwards():
    pixels = drawn([[5.25], [8]], [[7.5], [8.25]])
    np.testing.assert_array_equal(pixels[5:9, 3, 3], [191, 255, 128, 0])
    np.testing.assert_array_equal(pixels[5:9, 4, 3], [0, 0, 0, 64])
    assert coverage(pixels) == pytest.approx(2.25 + 0.25, abs=0.01)


def test_the_area_is_that_between_the_lines_whatever_they_do():
    generator = np.random.default_rng(0)
    tops = generator.uniform(2, 30, (25, 4))
    bottoms = tops + generator.uniform(0, 9, (25, 4))
    assert coverage(drawn(tops, bottoms)) == pytest.approx((bottoms - tops).sum() / 4, abs=0.5)


def test_slices_are_steps_of_a_steep_edge(tmp_path):
    at = 3 + (np.arange(80) + 0.5) / 8
    tops = (at - 2) ** 2 / 3
    smooth = blank()
    corners = [*zip(at, tops, strict=True), *zip(at[::-1], tops[::-1] + 9, strict=True)]
    polygons(smooth, whole(smooth), corners, [0, len(corners)], WHITE)
    stepped = drawn(tops.reshape(-1, 8), tops.reshape(-1, 8) + 9)
    assert_same(stepped[:, 4:12], smooth[:, 4:12], 24, tmp_path)


@pytest.mark.parametrize(("top", "bottom"), [(9, 9), (9, 5), (np.nan, 9), (3, np.nan), (99, 120)])
def test_an_empty_slice_draws_nothing(top, bottom):
    assert not drawn([[top]], [[bottom]]).any()
    half = drawn([[4, top]], [[8, bottom]])
    assert set(half[4:8, 3, 3].tolist()) == {128}


def test_lines_beyond_the_picture_fill_it():
    pixels = drawn([[-np.inf]] * 40, [[np.inf]] * 40, left=0)
    assert (pixels == 255).all()
    assert (drawn([[-np.inf]] * 90, [[np.inf]] * 90, left=-25) == 255).all()
