"""A small graph keeps to its box and writes its numbers where they belong."""

import numpy as np
import pytest

from epochreel.layers import Lines
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset
from epochreel.panels.graph import Graph

STYLE = load()
BOX = Box(-2, -1, 3, 1.5)


def graph(**options):
    return Graph(BOX, STYLE, x=(0, 4), y=(0, 10), x_marks={0: "0", 4: "4"}, **options)


def words(mobject):
    return [part for part in mobject if isinstance(part, Typeset)]


@pytest.mark.parametrize("marks", [None, {0: "0", 10: "10"}])
def test_everything_stays_within_the_box(marks):
    drawn = graph(y_marks=marks, name="E(z)")
    points = np.concatenate([m.points for m in drawn.get_family() if len(m.points)])
    axes = drawn.panel.corners()
    assert axes[0, 0] >= BOX.left
    assert axes[0, 1] > BOX.bottom
    assert points[:, 1].max() <= BOX.top + 1e-9
    for word in words(drawn):
        assert word.get_left()[0] >= BOX.left - 0.1
        assert word.get_bottom()[1] >= BOX.bottom - 0.1


def test_the_limits_lie_inside_the_panel_by_the_room_for_marks():
    panel = graph().panel
    corner = panel.to_scene(0, 0) - panel.corners()[0]
    np.testing.assert_allclose(corner[:2], 0.16)


def test_numbers_stand_below_and_beside_their_values():
    drawn = graph(y_marks={10: "10"})
    zero, four, ten = words(drawn)
    panel = drawn.panel
    assert zero.get_center()[0] == pytest.approx(panel.to_scene(0, 0)[0])
    assert four.get_center()[0] == pytest.approx(panel.to_scene(4, 0)[0])
    assert ten.get_center()[1] == pytest.approx(panel.to_scene(0, 10)[1])
    assert ten.get_right()[0] < panel.to_scene(0, 10)[0]
    assert zero.get_top()[1] < panel.to_scene(0, 0)[1]


def test_there_is_an_upright_axis_where_it_is_marked():
    (flat,) = [part for part in graph() if isinstance(part, Lines)]
    (both,) = [part for part in graph(y_marks={0: "0"}) if isinstance(part, Lines)]
    assert len(flat.values["vertices"]) == 1
    assert both.values["vertices"][1].tolist() == [[0, 0], [0, 10]]
