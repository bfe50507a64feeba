import math

import numpy as np
import pytest

from epochreel.raster import field, level_lines
from tests.raster.pictures import WHITE, blank, coverage, whole

SIZE = 200


def drawn(values, levels, width=2.0, colours=WHITE, opacity=1.0, edges=(0, 0, SIZE, SIZE)):
    pixels = blank(SIZE, SIZE)
    level_lines(pixels, whole(pixels), values, *edges, levels, width, colours, opacity)
    return pixels


def radii(count=41, centre=(97.3, 104.6)):
    """Distances in pixels from a centre, sampled over the picture; rows run upwards."""
    at = np.linspace(0, SIZE, count)
    return np.hypot(at - centre[0], at[::-1, None] - centre[1])


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("radius", [30, 60.4, 85])
@pytest.mark.parametrize("width", [0.5, 1, 2, 3.5])
def test_a_circle_has_its_width_and_its_place(radius, width, squared):
    values, level = (radii() ** 2, radius**2) if squared else (radii(), radius)
    alpha = drawn(values, [level], width)[..., 3] / 255.0
    assert alpha.sum() == pytest.approx(math.tau * radius * width, rel=0.02)
    x, y = np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5)
    distance = np.hypot(x - 97.3, y - 104.6)
    angle = np.floor(np.arctan2(y - 104.6, x - 97.3) / math.tau * 24).astype(int) % 24
    for sector in range(24):
        part = np.where(angle == sector, alpha, 0)
        mean = part.sum() / (part / distance).sum()  # over the radius, not the area
        assert mean == pytest.approx(radius, abs=0.1)
    assert not alpha[np.abs(distance - radius) > max(width, 1) / 2 + 0.6].any()


def test_a_straight_line_is_exact():
    x, y = np.meshgrid(np.linspace(0, SIZE, 7), np.linspace(SIZE, 0, 5))
    alpha = drawn(3 * x, [3 * 50.25])[..., 3]
    np.testing.assert_array_equal(alpha[10, 48:53], [0, 191, 255, 64, 0])
    assert (alpha == alpha[0]).all()
    down = drawn(y, [20.0])[..., 3]
    assert (down[19:21] == 255).all()
    assert coverage(drawn(y, [20.0])) == 2 * SIZE


def test_lines_lie_on_the_field():
    values = np.random.default_rng(3).random((9, 9))
    greys = np.stack([np.arange(256)] * 3 + [np.full(256, 255)], axis=1).astype(np.uint8)
    painted = blank(SIZE, SIZE)
    field(painted, whole(painted), values, 0, 0, SIZE, SIZE, greys, 0, 1)
    on = drawn(values, [0.5], 1)[..., 3] > 200
    assert on.sum() > 300
    assert np.abs(painted[on][:, 0] - 127.5).max() < 12


def test_every_level_wears_its_colour_and_several_equal_one_by_one():
    colours = [(255, 0, 0, 255), (0, 255, 0, 128), (0, 0, 255, 255)]
    together = drawn(radii(), [20, 50, 80], 3, colours, 0.7)
    apart = blank(SIZE, SIZE)
    for level, colour in zip([20, 50, 80], colours, strict=True):
        level_lines(apart, whole(apart), radii(), 0, 0, SIZE, SIZE, [level], 3, colour, 0.7)
    assert (together == apart).all()
    assert len(np.unique(together[..., :3].reshape(-1, 3), axis=0)) > 3


def test_at_flat_places_there_are_no_blobs():
    plateau = np.maximum(radii() - 50, 0)  # flat inside a circle, at the level itself
    alpha = drawn(plateau, [0.0])[..., 3]
    x, y = np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5)
    assert not alpha[np.hypot(x - 97.3, y - 104.6) < 34].any()
    for constant in (0.0, 1.0, 1e6, -3e-5):
        assert not drawn(np.full((9, 9), constant), [constant]).any()
        noisy = constant * (1 + 1e-7 * np.random.default_rng(0).random((9, 9)))
        assert coverage(drawn(noisy, [constant])) < 0.01 * SIZE**2
    bottom = drawn(radii() ** 2, [0.0], 2)  # a single point
    assert coverage(bottom) < 30


def test_a_saddle_is_a_cross_of_the_same_width():
    at = np.linspace(-1, 1, 41)
    alpha = drawn(at * at[:, None], [0.0], 2)[..., 3]
    assert (alpha[99:101, :80] == 255).all()
    assert coverage(drawn(at * at[:, None], [0.0], 2)) == pytest.approx(2 * 2 * SIZE, rel=0.03)


def test_the_scale_of_the_values_does_not_matter():
    expected = drawn(radii(), [50]).astype(int)
    for scale in (1e-12, 1e-3, 1e6, 1e12):
        difference = np.abs(drawn(scale * radii(), [scale * 50]) - expected)
        assert difference.max() <= 3


def test_moving_a_level_a_little_changes_little():
    values = np.random.default_rng(5).random((15, 15))
    before, after = (drawn(values, [level], 2)[..., 3].astype(int) for level in (0.5, 0.5002))
    assert np.abs(before - after).max() < 60
    assert np.abs(before - after).mean() < 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_has_no_lines(bad):
    values = radii()
    values[20:23] = bad
    alpha = drawn(values, [50])[..., 3]
    assert alpha[:80].any()
    assert not alpha[90:105].any()
    assert not drawn(radii(), [bad]).any()
    assert not drawn(np.full((4, 4), bad), [0.0]).any()


@pytest.mark.parametrize("width", [0, -1])
def test_no_width_draws_nothing(width):
    assert not drawn(radii(), [50], width).any()


def test_outside_its_rectangle_nothing_is_drawn():
    alpha = drawn(radii(), [85], edges=(50, 60, 150, 160))[..., 3]
    assert alpha.any()
    alpha[60:160, 50:150] = 0
    assert not alpha.any()
