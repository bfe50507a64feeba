import math

import numpy as np
import pytest

from epochreel.raster import polylines
from tests.raster.pictures import WHITE, assert_same, blank, coverage, whole

cairo = pytest.importorskip("cairo")


def drawn(vertices, width, colour=WHITE, offsets=None, size=64):
    pixels = blank(size, size)
    offsets = [0, len(vertices)] if offsets is None else offsets
    polylines(pixels, whole(pixels), vertices, offsets, width, colour)
    return pixels


@pytest.mark.parametrize("width", [0.25, 1, 1.5, 3, 8])
def test_the_area_is_length_by_width_and_two_half_discs(width):
    generator = np.random.default_rng(0)
    # a ramp of one pixel about the radius w/2 of a cap, itself never below half a pixel, covers
    # π(w²/4 + 1/12)
    cap = math.pi * (max(width, 1) ** 2 / 4 + 1 / 12) * min(width, 1)
    for _ in range(30):
        start, end = generator.uniform(8, 56, (2, 2))
        area = width * math.dist(start, end) + cap
        assert coverage(drawn([start, end], width)) == pytest.approx(area, rel=0.02, abs=0.3)


def test_thin_lines_become_fainter_not_broken():
    full, half = drawn([(5, 9), (60, 41)], 1), drawn([(5, 9), (60, 41)], 0.5)
    np.testing.assert_allclose(half[..., 3], full[..., 3] / 2, atol=1)


def test_joins_and_crossings_are_no_darker(tmp_path):
    ends = np.array([(10.0, 12), (50, 40)])
    many = ends[0] + np.linspace(0, 1, 30)[:, None] * (ends[1] - ends[0])
    colour = (255, 255, 255, 100)
    assert_same(drawn(many, 3, colour), drawn(ends, 3, colour), 1, tmp_path)
    cross = drawn([(10, 32), (54, 32), (32, 10), (32, 54)], 4, colour, [0, 2, 4])
    assert cross.max() == 100
    assert tuple(cross[31, 31]) == (100, 100, 100, 100)


def test_each_colour_is_its_own_layer():
    red, blue = (255, 0, 0, 255), (0, 0, 255, 128)
    vertices = [(10, 32), (54, 32), (32, 10), (32, 54)]
    pixels = drawn(vertices, 4, [red, blue], [0, 2, 4])
    assert tuple(pixels[32, 20]) == red
    assert tuple(pixels[20, 32]) == (0, 0, 128, 128)
    assert tuple(pixels[32, 32]) == (127, 0, 128, 255)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_against_cairo(width, tmp_path):
    vertices = np.random.default_rng(2).uniform(6, 90, (9, 2))
    surface = cairo.ImageSurface(cairo.FORMAT_A8, 96, 96)
    context = cairo.Context(surface)
    context.set_antialias(cairo.ANTIALIAS_BEST)
    context.set_line_width(width)
    context.set_line_cap(cairo.LINE_CAP_ROUND)
    context.set_line_join(cairo.LINE_JOIN_ROUND)
    for vertex in vertices:
        context.line_to(*vertex)
    context.stroke()
    expected = np.ndarray((96, 96), np.uint8, surface.get_data(), strides=(surface.get_stride(), 1))
    pixels = drawn(vertices, width, size=96)
    difference = np.abs(pixels[..., 3].astype(int) - expected)
    assert difference.mean() < 1
    # where lines cross or meet, coverage is the larger of the two and not their union
    assert np.quantile(difference, 0.995) <= 32


@pytest.mark.parametrize("broken", [(np.nan, 20), (20, np.inf)])
def test_a_line_is_broken_at_a_vertex_that_is_not_finite(broken):
    parts = drawn([(5, 5), (20, 9), (40, 50), (50, 20)], 2, offsets=[0, 2, 4])
    whole_line = drawn([(5, 5), (20, 9), broken, (40, 50), (50, 20)], 2)
    assert (parts == whole_line).all()


@pytest.mark.parametrize("far", [1e4, 1e6, 1e12])
def test_the_visible_part_of_a_huge_segment_is_drawn(far):
    expected = drawn([(-100, 30.5), (200, 30.5)], 3)
    assert (drawn([(-far, 30.5), (far, 30.5)], 3) == expected).all()
    diagonal = drawn([(-far, -far), (far, far)], 2)
    np.testing.assert_array_equal(np.diagonal(diagonal[..., 3]), 255)


def test_a_segment_without_length_is_a_dot_and_one_vertex_is_nothing():
    dot = drawn([(20.5, 20.5), (20.5, 20.5)], 6)
    assert coverage(dot) == pytest.approx(math.pi * 9, rel=0.03)
    assert not drawn([(20.5, 20.5)], 6).any()


@pytest.mark.parametrize("width", [0, -2])
def test_no_width_draws_nothing(width):
    assert not drawn([(5, 5), (40, 40)], width).any()


def test_what_one_call_covered_does_not_show_in_the_next():
    drawn([(5, 5), (60, 60)], 9, size=96)
    assert not drawn([(-5, -5), (-6, -6)], 1, size=64).any()
    assert coverage(drawn([(10, 32), (20, 32)], 2)) == pytest.approx(
        20 + math.pi * 13 / 12, abs=0.3
    )
