"""What the clip of activations claims, on three clouds."""

import sys
from math import erf, sqrt

import numpy as np
import pytest
import torch
from torch.nn import functional

from epochreel.files import ROOT

SEEDS = (0, 1, 7)
TORCH = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leaky": lambda x: functional.leaky_relu(x, 0.1),
    "softplus": functional.softplus,
}


@pytest.fixture
def activations(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _activations

    yield _activations
    sys.modules.pop("_activations")


@pytest.fixture(params=SEEDS)
def points(request, activations):
    return activations.cloud(request.param)


@pytest.mark.parametrize("name", TORCH)
def test_functions_are_those_of_torch(activations, name):
    x = np.linspace(-6, 6, 1001)
    assert activations.FUNCTIONS[name](x) == pytest.approx(TORCH[name](torch.tensor(x)).numpy())


def test_a_row_of_functions_goes_from_each_to_the_next(activations):
    row = activations.Journey("identity", "relu", "tanh")
    x = np.array([-2.0, 3.0])
    assert row(0, x).tolist() == [-2, 3]
    assert row(0.25, x).tolist() == [-1.5, 3]
    assert row(1, x).tolist() == [0, 3]
    assert row(2, x) == pytest.approx(np.tanh(x))


def test_relu_puts_half_of_the_points_on_an_axis_and_then_three_quarters(activations, points):
    row = activations.Journey("identity", "relu", "leaky")
    assert activations.on_axes(row.plane(points, 0, 0)) == 0
    assert activations.on_axes(row.plane(points, 1, 0)) == pytest.approx(50, abs=4)
    assert activations.on_axes(row.plane(points, 1, 1)) == pytest.approx(75, abs=4)
    assert activations.on_axes(row.plane(points, 1, 1)) == 100 * (points < 0).any(axis=1).mean()
    assert activations.on_axes(row.plane(points, 2, 2)) == 0


def test_a_steep_tanh_puts_most_points_at_the_edges_of_a_square(activations, points):
    row = activations.Journey("identity", "tanh")
    shares = [activations.at_edges(row.plane(points, 1, 1, steep)) for steep in (1, 2, 3, 4, 5)]
    assert (np.diff(shares) > 0).all()
    inside = erf(np.arctanh(0.9) / 5 / sqrt(2))  # of one number: both are needed
    assert shares[-1] == pytest.approx(100 * (1 - inside**2), abs=2)


def test_lines_along_the_axes_stay_straight_and_turned_ones_do_not(activations):
    for name in TORCH:
        row = activations.Journey("identity", name)
        count = len(activations.GRID) // 2
        upright, level = np.split(row.plane(activations.GRID, 1, 1), [count])
        assert np.ptp(upright[..., 0], axis=1).max() == 0
        assert np.ptp(level[..., 1], axis=1).max() == 0
        line = row.plane(activations.GRID[count // 2 + 1], 1, 1, turn=45)
        sides = line - line[0]
        across = sides[:, 0] * sides[-1, 1] - sides[:, 1] * sides[-1, 0]
        assert np.abs(across).max() / np.linalg.norm(sides[-1]) > 0.05
