import numpy as np
import pytest
from manim import Circle, Group, Square, ValueTracker, VGroup

from epochreel.film.values import digest
from epochreel.layers import Points
from epochreel.layers.dimming import dim, light
from epochreel.look.style import load
from epochreel.notation.maths import text
from tests.layers.planes import Rectangle

STYLE = load("dark")


def played(animation, share=1.0):
    animation.begin()
    animation.interpolate(share)
    if share == 1:
        animation.finish()


def things():
    """An unfilled circle, a half filled square, words, and a layer."""
    plane = Rectangle()
    return Group(
        VGroup(Circle(stroke_opacity=0.7), Square(fill_opacity=0.3, stroke_width=0)),
        text("a few words", STYLE),
        Points(plane, np.ones((3, 2)), opacity=0.9, clocks=[ValueTracker(0)]),
    )


def opacities(group):
    shapes, words, layer = group
    circle, square = shapes
    return [
        circle.get_stroke_opacity(),
        circle.get_fill_opacity(),
        square.get_fill_opacity(),
        words[0].get_fill_opacity(),
        layer.opacity,
    ]


def test_everything_is_dimmed_and_what_is_empty_stays_empty():
    group = things()
    assert opacities(group) == pytest.approx([0.7, 0, 0.3, 1, 0.9])
    played(dim(group, to=0.4))
    assert opacities(group) == pytest.approx([0.28, 0, 0.12, 0.4, 0.36])


def test_light_brings_back_exactly_what_was():
    group = things()
    before = digest(group)
    played(dim(group, to=1 / 3))
    assert digest(group) != before
    played(light(group))
    assert digest(group) == before


def test_to_dim_again_is_told_from_how_it_was_bright():
    group = things()
    before = digest(group)
    played(dim(group, to=0.1))
    played(dim(group, to=0.5))
    assert opacities(group) == pytest.approx([0.35, 0, 0.15, 0.5, 0.45])
    played(dim(group, to=0.25, rate_func=lambda t: t), 0.5)  # half way from a half to a quarter
    assert opacities(group)[0] == pytest.approx(0.7 * 0.375)
    played(light(group))
    assert digest(group) == before


def test_what_is_excepted_is_left_as_it_is():
    group = things()
    shapes, words, layer = group
    kept = digest([words, shapes[0]])
    played(dim(group, but=[words, shapes[0]]))
    assert digest([words, shapes[0]]) == kept
    assert layer.opacity == pytest.approx(0.225)
    assert not hasattr(words[0], "undimmed")


def test_a_colour_given_in_the_dark_is_kept_in_the_light():
    circle = Circle(stroke_opacity=0.8)
    played(dim(circle))
    circle.set_stroke("#00ff00")
    played(light(circle))
    assert circle.get_stroke_color().to_hex().lower() == "#00ff00"
    assert circle.get_stroke_opacity() == 0.8


def test_layers_go_on_following_their_clocks():
    clock = ValueTracker(1.0)
    layer = Points(Rectangle(), lambda at: np.full((1, 2), at), clocks=[clock])
    animation = dim(layer)
    animation.begin()
    clock.set_value(4.0)
    layer.update()
    assert layer.values["positions"].tolist() == [[4.0, 4.0]]
