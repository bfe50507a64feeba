"""What logic_neurons' clip claims: gates are neurons, no line is XOR, diodes take an extremum."""

import itertools
import sys

import numpy as np
import pytest
from scipy.optimize import linprog

from epochreel.files import ROOT

BITS = [*itertools.product((0, 1), (0, 1))]


@pytest.fixture
def beside(monkeypatch):
    """The modules beside the scene: of neurons, and of diodes."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _diodes
    import _logic_neurons

    yield _logic_neurons, _diodes
    for name in ("_logic_neurons", "_diodes"):
        sys.modules.pop(name)


@pytest.fixture
def logic(beside):
    return beside[0]


@pytest.fixture
def diodes(beside):
    return beside[1]


@pytest.mark.parametrize(
    ("kind", "truth"),
    [
        ("and", lambda a, b: a and b),
        ("or", lambda a, b: a or b),
        ("nand", lambda a, b: not (a and b)),
        ("not", lambda a, _: not a),
    ],
)
def test_neurons_sharpen_into_gates(logic, kind, truth):
    weights = np.array(logic.GATES[kind])
    for bits in BITS:
        soft, sharp = (logic.neuron(np.array(bits), weights, k) for k in (logic.SOFT, logic.SHARP))
        wanted = float(truth(*bits))
        by_hand = 1 / (1 + np.exp(-logic.SHARP * (weights[:2] @ bits + weights[2])))
        assert sharp == pytest.approx(by_hand)
        assert abs(sharp - wanted) < 0.01 < 0.05 < abs(soft - wanted) < 0.5


def separable(wanted):
    """Whether a line has these corners on its side, by linear programming."""
    signs = np.where(wanted, 1, -1)[:, None]
    rows = -signs * np.column_stack([BITS, np.ones(4)])
    return linprog(np.zeros(3), A_ub=rows, b_ub=-np.ones(4), bounds=(None, None)).success


def test_no_line_is_xor_and_three_corners_are_the_most(logic):
    order = [BITS.index(tuple(corner)) for corner in logic.CORNERS.astype(int)]
    xor = np.array([a != b for a, b in BITS])
    assert (xor[order] == logic.XOR).all()
    assert not separable(xor)
    reached = [wanted for wanted in itertools.product((False, True), repeat=4) if separable(wanted)]
    assert len(reached) == 14  # all functions of two bits but XOR and its opposite
    most = max(int((np.array(wanted) == xor).sum()) for wanted in reached)
    assert logic.most_right() == most == 3
    counts = [logic.right(at).sum() for at in np.linspace(3, 4, 101)]
    assert {*counts} == {1, 2, 3}


def test_the_way_of_the_line_passes_the_gates(logic):
    for at, kind in ((0, "and"), (1, "or"), (2, "not"), (3, "or"), (3.5, "nand"), (4, "or")):
        assert logic.weights(at) == pytest.approx(logic.GATES[kind])
        line = logic.boundary(at)
        *w, b = logic.GATES[kind]
        assert line @ w + b == pytest.approx(np.zeros(2))
    assert [logic.summed(kind) for kind in ("and", "not")] == ["x_1 + x_2 - 1.5", "- x_1 + 0.5"]


def test_two_layers_fold_the_plane_and_are_xor(logic):
    moved = logic.hidden(logic.CORNERS)
    assert moved[1] == pytest.approx(moved[2])  # two corners meet
    truth = [[0, 1], [1, 1], [1, 1], [1, 0]]  # OR and NAND of each
    assert moved == pytest.approx(np.array(truth), abs=0.01)
    assert logic.exclusive(logic.CORNERS) == pytest.approx(1.0 * logic.XOR, abs=0.01)


def test_a_half_adder_adds(logic):
    assert [(a, b) for a, b, *_ in logic.sums()] == BITS
    for a, b, carry, total in logic.sums():
        assert a + b == 2 * carry + total


def test_diodes_take_the_larger_or_turned_around_the_smaller(diodes, logic):
    pairs = np.array([diodes.voltages(at) for at in np.linspace(0, 1, 41)])
    assert diodes.output(pairs, 0) == pytest.approx(np.maximum(*pairs.T))
    assert diodes.output(pairs, 1) == pytest.approx(np.minimum(*pairs.T))
    assert ((pairs > 0) & (pairs < 1)).all()
    assert diodes.output(logic.CORNERS, 0).tolist() == [a or b for a, b in logic.CORNERS]
    assert diodes.output(logic.CORNERS, 1).tolist() == [a and b for a, b in logic.CORNERS]


def test_current_flows_through_the_diode_that_wins(diodes):
    for at in np.linspace(0, 1, 41):
        pair = diodes.voltages(at)
        if abs(pair[0] - pair[1]) > diodes.EVEN:
            assert diodes.winning(at, 0).argmax() == pair.argmax()
            assert diodes.winning(at, 1).argmax() == pair.argmin()
            assert sorted(diodes.winning(at, 0)) == [0, 1]
    low, high = diodes.resistor(0), diodes.resistor(1)
    assert low[0] == pytest.approx(high[0])
    assert low[-1][1] == -high[-1][1] == diodes.FOOT
    there, back = (diodes.current(0.01, turned) for turned in (0, 1))
    assert there.shape == back.shape == (2 * diodes.DOTS, 2)
    assert there[1, 0] > diodes.current(0, 0)[1, 0]
    assert back[1, 0] < diodes.current(0, 1)[1, 0]
    corners = diodes.levels(0)[:, 1], diodes.levels(1)[:, 1]
    assert (corners[0] == corners[1]).all()
