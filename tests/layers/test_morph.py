"""Morphs are held to rotations known by hand and to scipy's Procrustes."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes

from epochreel.layers.morph import Morph, similarity

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
    morph = Morph(lambda epoch, x: epoch * x, POINTS.reshape(5, 10, 2), 2 * np.eye(2))
    np.testing.assert_allclose(morph(9, 0), 2 * POINTS.reshape(5, 10, 2), rtol=1e-5)
    np.testing.assert_allclose(morph(9, 1), 9 * POINTS.reshape(5, 10, 2), rtol=1e-5)


@pytest.mark.parametrize(("power", "t", "alpha"), [(2, 0.5, (3**0.5 - 1) / 2), (8, 0.5, 0.25)])
def test_a_morph_speeds_up_as_the_formula_says(power, t, alpha):
    morph = Morph(lambda epoch, x: x + 1, np.zeros((4, 2)), np.eye(2), power=power)
    np.testing.assert_allclose(morph(0, t), np.full((4, 2), alpha))
    almost_even = Morph(lambda epoch, x: x + 1, np.zeros((4, 2)), np.eye(2), power=1e-6)
    np.testing.assert_allclose(almost_even(0, t), np.full((4, 2), t), atol=1e-5)
