import numpy as np
import pytest

from epochreel.errors import ClipError
from epochreel.layers import Areas
from epochreel.marks.kinds import PIXEL, Polygons, Strokes
from tests.layers.planes import RED, WHITE, Rectangle, canvas, drawn, width

SQUARE = np.array([[0, 0], [2, 0], [2, 2], [0, 2]])


def test_areas_fill_their_corners_in_their_order():
    pixels = drawn(Areas(Rectangle(), [SQUARE + 1, SQUARE + 2], colours=[WHITE, RED]))
    # row 80 is y = 0, column 50 is x = 0
    assert (pixels[40:60, 70:90] == RED).all()
    assert (pixels[60:70, 60:80] == WHITE).all()
    assert (pixels[..., 3] > 0).sum() == 700


def test_a_corner_that_is_not_finite_is_left_out():
    corners = np.insert(SQUARE + 1.0, 2, [np.nan, 1], axis=0)
    np.testing.assert_array_equal(
        drawn(Areas(Rectangle(), corners)), drawn(Areas(Rectangle(), SQUARE + 1.0))
    )


def test_areas_follow_the_clock_and_end_at_the_border():
    plane = Rectangle()
    area = Areas(plane, lambda epoch: SQUARE * epoch, colours=WHITE)
    assert not drawn(area).any()
    plane.clock.set_value(10)
    area.update()
    pixels = drawn(area)
    assert (pixels[20:80, 50:150] == WHITE).all()
    assert (pixels[..., 3] > 0).sum() == 6000


def test_one_polygon_is_turned_anticlockwise_about_its_origin_and_moved_to_each_place():
    layer = Areas(Rectangle(), [[0, 0], [2, 0], [0, 1]], at=[[3, 1], [6, 4]], turn=[90, 180])
    first, second = layer.polygons
    np.testing.assert_allclose(first, [[3, 1], [3, 3], [2, 1]], atol=1e-12)
    np.testing.assert_allclose(second, [[6, 4], [4, 4], [6, 3]], atol=1e-12)


def test_several_polygons_move_as_one_or_each_by_itself():
    pair = [SQUARE, SQUARE + 2]
    together = Areas(Rectangle(), pair, at=[1, 0], turn=-90).polygons
    np.testing.assert_allclose(together[0], [[1, 0], [1, -2], [3, -2], [3, 0]], atol=1e-12)
    np.testing.assert_allclose(together[1] - together[0], np.full((4, 2), [2, -2]), atol=1e-12)
    apart = Areas(Rectangle(), pair, at=[[0, 0], [0, 1]]).polygons
    np.testing.assert_array_equal(apart[1], SQUARE + np.array([2, 3]))


def test_a_window_slides_over_a_sequence_with_its_clock():
    plane = Rectangle()
    window = Areas(plane, SQUARE, at=lambda step: [[step, 2]], fill=0, width=width(1), colours=RED)
    for step in (0, 3.5, 7):
        plane.clock.set_value(step)
        window.update()
        pixels = drawn(window)
        columns = 50 + 10 * step + np.array([0, 20])
        lit = np.flatnonzero(pixels[50, :, 3] > 64)
        assert (lit.min(), lit.max()) == pytest.approx(columns, abs=1)
        assert not pixels[50, int(columns[0]) + 3, 3]  # what it looks at is to be seen


def test_an_outline_is_closed_and_opaque_and_the_inside_as_faint_as_told():
    layer = Areas(Rectangle(), SQUARE + 2, colours=WHITE, fill=0.2, width=width(2))
    pixels = drawn(layer)
    assert pixels[50, 80, 3] == 51
    for row, column in ((60, 80), (40, 80), (50, 70), (50, 90)):
        assert pixels[row, column].tolist() == list(WHITE)
    polygons, strokes = layer.marks(canvas())
    assert isinstance(polygons, Polygons)
    assert polygons.colours[0, 3] == 51
    assert isinstance(strokes, Strokes)
    assert strokes.name == ""
    assert strokes.width == pytest.approx(width(2) * PIXEL)
    assert strokes.lines[0][0].tolist() == strokes.lines[0][-1].tolist() == [2, 2]
    (alone,) = Areas(Rectangle(), SQUARE, fill=0, width=2).marks(canvas())
    assert alone.name == "outlines"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"at": [[0, 0]] * 3, "turn": [1, 2]}, r"turn a number or \(N,\) with N = 3"),
        ({"corners": [SQUARE] * 2, "at": [[0, 0]] * 3}, "2 corners and 3 at"),
        ({"at": [[0, 0]] * 2, "colours": [WHITE] * 3}, "2 at and 3 colours"),
        ({"colours": [WHITE] * 3}, "not 3 colours"),
        ({"turn": [[1, 2]]}, r"takes turn a number or \(N,\), not"),
    ],
)
def test_what_does_not_fit_is_told(given, told):
    with pytest.raises(ClipError, match=told):
        Areas(Rectangle(), **({"corners": SQUARE} | given))
