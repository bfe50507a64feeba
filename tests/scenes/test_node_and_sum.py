"""What node_and_sum's clip claims: what copies forward adds backward, as does its matrix."""

import sys

import numpy as np
import pytest

from epochreel.files import ROOT

SEEDS = 1, 7, 12345


@pytest.fixture
def joint(monkeypatch):
    """The class beside the scenes, of numbers drawn from a seed."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    from _joint import Joint

    def make(name, inputs, outputs, seed):
        numbers = np.random.default_rng(seed).normal(size=inputs + outputs).tolist()
        return Joint(name, numbers[:inputs], numbers[inputs:])

    yield make
    sys.modules.pop("_joint")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_node_copies_forward_and_adds_backward(joint, seed):
    node = joint("node", 1, 3, seed)
    assert (node.s == node.x).all()
    assert node.back == pytest.approx([sum(node.g)])
    assert node.G.tolist() == [[1], [1], [1]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sum_adds_forward_and_copies_backward(joint, seed):
    both = joint("sum", 3, 1, seed)
    assert both.s == pytest.approx([sum(both.x)])
    assert (both.back == both.g).all()
    # It is the node's matrix, transposed.
    assert (both.G == joint("node", 1, 3, seed).G.T).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_maximum_routes_both_ways(joint, seed):
    largest = joint("max", 3, 1, seed)
    k = int(largest.x.argmax())
    assert largest.s == largest.x[k]
    assert largest.back.tolist() == [largest.g[0] if i == k else 0 for i in range(3)]
    assert largest.G.tolist() == [[float(i == k) for i in range(3)]]


@pytest.mark.parametrize("seed", SEEDS)
def test_many_nodes_are_a_matrix_of_one_hot_rows(joint, seed):
    many = joint("many", 3, 5, seed)
    assert many.G.sum(axis=1).tolist() == [1] * 5
    assert many.G @ many.x == pytest.approx(many.s)
    picked = many.G.argmax(axis=1)
    added = [sum(g for g, j in zip(many.g, picked, strict=True) if j == i) for i in range(3)]
    assert many.back == pytest.approx(added)
    assert many.G.T @ many.g == pytest.approx(many.back)
    assert many.added(0).tolist() == [0, 0, 0]
    assert many.added(5) == pytest.approx(many.back)
    assert many.added(1.5) == pytest.approx(many.g[0] * many.G[0] + many.g[1] * many.G[1] / 2)
