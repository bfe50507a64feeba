import math

import numpy as np
import pytest

from epochreel.raster import polygons
from tests.raster.pictures import WHITE, assert_same, blank, coverage, whole

cairo = pytest.importorskip("cairo")


def drawn(vertices, clip=None):
    pixels = blank(64, 64)
    polygons(pixels, clip or whole(pixels), vertices, [0, len(vertices)], WHITE)
    return pixels


def star(points, generator):
    """A simple polygon: corners at rising angles about one centre."""
    angles = (np.arange(points) + generator.uniform(0, 0.4, points)) * math.tau / points
    radii = generator.uniform(5, 28, points)
    return 32 + radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])


def test_the_area_is_gauss_s():
    generator = np.random.default_rng(0)
    for _ in range(30):
        corners = star(generator.integers(3, 12), generator)
        x, y = corners.T
        area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
        assert coverage(drawn(corners)) == pytest.approx(area, abs=0.2)
        assert (drawn(corners) == drawn(corners[::-1])).all()


def test_each_pixel_holds_the_area_within_it():
    triangle = drawn([(10, 10), (12, 10), (10, 12)])
    np.testing.assert_array_equal(triangle[10:12, 10:12, 3], [[255, 128], [128, 0]])
    box = drawn([(20.25, 30.5), (22.75, 30.5), (22.75, 31.25), (20.25, 31.25)])
    shares = np.outer([0.5, 0.25], [0.75, 1, 0.75])
    np.testing.assert_array_equal(box[30:32, 20:23, 3], np.floor(255 * shares + 0.5))


def test_against_cairo(tmp_path):
    corners = star(11, np.random.default_rng(3))
    surface = cairo.ImageSurface(cairo.FORMAT_A8, 64, 64)
    context = cairo.Context(surface)
    context.set_antialias(cairo.ANTIALIAS_BEST)
    for corner in corners:
        context.line_to(*corner)
    context.fill()
    expected = np.ndarray((64, 64), np.uint8, surface.get_data(), strides=(surface.get_stride(), 1))
    # Cairo samples 15 lines in each row of pixels
    assert_same(drawn(corners)[..., 3], expected, 17, tmp_path)


def test_the_clip_cuts_exactly_where_edges_are_shallow(tmp_path):
    corners = [(-200, 20.3), (300, 24.9), (290, 33.1), (-150, 29.2)]
    unclipped = drawn(corners)
    clipped = drawn(corners, (11, 3, 41, 60))
    expected = np.zeros_like(unclipped)
    expected[3:60, 11:41] = unclipped[3:60, 11:41]
    assert_same(clipped, expected, 1, tmp_path)


@pytest.mark.parametrize("far", [1e3, 1e6, 1e9])
def test_a_polygon_around_everything_fills_it(far):
    assert (drawn([(-far, -far), (far, -far), (far, far), (-far, far)]) == 255).all()


def test_corners_that_are_not_finite_are_skipped():
    square = [(10, 10), (30, 10), (30, 30), (10, 30)]
    broken = [(np.nan, 4), *square[:2], (50, np.inf), *square[2:], (np.nan, np.nan)]
    assert (drawn(square) == drawn(broken)).all()


def test_the_second_polygon_lies_above_the_first():
    pixels = blank(64, 64)
    box = np.array([(5, 5), (25, 5), (25, 25), (5, 25)])
    colours = [(255, 0, 0, 255), (0, 255, 0, 255)]
    polygons(pixels, whole(pixels), np.vstack([box, box + 10]), [0, 4, 8], colours)
    assert tuple(pixels[10, 10]) == colours[0]
    assert tuple(pixels[20, 20]) == colours[1]
