import itertools

import numpy as np
import pytest
from manim import RIGHT, ValueTracker

from epochreel.errors import ClipError, StyleError
from epochreel.layers import Field, LevelLines, Zoom
from epochreel.layers.level_labels import crossings, place_labels
from epochreel.look import colour_maps
from epochreel.look.style import load
from tests.layers.planes import INSIDE, WHITE, Rectangle, drawn, width

ACROSS = np.tile(np.linspace(0, 10, 11), (7, 1))  # the value is x
UP = np.tile(np.linspace(0, 6, 7)[:, None], (1, 11))  # the value is y
LATTICE = np.stack([ACROSS, UP], axis=-1)
NEXT = RIGHT * 0.1


def field(values, plane=None, low=0.0, high=10.0, **options):
    return Field(plane or Rectangle(), values, low=low, high=high, **options)


def lines(values, levels, plane=None, **options):
    options.setdefault("colours", WHITE)
    options.setdefault("width", width(4))
    return LevelLines(plane or Rectangle(), values, levels, **options)


def test_a_field_shows_the_colour_of_each_place():
    table = colour_maps.colours(load("dark"), "energy").astype(int)
    row = drawn(field(ACROSS))[50, 50:150].astype(int)
    share = (np.arange(100) + 0.5) / 100 * 255
    expected = np.stack([np.interp(share, np.arange(256), channel) for channel in table.T], axis=1)
    assert np.abs(row - expected).max() <= 1


def test_rows_run_upwards():
    pixels = drawn(field(UP, high=6)).astype(int)
    table = colour_maps.colours(load("dark"), "energy")
    assert np.abs(pixels[79, 100] - table[2]).max() <= 3
    assert np.abs(pixels[20, 100] - table[253]).max() <= 3


def test_what_is_out_of_range_is_held_at_the_ends():
    pixels = drawn(field(ACROSS, low=4, high=6, colour_map="cold_warm"))
    table = colour_maps.colours(load("dark"), "cold_warm")
    assert (pixels[20:80, 50:90] == table[0]).all()
    assert (pixels[20:80, 111:150] == table[-1]).all()


def test_a_field_may_cover_a_part_and_follows_a_zoom():
    plane = Rectangle()
    layer = field(ACROSS, plane, x=(2, 4), y=(1, 5))
    alpha = drawn(layer)[..., 3]
    assert (alpha[30:70, 70:90] == 255).all()
    assert alpha.astype(int).sum() == 255 * 40 * 20
    zoom = Zoom(plane.view, (0, 5), (0, 6))
    zoom.begin()
    zoom.interpolate(1)
    assert drawn(layer)[..., 3].astype(int).sum() == 255 * 40 * 40


def test_a_field_is_clipped_to_its_panel():
    alpha = drawn(field(ACROSS, x=(-100, 100), y=(-100, 100)))[..., 3]
    assert (alpha[INSIDE] == 255).all()
    assert alpha.astype(int).sum() == 255 * 60 * 100


def test_values_follow_a_clock():
    clock = ValueTracker(0)
    layer = field(lambda t: ACROSS + t, clocks=[clock])
    assert layer.is_moved_by({clock})
    clock.set_value(-2)
    layer.update(0)
    assert (drawn(layer) == drawn(field(ACROSS - 2))).all()


def test_a_field_fades_as_a_whole():
    half = drawn(field(ACROSS).set_opacity(0.5))[INSIDE][..., 3]
    assert np.abs(half.astype(int) - 128).max() <= 1


def test_lines_stand_at_their_levels_and_move_with_the_panel():
    alpha = drawn(lines(ACROSS, [3, 7]))[..., 3].astype(float)
    assert alpha[50, 50:100] @ (np.arange(50, 100) + 0.5) / alpha[
        50, 50:100
    ].sum() == pytest.approx(80, abs=0.05)
    assert alpha[50].sum() / 255 == pytest.approx(8, abs=0.2)
    there = drawn(lines(ACROSS, [3, 7]).shift(NEXT))
    assert (there[:, 1:] == drawn(lines(ACROSS, [3, 7]))[:, :-1]).all()


def test_each_level_may_have_its_colour():
    pixels = drawn(lines(ACROSS, [3, 7], colours=[(255, 0, 0, 255), (0, 0, 255, 255)]))
    assert pixels[50, 80].tolist() == [255, 0, 0, 255]
    assert pixels[50, 120].tolist() == [0, 0, 255, 255]


def test_crossings_along_a_ray():
    extent = np.array([[0.0, 10], [0, 6]])
    level, share, slope = crossings(
        ACROSS, extent, np.array([2.0, 11, 5]), np.array([[0.0, 3], [8, 3]])
    )
    assert level.tolist() == [0, 2]
    assert share == pytest.approx([0.25, 0.625])
    assert slope == pytest.approx([8, 8])


def labels(values, levels, plane=None, ray=((0, 3), (10, 3)), **options):
    """What the numbers add to the lines."""
    with_them = drawn(lines(values, levels, plane, labels=True, ray=ray, **options), scale=4)
    without = drawn(lines(values, levels, plane, **options), scale=4)
    return (with_them != without).any(axis=2)


def test_a_number_stands_on_its_line():
    rows, columns = np.nonzero(labels(ACROSS, [5]))
    assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(400, abs=2)
    assert (rows.min() + rows.max() + 1) / 2 == pytest.approx(200, abs=2)


