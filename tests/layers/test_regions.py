import numpy as np
import pytest
from manim import RIGHT, ValueTracker

from epochreel.layers import Regions
from tests.layers.planes import INSIDE, RED, WHITE, Rectangle, drawn


def halves(plane, at, opacity=1.0):
    """White where x < at, red beyond."""
    return Regions(plane, [[-1, 0], [1, 0]], [at, -at], colours=[WHITE, RED], opacity=opacity)


@pytest.mark.parametrize(("view", "column"), [((0, 10), 80), ((2, 4.5), 90), ((3, 4), 50)])
def test_the_boundary_stands_where_its_data_say(view, column):
    pixels = drawn(halves(Rectangle(view), 3))
    assert (pixels[20:80, 50:column] == WHITE).all()
    assert (pixels[20:80, column:150] == RED).all()


def test_against_the_largest_score_at_the_middle_of_each_pixel():
    generator = np.random.default_rng(3)
    plane = Rectangle((-4, 1), (2, 8))
    weights, biases = generator.normal(size=(5, 2)), generator.normal(size=5)
    colours = generator.integers(0, 256, (5, 4)).astype(np.uint8) | [0, 0, 0, 255]
    pixels = drawn(Regions(plane, weights, biases, colours=colours, opacity=1))[INSIDE]
    x = -4 + (np.arange(100) + 0.5) / 100 * 5
    y = 8 - (np.arange(60) + 0.5) / 60 * 6
    points = np.stack(np.meshgrid(x, y), axis=-1)
    scores = np.sort(points @ weights.T + biases)
    clear = scores[..., -1] - scores[..., -2] > 0.3  # far from every boundary
    expected = colours[(points @ weights.T + biases).argmax(axis=-1)]
    assert clear.mean() > 0.7
    assert (pixels[clear] == expected[clear]).all()


def test_weights_and_biases_may_follow_a_clock():
    clock = ValueTracker(3)
    layer = Regions(
        Rectangle(),
        lambda at: [[-1, 0], [1, 0]],
        lambda at: [at, -at],
        colours=[WHITE, RED],
        clocks=[clock],
        opacity=1,
    )
    clock.set_value(7)
    layer.update(0)
    assert (drawn(layer) == drawn(halves(Rectangle(), 7))).all()


def test_regions_move_with_their_panel():
    there = drawn(halves(Rectangle(), 3).shift(RIGHT))
    assert (there == np.roll(drawn(halves(Rectangle(), 3)), 10, axis=1)).all()


def test_they_are_faint_by_default():
    plane = Rectangle()
    layer = Regions(plane, [[-1, 0], [1, 0]], [3, -3], colours=[WHITE, RED])
    assert layer.opacity == plane.style.opacity.region
