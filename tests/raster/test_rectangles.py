import numpy as np
import pytest

from epochreel.raster import rectangle
from tests.raster.pictures import WHITE, blank, coverage, whole


def drawn(*edges):
    pixels = blank()
    rectangle(pixels, whole(pixels), *edges, WHITE)
    return pixels


def test_the_area_is_exact_wherever_it_lies():
    for x, y, width, height in np.random.default_rng(0).random((40, 4)) * (20, 20, 15, 15):
        area = coverage(drawn(x, y, x + width, y + height))
        assert area == pytest.approx(width * height, abs=0.15)


def test_fractional_edges_share_their_pixels():
    pixels = drawn(3.25, 5.5, 6, 7)
    shares = np.outer([0.5, 1], [0.75, 1, 1])
    np.testing.assert_array_equal(pixels[5:7, 3:6, 3], np.floor(255 * shares + 0.5))
    assert coverage(drawn(8.25, 8.25, 8.75, 8.75)) == pytest.approx(0.25, abs=0.002)


@pytest.mark.parametrize("edges", [(5, 5, 5, 9), (9, 5, 5, 9), (5, np.nan, 9, 9), (5, 9, 9, 5)])
def test_an_empty_rectangle_draws_nothing(edges):
    assert not drawn(*edges).any()


def test_infinite_edges_reach_the_border():
    assert (drawn(-np.inf, -1e30, np.inf, 1e30) == 255).all()
