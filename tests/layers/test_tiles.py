import numpy as np
import pytest

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers import Canvas, Tiles
from epochreel.layers.numerals import Numerals
from epochreel.look.ramps import ramp
from epochreel.look.style import load, luminance, rgba
from epochreel.marks.kinds import Heat, Polygons
from tests.layers.planes import INSIDE, Rectangle, canvas, drawn

STYLE = load("dark")
# Two rows of five: cells of 20 × 30 pixels on columns 50 to 150 and rows 20 to 80.
VALUES = np.array([[0.0, 1, -1, 0.5, 3], [np.nan, -3, 0, 0, 1]])


def tiles(values=VALUES, plane=None, low=-1.0, high=1.0, hue="signed", decimals=None, **options):
    plane = plane or Rectangle((0, 5), (0, 2))
    if decimals is not None:
        options["numerals"] = Numerals(low, high, decimals, plane.style)
    options["table"] = ramp(plane.style, hue)
    return Tiles(plane, values, low=low, high=high, **options)


def cell(pixels, row, column):
    return pixels[20 + 30 * row : 50 + 30 * row, 50 + 20 * column : 70 + 20 * column]


def test_cells_lie_as_a_matrix_is_written_in_the_colours_of_their_values():
    pixels = drawn(tiles())
    named = {"red": (0, 2), "blue": (0, 1)}
    for name, place in named.items():
        assert (cell(pixels, *place) == rgba(STYLE.palette[name])).all()
    zero = rgba(STYLE.chrome.cell)
    assert (cell(pixels, 0, 0) == zero).all()
    assert (cell(pixels, 1, 2) == zero).all()
    assert (cell(pixels, 0, 4) == rgba(STYLE.palette["blue"])).all()  # held at the ends
    assert (cell(pixels, 1, 1) == rgba(STYLE.palette["red"])).all()
    assert not cell(pixels, 1, 0).any()  # not a number
    assert cell(pixels, 0, 3)[0, 0] == pytest.approx(ramp(STYLE)[191], abs=1)


def test_a_hue_begins_at_the_colour_of_a_zero():
    pixels = drawn(tiles([[0, 2], [1, 2]], Rectangle((0, 2), (0, 2)), 0.0, 2.0, hue="orange"))
    orange, zero = rgba(STYLE.palette["orange"]), rgba(STYLE.chrome.cell)
    assert (pixels[20, 50] == zero).all()
    assert (pixels[20, 149] == orange).all()
    assert pixels[79, 50] == pytest.approx((orange.astype(float) + zero) / 2, abs=2)


def test_a_gap_is_as_wide_as_it_is_high_and_the_marks_know():
    layer = tiles(np.ones((2, 5)), gap=0.2)  # a fifth of 20 pixels
    pixels = drawn(layer)
    inside = cell(pixels, 1, 3)
    assert (inside[2:28, 2:18] == rgba(STYLE.palette["blue"])).all()
    inside[2:28, 2:18] = 0
    assert not inside.any()
    (mark,) = layer.marks(canvas())
    corners = canvas().to_pixels(mark.outlines()[8])
    assert corners.min(axis=0) == pytest.approx((50 + 3 * 20 + 2, 50 + 2))
    assert corners.max(axis=0) == pytest.approx((50 + 4 * 20 - 2, 80 - 2))


def test_a_share_of_a_cell_is_there_and_a_share_of_its_light():
    shown = np.array([[1, 0.5, 0, 1, 1]] * 2)
    pixels = drawn(tiles(np.ones((2, 5)), shown=shown, lit=[[1, 1, 1, 0, 0.5]] * 2))
    blue = rgba(STYLE.palette["blue"]).astype(float)
    assert cell(pixels, 0, 0)[9, 9] == pytest.approx(blue)
    assert cell(pixels, 0, 1)[9, 9] == pytest.approx(blue / 2, abs=1)
    assert not cell(pixels, 1, 2).any()
    dark, half = cell(pixels, 0, 3)[9, 9], cell(pixels, 0, 4)[9, 9]
    assert dark[3] == half[3] == 255
    assert (dark[:3] > 0).all()
    assert half[:3] == pytest.approx((dark[:3] + blue[:3]) / 2, abs=1)


