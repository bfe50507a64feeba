import numpy as np
import pytest

from epochreel.layers.gaps import Gap, outside


def cut(line, **options):
    line = np.array(line, float)
    gap = Gap(**{"centre": np.zeros(2), "half": np.array([2.0, 1]), "turn": 0.0} | options)
    return [part.tolist() for part in outside(line, line, gap)]


def test_a_line_through_a_gap_ends_and_begins_at_its_border():
    assert cut([[-5, 0], [5, 0]]) == [[[-5, 0], [-2, 0]], [[2, 0], [5, 0]]]
    assert cut([[-5, 0], [0, 0], [0, 3]]) == [[[-5, 0], [-2, 0]], [[0, 1], [0, 3]]]


def test_what_is_inside_is_gone_and_what_is_outside_stays():
    assert cut([[-1, 0], [1, 0.5], [0, 0.5]]) == []
    assert cut([[-5, 2], [5, 2], [5, -3]]) == [[[-5, 2], [5, 2], [5, -3]]]
    assert cut([[0, 0], [4, 0]]) == [[[2, 0], [4, 0]]]


def test_a_turned_gap():
    first, second = cut([[0, -5], [0, 5]], turn=90.0)
    assert first[-1] == pytest.approx([0, -2])
    assert second[0] == pytest.approx([0, 2])
    slanted = cut([[-5, 0], [5, 0]], turn=45.0)
    assert slanted[0][-1] == pytest.approx([-np.sqrt(2), 0])


def test_a_line_is_cut_where_it_is_seen_to_cross():
    line = np.array([[0.0, 0], [1, 0]])
    gap = Gap(np.array([5.0, 0]), np.ones(2), 0.0)
    parts = outside(line, 10 * line, gap)
    assert [part.tolist() for part in parts] == [[[0, 0], [0.4, 0]], [[0.6, 0], [1, 0]]]
