"""A strip shows the value of its epoch, on the axes it says."""

from types import SimpleNamespace

import numpy as np
import pytest
from manim import ValueTracker

from epochreel.layers import Counter, Lines, Points
from epochreel.look.style import load
from epochreel.notation.maths import baseline
from epochreel.panels.box import Box
from epochreel.panels.strip import VERTICES, Strip
from epochreel.runs.scalars import RecordedScalar

STYLE = load("dark")
BOX = Box(0, 0, 4, 2)


def scalar(epochs, values):
    values = np.asarray(epochs), np.asarray(values, np.float64)
    return RecordedScalar(SimpleNamespace(scalar=lambda name: values), "loss")


def strip(recorded, clock, **options):
    options = {"limits": (0.001, 1000), **options}
    return Strip(BOX, "loss", recorded, clock, STYLE, colour=STYLE.role("loss"), **options)


def parts(made, kind):
    return [part for part in made if type(part) is kind]


def test_marker_and_curve_follow_the_clock():
    clock = ValueTracker(0)
    made = strip(scalar(range(11), range(10, -1, -1)), clock, limits=(0, 10))
    (marker,) = parts(made, Points)
    _, whole, bright = parts(made, Lines)
    clock.set_value(4.5)
    made.update()
    assert marker.values["positions"].tolist() == [[4.5, 5.5]]
    assert bright.values["vertices"].tolist() == [*[[e, 10 - e] for e in range(5)], [4.5, 5.5]]
    assert len(whole.values["vertices"]) == 11


def test_a_logarithmic_strip_shows_powers_of_ten_at_equal_steps():
    clock = ValueTracker(99)
    made = strip(scalar([0, 9, 99, 999], [1000, 100, 10, 1]), clock, logarithmic=True)
    (marker,) = parts(made, Points)
    np.testing.assert_allclose(marker.values["positions"], [[2, 1]])
    *_, whole, _ = parts(made, Lines)
    np.testing.assert_allclose(whole.values["vertices"], [[0, 3], [1, 2], [2, 1], [3, 0]])


def test_a_mean_smooths_curve_and_value_and_leaves_the_values_behind_it():
    clock = ValueTracker(50)
    noisy = 10 + np.where(np.arange(101) % 2, 1.0, -1.0)
    made = strip(scalar(range(101), noisy), clock, limits=(0, 20), mean=50, digits=2)
    (marker,) = parts(made, Points)
    (number,) = parts(made, Counter)
    np.testing.assert_allclose(marker.values["positions"], [[50, 10]])
    assert number.shown() == "10.000"
    _, band, _, _ = parts(made, Lines)
    assert band.values["vertices"].shape[1:] == (2, 2)
    assert set(np.unique(band.values["vertices"][..., 1])) <= {9.0, 11.0}


def test_a_long_run_is_thinned_to_what_can_be_seen():
    made = strip(scalar(range(18_001), np.ones(18_001)), ValueTracker(0), logarithmic=True)
    *_, whole, _ = parts(made, Lines)
    assert 100 < len(whole.values["vertices"]) <= VERTICES
    np.testing.assert_allclose(whole.values["vertices"][[0, -1], 0], [0, np.log10(18_001)])


@pytest.mark.parametrize("name", ["loss", "$cal(l)_C$"])
def test_name_and_value_stand_on_one_line_within_the_box(name):
    recorded = scalar([0, 1], [1, 0])
    made = Strip(
        BOX, name, recorded, ValueTracker(0), STYLE, colour=STYLE.role("loss"), limits=(0, 1)
    )
    words, value = made[0], made[1]
    assert baseline(words) == pytest.approx(baseline(value))
    assert words.get_left()[0] == pytest.approx(BOX.left)
    assert value.get_right()[0] == pytest.approx(BOX.right)
