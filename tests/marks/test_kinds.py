"""Marks by hand: where they stand, their outlines, their pictures."""

import numpy as np
import pytest

from epochreel.look.colour_maps import colours
from epochreel.look.ramps import ramp
from epochreel.look.style import load, rgba
from epochreel.marks.box import Box
from epochreel.marks.kinds import Arrowheads, Heat, Mesh, Pillars, Polygons, Seat, Words, each

SEAT = Seat(Box(1, 2, 5, 4), (0, 10), (-1, 1))  # 0.4 units a unit across, 1 up
STYLE = load("dark")
RED = np.array([255, 0, 0, 255], np.uint8)
BLUE = np.array([0, 0, 255, 255], np.uint8)


def test_data_stand_in_the_box_as_their_limits_say():
    assert SEAT.to_scene(np.array([[0, -1], [10, 1], [5, 0], [20, 0]])).tolist() == [
        [1, 2],
        [5, 4],
        [3, 3],
        [9, 3],
    ]


def test_one_colour_is_that_of_each():
    assert each(RED, 2).tolist() == [RED.tolist()] * 2
    assert each([RED, BLUE], 2).tolist() == [RED.tolist(), BLUE.tolist()]


def test_outlines_of_polygons_and_pillars():
    triangle = np.array([[0, 0], [10, 0], [0, 1]])
    (outline,) = Polygons(SEAT, "", 1, (triangle,), each(RED, 1)).outlines()
    assert outline.tolist() == [[1, 3], [5, 3], [1, 4]]
    _, second = Pillars(SEAT, "", 1, np.array([1, -0.5]), 0.5, each(RED, 2)).outlines()
    assert np.ravel(second) == pytest.approx([1.3, 3, 1.5, 3, 1.5, 2.5, 1.3, 2.5])
    below = Seat(Box(1, 2, 5, 4), (0, 10), (-1.5, 0.5))
    _, lying = Pillars(below, "", 1, np.array([1, 5]), 0.5, each(RED, 2), lying=True).outlines()
    assert np.ravel(lying) == pytest.approx([1, 2.75, 1, 2.25, 3, 2.25, 3, 2.75])


def arrows(*tips):
    ends = np.array(tips, float)
    return Arrowheads(SEAT, "", 1, np.zeros_like(ends), ends, 0.1, each(RED, len(ends)))


def test_an_arrow_is_a_shaft_and_a_head_four_widths_long_and_as_wide_as_told():
    (outline,) = arrows([5, 0]).outlines()  # 2 units to the right from (1, 3)
    by_hand = [[1, 3.05], [2.6, 3.05], [2.6, 3.17], [3, 3], [2.6, 2.83], [2.6, 2.95], [1, 2.95]]
    assert np.ravel(outline) == pytest.approx(np.ravel(by_hand))
    (grown,) = arrows([5, 0]).outlines(0.2)
    assert (grown[0, 1], grown[2, 1]) == pytest.approx((3.15, 3.27))


def test_an_arrow_shorter_than_its_head_shrinks_and_one_of_no_length_is_gone():
    assert arrows([5, 0], [0.5, 0], [0, 0]).shrink.tolist() == [1, 0.5, 0]
    *_, gone = arrows([5, 0], [0, 0]).outlines()
    assert gone == pytest.approx(np.tile([1.0, 3.0], (7, 1)))


def test_a_field_s_picture_has_its_lowest_row_below():
    table = colours(STYLE, "energy")
    heat = Heat(SEAT, "", 1, np.array([[0.0, 0], [1, 1]]), (0, 10), (-1, 1), 0, 1, table)
    pixels = heat.picture(10)
    assert pixels.shape == (20, 40, 4)
    assert np.abs(pixels[0, 20].astype(int) - table[-1]).max() < 16
    assert np.abs(pixels[-1, 20].astype(int) - table[0]).max() < 16


def test_a_field_that_is_not_smooth_is_a_rectangle_for_each_value():
    table = ramp(STYLE, "y")
    heat = Heat(
        SEAT, "", 1, np.array([[0.0, 0, 0, 0], [1, 1, 0, 1]]), (0, 10), (-1, 1), 0, 1, table, False
    )
    pixels = heat.picture(10)
    assert (pixels[:10, :20] == table[-1]).all()
    assert (pixels[:10, 20:30] == table[0]).all()
    assert (pixels[10:] == table[0]).all()
    columns, rows = heat.lattice
    assert columns.tolist() == [1.25, 3.75, 6.25, 8.75]
    assert rows.tolist() == [-0.5, 0.5]


def test_a_surface_s_picture_shows_what_is_nearer():
    def sheet(depth, left):
        x, y = np.meshgrid([left, left + 2.0], [2.0, 4.0])
        return np.dstack([x, y]), np.full((2, 2), float(depth))

    # Two sheets in one grid, the second, nearer one over the right half of the first.
    (far, deep), (near, high) = sheet(0, 1), sheet(-1, 2)
    points, depth = np.concatenate([far, near], axis=1), np.concatenate([deep, high], axis=1)
    paint = np.concatenate([np.tile(RED, (2, 2, 1)), np.tile(BLUE, (2, 2, 1))], axis=1)
    mesh = Mesh(SEAT, "", 0.5, np.zeros((2, 4, 3)), points, depth, paint)
    pixels = mesh.picture(10)
    assert pixels.shape == (20, 40, 4)
    assert pixels[10, 5].tolist() == pytest.approx([255, 0, 0, 128], abs=1)
    assert pixels[10, 25].tolist() == pytest.approx([0, 0, 255, 128], abs=1)
    assert pixels[10, 35, 3] == 0


def glyph(left, ink):
    corners = np.array([[left, 0], [left + 1, 0], [left + 1, 1], [left, 1]], float)
    return np.repeat(corners[:, None], 4, axis=1), ink


def words(*inks):
    glyphs = tuple(glyph(2 * k, ink) for k, ink in enumerate(inks))
    return Words("a", True, 0, 1, rgba(STYLE.chrome.maths), STYLE, glyphs)


def test_words_cover_their_glyphs():
    assert words(RED, BLUE).box == Box(0, 0, 3, 1)


def test_words_painted_over_are_of_that_colour_and_others_of_their_ink():
    assert not words(RED, RED).coloured
    assert words(RED, RED).colour.tolist() == RED.tolist()
    assert words(RED, BLUE).coloured
    assert words(RED, BLUE).colour.tolist() == rgba(STYLE.chrome.maths).tolist()
