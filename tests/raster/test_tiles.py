import numpy as np
import pytest

from epochreel.raster import tiles
from tests.raster.pictures import blank, whole

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


def shares(edges, gap, count):
    """How much of each of `count` pixels each cell covers, (count, cells), in floating point."""
    pixels = np.arange(count)[:, None]
    begin, end = edges[:-1] + gap / 2, edges[1:] - gap / 2
    return np.clip(np.minimum(end, pixels + 1) - np.maximum(begin, pixels), 0, None)


def by_area(pixels, left, top, right, bottom, colours, gap=0.0, opacity=1.0):
    """The same picture, RGBA (h, w, 4), by exact areas of premultiplied colours."""
    rows, columns, _ = colours.shape
    height, width, _ = pixels.shape
    paint = colours / 255.0
    paint[..., 3] *= opacity
    paint[..., :3] *= paint[..., 3:]
    down = shares(np.linspace(top, bottom, rows + 1), gap, height)
    across = shares(np.linspace(left, right, columns + 1), gap, width)
    over = np.einsum("yr,xc,rck->yxk", down, across, paint)
    return 255 * over + (1 - over[..., 3:]) * pixels


@pytest.mark.parametrize("gap", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("opacity", [1.0, 0.4])
def test_every_pixel_is_the_area_of_the_cells_in_it(gap, opacity):
    generator = np.random.default_rng(0)
    for rows, columns in ((1, 1), (3, 4), (5, 2), (37, 61)):  # the last finer than pixels
        colours = generator.integers(0, 256, (rows, columns, 4)).astype(np.uint8)
        edges = np.array([3, 2, 34, 37]) + generator.random(4)
        pixels = blank(colour=(20, 200, 90, 255))
        expected = by_area(pixels, *edges, colours, gap, opacity)
        tiles(pixels, whole(pixels), *edges, colours, gap, opacity)
        assert np.abs(pixels - expected).max() <= 2.5


def test_cells_that_touch_have_no_seam_wherever_they_lie():
    colours = np.full((7, 9, 4), 255, np.uint8)
    low = np.array([2, 2, 30, 30])
    for x, y, width, height in np.random.default_rng(1).uniform(low, low + 1, (30, 4)):
        pixels = blank()
        tiles(pixels, whole(pixels), x, y, x + width, y + height, colours)
        assert (pixels[4:31, 4:31] == 255).all()
        area = pixels[..., 3].sum() / 255
        assert area == pytest.approx(width * height, abs=0.3)


def test_whole_pixels_are_sharp_and_a_gap_is_left_free():
    pixels = blank(colour=(9, 9, 9, 255))
    tiles(pixels, whole(pixels), 10, 10, 30, 20, [[RED, BLUE]], gap=2)
    expected = blank(colour=(9, 9, 9, 255))
    expected[11:19, 11:19], expected[11:19, 21:29] = RED, BLUE
    np.testing.assert_array_equal(pixels, expected)


def test_a_cell_of_no_alpha_leaves_what_is_behind_it():
    pixels = blank(colour=(9, 9, 9, 255))
    tiles(pixels, whole(pixels), 10, 10, 30, 20, [[RED, (255, 255, 255, 0)]])
    assert (pixels[10:20, 20:30] == 9).all(axis=(0, 1)).tolist() == [True, True, True, False]


@pytest.mark.parametrize("edges", [(9, 5, 5, 9), (5, 9, 9, 5), (5, 5, 5, 9), (5, 5, 9, 5)])
def test_no_area_is_nothing(edges):
    pixels = blank()
    tiles(pixels, whole(pixels), *edges, [[RED]])
    tiles(pixels, whole(pixels), 5, 5, 9, 9, np.empty((0, 3, 4), np.uint8))
    tiles(pixels, whole(pixels), 5, 5, 9, 9, [[RED]], gap=5)
    assert not pixels.any()


def test_wrong_arguments_are_told():
    pixels = blank()
    with pytest.raises(ValueError, match=r"colours must have shape \(R, C, 4\)"):
        tiles(pixels, whole(pixels), 0, 0, 9, 9, [RED, BLUE])
    with pytest.raises(ValueError, match="gap must be a finite number"):
        tiles(pixels, whole(pixels), 0, 0, 9, 9, [[RED]], gap=np.inf)
    with pytest.raises(ValueError, match="whole numbers from 0 to 255"):
        tiles(pixels, whole(pixels), 0, 0, 9, 9, [[(0.5, 0, 0, 1)]])
