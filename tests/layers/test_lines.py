import numpy as np
import pytest
from manim import RIGHT

from epochreel.layers import Cross, Lines, ScaleBar, grid
from epochreel.look.style import rgba
from tests.layers.planes import RED, WHITE, Rectangle, drawn, width


def lines(vertices, plane=None, thickness=2, **options):
    options.setdefault("colours", WHITE)
    return Lines(plane or Rectangle(), vertices, width=width(thickness), **options)


def test_a_grid_stands_at_the_multiples_of_its_step():
    lattice = grid((-1.1, 1.1), (-0.5, 0.5), step=0.5, samples=11)
    assert lattice.shape == (5 + 3, 11, 2)
    assert lattice.dtype == np.float32
    assert (lattice[:5, :, 0] == lattice[:5, :1, 0]).all()
    assert lattice[:5, 0, 0] == pytest.approx([-1, -0.5, 0, 0.5, 1])
    assert lattice[5:, 0, 1] == pytest.approx([-0.5, 0, 0.5])
    # Lines go on to the limits, beyond the last crossing.
    assert lattice[5, [0, -1], 0] == pytest.approx([-1.1, 1.1])
    assert lattice[0, [0, -1], 1] == pytest.approx([-0.5, 0.5])


def test_a_grid_has_the_line_at_a_limit_that_rounding_misses():
    assert len(grid((0, 0.3), (0, 0.1), step=0.1, samples=2)) == 4 + 2


def test_a_line_stands_where_its_data_say_at_two_zooms():
    for view, row in ((((0, 10), (0, 6)), 60), (((2, 4.5), (1.5, 3)), 60)):
        alpha = drawn(lines([[-50, 2], [50, 2]], Rectangle(*view)))[..., 3]
        assert (alpha[row - 1 : row + 1, 50:150] == 255).all()
        assert alpha.sum() == 2 * 100 * 255


def test_widths_follow_the_resolution_and_not_the_layer():
    layer = lines([[-50, 3], [50, 3]])
    assert (drawn(layer, scale=3)[..., 3].max(axis=1) == 255).sum() == 6
    assert (drawn(layer.scale(0.5))[..., 3].max(axis=1) == 255).sum() == 2


def test_several_lines_in_their_colours():
    pixels = drawn(lines([[[1, 0], [1, 6]], [[9, 0], [9, 6]]], colours=[RED, WHITE]))
    assert pixels[50, 59].tolist() == list(RED)
    assert pixels[50, 139].tolist() == list(WHITE)
    assert not pixels[50, 70:130].any()


def test_crossings_of_translucent_lines_are_no_brighter():
    alpha = drawn(lines([[[0, 3], [10, 3]], [[5, 0], [5, 6]]], opacity=0.5))[..., 3]
    assert alpha.max() == alpha[50, 60]


def test_a_vertex_that_is_not_finite_breaks_its_line():
    alpha = drawn(lines([[0, 3], [2, 3], [np.nan, 3], [8, 3], [10, 3]]))[..., 3]
    assert alpha[50, 60] == alpha[50, 140] == 255
    assert not alpha[:, 75:125].any()


def test_what_is_not_given_comes_from_the_plane():
    plane = Rectangle()
    pixels = drawn(Lines(plane, [[0, 3], [10, 3]]), scale=54)
    assert pixels[2700, 5400].tolist() == list(rgba(plane.style.chrome.warped_grid))
    assert (pixels[:, 5400, 3] / 255).sum() == pytest.approx(
        plane.style.line.warped_grid * 5, rel=0.01
    )


def cross(plane, thickness=1):
    return Cross(plane, width=width(thickness), colours=WHITE)


@pytest.mark.parametrize(
    ("view", "column", "row"),
    [
        (((-5, 5), (-3, 3)), 100, 50),
        (((-2, 8), (-1, 5)), 70, 70),
        (((-2, 8), (1, 7)), 70, None),
        (((1, 8), (1, 7)), None, None),
    ],
)
def test_the_cross_goes_through_the_origin_right_across(view, column, row):
    alpha = drawn(cross(Rectangle(*view)))[..., 3]
    columns = np.flatnonzero(alpha[25])
    rows = np.flatnonzero(alpha[:, 55])
    # Each axis is one whole row or column of pixels, wherever the origin falls.
    assert columns.tolist() == ([] if column is None else [column])
    assert rows.tolist() == ([] if row is None else [row])
    assert set(np.unique(alpha)) <= {0, 255}
    assert alpha.sum() == 255 * sum(
        (0 if row is None else 100, 0 if column is None else 60, -1 if row and column else 0)
    )


def bar(plane, length=3, at=(0.1, 0.5)):
    return ScaleBar(plane, length, at=at, width=width(2), colours=WHITE)


@pytest.mark.parametrize(
    ("view", "pixels"), [(((0, 10), (0, 6)), 30), (((0, 5), (0, 3)), 60), (((-50, 50), (0, 9)), 3)]
)
def test_a_scale_bar_is_as_long_as_its_data_and_stays_in_its_place(view, pixels):
    alpha = drawn(bar(Rectangle(*view)))[..., 3]
    covered = np.flatnonzero(alpha[50])
    # Round ends and ticks reach half the width further.
    assert covered[0] == pytest.approx(60, abs=1.5)
    assert covered[-1] + 1 == pytest.approx(60 + pixels, abs=1.5)


def test_a_scale_bar_moves_with_its_panel():
    there, here = drawn(bar(Rectangle()).shift(RIGHT)), drawn(bar(Rectangle()))
    assert (there == np.roll(here, 10, axis=1)).all()
