import numpy as np
import pytest

from epochreel.raster import field, sample
from tests.raster.pictures import assert_same, blank, whole

GREYS = np.stack([np.arange(256)] * 3 + [np.full(256, 255)], axis=1).astype(np.uint8)


def drawn(values, edges=(0, 0, 80, 60), table=GREYS, low=0.0, high=1.0, opacity=1.0):
    pixels = blank(60, 80, (0, 0, 0, 255))
    field(pixels, whole(pixels), values, *edges, table, low, high, opacity)
    return pixels


def centres(edges, values):
    """Evaluate at the centres of the pixels as `sample` does, rows running upwards."""
    left, top, right, bottom = edges
    x, y = np.meshgrid(np.arange(80) + 0.5, np.arange(60) + 0.5)
    at = np.stack([(x - left) / (right - left), (bottom - y) / (bottom - top)], axis=-1)
    rows, columns = np.shape(values)
    return sample(values, np.linspace(0, 1, columns), np.linspace(0, 1, rows), at)


def test_a_linear_function_is_exact_and_its_rows_run_upwards(tmp_path):
    x, y = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 4))
    pixels = drawn(0.25 * x + 0.75 * y)
    x, y = np.meshgrid((np.arange(80) + 0.5) / 80, 1 - (np.arange(60) + 0.5) / 60)
    expected = np.rint(255 * (0.25 * x + 0.75 * y)).astype(np.uint8)
    assert_same(pixels[..., 0], expected, 1, tmp_path)


def test_it_shows_the_interpolant(tmp_path):
    values = np.random.default_rng(0).random((7, 9))
    expected = np.clip(centres((0, 0, 80, 60), values), 0, 1)
    assert_same(drawn(values)[..., 0], np.rint(255 * expected).astype(np.uint8), 1, tmp_path)


def test_against_the_spline_of_scipy_for_a_smooth_function(tmp_path):
    interpolate = pytest.importorskip("scipy.interpolate")
    xs, ys = np.linspace(0, 3, 40), np.linspace(0, 2, 30)
    values = 0.5 + 0.4 * np.sin(2 * xs) * np.cos(3 * ys)[:, None]
    spline = interpolate.RectBivariateSpline(ys, xs, values)
    at_y, at_x = 2 - 2 * (np.arange(60) + 0.5) / 60, 3 * (np.arange(80) + 0.5) / 80
    expected = np.rint(255 * spline(at_y[::-1], at_x)[::-1]).astype(np.uint8)
    assert_same(drawn(values)[..., 0], expected, 1, tmp_path)


def test_no_crease_runs_along_the_samples():
    """The second difference of a bilinear picture would spike at every sample."""
    xs = np.linspace(0, 6, 12)
    values = np.tile(np.sin(xs) / 2 + 0.5, (3, 1))
    pixels = blank(2, 1100)
    wide = np.repeat(GREYS, 1, axis=0)
    field(pixels, whole(pixels), values, 0, 0, 1100, 2, wide, 0, 1)
    fine = sample(values, xs, [0, 1, 2], np.stack([np.linspace(0, 6, 1100), np.ones(1100)], 1))
    bend = np.abs(np.diff(fine, 2)) * (1100 / 6) ** 2
    assert bend.max() < 0.75  # |sin″| / 2 and half as much again
    assert np.abs(pixels[0, :, 0] - 255 * fine).max() <= 2


def test_the_range_is_held_and_the_table_interpolated():
    table = GREYS.copy()
    table[:, 0] = np.where(np.arange(256) < 128, 0, 200)
    assert (drawn(np.full((2, 2), -9.0), table=table)[..., 1] == 0).all()
    assert (drawn(np.full((2, 2), 9.0), table=table)[..., 1] == 255).all()
    assert (drawn(np.full((2, 2), 127.5 / 255), table=table)[..., 0] == 100).all()


def test_fractional_edges_share_their_pixels():
    pixels = drawn(np.ones((2, 2)), (10.25, 5.5, 20, 30.75))[..., 0]
    assert (pixels[6:30, 11:20] == 255).all()
    assert (pixels[6:30, 10] == 191).all()
    assert (pixels[5, 11:20] == 128).all()
    assert (pixels[30, 11:20] == 191).all()
    assert not pixels[31:].any()
    assert not pixels[:, 20:].any()
    thin = drawn(np.ones((2, 2)), (10.25, 0, 10.75, 60))[..., 0]
    assert (thin[:, 10] == 128).all()
    assert np.count_nonzero(thin) == 60


def test_alpha_of_table_and_opacity_multiply():
    table = GREYS.copy()
    table[:, 3] = 128
    assert (drawn(np.ones((2, 2)), table=table, opacity=0.5)[..., 0] == 64).all()
    assert (drawn(np.ones((2, 2)), table=table, opacity=0.5)[..., 3] == 255).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("opacity", [1, 0.5])
def test_where_a_value_is_not_finite_nothing_is_drawn(bad, opacity):
    values = np.ones((13, 17))
    values[6, 8] = bad
    hole = drawn(values, opacity=opacity)[..., 0] == 0
    assert hole[30, 40]
    assert hole[22:38, 32:48].all()
    outside = hole.copy()
    outside[20:40, 30:50] = False
    assert not outside.any()
    assert not drawn(np.full((3, 3), bad))[..., 0].any()


@pytest.mark.parametrize(
    "edges", [(5, 5, 5, 9), (9, 5, 5, 9), (0, 0, np.nan, 9), (0, 0, np.inf, 9)]
)
def test_an_empty_rectangle_draws_nothing(edges):
    assert not drawn(np.ones((2, 2)), edges)[..., :3].any()
