"""One layer becomes another by Manim's own animations: no old value is shown when it is done."""

import numpy as np
import pytest
from manim import FadeIn, ReplacementTransform, Transform, ValueTracker, linear

from epochreel.film.values import digest
from epochreel.layers import Lines, Points, Tiles
from epochreel.look.ramps import ramp
from epochreel.look.style import load
from tests.layers.planes import RED, WHITE, Rectangle, canvas, drawn

STYLE = load("dark")


def points(positions=((0, 0), (2, 2)), plane=None, **options):
    return Points(plane or Rectangle(), positions, **({"radius": 10, "colours": RED} | options))


def transform(start, target, kind=Transform):
    animation = kind(start, target, rate_func=linear)
    animation.begin()
    return animation


@pytest.mark.parametrize("kind", [Transform, ReplacementTransform])
def test_quantities_of_one_shape_are_those_of_both(kind):
    layer = points()
    animation = transform(layer, points([[4, 8], [6, 2]], radius=20, colours=WHITE), kind)
    animation.interpolate(0.25)
    assert layer.values["positions"].tolist() == [[1, 2], [3, 2]]
    assert layer.values["radius"] == 12.5
    assert layer.values["colours"].tolist() == [255, 64, 64, 255]
    assert layer.values["colours"].dtype == np.uint8
    assert (
        drawn(layer) == drawn(points([[1, 2], [3, 2]], radius=12.5, colours=(255, 64, 64, 255)))
    ).all()
    (discs,) = layer.marks(canvas())
    assert discs.points.tolist() == [[1, 2], [3, 2]]
    animation.finish()
    assert (drawn(layer) == drawn(animation.target_mobject)).all()


def test_one_for_all_becomes_one_for_each():
    layer = points()
    animation = transform(layer, points(radius=[20, 30], colours=[RED, WHITE]))
    animation.interpolate(0.5)
    assert layer.values["radius"].tolist() == [15, 20]
    assert layer.values["colours"].tolist() == [list(RED), [255, 128, 128, 255]]


def test_others_change_over_at_the_end_and_the_opacity_does_not_jump():
    layer, target = points(), points([[4, 4]] * 3, radius=20, halo=WHITE, opacity=0.5)
    animation = transform(layer, target)
    for share in (0.1, 0.5, 0.9):
        animation.interpolate(share)
        assert layer.values["positions"].tolist() == [[0, 0], [2, 2]]
        assert "halo" not in layer.values
        assert layer.values["radius"] == 10
        assert layer.opacity == pytest.approx(1 - share / 2)
    animation.finish()
    assert layer.values["positions"].tolist() == [[4, 4]] * 3
    assert (drawn(layer) == drawn(target)).all()


def test_tiles_become_others_with_their_ramp_and_range():
    plane = Rectangle((0, 2), (0, 1))
    layer = Tiles(plane, [[1.0, -1]], low=-1, high=1, table=ramp(STYLE))
    animation = transform(
        layer, Tiles(plane, [[3.0, 1]], low=0, high=3, table=ramp(STYLE, "orange"))
    )
    animation.interpolate(0.5)
    values = layer.values
    assert values["values"].tolist() == [[2, 0]]
    assert (values["low"], values["high"]) == (-0.5, 2)
    animation.finish()
    assert (drawn(layer) == drawn(animation.target_mobject)).all()


def test_a_table_of_another_shape_is_stretched_until_it_is_the_other():
    layer = Tiles(Rectangle((0, 2), (0, 1)), [[1.0, -1]], low=-1, high=1, table=ramp(STYLE))
    target = Tiles(Rectangle((0, 3), (0, 2)), np.eye(3)[:2], low=0, high=1, table=ramp(STYLE))
    before = drawn(layer)
    animation = transform(layer, target)
    animation.interpolate(0.9)
    assert (drawn(layer) == before).all()
    animation.finish()
    assert (drawn(layer) == drawn(target)).all()


def test_it_goes_on_by_the_clocks_of_the_other():
    one, other = Rectangle(), Rectangle()
    layer = points(lambda epoch: [[epoch, 0]], one)
    target = points(lambda epoch: [[0, epoch]], other)
    transform(layer, target).finish()
    other.clock.set_value(5)
    assert layer.is_moved_by({other.clock})
    assert not layer.is_moved_by({one.clock})
    layer.update(0)
    assert layer.values["positions"].tolist() == [[0, 5]]
    assert target.values["positions"].tolist() == [[0, 0]]  # it is another layer


def test_meanwhile_it_follows_the_clocks_of_both_whenever_it_is_looked_at():
    one, other = Rectangle(), Rectangle()
    layer = points(lambda epoch: [[epoch, 0]], one)
    animation = transform(layer, points(lambda epoch: [[0, epoch]], other))
    animation.interpolate(0.5)
    one.clock.set_value(4)
    other.clock.set_value(8)
    assert layer.values["positions"].tolist() == [[2, 4]]
    assert layer.is_moved_by({one.clock})
    assert layer.is_moved_by({other.clock})


def test_what_fades_in_follows_its_clock():
    plane = Rectangle()
    layer = points(lambda epoch: [[epoch, 0]], plane)
    animation = FadeIn(layer)
    animation.begin()
    animation.interpolate(0.5)
    plane.clock.set_value(3)
    assert layer.values["positions"].tolist() == [[3, 0]]


def test_limits_and_magnification_are_those_of_both():
    wide = Rectangle((0, 20), (0, 12))
    layer, target = points(plane=wide), points().scale(0.5)
    animation = transform(layer, target)
    animation.interpolate(0.5)
    assert layer.data_limits == (0, 15, 0, 9)
    assert layer.magnification == 0.75
    assert layer.seat.x == (0, 15)
    animation.finish()
    assert layer.magnification == 0.5


def test_back_at_the_start_it_is_what_it_was():
    layer = points()
    before = drawn(layer)
    animation = transform(layer, points([[9, 5], [1, 5]]))
    animation.interpolate(0.5)
    animation.interpolate(0)
    assert (drawn(layer) == before).all()


def test_a_layer_of_another_kind_gives_its_place_and_opacity_alone():
    layer, target = points(), Lines(Rectangle(), [[0, 0], [1, 1]], opacity=0.5)
    animation = transform(layer, target)
    animation.interpolate(0.5)
    assert layer.values["positions"].tolist() == [[0, 0], [2, 2]]
    assert layer.opacity == 0.75
    animation.finish()
    assert isinstance(layer, Points)
    assert layer.values["positions"].tolist() == [[0, 0], [2, 2]]


def test_become_is_at_once():
    layer, target = points(), points([[4, 4]], opacity=0.5)
    layer.become(target)
    assert (drawn(layer) == drawn(target)).all()


def test_what_it_is_worth_is_told_by_what_it_shows():
    def between(share):
        clock = ValueTracker(1)
        layer = points(lambda epoch: [[epoch, 0]], clocks=[clock])
        transform(layer, points([[4, 8]])).interpolate(share)
        return digest(layer)

    assert between(0.5) == between(0.5)
    assert len({between(share) for share in (0, 0.5, 0.75, 1)}) == 4
