import numpy as np
import pytest

from epochreel.raster import bled, straight
from epochreel.raster.bleeding import REACH
from tests.raster.pictures import blank


def test_what_is_seen_is_straight_alpha_and_no_alpha_changes():
    generator = np.random.default_rng(0)
    alpha = generator.integers(0, 256, (20, 30, 1)) * generator.integers(0, 2, (20, 30, 1))
    colour = generator.integers(0, 256, (20, 30, 3)) * alpha / 255
    pixels = np.concatenate([np.rint(colour), alpha], axis=-1).astype(np.uint8)
    picture, expected = bled(pixels), straight(pixels)
    seen = alpha[..., 0] > 0
    assert (picture[seen] == expected[seen]).all()
    assert (picture[..., 3] == alpha[..., 0]).all()


def test_a_colour_spreads_to_the_nearest_pixels_as_far_as_it_reaches():
    pixels = blank(40, 100)
    pixels[20, 30] = (200, 10, 20, 255)
    pixels[20, 50] = (10, 90, 200, 255)
    picture = bled(pixels)
    assert (picture[10:30, 32, :3] == (200, 10, 20)).all()
    assert (picture[10:30, 47, :3] == (10, 90, 200)).all()
    reached = picture[20, :, :3].any(axis=1)
    assert np.flatnonzero(reached).tolist() == list(range(30 - REACH // 2 + 1, 50 + REACH // 2))


def test_a_faint_edge_gives_way_to_the_better_colour_behind_it():
    pixels = blank(9, 40)
    pixels[:, :10] = (90, 60, 30, 255)
    pixels[:, 10] = (3, 1, 1, 8)  # straight (96, 32, 32), by rounding
    picture = bled(pixels)
    assert (picture[:, 11:20, :3] == (90, 60, 30)).all()


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (4, 6)])
def test_where_nothing_is_seen_nothing_is_coloured(shape):
    assert not bled(blank(*shape)).any()
