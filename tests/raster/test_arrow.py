import math

import numpy as np
import pytest

from epochreel.raster import arrows
from tests.raster.pictures import WHITE, blank, coverage, whole


def drawn(tail, tip, width=4, head_length=12, head_width=10):
    pixels = blank(80, 80)
    arrows(pixels, whole(pixels), [tail], [tip], width, head_length, head_width, WHITE)
    return pixels


def area(length, width=4, head_length=12, head_width=10):
    shrink = min(1, length / head_length)
    shaft = (length - shrink * head_length) * shrink * width
    tail = math.pi * (shrink * width) ** 2 / 8
    return shaft + tail + shrink**2 * head_length * head_width / 2


@pytest.mark.parametrize("length", [0.5, 3, 11, 12, 13, 40])
def test_the_area_is_that_of_shaft_head_and_tail(length):
    for angle, x, y in np.random.default_rng(0).random((20, 3)):
        tail = np.array((40 + x, 40 + y))
        direction = np.array((math.cos(math.tau * angle), math.sin(math.tau * angle)))
        pixels = drawn(tail - length / 2 * direction, tail + length / 2 * direction)
        assert coverage(pixels) == pytest.approx(area(length), rel=0.01, abs=0.05)


def test_head_and_shaft_are_one_shape_without_a_seam():
    pixels = drawn((10, 40), (70, 40))
    assert (pixels[39:41, 10:65, 3] == 255).all()


def test_it_ends_at_its_tip_and_is_widest_at_the_base_of_the_head():
    alpha = drawn((10, 40), (70, 40))[..., 3]
    assert not alpha[:, 70:].any()
    assert alpha[:, 69].any()
    assert (alpha > 0).sum(axis=0).argmax() == 58


def test_an_arrow_without_length_draws_nothing():
    assert not drawn((40, 40), (40, 40)).any()


def test_no_head_is_a_shaft():
    assert coverage(drawn((20, 40), (60, 40), 4, 0, 0)) == pytest.approx(160 + math.pi * 2, abs=0.2)
