"""Glyphs do what Manim's shapes do, only faster."""

import numpy as np
import pytest
from manim import Circle, Dot, FadeIn, FadeOut, Transform, VMobject

from epochreel.look.style import load
from epochreel.notation.letter import COLOURS, Letter
from epochreel.notation.maths import formula


@pytest.fixture
def pair():
    """A letter, and a plain shape of Manim's that is the same."""
    glyph = formula("bold(A)", load()).submobjects[0]
    glyph.set_fill("#8dd3c7", opacity=0.75)
    glyph.set_stroke("#000000", width=3, background=True)
    same = VMobject().set_points(glyph.points.copy())
    for name in (*COLOURS, "background_stroke_width"):
        setattr(same, name, getattr(glyph, name) * 1)
    return glyph, same


def state(shape):
    """What is drawn of a shape, and what it is measured by."""
    drawn = (shape.points, shape.fill_rgbas, shape.background_stroke_rgbas)
    return [*drawn, shape.background_stroke_width, shape.get_points_defining_boundary()]


def assert_same(one, other):
    for mine, theirs in zip(state(one), state(other), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-15)


def test_it_is_measured_as_any_shape(pair):
    glyph, same = pair
    assert type(glyph) is Letter
    assert_same(glyph, same)
    assert glyph.bottom == same.get_bottom()[1]
    assert glyph.get_family() == [glyph]
    assert glyph.colour == (*same.get_fill_color().to_rgb(), 0.75)


@pytest.mark.parametrize("kind", [FadeIn, FadeOut])
@pytest.mark.parametrize("alpha", [0, 0.3, 1])
def test_it_fades_as_any_shape(pair, kind, alpha):
    for shape in pair:
        fade = kind(shape)
        fade.begin()
        fade.interpolate(alpha)
    assert_same(*pair)


@pytest.mark.parametrize("alpha", [0, 0.3, 1])
def test_it_moves_and_changes_colour_as_any_shape(pair, alpha):
    for shape in pair:
        target = shape.copy().shift([1, 2, 0]).scale(2).set_fill("#ff0000", 0.2)
        change = Transform(shape, target)
        change.begin()
        change.interpolate(alpha)
    assert_same(*pair)


def test_it_turns_into_what_is_no_glyph_and_one_that_is_broken_into_parts_is_whole_as_a_family(
    pair,
):
    for target in (Circle(), VMobject().add(Dot(), Dot())):
        for shape in pair:
            change = Transform(shape, target)
            change.begin()
            change.interpolate(0.5)
        glyph, same = pair
        for mine, theirs in zip(glyph.get_family(), same.get_family(), strict=True):
            np.testing.assert_allclose(mine.points, theirs.points, atol=1e-15)
        np.testing.assert_allclose(glyph.get_center(), same.get_center(), atol=1e-15)
    assert len(glyph.copy().get_family()) == len(glyph.get_family()) > 1
    assert not set(glyph.copy().get_family()) & set(glyph.get_family())


def test_a_copy_has_nothing_in_common_that_changes(pair):
    glyph, _ = pair
    copied = glyph.copy()
    before = [np.copy(value) for value in state(glyph)]
    copied.shift([1, 0, 0]).set_opacity(0.1).add_updater(lambda shape: None)
    for name in COLOURS:
        getattr(copied, name)[:] = 0
    for mine, theirs in zip(state(glyph), before, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert glyph.updaters == []


def test_a_formula_s_family_and_edges_are_those_of_its_glyphs():
    words = formula("bold(A) x = bold(b)", load())
    plain = VMobject().add(*(VMobject().set_points(part.points) for part in words.submobjects))
    assert words.get_family() == [words, *words.submobjects]
    np.testing.assert_array_equal(
        words.get_points_defining_boundary(), plain.get_points_defining_boundary()
    )
    words.add(Dot([9, 0, 0]))
    assert len(words.get_family()) == len(words.submobjects) + 1
    assert words.get_right()[0] > 9
