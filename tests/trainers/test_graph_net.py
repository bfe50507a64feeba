"""The graph net is held to what its clip claims, on three seeds."""

import sys
from math import tanh

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers.graph_net import Config, Layer, data

SEEDS = (12345, 4, 5)


@pytest.fixture(scope="module", params=SEEDS)
def runs(request, tmp_path_factory):
    """A run with edges, and one without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return [
            training.record("graph_net", seed=request.param, edges=edges, progress=False)
            for edges in (True, False)
        ]


def test_neighbours_tell_what_nodes_alone_do_not(runs):
    together, alone = (run.scalar("accuracy")[1] for run in runs)
    assert together[-1] >= 0.9
    assert alone[-1] <= 0.65
    assert together[-1] > alone[-1] + 0.3


def test_both_learn_those_that_are_told(runs):
    assert [run.scalar("loss")[1][-1] < run.scalar("loss")[1][0] / 2 for run in runs] == [True] * 2


@pytest.fixture(params=SEEDS)
def society(request, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _graph_net

    yield _graph_net.Society(Config(seed=request.param))
    sys.modules.pop("_graph_net")


def test_means_of_neighbours_are_less_noisy(society):
    by_hand = [society.x[row].mean(axis=0) for row in society.joined]
    assert society.means == pytest.approx(np.array(by_hand), abs=1e-6)
    assert society.off(society.means) < 0.6 * society.off(society.x)


def test_the_edges_are_those_of_the_graph(society):
    assert (society.joined == society.joined.T).all()
    assert not society.joined.diagonal().any()
    assert len(society.pairs) == society.joined.sum() / 2
    into = society.into(20)
    assert set(into[:, 1]) == {20}
    assert sorted(into[:, 0]) == np.flatnonzero(society.joined[20]).tolist()
    inside = society.labels[society.pairs[:, 0]] == society.labels[society.pairs[:, 1]]
    assert inside.mean() > 0.8  # most are friends within a community
    assert [society.told[society.labels == k].sum() for k in range(3)] == [4, 4, 4]


def test_a_layer_adds_the_mean_of_neighbours():
    layer = Layer(2, 1)
    x, joined = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]]), [[1, 2], [0], [0]]
    attention = torch.zeros(3, 3)
    for j, others in enumerate(joined):
        attention[j, others] = 1 / len(others)
    found = layer(x, attention)[:, 0].tolist()
    (u,), (v,), b = layer.U.weight.tolist(), layer.V.weight.tolist(), layer.U.bias.item()
    for j, others in enumerate(joined):
        mean = [sum(float(x[i, c]) for i in others) / len(others) for c in (0, 1)]
        s = b + sum(u[c] * float(x[j, c]) + v[c] * mean[c] for c in (0, 1))
        assert found[j] == pytest.approx(tanh(s), abs=1e-6)


def test_every_node_is_joined_to_two_at_least():
    assert (data(Config(seed=1)).joined.sum(1) >= 2).all()
