"""What the clip of random nets claims, on three sets of them."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from trainers.classifier_unwarp import affine_r2

SETS = (0, 100, 200)


@pytest.fixture
def nets(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _random_nets

    yield _random_nets
    for name in ("_random_nets", "_activations"):
        sys.modules.pop(name)


@pytest.mark.parametrize(("function", "module"), [("tanh", torch.nn.Tanh), ("ReLU", torch.nn.ReLU)])
def test_nets_are_those_that_pytorch_makes(nets, function, module):
    torch.manual_seed(3)
    first, second, last = torch.nn.Linear(2, 5), torch.nn.Linear(5, 5), torch.nn.Linear(5, 2)
    made = torch.nn.Sequential(first, module(), second, module(), last)
    points = torch.tensor(nets.POINTS, dtype=torch.float32)
    with torch.no_grad():
        assert nets.net(2, function, 3, nets.POINTS) == pytest.approx(made(points), abs=1e-6)


def test_r2_is_that_of_least_squares_and_of_a_similar_picture(nets):
    outputs = nets.net(4, "ReLU", 1, nets.POINTS)
    expected = affine_r2(torch.tensor(nets.POINTS), torch.tensor(outputs))
    assert nets.affine_r2(nets.POINTS, outputs) == pytest.approx(expected)
    shown = nets.comparable(nets.net(4, "ReLU", 1, nets.SEEN), 3)
    assert nets.affine_r2(nets.POINTS, shown[:1000]) == pytest.approx(expected)
    assert np.abs(shown).max() == pytest.approx(3)
    assert nets.affine_r2(nets.POINTS, nets.POINTS @ [[1, 2], [3, 4]] + 5) == pytest.approx(1)
    assert np.isnan(nets.affine_r2(nets.POINTS, np.ones((1000, 2))))


@pytest.mark.parametrize("first", SETS)
def test_five_nets_bend_the_plane_and_deep_ones_with_relu_more(nets, first):
    shallow, deep = (
        [
            nets.affine_r2(nets.POINTS, nets.net(*kind, seed, nets.POINTS))
            for seed in range(first + 1, first + 6)
        ]
        for kind in ((1, "tanh"), (4, "ReLU"))
    )
    assert max(shallow) < 0.99
    assert np.mean(deep) < np.mean(shallow) - 0.2


@pytest.mark.parametrize("first", SETS)
def test_depth_bends_more_with_relu_and_hardly_with_tanh(nets, first):
    relu, tanh = (
        [np.nanmedian(nets.spread_of_r2(depth, function, first)) for depth in nets.DEPTHS]
        for function in ("ReLU", "tanh")
    )
    assert (np.diff(relu) < 0).all()
    assert relu[0] - relu[-1] > 0.1
    assert abs(tanh[0] - tanh[-1]) < 0.05
    assert min(tanh) > 0.9


def test_a_sketch_has_an_edge_for_each_weight(nets):
    nodes, roles, edges, strengths = nets.sketch(1, 7)
    assert roles.tolist() == ["x"] * 2 + ["h"] * 5 + ["ytilde"] * 2
    assert (len(nodes), len(edges)) == (9, 20)
    (hidden, _), (last, _) = nets.weights(1, 7)
    at = edges.tolist().index([1, 4])
    assert strengths[at] == pytest.approx(abs(hidden[2, 1]) / np.abs(hidden).max())
    at = edges.tolist().index([4, 8])
    assert strengths[at] == pytest.approx(abs(last[1, 2]) / np.abs(last).max())
