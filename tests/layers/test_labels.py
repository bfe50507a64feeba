"""Labels where they should stand, in their colours, against the letters drawn one by one."""

import numpy as np
import pytest

from epochreel.errors import ClipError
from epochreel.layers import Labels, Numbers
from epochreel.look.style import SHORTER_SIDE, load, rgba
from epochreel.notation.typesetting import formula_writing
from tests.layers.planes import RED, WHITE, Rectangle, canvas, centroid, drawn

STYLE = load("dark")
SIZE = 0.1  # of the frame: letters of 8 pixels, and gaps of 4.8 between a point and a text
CAP = SIZE * SHORTER_SIDE


def labels(positions, sources, plane=None, **options):
    options = {"size": SIZE, "colours": WHITE, "towards": (0, 0)} | options
    return Labels(plane or Rectangle(), positions, sources, **options)


def alone(alpha):
    """White on transparent, without its halo."""
    return alpha[..., 0]


def test_a_label_stands_on_its_position_as_its_letters_stand_alone():
    pixels = drawn(labels([[5, 3]], ["H"]), scale=2)
    expected = canvas(scale=2).pixels
    writing = formula_writing("H", STYLE)
    for outline, _ in writing.shapes:
        pen = np.array([200, 100]) + 16 * np.array([-writing.centre[0], 0.5])
        outline.stamp(expected, (0, 0, 400, 200), pen, 16, WHITE, steps=16)
    apart = alone(pixels).astype(int) - alone(expected)
    assert np.abs(apart).max() <= 16  # a mask four times as fine as the pixels
    assert np.abs(apart).mean() < 0.1


@pytest.mark.parametrize(
    ("towards", "sign"),
    [((1, 0), (1, 0)), ((-1, 0), (-1, 0)), ((0, 1), (0, -1)), ((0, -1), (0, 1))],
)
def test_it_stands_in_a_direction_from_its_position(towards, sign):
    away = centroid(alone(drawn(labels([[5, 3]], ["H"], towards=towards)))) - [100, 50]
    assert np.sign(np.where(np.abs(away) > 1, away, 0)).tolist() == [*sign]


def test_texts_in_a_row_have_one_baseline():
    marks = labels([[2, 3], [5, 3], [8, 3]], ["a", "g", "A^2"], towards=(0, -1)).marks(canvas())
    assert len({round(mark.baseline, 6) for mark in marks}) == 1


def test_labels_follow_points_that_move():
    plane = Rectangle()
    layer = labels(lambda epoch: [[2 + epoch, 3]], ["H"], plane)
    before = layer.marks(canvas())[0].box.centre[0]
    plane.clock.set_value(2.5)
    layer.update()
    assert layer.marks(canvas())[0].box.centre[0] - before == pytest.approx(2.5)


def test_a_text_stays_within_the_panel_and_fades_as_its_position_leaves_it():
    near, half, gone = (
        labels([[x, 6]], ["H"], towards=(1, 1)).marks(canvas()) for x in (10, 10 + CAP / 2, 12)
    )
    assert near[0].box.right <= 5 + 1e-9
    assert near[0].box.top <= 3 + 1e-9
    assert near[0].opacity == 1
    assert half[0].opacity == pytest.approx(0.5)
    assert gone == ()
    assert not drawn(labels([[12, 6]], ["H"])).any()


def test_of_two_labels_that_meet_the_earlier_one_stays():
    (alone,) = labels([[5, 3]], ["H"]).marks(canvas())
    apart, near, on = (
        labels([[5, 3], [5 + x * alone.box.width, 3]], ["H", "H"]).marks(canvas())
        for x in (1.2, 1.05, 0.5)
    )
    assert [mark.opacity for mark in apart] == [1, 1]
    assert near[0].opacity == 1
    assert 0 < near[1].opacity < 1
    assert len(on) == 1


def test_what_is_nowhere_is_not_drawn():
    layer = labels([[np.nan, 3], [5, 3]], ["H", "H"])
    assert len(layer.marks(canvas())) == 1
    np.testing.assert_array_equal(drawn(layer), drawn(labels([[5, 3]], ["H"])))
    assert not drawn(labels(np.empty((0, 2)), [])).any()
    assert labels([], []).marks(canvas()) == ()


def test_symbols_wear_their_colours_unless_there_is_a_hue():
    own, red, two = (
        Labels(Rectangle(), [[2, 3], [8, 3]], ["x", "y"], colours=colours).marks(canvas())
        for colours in (None, RED, [RED, WHITE])
    )
    assert [mark.glyphs[0][1].tolist() for mark in own] == [
        rgba(STYLE.role(name)).tolist() for name in "xy"
    ]
    assert [mark.colour.tolist() for mark in red] == [list(RED)] * 2
    assert [mark.colour.tolist() for mark in two] == [list(RED), list(WHITE)]
    pixels = drawn(Labels(Rectangle(), [[5, 3]], ["bold(x)"], size=0.5), scale=4)
    assert (pixels.reshape(-1, 4) == rgba(STYLE.role("x"))).all(axis=1).any()


def test_marks_cover_what_is_drawn():
    layer = labels([[3, 2], [7, 4]], ["Q", '"word"'], towards=[[1, 0], [0, 1]])
    lit = alone(drawn(layer, scale=4)) > 0
    for mark in layer.marks(canvas()):
        left, right = ((edge + 10) * 40 for edge in (mark.box.left, mark.box.right))
        top, bottom = ((5 - edge) * 40 for edge in (mark.box.top, mark.box.bottom))
        inside = lit[round(top) : round(bottom), round(left) : round(right)]
        rows, columns = np.nonzero(inside)
        assert np.ptp(rows) == pytest.approx(bottom - top, abs=3)
        assert np.ptp(columns) == pytest.approx(right - left, abs=3)
        lit[int(top) - 1 : int(bottom) + 2, int(left) - 1 : int(right) + 2] = False
    assert not lit.any()


def test_sources_and_positions_are_as_many():
    with pytest.raises(ClipError, match="a source for each position, 2, not 1"):
        labels([[0, 0], [1, 1]], ["H"])
    with pytest.raises(ClipError, match="Typst cannot set"):
        labels([[5, 3]], ["nothing("])


def test_numbers_are_rounded_and_follow_the_clock():
    plane = Rectangle()
    layer = Numbers(plane, [[2, 3], [8, 3]], lambda t: [t, -t / 1000], decimals=2, size=SIZE)
    plane.clock.set_value(0.126)
    layer.update()
    assert [mark.source for mark in layer.marks(canvas())] == ["0.13", "0.00"]
    plane.clock.set_value(126)
    layer.update()
    assert [mark.source for mark in layer.marks(canvas())] == ["126.00", "−0.13"]
    assert drawn(layer).any()
