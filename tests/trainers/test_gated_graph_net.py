"""The residual gated graph net is held to what its clip claims, on three seeds."""

import sys
from math import exp

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers import graph_net
from trainers.gated_graph_net import BROKEN, Config, Gated, build, data, measure, society

SEEDS = (12345, 4, 5)
EPOCHS = 100  # half of the clip's, in which all that it says holds as well


@pytest.fixture(scope="module", params=SEEDS)
def runs(request, tmp_path_factory):
    """A run with gates, and one with gates held half open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        given = {"seed": request.param, "epochs": EPOCHS, "progress": False}
        return [training.record("gated_graph_net", gated=gated, **given) for gated in (True, False)]


def test_with_gates_more_come_out_right(runs):
    gated, held = (run.scalar("accuracy")[1] for run in runs)
    assert gated[-1] >= 0.78
    assert held[-1] <= 0.72
    assert gated[-1] > held[-1] + 0.1
    assert gated[0] == held[0]  # one start


def test_gates_for_what_broken_nodes_say_close(runs):
    healthy, broken = (runs[0].scalar(name)[1] for name in ("healthy", "broken"))
    assert healthy[0] == broken[0] == 0.5
    assert healthy[-1] > 0.4
    assert broken[-1] < 0.2
    for name in ("healthy", "broken"):
        assert (runs[1].scalar(name)[1] == 0.5).all()


def test_nearly_every_gate_tells_broken_from_healthy(runs):
    """As the edges that are shown do: one of each kind, drawn at random, stand in this order."""
    config = Config(**runs[0].config)
    joined, lamp = society(config).joined.numpy() > 0, data(config)[0, :, 2].numpy() > 0
    opened = runs[0].tensor("open", EPOCHS)
    healthy, broken = (opened[joined & each] for each in (~lamp, lamp))
    assert (healthy[:, None] > broken).mean() > 0.95


def test_a_layer_weighs_what_neighbours_say_by_its_gates():
    """By hand, for two units and three nodes."""
    torch.manual_seed(1)
    layer = Gated(2, gated=True)
    for weight in (layer.D.weight, layer.E.weight):
        torch.nn.init.normal_(weight)
    x, joined = torch.randn(3, 2), torch.tensor([[0.0, 1, 1], [1, 0, 0], [1, 0, 0]])
    h, gates = (each[0].tolist() for each in layer(x[None], joined))
    weights = {name: getattr(layer, name).weight.tolist() for name in "UVDE"}
    b, given = layer.U.bias.tolist(), x.tolist()

    def times(name, i, k):
        return sum(m * v for m, v in zip(weights[name][k], given[i], strict=True))

    for i in range(3):
        others = [j for j in range(3) if joined[i, j]]
        for k in range(2):
            opened = {j: 1 / (1 + exp(-times("D", j, k) - times("E", i, k))) for j in others}
            heard = sum(opened[j] * times("V", j, k) for j in others) / sum(opened.values())
            found = given[i][k] + max(0, times("U", i, k) + b[k] + heard)
            assert h[i][k] == pytest.approx(found, abs=1e-5)
            for j in others:
                assert gates[i][j][k] == pytest.approx(opened[j], abs=1e-6)


def test_held_gates_hear_the_mean():
    net = build(Config(gated=False))
    x, joined = data(Config())[:1], society(Config()).joined
    z = net.lift(x)
    mean = (joined / joined.sum(1, keepdim=True)) @ net.layer.V(z)
    h = z + torch.relu(net.layer.U(z) + mean)
    assert net(x, joined)[0].detach().numpy() == pytest.approx(
        torch.tanh(net.plane(h)).detach().numpy(), abs=1e-6
    )
    assert not net.layer.D.weight.requires_grad


def test_a_third_break_and_say_noise():
    labels = society(Config()).labels
    x = measure(labels, 2000, torch.Generator().manual_seed(3)).numpy()
    broken = x[..., 2] == 1
    assert set(np.unique(x[..., 2])) == {0.0, 1.0}
    assert broken.mean() == pytest.approx(BROKEN, abs=0.01)
    middles = graph_net.SCALE * graph_net.middles(graph_net.Config()).numpy()
    for k in range(3):
        each = x[:, labels == k, :2]
        assert each[~broken[:, labels == k]].mean(axis=0) == pytest.approx(middles[k], abs=0.02)
        assert each[broken[:, labels == k]].mean(axis=0) == pytest.approx([0, 0], abs=0.05)
    assert x[broken, :2].std() == pytest.approx(3 * graph_net.SCALE, rel=0.02)


def test_a_half_of_an_edge_belongs_to_its_speaker(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _graph_net_gates

    places, pairs = np.array([[0.0, 0], [4, 0], [4, 2]]), np.array([[0, 1], [1, 2]])
    points, lines, (speakers, hearers) = _graph_net_gates.halves(places, pairs)
    found = {
        (speaker, hearer): points[line].tolist()
        for speaker, hearer, line in zip(speakers, hearers, lines, strict=True)
    }
    assert found == {
        (0, 1): [[0, 0], [2, 0]],
        (1, 0): [[4, 0], [2, 0]],
        (1, 2): [[4, 0], [4, 1]],
        (2, 1): [[4, 2], [4, 1]],
    }
    for name in ("_graph_net_gates", "_graph_net"):
        sys.modules.pop(name)
