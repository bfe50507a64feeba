"""What the clips of the ellipse measure is what its trainer says."""

from math import inf

import numpy as np
import pytest
import torch

from epochreel.film import rendering
from trainers.ellipse_ebm import ANGLES, free_energy


@pytest.fixture(scope="module")
def ellipse():
    rendering.clip_class("ellipse_temperature")  # beside which it lies
    from _ellipse import Ellipse

    return Ellipse([2.0, -1.0])


@pytest.mark.parametrize("beta", [inf, 10, 1, 1e-3, 0])
def test_a_free_energy_is_that_of_the_trainer(ellipse, beta):
    points = np.random.default_rng(0).normal(scale=3, size=(4, 50, 2))
    expected = free_energy(torch.tensor(points), ellipse.w, beta, ANGLES).numpy()
    np.testing.assert_allclose(ellipse.free_energy(points, beta), expected, rtol=1e-12, atol=1e-12)