def test_numbers_never_jump():
    def frame(t):
        ridge = np.abs(ACROSS - 5) ** 2 / 5 + 0.3 * UP + t
        sheet = drawn(lines(ridge, np.arange(1, 9), labels=True, ray=((0, 1), (10, 5))), scale=2)
        return sheet.astype(float).sum(axis=2)

    frames = map(frame, np.linspace(-2, 2, 201))
    changes = [np.abs(after - before).sum() for before, after in itertools.pairwise(frames)]
    assert max(changes) < 12 * np.median(changes)


def placed(values, levels, *, ray=((5, 3), (10, 6)), words=(), cap=0.3):
    """Where numbers stand in a picture whose coordinates are those of the data."""
    extent = np.array([[0.0, 10], [0, 6]])
    return place_labels(
        values, extent, np.asarray(levels, float), np.asarray(ray, float), np.asarray,
        extent.T, np.array(words, float).reshape(-1, 2, 2), cap, load("dark"),
    )  # fmt: skip


@pytest.mark.parametrize("degrees", [-60, -20, 0, 35, 80])
def test_a_number_lies_along_its_line(degrees):
    angle = np.radians(degrees)
    tilted = np.cos(angle) * (LATTICE[..., 1] - 3) - np.sin(angle) * (LATTICE[..., 0] - 5)
    across = np.array([-np.sin(angle), np.cos(angle)])
    ray = np.array([5, 3]) + np.outer([-1, 2], across)
    (number,) = placed(tilted, [0.25], ray=ray)
    assert number.turn == pytest.approx(degrees, abs=0.1)
    assert number.centre == pytest.approx(0.25 * across + (5, 3), abs=1e-3)
    rows, columns = np.nonzero(labels(tilted, [0.25], ray=ray, width=width(0.25)))
    spread = np.linalg.eigh(np.cov(columns, -rows))[1][:, 1]
    assert abs(np.degrees(np.arctan2(spread[1], spread[0])) % 180 - degrees % 180) < 6


def test_a_number_is_never_upside_down_and_has_gone_before_it_would_turn_over():
    def seen(degrees):
        angle = np.radians(degrees)
        tilted = np.cos(angle) * (LATTICE[..., 0] - 5) + np.sin(angle) * (LATTICE[..., 1] - 3)
        return [(each.turn, each.weight) for each in placed(tilted, [1])]

    found = [seen(degrees) for degrees in np.arange(0, 360, 0.25)]
    turns = [turn for each in found for turn, _ in each]
    assert len(turns) > 300
    assert np.abs(turns).max() <= 115
    for before, after in itertools.pairwise(found):
        if not (before and after):
            assert max([weight for _, weight in before + after], default=0) < 0.02
        elif abs(before[0][0] - after[0][0]) > 1:
            assert before[0][1] + after[0][1] < 0.02


def test_a_line_leaves_a_gap_in_which_what_lies_below_is_seen():
    map_, thin = field(ACROSS), {"width": width(0.25)}
    number = lines(ACROSS, [5, 7], labels=True, ray=((0, 3), (10, 3)), **thin)
    below = drawn(map_, scale=4)
    without, with_it = (
        drawn(map_, line, scale=4) for line in (lines(ACROSS, [5, 7], **thin), number)
    )
    line = slice(399, 401)
    assert (with_it[100:150, line] == without[100:150, line]).all()
    assert (without[100:300, line] != below[100:300, line]).any(axis=(1, 2)).all()
    free = (with_it[100:300, line] == below[100:300, line]).all(axis=(1, 2))
    (rows,) = np.nonzero(free)
    assert len(rows) >= 2
    assert 90 < rows.min() < rows.max() < 110


def test_numbers_keep_away_from_words():
    (alone,) = placed(ACROSS, [7])
    low, high = alone.centre - 0.2, alone.centre + 0.2
    assert not placed(ACROSS, [7], words=[[low, high]])
    (with_words,) = placed(ACROSS, [7], words=[[low - 3, high - 3]])
    assert with_words.weight == alone.weight > 0


def test_a_small_panel_has_fewer_numbers():
    large, small = (placed(ACROSS, np.arange(5.25, 10, 0.5), cap=cap) for cap in (0.1, 0.4))
    assert 0 < sum(n.weight for n in small) < sum(n.weight for n in large) / 2


def test_dense_lines_keep_every_second_or_fourth_number():
    few, many = (
        labels(ACROSS, levels).any(axis=0).sum() for levels in ([5], np.arange(0.5, 10, 0.1))
    )
    assert few < many < 400 * 0.9


def test_numbers_fade_with_their_lines_and_stay_inside():
    shown = drawn(lines(ACROSS, [9.98], labels=True, ray=((0, 3), (10, 3))), scale=4)
    assert not shown[:, 600:].any()
    assert not drawn(lines(ACROSS, [5], labels=True, ray=((0, 3), (10, 3))).set_opacity(0)).any()
    assert not labels(ACROSS, [20]).any()


def test_faults_are_sentences():
    with pytest.raises(ClipError, match=r"range 1…1 of a field is empty"):
        field(ACROSS, low=1, high=1)
    with pytest.raises(ClipError, match=r"x limits 3…2 are empty"):
        field(ACROSS, x=(3, 2))
    with pytest.raises(StyleError, match="no colour map 'jet': choose from energy, cold_warm"):
        field(ACROSS, colour_map="jet")
