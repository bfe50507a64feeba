import numpy as np
import pytest

from epochreel.errors import ClipError
from epochreel.layers import Stems
from tests.layers.planes import RED, WHITE, Rectangle, canvas, drawn, width

SIZES = {"radius": width(3), "width": width(2)}


def test_a_number_is_a_point_on_a_stem_from_zero():
    pixels = drawn(Stems(Rectangle((0, 10), (-3, 3)), [2, -1], [1, 5], colours=WHITE, **SIZES))
    # row 50 is y = 0, column 50 is x = 0
    assert (pixels[30:50, 59:61] == WHITE).all()
    assert (pixels[28:32, 58:62] == WHITE).all()
    assert (pixels[50:60, 99:101] == WHITE).all()
    assert not pixels[:26].any()
    assert not pixels[40, 62:].any()


def test_places_count_from_zero_and_each_has_its_colour():
    stems = Stems(Rectangle(), [4, 4], colours=[WHITE, RED], **SIZES)
    pixels = drawn(stems)
    assert (pixels[50, 50] == WHITE).all()
    assert (pixels[50, 60] == RED).all()
    lines, points = stems.marks(canvas())
    assert [line.tolist() for line in lines.lines] == [[[0, 0], [0, 4]], [[1, 0], [1, 4]]]
    assert points.points.tolist() == [[0, 4], [1, 4]]


def test_stems_follow_the_clock_and_their_numbers_may_grow_more():
    plane = Rectangle()
    stems = Stems(plane, lambda epoch: np.full(int(epoch), 3.0))
    assert not drawn(stems).any()
    plane.clock.set_value(4)
    stems.update()
    assert len(stems.marks(canvas())[1].points) == 4


def test_positions_are_as_many_as_values():
    with pytest.raises(ClipError, match=r"takes positions \(N,\) with N = 3, not"):
        Stems(Rectangle(), [1, 2, 3], [0, 1])
