"""A strip shows the value of its epoch, on the axes it says."""

from types import SimpleNamespace

import numpy as np
import pytest
from manim import ValueTracker

from epochreel.layers import Areas, Canvas, Counter, Lines, Points
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.notation.maths import baseline
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
    (band,) = parts(made, Areas)
    np.testing.assert_allclose(np.abs(band.values["corners"][:, 1] - 10), 1)


def test_the_band_holds_four_fifths_of_the_values_and_no_outlier():
    values = np.tile(np.arange(101.0), 20)  # 0 … 100 in turn: their deciles are 10 and 90
    values[7::101] = 5000
    made = strip(scalar(range(len(values)), values), ValueTracker(0), limits=(0, 200), mean=202)
    corners = parts(made, Areas)[0].values["corners"]
    upper, lower = np.split(corners, 2)
    assert upper[:, 0].tolist() == lower[::-1, 0].tolist()
    middle = (upper[:, 0] > 200) & (upper[:, 0] < len(values) - 200)
    np.testing.assert_allclose(upper[middle, 1], 91, atol=1.5)
    np.testing.assert_allclose(lower[::-1][middle, 1], 11, atol=1.5)


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_band_of_noise_is_smooth(logarithmic):
    epochs = np.arange(18_001)
    noise = np.exp(np.random.default_rng(4).normal(size=len(epochs)))
    made = strip(scalar(epochs, noise), ValueTracker(0), mean=50, logarithmic=logarithmic)
    upper, _ = np.split(parts(made, Areas)[0].values["corners"], 2)
    heights = upper[:, 1] if logarithmic else np.log10(upper[:, 1])
    # a window of n values moved by a share of itself: its quantile moves by far less than it errs
    assert np.abs(np.diff(heights)).max() < 0.2


@pytest.mark.parametrize("box", [BOX, Box(0, 0, 1.2, 0.7)])
@pytest.mark.parametrize(("epoch", "value"), [(0, 0), (10, 100), (0, 100), (10, 0)])
def test_the_marker_is_whole_at_the_ends_of_its_curve(box, epoch, value):
    clock = ValueTracker(epoch)
    flat = scalar([0, 10], [value, value])
    made = Strip(box, "loss", flat, clock, STYLE, colour=STYLE.role("loss"), limits=(0, 100))
    (marker,) = parts(made, Points)
    canvas = Canvas(np.zeros((1080, 1080, 4), np.uint8), 8.0, 8.0)
    marker.draw(canvas)
    covered = canvas.pixels[..., 3].sum() / 255
    assert covered == pytest.approx(np.pi * STYLE.size.marker**2, rel=0.01)


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
