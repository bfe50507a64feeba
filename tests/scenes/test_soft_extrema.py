"""The soft extrema are held to what their clip claims, on three seeds."""

import sys
from math import inf, log

import numpy as np
import pytest
from scipy import special

from epochreel.files import ROOT
from epochreel.panels.thermometer import COLD, HOT, coldness

BETAS = [coldness(at) for at in np.linspace(HOT, COLD, 401)]


@pytest.fixture
def soft(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _soft_extrema

    yield _soft_extrema
    sys.modules.pop("_soft_extrema")


@pytest.fixture(params=(12345, 1, 7))
def numbers(request):
    return np.random.default_rng(request.param).normal(size=5)


def test_from_hot_to_cold_it_rises_from_the_mean_to_the_maximum(soft, numbers):
    heights = np.array([soft.softmax(numbers, beta) for beta in BETAS])
    assert heights[0] == pytest.approx(numbers.mean())
    assert heights[-1] == numbers.max()
    assert (np.diff(heights) > -1e-12).all()
    assert np.abs(np.diff(heights)).max() < 0.05 * np.ptp(numbers)  # no jump at either limit


def test_and_falls_from_the_mean_to_the_minimum(soft, numbers):
    depths = np.array([soft.softmin(numbers, beta) for beta in BETAS])
    assert depths[0] == pytest.approx(numbers.mean())
    assert depths[-1] == numbers.min()
    assert (np.diff(depths) < 1e-12).all()


@pytest.mark.parametrize("beta", [0.01, 0.3, 1, 10, 100])
def test_they_are_logarithms_of_mean_exponentials(soft, numbers, beta):
    summed = special.logsumexp(beta * numbers) / beta
    assert soft.summed(numbers, beta) == pytest.approx(summed)
    assert soft.softmax(numbers, beta) == pytest.approx(summed - log(5) / beta)
    least = -special.logsumexp(-beta * numbers, b=1 / 5) / beta
    assert soft.softmin(numbers, beta) == pytest.approx(least)


def test_a_sum_lies_above_the_maximum_and_has_no_hot_limit(soft, numbers):
    heights = np.array([soft.summed(numbers, beta) for beta in BETAS])
    assert (heights > numbers.max() - 1e-12).all()
    assert heights[-1] == numbers.max()
    assert heights[0] == inf
    assert (np.diff(heights[1:]) < 1e-12).all()


def test_the_shares_are_how_much_each_number_moves_the_soft_maximum(soft, numbers):
    step = 1e-6 * np.eye(5)
    for beta in (0, 0.5, 3, inf):
        slopes = [
            (soft.softmax(numbers + each, beta) - soft.softmax(numbers - each, beta)) / 2e-6
            for each in step
        ]
        assert soft.softargmax(numbers, beta) == pytest.approx(slopes, abs=1e-6)
    assert soft.softargmax(numbers, 2) == pytest.approx(special.softmax(2 * numbers))


def test_both_ends_of_the_scale_have_shares_and_they_turn_into_those_of_the_negatives(
    soft, numbers
):
    assert soft.shares(numbers, HOT, 0) == pytest.approx(0.2)
    assert soft.shares(numbers, COLD, 0).argmax() == numbers.argmax()
    assert soft.shares(numbers, COLD, 1).argmax() == numbers.argmin()
    assert soft.shares(numbers, COLD, 0.5).sum() == pytest.approx(1)
