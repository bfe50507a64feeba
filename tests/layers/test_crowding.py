"""Boxes that give way, against the rule applied to every pair in turn."""

import numpy as np
import pytest

from epochreel.layers.crowding import ROOM, ease, make_room


def by_hand(shown, centres, halves):
    shown = shown.copy()
    for i in range(len(shown)):
        for j in range(i):
            apart = max(np.abs(centres[i] - centres[j]) / (halves[i] + halves[j]))
            shown[i] *= 1 - ease((ROOM - apart) / (ROOM - 1)) * shown[j]
    return shown


@pytest.mark.parametrize("count", [0, 1, 7, 150])
def test_every_box_fades_as_far_as_one_before_it_is_shown_and_near(count):
    generator = np.random.default_rng(count)
    centres = generator.random((count, 2)) * [20, 10]
    halves = generator.uniform(0.1, 1, (count, 2))
    shown = generator.random(count)
    expected = by_hand(shown, centres, halves)
    make_room(shown, centres, halves)
    np.testing.assert_allclose(shown, expected, rtol=1e-12)


def test_the_earlier_one_stays_and_nothing_jumps():
    seen = []
    for x in np.linspace(0, 2.5, 251):
        shown = np.ones(2)
        make_room(shown, np.array([[0.0, 0], [x, 0]]), np.ones((2, 2)))
        assert shown[0] == 1
        seen.append(shown[1])
    assert seen[200] == 0  # they touch
    assert seen[220] == pytest.approx(1)
    assert np.abs(np.diff(seen)).max() < 0.1


def test_what_is_nowhere_is_in_nobody_s_way():
    shown = np.array([0.0, 1, 1])
    make_room(shown, np.array([[np.nan, 0], [0, 0], [np.nan, np.nan]]), np.ones((3, 2)))
    assert shown.tolist() == [0, 1, 1]
