import numpy as np
import pytest

from epochreel.errors import ClipError
from epochreel.layers import Image
from epochreel.look.ramps import ramp
from epochreel.look.style import load
from tests.layers.planes import Rectangle, canvas, drawn

SIGNED = ramp(load("dark"), "signed")


def picture(values, plane=None, **options):
    options = {"low": -1, "high": 1, "table": SIGNED} | options
    return Image(plane or Rectangle(), values, **options)


def test_the_first_row_is_at_the_top_and_a_number_is_a_square_of_the_data():
    pixels = drawn(picture([[1, 0, -1], [0, 1, 0]]))
    # row 80 is y = 0, column 50 is x = 0, and a unit is 10 pixels
    for (row, column), step in np.ndenumerate([[255, 127, 0], [127, 255, 127]]):
        cell = pixels[60 + 10 * row : 70 + 10 * row, 50 + 10 * column : 60 + 10 * column]
        assert (np.abs(cell.astype(int) - SIGNED[step]) <= 1).all()
    assert (pixels[..., 3] > 0).sum() == 600


def test_it_fills_other_limits_and_ends_at_the_border():
    pixels = drawn(picture([[1, -1]], x=(-5, 5), y=(2, 4)))
    assert (pixels[40:60, 50:100] == SIGNED[0]).all()
    assert (pixels[..., 3] > 0).sum() == 1000


def test_values_follow_the_clock():
    plane = Rectangle()
    layer = picture(lambda epoch: [[epoch]], plane)
    plane.clock.set_value(1)
    layer.update()
    assert (drawn(layer)[75, 55] == SIGNED[-1]).all()


def test_colours_are_shown_as_they_are():
    colours = np.array([[[200, 100, 50], [0, 255, 7]]], np.uint8)
    pixels = drawn(picture(colours))
    assert pixels[75, 55].tolist() == [200, 100, 50, 255]
    assert pixels[75, 65].tolist() == [0, 255, 7, 255]


@pytest.mark.parametrize(
    "values", [[[0.5, -0.5], [1, 0]], np.array([[[200, 100, 50]], [[0, 255, 7]]], np.uint8)]
)
def test_its_mark_s_picture_is_what_is_drawn(values):
    layer = picture(values, x=(0, 10), y=(0, 6))
    (mark,) = layer.marks(canvas())
    np.testing.assert_array_equal(mark.picture(10), drawn(layer)[20:80, 50:150])
    assert not mark.smooth


def test_a_range_that_is_empty_is_told():
    with pytest.raises(ClipError, match="The range 1…1 of an image is empty"):
        picture([[1]], low=1)
    with pytest.raises(ClipError, match=r"Image takes values \(H, W\) or \(H, W, 3\), not"):
        picture([1, 2])
