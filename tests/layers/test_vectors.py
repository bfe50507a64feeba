import numpy as np
import pytest

from epochreel.errors import ClipError
from epochreel.layers import Arrows, VectorField
from tests.layers.planes import RED, WHITE, Rectangle, drawn, width


def vectors(values, positions=((2, 3),), **options):
    options.setdefault("colours", WHITE)
    return VectorField(Rectangle(), positions, values, width=width(4), **options)


def arrows(tips, tails=((2, 3),), **options):
    options.setdefault("colours", WHITE)
    return Arrows(Rectangle(), tails, tips, width=width(4), **options)


def test_lengths_are_those_of_the_vectors_times_the_scale():
    assert (drawn(vectors([[1.5, 1]], scale=2)) == drawn(arrows([[5, 5]]))).all()


def test_a_zoom_makes_arrows_longer():
    near = VectorField(Rectangle((0, 5)), [[1, 3]], [[2, 0]], width=width(4), colours=WHITE)
    assert (drawn(near) == drawn(arrows([[6, 3]]))).all()


def test_long_vectors_are_held_at_the_maximum():
    shown = drawn(vectors([[30, 40], [0.3, 0.4]], positions=[[2, 3], [8, 1]], maximum=2))
    expected = arrows([[3.2, 4.6], [8.3, 1.4]], tails=[[2, 3], [8, 1]])
    assert (shown == drawn(expected)).all()


def test_nothing_and_what_is_not_finite_are_left_out():
    assert not drawn(vectors([[0, 0], [np.nan, 1]], positions=[[2, 3], [4, 3]])).any()


def test_forces_are_arrows_whose_opacity_is_their_weight():
    weights = np.array([1, 0.25, 0])
    colours = np.tile(np.array(RED, np.uint8), (3, 1))
    colours[:, 3] = np.rint(255 * weights)
    tails = [[1, 1], [1, 3], [1, 5]]
    tips = [[5, 1], [5, 3], [5, 5]]
    pixels = drawn(arrows(tips, tails=tails, colours=colours))
    assert [pixels[row, 70, 3] for row in (70, 50, 30)] == [255, 64, 0]
    moving = arrows(tips, tails=tails, colours=lambda t: colours)
    assert (drawn(moving) == pixels).all()


@pytest.mark.parametrize("options", [{"scale": np.nan}, {"maximum": 0}])
def test_a_scale_must_be_finite_and_a_maximum_positive(options):
    with pytest.raises(ClipError, match="A vector field cannot have a scale"):
        vectors([[1, 0]], **options)
