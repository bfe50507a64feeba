"""Pictures against tables by hand, and against sums over finer pictures."""

import numpy as np
import pytest

from epochreel import raster
from tests.raster.pictures import WHITE, blank, coverage, whole

GREYS = np.column_stack([np.arange(256)] * 3 + [np.full(256, 255)]).astype(np.uint8)


def painted(values, edges, side=40, low=0.0, high=255.0, table=GREYS, **options):
    pixels = blank(side, side)
    raster.image(pixels, whole(pixels), values, *edges, table, low, high, **options)
    return pixels


def test_every_number_is_a_rectangle_of_its_colour_and_rows_run_upwards():
    pixels = painted([[10, 20, 30], [40, 50, 60]], (5, 10, 35, 30))
    for (row, column), level in np.ndenumerate([[40, 50, 60], [10, 20, 30]]):
        cell = pixels[10 + 10 * row : 20 + 10 * row, 5 + 10 * column : 15 + 10 * column]
        assert (cell == [level, level, level, 255]).all()
    assert coverage(pixels) == 600


def test_the_nearest_colour_is_taken_and_the_ends_are_held():
    pixels = painted([[-7, 0.41, 0.6, 9]], (0, 0, 40, 40), low=-1, high=1)
    assert pixels[0, 5::10, 0].tolist() == [0, 180, 204, 255]  # 127.5 · 1.41, and · 1.6


def test_edges_between_pixels_are_the_mean_of_both_sides():
    pixels = painted([[0, 200]], (0.25, 0, 31.25, 40))
    assert pixels[20, 0].tolist() == [0, 0, 0, 191]
    assert pixels[20, 15, 0] == pytest.approx(50, abs=1)  # a quarter beyond 15.75
    assert pixels[20, 16:31, 0].tolist() == [200] * 15
    assert pixels[20, 31].tolist() == [pytest.approx(50, abs=1)] * 3 + [64]


@pytest.mark.parametrize("cells", [7, 33, 250])
def test_however_many_cells_a_pixel_covers_it_is_their_mean(cells):
    values = np.random.default_rng(cells).integers(0, 256, (cells, cells))
    drawn = painted(values, (3, 5, 33, 35))[5:35, 3:33, 0].astype(float)
    fine = np.kron(values[::-1], np.ones((30, 30))).reshape(30, cells, 30, cells)
    assert np.abs(drawn - fine.mean(axis=(1, 3))).max() <= 3


def test_red_green_and_blue_are_shown_as_they_are():
    colours = np.array([[[200, 100, 50], [1, 2, 3]]], np.uint8)
    pixels = painted(colours, (0, 0, 40, 40))
    assert pixels[7, 7].tolist() == [200, 100, 50, 255]
    assert pixels[7, 33].tolist() == [1, 2, 3, 255]


def test_what_is_not_finite_is_a_hole():
    pixels = painted([[255, np.nan, np.inf, 255]], (0, 0, 40, 40))
    assert pixels[0, 5::10, 3].tolist() == [255, 0, 0, 255]
    assert painted(np.full((1, 2, 3), np.nan), (0, 0, 40, 40)).any() == np.False_


def test_colours_may_be_translucent():
    table = GREYS.copy()
    table[:, 3] = 51
    pixels = painted([[255]], (0, 0, 40, 40), table=table, opacity=0.5)
    assert pixels[3, 3].tolist() == pytest.approx([26, 26, 26, 26], abs=1)


@pytest.mark.parametrize("edges", [(5, 5, 5, 30), (30, 5, 5, 30), (np.nan, 0, 9, 9)])
def test_a_rectangle_without_an_area_draws_nothing(edges):
    assert not painted([[255]], edges).any()


def test_a_cell_larger_than_the_picture_fills_it():
    assert (painted([[255, 255]], (-1e5, -1e5, 1e5, 1e5)) == WHITE).all()
