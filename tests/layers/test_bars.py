import numpy as np
import pytest

from epochreel.layers import Bars
from epochreel.look.style import load, rgba
from tests.layers.planes import RED, WHITE, Rectangle, drawn


def test_bars_stand_and_hang_on_the_line_zero():
    plane = Rectangle((-1, 9), (-3, 3))
    pixels = drawn(Bars(plane, [2, -1.5, 0], width=1, colours=[WHITE, RED, WHITE]))
    # row 50 is y = 0, column 60 is x = 0
    assert (pixels[30:50, 55:65] == WHITE).all()
    assert (pixels[50:65, 65:75] == RED).all()
    pixels[30:50, 55:65] = pixels[50:65, 65:75] = 0
    assert not pixels.any()


def test_a_bar_ends_between_pixels_and_at_the_border_of_the_panel():
    pixels = drawn(Bars(Rectangle((-1, 9), (0, 6)), [1.25, 100], width=1, colours=WHITE))
    assert pixels[67, 60, 3] == pytest.approx(128, abs=1)
    assert not pixels[:20].any()
    assert (pixels[20:80, 65:75] == WHITE).all()


def test_bars_follow_the_clock_in_the_colours_of_classes():
    plane = Rectangle((-1, 9), (0, 6))
    bars = Bars(plane, lambda epoch: np.full(5, 1 + epoch))
    plane.clock.set_value(2)
    bars.update()
    pixels = drawn(bars)
    assert (pixels[50:80, 60] == rgba(load("dark").classes(5)[0])).all()
    assert not pixels[:50].any()


def test_lying_bars_go_right_or_left_from_the_line_zero_the_first_uppermost():
    plane = Rectangle((-3, 7), (-5, 1))
    pixels = drawn(Bars(plane, [2, -1.5, 0], width=1, colours=[WHITE, RED, WHITE], lying=True))
    # column 80 is x = 0, row 30 is y = 0
    assert (pixels[25:35, 80:100] == WHITE).all()
    assert (pixels[35:45, 65:80] == RED).all()
    pixels[25:35, 80:100] = pixels[35:45, 65:80] = 0
    assert not pixels.any()
