import math

import numpy as np
import pytest

from epochreel.raster import crossing, level_paths, sample

XS, YS = np.linspace(-2, 3, 31), np.linspace(-1, 2, 25)
X, Y = np.meshgrid(XS, YS)
ROUND = X**2 + Y**2


def test_a_circle_is_one_closed_path():
    (path,) = level_paths(ROUND, XS, YS, 0.64)
    assert (path[0] == path[-1]).all()
    np.testing.assert_allclose(np.hypot(*path.T), 0.8, atol=1e-3)
    steps = np.diff(path, axis=0)
    assert np.hypot(*steps.T).sum() == pytest.approx(math.tau * 0.8, rel=1e-3)


def test_paths_follow_the_field_closely():
    rough = np.random.default_rng(0).random(X.shape)
    paths = level_paths(rough, XS, YS, 0.5)
    assert len(paths) > 5
    assert np.abs(sample(rough, XS, YS, np.concatenate(paths)) - 0.5).max() < 0.06


def test_no_level_no_path():
    assert level_paths(ROUND, XS, YS, -1) == []
    assert level_paths(np.full_like(X, np.nan), XS, YS, 0) == []


def test_paths_end_before_what_is_not_finite():
    holed = np.where(X > 0.5, np.nan, ROUND)
    (path,) = level_paths(holed, XS, YS, 0.64)
    assert path[:, 0].max() <= 0.5
    np.testing.assert_allclose(np.hypot(*path.T), 0.8, atol=1e-3)


@pytest.mark.parametrize("angle", np.linspace(0, math.tau, 13))
def test_the_crossing_of_a_circle(angle):
    direction = 5 * math.cos(angle), 5 * math.sin(angle)
    place = crossing(ROUND, XS, YS, 0.64, (0, 0), direction)
    assert place == pytest.approx((0.8 * math.cos(angle), 0.8 * math.sin(angle)), abs=2e-3)
    assert sample(ROUND, XS, YS, place) == pytest.approx(0.64, abs=1e-9)


def test_a_linear_crossing_is_exact_and_the_first_counts():
    assert crossing(2 * X - Y, XS, YS, 1.3, (-1, 0.5), (1, 0)) == pytest.approx((0.9, 0.5))
    assert crossing(np.abs(X), XS, YS, 1, (-1.9, 0.1), (1, 0)) == pytest.approx((-1, 0.1), abs=1e-2)
    assert crossing(X, XS, YS, -1, (-1, 0.1), (1, 0)) == pytest.approx((-1, 0.1))


def test_a_ray_from_outside_enters_the_grid():
    assert crossing(X, XS, YS, 1, (-9, 0.5), (1, 0)) == pytest.approx((1, 0.5))


@pytest.mark.parametrize(
    ("start", "direction"), [((0, 0), (-1, 0)), ((0, 9), (1, 0)), ((9, 0), (1, 0.2))]
)
def test_without_a_crossing_there_is_none(start, direction):
    assert crossing(X, XS, YS, 1, start, direction) is None


def test_it_follows_the_values_without_a_jump():
    bumps = ROUND + 0.1 * np.sin(3 * X) * np.cos(4 * Y)
    heights = np.linspace(0.3, 0.31, 60)
    places = np.array([crossing(bumps, XS, YS, level, (0, 0), (0.7, 0.5)) for level in heights])
    steps = np.hypot(*np.diff(places, axis=0).T)
    assert steps.max() < 3 * steps.min()
    assert steps.max() < 1e-3


def test_nan_is_passed_over():
    holed = np.where((X > -0.5) & (X < 0.5), np.nan, X)
    assert crossing(holed, XS, YS, 1.5, (-1.5, 0.2), (1, 0)) == pytest.approx((1.5, 0.2))
    assert crossing(holed, XS, YS, 0, (-1.5, 0.2), (1, 0)) is None


@pytest.mark.parametrize("direction", [(0, 0), (np.nan, 1)])
def test_a_ray_without_direction_is_refused(direction):
    with pytest.raises(ValueError, match="direction must have a length"):
        crossing(X, XS, YS, 1, (0, 0), direction)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match=r"xs must have shape \(31,\)"):
        level_paths(ROUND, YS, XS, 1)
    with pytest.raises(ValueError, match="start and direction must have shape"):
        crossing(X, XS, YS, 1, (0, 0, 0), (1, 0, 0))
