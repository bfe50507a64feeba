import numpy as np

from epochreel.layers import Areas
from tests.layers.planes import RED, WHITE, Rectangle, drawn

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
