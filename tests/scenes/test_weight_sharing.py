"""What weight_sharing's clip claims: slopes of tied weights add up, which is torch's gradient."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT


@pytest.fixture
def tied(monkeypatch):
    """The class beside the scenes."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    from _weight_sharing import Tied

    yield Tied
    sys.modules.pop("_weight_sharing")


@pytest.mark.parametrize("seed", [39, 12345, 1, 7])
def test_the_matrix_is_the_convolution(tied, seed):
    found = tied(seed)
    assert found.dense @ found.x == pytest.approx(found.s)
    assert found.s == pytest.approx(np.correlate(found.x, found.w))
    assert found.one_hot.sum(axis=1).tolist() == [1] * len(found.places)
    assert found.one_hot @ found.w == pytest.approx(found.dense[tuple(found.places.T)])
    # What is not tied is no weight.
    assert np.count_nonzero(found.dense) == len(found.places) == 18


@pytest.mark.parametrize("seed", [39, 12345, 1, 7])
def test_tied_slopes_add_up_to_the_gradient_of_torch(tied, seed):
    found = tied(seed)
    assert found.slopes == pytest.approx(np.outer(found.g, found.x))
    free = found.slopes[tuple(found.places.T)]
    by_hand = [sum(found.slopes[i, i + k] for i in range(len(found.s))) for k in range(3)]
    assert (found.one_hot.T @ free == by_hand).all()
    assert (found.own == by_hand).all()  # whole numbers: to the last bit
    assert found.added(0).tolist() == [0, 0, 0]
    assert (found.added(len(found.s)) == by_hand).all()
    assert found.added(1) == pytest.approx(found.slopes[0, :3])
    assert found.added(1.5) == pytest.approx(found.slopes[0, :3] + found.slopes[1, 1:4] / 2)


def test_the_gradient_is_that_of_the_cost(tied):
    found = tied()
    target = torch.tensor(found.s - found.g)
    x = torch.tensor(found.x)

    def cost(w):
        windows = x.unfold(0, 3, 1)
        return 0.5 * (windows @ w - target).square().sum()

    w = torch.tensor(found.w)
    for k in range(3):
        step = torch.zeros(3, dtype=torch.float64)
        step[k] = 1e-3
        slope = float(cost(w + step) - cost(w - step)) / 2e-3
        assert slope == pytest.approx(found.own[k])
