import numpy as np
import pytest

from epochreel.raster import sample
from epochreel.raster.interpolation import taps


def grid(function, count=(9, 12)):
    ys, xs = np.linspace(-1, 2, count[0]), np.linspace(3, 5, count[1])
    x, y = np.meshgrid(xs, ys)
    return function(x, y), xs, ys


def places(count=200):
    return np.random.default_rng(0).uniform((3, -1), (5, 2), (count, 2))


def test_samples_are_kept_and_linear_functions_are_exact_up_to_the_edges():
    values, xs, ys = grid(lambda x, y: 3 * x - 2 * y + 1)
    at = places()
    np.testing.assert_allclose(
        sample(values, xs, ys, at), 3 * at[:, 0] - 2 * at[:, 1] + 1, atol=1e-12
    )
    rough = np.random.default_rng(1).normal(size=values.shape)
    corners = np.stack(np.meshgrid(xs, ys), axis=-1)
    np.testing.assert_allclose(sample(rough, xs, ys, corners), rough, atol=1e-12)


def test_quadratics_are_exact_inside():
    values, xs, ys = grid(lambda x, y: x * x - 2 * x * y + 3 * y * y)
    at = places()
    inside = (at > (xs[1], ys[1])).all(axis=1) & (at < (xs[-2], ys[-2])).all(axis=1)
    x, y = at[inside].T
    expected = x * x - 2 * x * y + 3 * y * y
    np.testing.assert_allclose(sample(values, xs, ys, at[inside]), expected, atol=1e-12)


def test_it_approaches_a_smooth_function_as_the_grid_is_refined():
    errors = []
    for count in (20, 40, 80):
        values, xs, ys = grid(lambda x, y: np.sin(2 * x) * np.cos(y), (count, count))
        x, y = places().T
        inner = (x > 3.3) & (x < 4.7) & (y > -0.6) & (y < 1.6)
        error = sample(values, xs, ys, places()) - np.sin(2 * x) * np.cos(y)
        errors.append(np.abs(error[inner]).max())
    assert errors[1] < errors[0] / 6  # third order at the least
    assert errors[2] < errors[1] / 6


def test_a_step_does_not_ring_beyond_its_cell():
    values = np.tile(np.repeat([0.0, 1.0], 6), (4, 1))
    x = np.linspace(0, 11, 500)
    result = sample(values, np.arange(12.0), np.arange(4.0), np.stack([x, np.full(500, 1.5)], 1))
    assert result.min() > -0.08
    assert result.max() < 1.08
    assert not result[x < 4].any()
    assert (np.abs(result[x > 7] - 1) < 1e-12).all()


def test_the_slopes_are_the_derivatives_of_the_weights():
    at = np.linspace(1.01, 1.98, 50)
    _, above, _ = taps(at + 1e-6, 5, np.float64)
    _, below, _ = taps(at - 1e-6, 5, np.float64)
    _, _, slopes = taps(at, 5, np.float64)
    np.testing.assert_allclose((above - below) / 2e-6, slopes, atol=1e-8)


def test_outside_the_grid_and_near_what_is_not_finite_there_is_no_value():
    values, xs, ys = grid(lambda x, y: x + y)
    assert np.isnan(sample(values, xs, ys, [(2.9, 0), (4, 2.1), (np.nan, 0)])).all()
    values[2, 3] = np.inf
    assert np.isnan(sample(values, xs, ys, (xs[3] + 0.01, ys[2])))
    assert sample(values, xs, ys, (xs[8], ys[2])) == pytest.approx(xs[8] + ys[2])


@pytest.mark.parametrize("xs", [[0, 1, 3], [2, 1, 0], [0, 0, 0], [0, 1, np.nan]])
def test_a_grid_that_is_not_regular_is_refused(xs):
    with pytest.raises(ValueError, match="xs must rise in even steps"):
        sample(np.zeros((2, 3)), xs, [0, 1], (0.5, 0.5))


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match=r"xs must have shape \(3,\)"):
        sample(np.zeros((2, 3)), [0, 1], [0, 1], (0.5, 0.5))
    with pytest.raises(ValueError, match="points must have shape"):
        sample(np.zeros((2, 3)), [0, 1, 2], [0, 1], (1, 2, 3))
