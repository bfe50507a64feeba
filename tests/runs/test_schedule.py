import json
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from epochreel import RunError, Schedule, at, every, geometric

epochs = st.integers(0, 10_000)


def taken(schedule, last):
    return [epoch for epoch in range(last + 1) if epoch in schedule]


def test_by_hand():
    assert taken(every(3), 10) == [0, 3, 6, 9]
    assert taken(at([7, 2, 2]), 10) == [2, 7]
    assert taken(geometric(16, 6), 40) == [0, 1, 2, 4, 8, 16]
    assert taken(every(5) | at([1]) | every(7), 15) == [0, 1, 5, 7, 10, 14, 15]


@pytest.mark.parametrize("kind", [np.int64, np.uint8, torch.tensor])
def test_integers_of_any_library_are_integers(kind):
    assert every(kind(2)) == every(2)
    assert at(kind([0, 1, 2])) == at(range(3))
    assert geometric(kind(16), kind(6)) == geometric(16, 6)
    union = every(kind(2)) | at(kind([0, 5])) | geometric(kind(9), kind(3))
    assert Schedule.from_json(json.loads(json.dumps(union.to_json()))) == union


@given(last=st.integers(1, 3_000), data=st.data())
def test_geometric_has_count_epochs_and_both_ends(last, data):
    count = data.draw(st.integers(2, last + 1))
    chosen = taken(geometric(last, count), last + 1)
    assert len(chosen) == count
    assert (chosen[0], chosen[-1]) == (0, last)


@given(last=st.integers(100, 3_000), count=st.integers(4, 40))
def test_geometric_steps_grow(last, count):
    chosen = taken(geometric(last, count), last)
    steps = [after - before for before, after in pairwise(chosen)]
    assert all(later >= earlier - 1 for earlier, later in pairwise(steps))


@given(period=st.integers(1, 50), chosen=st.sets(epochs), epoch=epochs)
def test_union_takes_what_either_takes(period, chosen, epoch):
    union = every(period) | at(chosen)
    assert (epoch in union) == (epoch % period == 0 or epoch in chosen)
    assert Schedule.from_json(union.to_json()) == union


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: every(0), r"every\(0\)"),
        (lambda: every(2.5), r"every\(…\): 2\.5 is no whole number"),
        (lambda: every(None), "None"),
        (lambda: at([3, -1]), "-1"),
        (lambda: at([1.5]), r"at\(…\): 1\.5 is no whole number"),
        (lambda: at([2**63]), "9223372036854775808 is beyond"),
        (lambda: at("a"), "'a' is no whole number"),
        (lambda: at(np.eye(2, dtype=int)), r"array\(\[1, 0\]\) is no whole"),
        (lambda: at(3), r"at\(3\): hand over a list, at\(\[3\]\)"),
        (lambda: geometric(10, 1), "count=1"),
        (lambda: geometric(10, 12), "count=12"),
        (lambda: geometric(9.5, 3), r"last=9\.5.*: 9\.5 is no whole number"),
    ],
)
def test_refuses(make, named):
    with pytest.raises(RunError, match=named):
        make()
