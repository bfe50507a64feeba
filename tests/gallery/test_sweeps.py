import pytest

from epochreel.gallery.sweeps import steps, sweeps


def passages(*epochs):
    """Epochs of the passages through these, which are shown one a frame."""
    found = steps(epochs)
    return [[epoch for _, epoch in found[first : last + 1]] for first, last in sweeps(found)]


def test_a_step_is_where_another_epoch_is_shown():
    assert steps([None, None, 0, 0, 1, 3, 3, None, 3]) == [
        (0, None), (2, 0), (4, 1), (5, 3), (7, None), (8, 3),
    ]  # fmt: skip
    assert steps([]) == []


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [
        ((), []),
        ((None, None), []),
        ((None, 7, 7, None), []),
        ((0, 1, 1, 2), [[0, 1, 2]]),
        ((None, 0, 1, None, 1, 2, None), [[0, 1, None, 1, 2]]),
        ((0, 1, 2, 0, 1, 2, 3), [[0, 1, 2], [0, 1, 2, 3]]),
        ((0, 1, 2, None, 0, 1, 2), [[0, 1, 2], [0, 1, 2]]),
        ((0, 1, 2, 1, 0), [[0, 1, 2], [2, 1, 0]]),
        ((9, 0, 1, 2), [[0, 1, 2]]),
        ((0, 1, 2, 0), [[0, 1, 2]]),
        ((0, 9), [[0, 9]]),
        ((9, 0, 9), [[9, 0]]),
    ],
)
def test_a_sweep_runs_one_way(epochs, expected):
    assert passages(*epochs) == expected
