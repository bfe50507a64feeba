import numpy as np
import pytest
from manim import ValueTracker

from epochreel.layers.bars import Bars
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.panels.chart import Chart

BOX = Box(-2, -1, 2, 1)


def test_the_places_of_a_vector_stand_inside_the_box():
    chart = Chart(BOX, "bold(s)", 5, ValueTracker(0), load("dark"), limits=(-8, 8))
    left, right = chart.panel.to_scene(0, 0), chart.panel.to_scene(4, 0)
    assert BOX.left < left[0] < right[0] < BOX.right
    assert left[1] == pytest.approx((chart.panel.box.bottom + chart.panel.box.top) / 2)
    words, number, _ = chart.submobjects
    for mobject in (words, number):
        assert mobject.get_left()[0] >= BOX.left - 1e-6
        assert mobject.get_top()[1] <= BOX.top + 0.02
    assert number.get_right()[0] < chart.panel.box.left
    assert words.get_bottom()[1] > chart.panel.box.top


def test_a_name_is_no_wider_than_its_chart():
    narrow = Box(-0.5, -1, 0.5, 1)
    name = 'op("softargmax")(bold(s))'
    words, *_ = Chart(narrow, name, 5, ValueTracker(0), load("dark"), limits=(0, 1))
    assert words.width == pytest.approx(narrow.width)
    assert words.get_left()[0] == pytest.approx(narrow.left)


def test_marks_follow_the_clock_of_the_chart():
    clock = ValueTracker(0)
    chart = Chart(BOX, "bold(s)", 3, clock, load("dark"), limits=(0, 1))
    bars = Bars(chart.panel, lambda epoch: np.full(3, epoch))
    clock.set_value(0.5)
    bars.update()
    assert bars.values["heights"].tolist() == [0.5, 0.5, 0.5]
