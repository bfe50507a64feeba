import copy
from types import SimpleNamespace

import numpy as np
import pytest

from epochreel.runs.scalars import RecordedScalar


def recorded(transform=np.asarray):
    """Loss 100, 10, 1 at epochs 0, 10, 30."""
    values = np.array([0, 10, 30]), np.array([100, 10, 1], np.float32)
    return RecordedScalar(SimpleNamespace(scalar=lambda name: values), "loss", transform)


@pytest.mark.parametrize(
    ("epoch", "value"), [(-5, 100), (0, 100), (5, 55), (10, 10), (20, 5.5), (30, 1), (31, 1)]
)
def test_it_is_linear_between_epochs_and_constant_outside(epoch, value):
    assert recorded()(epoch) == pytest.approx(value)


def test_the_transform_comes_before_the_interpolation():
    logarithm = recorded(np.log10)
    assert logarithm(20) == pytest.approx(0.5)
    assert logarithm.curve.tolist() == [[0, 2], [10, 1], [30, 0]]


def test_the_curve_up_to_an_epoch_ends_at_it():
    scalar = recorded()
    assert scalar.until(20).tolist() == [[0, 100], [10, 10], [20, 5.5]]
    assert scalar.until(10).tolist() == [[0, 100], [10, 10]]
    assert scalar.until(0).tolist() == [[0, 100], [0, 100]]
    assert scalar.at(20).tolist() == [[20, 5.5]]


def test_copies_share_what_was_read():
    scalar = recorded()
    assert copy.deepcopy(scalar) is scalar


@pytest.mark.parametrize("width", [1, 2, 3, 50])
def test_a_mean_is_over_the_epochs_around(width):
    averaged = recorded().mean(width)
    values = np.array([100.0, 10, 1])
    around = {1: values, 2: [100, 55, 5.5], 3: [55, 37, 5.5], 50: [37] * 3}
    if width <= 3:
        np.testing.assert_allclose(averaged.values, around[width])
    assert recorded().mean(1).values.tolist() == values.tolist()
