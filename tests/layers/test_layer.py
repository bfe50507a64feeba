import copy

import numpy as np
import pytest
from manim import RIGHT, UP, Mobject

from epochreel.layers import Canvas, Layer
from epochreel.raster import TILE
from tests.layers.planes import FACTORIES, Rectangle, canvas


class Dot(Layer):
    shared = ("clock",)

    def __init__(self, opacity=1.0):
        super().__init__([[0, 0, 0], [2, 0, 0], [0, 4, 0]], opacity)
        self.clock = [0]
        self.values = np.zeros(3)


def test_the_canvas_puts_the_origin_in_the_middle_and_y_upwards():
    places = canvas().to_pixels([[0, 0, 0], [-10, 5, 0], [10, -5, 0], [5, 2.5, 9]])
    assert places.tolist() == [[100, 50], [0, 0], [200, 100], [150, 25]]


def test_a_unit_and_a_line_grow_with_the_resolution():
    small = canvas()
    assert (small.unit, small.line) == (10, 100 / 1080)
    large = canvas(scale=3)
    assert (large.unit, large.line) == (30, 300 / 1080)
    upright = Canvas(np.zeros((1920, 1080, 4), np.uint8), 8, 8 * 16 / 9)
    assert upright.line == 1
    assert upright.everything == (0, 0, 1080, 1920)


def test_fading_multiplies_and_setting_replaces_the_opacity():
    dot = Dot(0.8)
    assert dot.fade(0.5).opacity == pytest.approx(0.4)
    assert dot.fade(1).opacity == 0
    assert dot.set_opacity(0.3).opacity == 0.3


def test_interpolation_moves_anchors_and_opacity():
    start, target, layer = Dot(1), Dot(0.5), Dot()
    target.shift(4 * RIGHT)
    layer.interpolate(start, target, 0.25)
    assert layer.opacity == pytest.approx(0.875)
    assert layer.points[0].tolist() == [1, 0, 0]


def test_shift_and_scale_act_on_the_anchors():
    layer = Dot().shift(UP)
    assert layer.points.tolist() == [[0, 1, 0], [2, 1, 0], [0, 5, 0]]
    assert layer.scale(2, about_point=np.zeros(3)).points[2].tolist() == [0, 10, 0]


def test_a_copy_shares_what_it_must_and_no_more():
    layer = Dot()
    for twin in (layer.copy(), copy.deepcopy(layer), Mobject().add(layer).copy().submobjects[0]):
        assert twin.clock is layer.clock
        assert twin.values is not layer.values
        twin.shift(RIGHT).set_opacity(0.1)
    assert layer.opacity == 1
    assert layer.points[0].tolist() == [0, 0, 0]


def test_it_stands_still_unless_it_says_otherwise():
    assert not Dot().is_moved_by({Mobject()})


def test_a_layer_must_say_how_it_is_drawn():
    with pytest.raises(NotImplementedError, match="Dot does not say how it is drawn"):
        Dot().draw(canvas())


@pytest.mark.parametrize("name", FACTORIES)
@pytest.mark.parametrize("scale", [1, 3])
def test_a_layer_that_says_which_tiles_it_paints_paints_no_other(name, scale):
    sheet = canvas(scale=scale)
    layer = FACTORIES[name](Rectangle())
    shades = layer.shades(sheet)
    layer.draw(sheet)
    painted = sheet.pixels.any(axis=-1)
    left, top, right, bottom = layer.covers(sheet)
    outside = np.ones_like(painted)
    outside[top:bottom, left:right] = False
    if shades is not None:
        outside |= ~np.kron(shades != 0, np.ones((TILE, TILE), bool))[: 100 * scale, : 200 * scale]
    assert painted.any()
    assert not (painted & outside).any()
