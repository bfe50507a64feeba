import math

import numpy as np
import pytest

from epochreel.raster import discs
from tests.raster.pictures import WHITE, assert_same, blank, coverage, whole

cairo = pytest.importorskip("cairo")


@pytest.mark.parametrize("radius", [0.2, 0.5, 0.9, 1.2, 1.5, 1.6, 2.5, 4, 10])
def test_the_area_is_that_of_the_disc_wherever_it_lies(radius):
    for x, y in np.random.default_rng(0).random((40, 2)):
        pixels = blank()
        discs(pixels, whole(pixels), [(20 + x, 20 + y)], radius, WHITE)
        assert coverage(pixels) == pytest.approx(math.pi * radius**2, rel=0.025, abs=0.02)


def test_no_sudden_change_where_small_discs_become_large():
    small, large = blank(), blank()
    discs(small, whole(small), [(20.3, 20.1)], 1.5, WHITE)
    discs(large, whole(large), [(20.3, 20.1)], np.nextafter(np.float32(1.5), 2), WHITE)
    assert np.abs(small.astype(int) - large).max() <= 4


def test_against_cairo(tmp_path):
    generator = np.random.default_rng(1)
    corners = np.stack(np.meshgrid(np.arange(4), np.arange(4)), -1).reshape(-1, 2)
    centres, radii = 24 * corners + generator.uniform(11, 13, (16, 2)), generator.uniform(2, 10, 16)
    surface = cairo.ImageSurface(cairo.FORMAT_A8, 96, 96)
    context = cairo.Context(surface)
    context.set_antialias(cairo.ANTIALIAS_BEST)
    pixels = blank(96, 96)
    for centre, radius in zip(centres, radii, strict=True):
        context.arc(*centre, radius, 0, math.tau)
        context.fill()
    discs(pixels, whole(pixels), centres, radii, WHITE)
    expected = np.ndarray((96, 96), np.uint8, surface.get_data(), strides=(surface.get_stride(), 1))
    assert_same(pixels[..., 3], expected, 24, tmp_path)


def test_later_discs_lie_above_and_colours_are_exact():
    pixels = blank()
    discs(pixels, whole(pixels), [(20, 20), (20, 20)], [8, 4], [(9, 8, 7, 255), (250, 1, 2, 255)])
    assert tuple(pixels[20, 20]) == (250, 1, 2, 255)
    assert tuple(pixels[20, 14]) == (9, 8, 7, 255)


def test_a_disc_larger_than_the_image_fills_it():
    pixels = blank()
    discs(pixels, whole(pixels), [(1e5, 20)], 2e5, WHITE)
    assert (pixels == 255).all()


@pytest.mark.parametrize("radius", [0, -1, np.nan, np.inf])
def test_a_disc_without_a_proper_radius_is_left_out(radius):
    pixels = blank()
    discs(pixels, whole(pixels), [(20, 20)], radius, WHITE)
    assert not pixels.any()
