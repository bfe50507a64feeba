import math

import numpy as np
import pytest
from manim import ValueTracker

from epochreel.layers import Points
from epochreel.look.style import rgba
from tests.layers.planes import RED, WHITE, Rectangle, centroid, drawn, width


def points(positions, plane=None, radius=3.0, **options):
    options.setdefault("colours", WHITE)
    return Points(plane or Rectangle(), positions, radius=width(radius), **options)


def test_a_disc_stands_where_its_data_say_at_two_zooms():
    for view, place in ((((0, 10), (0, 6)), (80, 60)), (((2, 4.5), (1.5, 3)), (90, 60))):
        alpha = drawn(points([[3, 2]], Rectangle(*view)))[..., 3]
        assert centroid(alpha) == pytest.approx(place, abs=0.01)
        assert alpha.sum() / 255 == pytest.approx(math.pi * 9, rel=0.01)


def test_radii_follow_the_resolution_and_not_the_zoom():
    for view in (((0, 10), (0, 6)), ((4, 6), (2.4, 3.6))):
        alpha = drawn(points([[5, 3]], Rectangle(*view)), scale=2)[..., 3]
        assert alpha.sum() / 255 == pytest.approx(math.pi * 36, rel=0.01)


def test_a_smaller_layer_has_smaller_points_nearer_together():
    layer = points([[5, 3], [1, 3]], radius=4).scale(0.5)
    alpha = drawn(layer)[..., 3]
    assert alpha[:, 90:].sum() / 255 == pytest.approx(math.pi * 4, rel=0.02)
    assert centroid(alpha[:, :90]) == pytest.approx((80, 50), abs=0.01)


def test_each_point_may_have_its_own_radius_and_colour():
    pixels = drawn(points([[2, 3], [8, 3]], radius=np.array([2, 4]), colours=[RED, WHITE]))
    assert pixels[50, 70].tolist() == list(RED)
    assert pixels[50, 130].tolist() == list(WHITE)
    counts = [pixels[:, half, 3].sum() / 255 for half in (slice(0, 100), slice(100, 200))]
    assert counts == pytest.approx([math.pi * 4, math.pi * 16], rel=0.02)


def test_later_points_lie_above_earlier_ones():
    assert drawn(points([[5, 3], [5, 3]], colours=[WHITE, RED]))[50, 100].tolist() == list(RED)


def test_positions_radii_and_colours_may_follow_a_clock():
    clock = ValueTracker(2)
    layer = Points(
        Rectangle(),
        lambda t: [[t, 3]],
        radius=width,
        colours=lambda t: (int(t), 0, 0, 255),
        clocks=[clock],
    )
    clock.set_value(4)
    layer.update(0)
    pixels = drawn(layer)
    assert centroid(pixels[..., 3]) == pytest.approx((90, 50), abs=0.01)
    assert pixels[50, 90].tolist() == [4, 0, 0, 255]
    assert pixels[..., 3].sum() / 255 == pytest.approx(math.pi * 16, rel=0.01)


def test_what_is_not_given_comes_from_the_plane():
    plane = Rectangle()
    layer = Points(plane, lambda epoch: [[epoch, 3]])
    plane.clock.set_value(6)
    layer.update(0)
    pixels = drawn(layer, scale=10)
    assert centroid(pixels[..., 3]) == pytest.approx((1100, 500), abs=0.05)
    assert pixels[500, 1100].tolist() == list(rgba(plane.style.chrome.maths))
    area = math.pi * (plane.style.size.point * 1000 / 1080) ** 2
    assert pixels[..., 3].sum() / 255 == pytest.approx(area, rel=0.02)


def test_no_points_draw_nothing():
    assert not drawn(points(np.empty((0, 2)))).any()
