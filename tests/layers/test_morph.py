"""Morphs are held to rotations known by hand and to scipy's Procrustes."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes

from epochreel.layers.morph import morph, similarity
from epochreel.runs.functions import EPOCH, varying

POINTS = np.random.default_rng(7).normal(size=(50, 2))


def turn(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, s], [-s, c]])


@pytest.mark.parametrize("degrees", [0, 30, 90, 180, 271])
@pytest.mark.parametrize("mirror", [1, -1])
def test_a_similar_figure_is_brought_back_exactly(degrees, mirror):
    matrix = 3.5 * np.diag([1, mirror]) @ turn(degrees)
    found = similarity(POINTS, POINTS @ matrix + [5, -7])
    np.testing.assert_allclose(found, matrix, atol=1e-12)


def test_any_figure_is_brought_as_close_as_scipy_brings_it():
    target = np.tanh(POINTS @ turn(40)) ** 3
    x, y = POINTS - POINTS.mean(0), target - target.mean(0)
    rotation, trace = orthogonal_procrustes(x, y)
    np.testing.assert_allclose(similarity(POINTS, target), rotation * trace / (x**2).sum())


def test_a_morph_begins_at_the_inputs_and_ends_at_the_outputs_of_the_epoch():
    clock = object()
    outputs = varying(lambda epoch: epoch * POINTS, EPOCH)
    moved = morph(2 * POINTS, outputs, clock)
    assert set(moved.clocks) == {clock, EPOCH}

    def at(epoch, t):
        return moved(*({clock: t, EPOCH: epoch}[each] for each in moved.clocks))

    np.testing.assert_allclose(at(9, 0), 2 * POINTS)
    np.testing.assert_allclose(at(9, 1), 9 * POINTS)


@pytest.mark.parametrize(("power", "t", "alpha"), [(2, 0.5, (3**0.5 - 1) / 2), (8, 0.5, 0.25)])
def test_a_morph_speeds_up_as_the_formula_says(power, t, alpha):
    moved = morph(np.zeros((4, 2)), np.ones((4, 2)), object(), power=power)
    np.testing.assert_allclose(moved(t), np.full((4, 2), alpha))
    almost_even = morph(np.zeros((4, 2)), np.ones((4, 2)), object(), power=1e-6)
    np.testing.assert_allclose(almost_even(t), np.full((4, 2), t), atol=1e-5)
