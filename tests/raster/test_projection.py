import math

import numpy as np
import pytest

from epochreel.raster import project, shade


def test_from_the_front_y_points_right_and_z_up():
    """From azimuth 0 the viewer stands on the x axis: x comes towards them."""
    np.testing.assert_allclose(project([1, 2, 3], 0, 0, scale=10), [20, -30, -10], atol=1e-12)
    np.testing.assert_allclose(
        project([1, 2, 3], 0, -math.pi / 2, scale=10), [10, -30, 20], atol=1e-12
    )


def test_from_above_x_points_right_and_y_up():
    np.testing.assert_allclose(
        project([1, 2, 3], math.pi / 2, -math.pi / 2, centre=(50, 40), scale=10),
        [60, 20, -30],
        atol=1e-12,
    )


def test_it_is_a_rotation_when_orthographic():
    points = np.random.default_rng(0).normal(size=(4, 5, 3))
    seen = project(points, 0.3, 1.9)
    assert seen.shape == points.shape
    np.testing.assert_allclose(np.linalg.norm(seen, axis=-1), np.linalg.norm(points, axis=-1))
    axes = project(np.eye(3), 0.3, 1.9) * (1, -1, -1)  # y up, z towards the viewer
    assert np.linalg.det(axes) == pytest.approx(1)  # right-handed


def test_perspective_keeps_the_origin_and_its_surroundings():
    np.testing.assert_allclose(project([0, 0, 0], 0.4, 1, 5, (7, 8), 30), [7, 8, 0], atol=1e-12)
    near = 1e-5 * np.random.default_rng(1).normal(size=(9, 3))
    np.testing.assert_allclose(project(near, 0.4, 1, 5), project(near, 0.4, 1), atol=1e-9)
    towards, away = project([[1, 1, 0], [-1, 1, 0]], 0, 0, 5)
    assert towards[0] == pytest.approx(5 / 4)
    assert away[0] == pytest.approx(5 / 6)
    assert towards[2] < 0 < away[2]


@pytest.mark.parametrize("distance", [3, math.inf])
def test_lines_stay_lines_in_all_three_coordinates(distance):
    ends = np.array([(-1, 0.5, 0.2), (1.2, -0.6, 0.9)])
    seen = project(np.linspace(*ends, 20), 0.5, 0.8, distance)
    directions = (seen[1:] - seen[0]) / np.linalg.norm(seen[1:] - seen[0], axis=1)[:, None]
    np.testing.assert_allclose(directions, directions[:1].repeat(19, axis=0), atol=1e-12)


def test_behind_the_viewer_there_is_nothing():
    assert np.isnan(project([[5, 0, 0], [6, 1, 0]], 0, 0, 5)).all()
    with pytest.raises(ValueError, match="distance must be positive"):
        project([0, 0, 0], 0, 0, 0)
    with pytest.raises(ValueError, match="points must have shape"):
        project([0, 0], 0, 0)


def test_light_follows_the_law_of_the_cosine():
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    colours = np.full((3, 4, 4), 200, np.uint8)
    for slope in (0, 0.5, 2, -3):
        lit = shade(np.stack([x, y, slope * x], -1), colours, (0, 0, 2), 0.4)
        expected = 200 * (0.4 + 0.6 / math.hypot(1, slope))
        np.testing.assert_allclose(lit[..., :3], expected, atol=0.5)
        assert (lit[..., 3] == 200).all()


def test_both_sides_are_lit_alike_and_points_without_a_normal_fully():
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    colours = np.full((3, 4, 4), 200, np.uint8)
    surface = np.stack([x, y, x * y], -1)
    assert (shade(surface, colours)[:, ::-1] == shade(surface[:, ::-1], colours)).all()
    surface[1, 1] = np.nan
    assert shade(surface, colours)[1, 2].tolist() == [200] * 4
    with pytest.raises(ValueError, match=r"colours must have shape \(3, 4, 4\)"):
        shade(surface, colours[:2])
    with pytest.raises(ValueError, match="vertices must have shape"):
        shade(surface[0], colours)