def test_what_an_animation_reveals_and_lights_counts_besides():
    layer = tiles(np.ones((2, 5)), shown=0.5)
    layer.reveal, layer.light = np.zeros((2, 5)), np.ones((2, 1))
    layer.reveal[1, 4] = 1
    pixels = drawn(layer)
    assert cell(pixels, 1, 4)[..., 3] == pytest.approx(127.5, abs=1)
    cell(pixels, 1, 4)[:] = 0
    assert not pixels.any()


def large(layer):
    """The layer on a canvas with letters of 20 pixels."""
    sheet = Canvas(np.zeros((400, 800, 4), np.uint8), 20.0, 10.0)
    layer.draw(sheet)
    return sheet.pixels


@pytest.mark.parametrize("theme", ["dark", "print"])
def test_numbers_are_read_on_every_cell(theme):
    plane = Rectangle((0, 5), (0, 2))
    plane.style = style = load(theme)
    layer = tiles(np.linspace(-1, 1, 10).reshape(2, 5), plane, decimals=2, cap=0.5)
    cells, *words = layer.marks(canvas())
    assert [each.source for each in words[:2]] == ["−1.00", "−0.78"]
    for each, ground in zip(words, cells.colours, strict=True):
        lights = luminance(each.ink[:3]), luminance(ground[:3])
        assert (max(lights) + 0.05) / (min(lights) + 0.05) >= 4.5
        assert each.cap == 0.5
        assert each.style == style


def test_a_number_is_drawn_where_its_words_say():
    layer = tiles([[-0.25]], Rectangle((0, 1), (0, 1)), low=-10, high=10, decimals=2, cap=0.5)
    pixels = large(layer)
    _, words = layer.marks(canvas())
    inked = np.abs(pixels.astype(int) - pixels[90, 210]).max(axis=2) > 60
    rows = np.flatnonzero(inked[85:315, 205:595].any(axis=1)) + 85
    columns = np.flatnonzero(inked[85:315, 205:595].any(axis=0)) + 205
    box = words.box
    assert (columns[0], columns[-1] + 1) == pytest.approx(
        ((box.left + 10) * 40, (box.right + 10) * 40), abs=1
    )
    assert (rows[0], rows[-1] + 1) == pytest.approx(
        ((5 - box.top) * 40, (5 - box.bottom) * 40), abs=1
    )
    assert words.baseline == pytest.approx(-0.25)  # half a cap below the middle of the cell


def test_digits_do_not_move_when_a_number_changes_its_sign():
    plane = Rectangle((0, 1), (0, 1))
    layer = tiles(lambda epoch: [[0.25 - epoch]], plane, decimals=2, cap=0.5)
    before = layer.marks(canvas())[1]
    plane.clock.set_value(0.5)
    layer.update(0)
    after = layer.marks(canvas())[1]
    assert (before.source, after.source) == ("0.25", "−0.25")
    (one, _), (other, _) = before.glyphs[0], after.glyphs[0]
    np.testing.assert_allclose(one, other[-len(one) :])


def test_what_is_not_there_is_no_mark():
    cells, *words = tiles(decimals=0, cap=0.2, shown=[[1, 0, 1, 1, 1]] * 2).marks(canvas())
    assert isinstance(cells, Polygons)
    assert cells.name == "cells"
    assert tiles(shown=0).marks(canvas()) == ()
    assert len(cells.polygons) == len(words) == 7
    assert [each.source for each in words] == ["0", "−1", "0", "3", "0", "0", "1"]


def test_a_dense_table_is_a_picture_of_its_values():
    layer = tiles(opacity=0.5)
    (heat,) = layer.marks(canvas())
    assert isinstance(heat, Heat)
    picture = heat.picture(10)
    picture[..., 3] = np.rint(picture[..., 3] * heat.opacity)
    painted = np.ascontiguousarray(drawn(layer)[INSIDE])
    np.testing.assert_allclose(raster.straight(painted), picture, atol=2)
    layer.light = np.zeros((2, 5))
    assert isinstance(layer.marks(canvas())[0], Polygons)


def test_a_dimmed_number_is_faint_and_one_that_comes_fainter():
    _, first, second = tiles(
        [[1, 1]], Rectangle((0, 2), (0, 1)), decimals=0, cap=0.2, lit=[[0, 1]], opacity=0.5
    ).marks(canvas())
    assert first.opacity < second.opacity == 0.5


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (0, np.inf)])
def test_an_empty_range_is_refused(low, high):
    with pytest.raises(ClipError, match=r"The range .* of tiles is empty"):
        tiles(low=low, high=high)
