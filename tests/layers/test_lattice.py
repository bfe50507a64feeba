import math

import numpy as np
import pytest

from epochreel.errors import ClipError
from epochreel.layers import Energy, flow, lattice


def test_a_lattice_is_a_meshgrid_row_by_row_from_below():
    points = lattice((-1, 1), (0, 3), 5, 4)
    expected = np.stack(np.meshgrid(np.linspace(-1, 1, 5), np.linspace(0, 3, 4)), axis=-1)
    assert points.dtype == np.float32
    assert points.reshape(4, 5, 2) == pytest.approx(expected)


@pytest.mark.parametrize("shape", [(1, 4), (4, 1)])
def test_a_lattice_spans_an_area(shape):
    with pytest.raises(ClipError, match="spans no area"):
        lattice((0, 1), (0, 1), *shape)


def test_an_energy_is_a_function_of_the_clocks():
    points = lattice((0, 4), (0, 2), 5, 3)
    energy = Energy(lambda epoch, at, p: epoch * p[:, :1] + at * p[:, 1:], points)
    values = energy(10, 1)
    assert values.shape == (3, 5)
    assert values[2].tolist() == [2, 12, 22, 32, 42]


def test_an_energy_is_one_number_a_point():
    with pytest.raises(ClipError, match=r"6 points must be as many numbers, not .* \(6, 2\)"):
        Energy(lambda epoch, p: p, lattice((0, 1), (0, 1), 3, 2))(0)


def test_a_flow_is_of_second_order():
    def turn(points):
        return points[:, ::-1] * [-1, 1]

    errors = []
    for steps in (20, 40):
        path = flow(turn, [[1, 0], [0, 2]], math.pi / 2 / steps, steps)
        assert path.shape == (2, steps + 1, 2)
        assert path[:, 0].tolist() == [[1, 0], [0, 2]]
        errors.append(np.abs(path[:, -1] - [[0, 1], [-2, 0]]).max())
    assert errors[1] < 0.005
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)


def test_a_flow_runs_backwards():
    there = flow(lambda p: p, [[1, 1]], 0.01, 50)[:, -1]
    back = flow(lambda p: p, there, -0.01, 50)[:, -1]
    assert back == pytest.approx(np.ones((1, 2)), abs=1e-4)
