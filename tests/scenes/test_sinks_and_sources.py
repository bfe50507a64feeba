"""The dynamics of the clip against fields that are known by hand."""

import sys

import numpy as np
import pytest
from scipy.optimize import brentq

from epochreel.files import ROOT

AXIS = np.linspace(-1.6, 1.6, 65)
LATTICE = np.stack(np.meshgrid(AXIS, AXIS), axis=-1)


@pytest.fixture
def dynamics(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _dynamics

    yield _dynamics
    for name in ("_dynamics", "_arrows_home"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("matrix", "kind"),
    [
        (np.diag([0.5, 0.2]), "SINK"),
        (0.5 * np.array([[0, -1], [1, 0]]), "SINK"),  # in turns
        (np.diag([2, 3]), "SOURCE"),
        (np.diag([0.5, 2]), "SADDLE"),
    ],
)
def test_a_linear_net_stands_still_in_one_place(dynamics, matrix, kind):
    bias = np.array([0.3, -0.2])
    found = dynamics.Dynamics(matrix, bias).zeros(LATTICE)
    expected = np.linalg.solve(np.eye(2) - matrix, bias)
    assert found == pytest.approx(np.array([[*expected, getattr(dynamics, kind)]]))


def test_nine_places_of_a_net_of_two_units(dynamics):
    # v = tanh(2y) − y on either axis: a source at 0, sinks where it is 0 once more.
    net = dynamics.Dynamics(2 * np.eye(2), np.zeros(2), np.eye(2), np.zeros(2))
    found = net.zeros(LATTICE)
    far = brentq(lambda y: np.tanh(2 * y) - y, 0.5, 1)
    at = np.array([-far, 0, far])
    expected = [
        [x, y, (dynamics.SINK, dynamics.SADDLE, dynamics.SOURCE)[int(x == 0) + int(y == 0)]]
        for x in at
        for y in at
    ]
    assert found[np.lexsort(np.rint(1e3 * found[:, 1::-1]).T)] == pytest.approx(
        np.array(expected), abs=1e-8
    )


def test_slopes_are_those_of_small_steps(dynamics):
    draw = np.random.default_rng(12345).normal
    net = dynamics.Dynamics(*(draw(size=s) for s in ((9, 2), 9, (7, 9), 7, (2, 7), 2)))
    at, step = draw(size=(20, 2)), 1e-6
    v, slopes = net.jacobian(at)
    assert v == pytest.approx(net(at))
    for axis, side in enumerate(step * np.eye(2)):
        measured = (net(at + side) - net(at - side)) / (2 * step)
        assert slopes[:, :, axis] == pytest.approx(measured, abs=1e-6)


def test_points_flow_with_the_arrows_and_against_them(dynamics):
    net = dynamics.Dynamics(np.diag([0.5, 0.0]), np.zeros(2))  # v = (−x / 2, −y)
    start = np.array([[0.4, -0.3], [0.1, 0.2]])
    for time in (2.0, -2.0):
        frames = net.flow(start, time)
        assert len(frames) == 21
        assert frames[0] == pytest.approx(start)
        assert frames[-1] == pytest.approx(start * np.exp([-time / 2, -time]), rel=4e-3)
    clock = object()
    moved = dynamics.at_time(frames, clock)
    assert moved.clocks == (clock,)
    assert moved(0.475) == pytest.approx((frames[9] + frames[10]) / 2)
    assert moved(1) == pytest.approx(frames[-1])
