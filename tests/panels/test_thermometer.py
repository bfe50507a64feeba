"""The scale of coldness: logarithmic in the middle, with both limits at its ends."""

import math

import numpy as np
import pytest
from manim import ValueTracker

from epochreel.errors import ClipError
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.panels.thermometer import COLD, HOT, Coldness, Thermometer, coldness, position

STYLE = load()


def test_the_middle_of_the_scale_is_logarithmic():
    assert coldness(0) == 1
    assert coldness(1) == pytest.approx(10)
    assert coldness(-0.5) == pytest.approx(10**-0.5)


def test_half_way_from_ten_to_the_end_the_exponent_has_doubled():
    # x = 1/2: log₁₀ β = 1 + 1
    assert coldness(1.5) == pytest.approx(100)
    assert coldness(-1.5) == pytest.approx(0.01)


def test_the_ends_are_the_limits():
    assert coldness(COLD) == math.inf
    assert coldness(HOT) == 0
    assert coldness(COLD - 1e-6) == math.inf  # past what a float holds
    assert coldness(HOT + 1e-6) == 0


def test_coldness_rises_without_a_step_or_a_corner():
    scale = np.linspace(-1.9, 1.9, 3801)
    exponents = np.log10([coldness(at) for at in scale])
    slopes = np.diff(exponents) / np.diff(scale)
    assert slopes.min() >= 1 - 1e-9
    assert abs(np.diff(slopes[800:3000])).max() < 0.01


@pytest.mark.parametrize("beta", [0, 1e-6, 0.1, 0.3, 1, 10**0.5, 10, 1e6, math.inf])
def test_position_is_the_inverse(beta):
    assert coldness(position(beta)) == pytest.approx(beta)


@pytest.mark.parametrize("at", [-2.01, 2.01, math.nan])
def test_off_the_scale_is_a_sentence(at):
    with pytest.raises(ClipError, match="off the scale"):
        coldness(at)


@pytest.mark.parametrize("beta", [-1, math.nan])
def test_a_negative_coldness_is_a_sentence(beta):
    with pytest.raises(ClipError, match="negative"):
        position(beta)


@pytest.mark.parametrize(
    ("beta", "shown"),
    [(math.inf, "∞"), (1e6, ">99"), (10, "10.00"), (0.3, "0.30"), (1e-5, "0.00"), (0, "0")],
)
def test_the_number_names_its_limits(beta, shown):
    assert Coldness(ValueTracker(position(beta)), STYLE).shown() == shown


def test_the_mark_follows_the_clock_and_lies_below_the_dots():
    clock = ValueTracker(COLD)
    stops = [("inf", math.inf), ("1", 1), ("0", 0)]
    scale = Thermometer(Box(-3, 0, 3, 1), STYLE, clock, stops)
    mark, dots = (layer for layer in scale if "positions" in getattr(layer, "values", {}))
    assert mark.values["positions"].tolist() == [[2, 0]]
    assert dots.values["positions"].tolist() == [[2, 0], [0, 0], [-2, 0]]
    clock.set_value(0.25)
    mark.evaluate()
    assert mark.values["positions"].tolist() == [[0.25, 0]]
    assert mark.is_moved_by({clock})


def test_it_stays_within_its_box():
    box = Box(-3, 0, 3, 1)
    scale = Thermometer(box, STYLE, ValueTracker(0), [("inf", math.inf), ("0.1", 0.1), ("0", 0)])
    points = np.concatenate([m.points for m in scale.get_family() if len(m.points)])
    assert (points[:, :2] >= [box.left, box.bottom]).all()
    assert (points[:, :2] <= [box.right, box.top]).all()
