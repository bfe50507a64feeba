"""The 4-2-4 encoder is held to what its clip claims, on three seeds."""

import sys
from math import sqrt, tanh

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers.encoder_424 import Config, Sigmoid, build, data, order

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def run(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return training.record("encoder_424", seed=request.param, progress=False)


@pytest.fixture
def encoder(monkeypatch, run):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _encoder_424

    config = Config(**run.config)
    yield _encoder_424, _encoder_424.Encoder(run, data(config).numpy(), order(config))
    sys.modules.pop("_encoder_424")


def test_the_function_takes_one_to_about_itself():
    found = Sigmoid()(torch.tensor([1.0, -3.0], dtype=torch.float64)).tolist()
    assert found == pytest.approx([1.68 * tanh(2 / 3) + 0.05, -1.68 * tanh(2) - 0.15])
    assert found[0] == pytest.approx(1, abs=0.04)


def test_weights_start_within_their_limits_and_every_pattern_has_its_turn():
    first, _, second, _ = (each for part in build(Config()) for each in part)
    for layer, count in ((first, 5), (second, 3)):
        every = torch.cat([each.flatten() for each in layer.parameters()]).abs()
        assert 0.5 * 2.38 / sqrt(count) < every.max() <= 2.38 / sqrt(count)
    turns = np.reshape(order(Config())[:400], (100, 4))
    assert (np.sort(turns, axis=1) == np.arange(4)).all()


def test_a_step_is_that_of_the_slope_over_the_number_of_inputs(run):
    config = Config(**run.config)
    before, after = (
        {name: each.astype(float) for name, each in run.parameters(at).items()} for at in (5, 6)
    )
    net, y = build(config), data(config)[order(config)[5]]
    net.load_state_dict({name: torch.tensor(each) for name, each in before.items()})
    (0.5 * (net(y) - y).square().sum()).backward()
    for name, parameter in net.named_parameters():
        count = 5 if name.startswith("code") else 3
        expected = before[name] - parameter.grad.numpy() / count
        assert after[name] == pytest.approx(expected, abs=1e-5)


def test_all_four_come_back_and_their_codes_are_the_corners_of_a_square(run):
    right = run.scalar("right")[1]
    assert right[0] < 4
    assert (right[200:] == 4).all()
    codes = np.array([run.tensor("codes", at) for at in (200, 300, 400)])
    for each in codes:
        assert len({tuple(corner) for corner in np.sign(each)}) == 4
    assert np.abs(codes[-1]).min() > 0.7
    assert np.abs(codes[-1]).max() < 1.9


def test_each_output_cuts_off_its_own_corner(run, encoder):
    _, net = encoder
    last = net.last
    starts, ends = net.borders(last).transpose(1, 0, 2)
    assert np.linalg.norm(ends - starts, axis=1) == pytest.approx(18)
    for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
        along, apart = end - start, net.codes[last] - start
        side = np.sign(along[0] * apart[:, 1] - along[1] * apart[:, 0])
        assert (side[k] != np.delete(side, k)).all()
        assert len(set(np.delete(side, k))) == 1


def test_the_graph_shows_the_net(run, encoder):
    scene, net = encoder
    given, at = run.parameters(7), 7
    assert net.weights(at)[:8] == pytest.approx(given["code.0.weight"].ravel())
    assert net.weights(at)[8:] == pytest.approx(given["output.0.weight"].ravel())
    assert scene.EDGES[1].tolist() == [1, 4]  # the second input to the first hidden neuron
    assert scene.EDGES[9].tolist() == [5, 6]  # the second hidden neuron to the first output
    nodes, now = net.nodes(at), net.shown[at]
    assert nodes[:4].tolist() == net.y[now].tolist()
    assert nodes[4:6] == pytest.approx(net.codes[at, now])
    assert nodes[6:] == pytest.approx(net.outputs[at, now])
    assert (np.sign(net.tested(2)[6:]) == net.y[2]).all()
    assert net.trails(at)[:, -1] == pytest.approx(net.codes[at])
    assert net.tested(3)[4:6] == pytest.approx(net.codes[-1, 3])
    assert net.held(2, net.last) == pytest.approx(net.tested(2))
