import copy
import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from epochreel import EPOCH, Net, Recorder, Run, RunError, recorded, varying
from epochreel.runs import training
from epochreel.runs.recorded import Recording

Y = np.random.default_rng(0).normal(size=(9, 2)).astype(np.float32)


@dataclasses.dataclass(frozen=True)
class Config:
    epochs: int = 4
    seed: int = 0


def build(config=None):
    torch.manual_seed(config.seed if config else 0)
    first = torch.nn.Sequential(
        *(torch.nn.Linear(2, 5), torch.nn.Tanh()), torch.nn.Sequential(torch.nn.Linear(5, 1))
    )
    return {"encoder": first, "decoder": torch.nn.Linear(1, 2)}


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """The run, and deep copies of both nets at each of its epochs."""
    path = tmp_path_factory.mktemp("runs") / "run"
    nets, kept = build(), []
    optimiser = torch.optim.SGD([p for net in nets.values() for p in net.parameters()], lr=0.1)
    with Recorder.create(path, trainer="mine", config={"epochs": 4, "seed": 0}) as recorder:
        for epoch in range(5):
            kept.append(copy.deepcopy(nets))
            loss = (nets["decoder"](nets["encoder"](torch.tensor(Y))) - torch.tensor(Y)).square()
            recorder.snapshot(epoch, **nets, loss=loss.mean(), attention=loss.detach())
            optimiser.zero_grad()
            loss.mean().backward()
            optimiser.step()
    return Run.open(path), kept


@pytest.fixture
def run(states):
    return states[0]


@pytest.fixture
def pair(run):
    return [Net(run, module, name) for name, module in build().items()]


@pytest.fixture
def trainer(monkeypatch):
    module = SimpleNamespace(Config=Config, build=build)
    monkeypatch.setattr(training, "find", lambda name: module)


@pytest.mark.parametrize("epoch", [0, 3, 4])
def test_composed_nets_are_what_torch_makes_of_them(states, pair, epoch):
    f, g = pair
    nets = states[1][epoch]
    y = torch.tensor(Y, requires_grad=True)
    code = nets["encoder"](y)
    made = nets["decoder"](code)
    error = (g(f(Y)) - Y)[:, 0] ** 2
    (slope,) = torch.autograd.grad(code.sum(), y)
    expected = {
        f(Y): code,
        g(f(Y)): made,
        g(f(torch.tensor(Y))): made,
        error: (made - y)[:, 0] ** 2,
        np.linalg.norm(g(f(Y)) - Y, axis=1): (made - y).norm(dim=1),
        f.gradient(Y): slope,
        f.layer("0")(Y): nets["encoder"][0](y),
        f.layer("2").layer("0")(Y): code,
        f["2.0.weight"]: nets["encoder"][2][0].weight,
        g(f["2.0.bias"].reshape(1, 1)): nets["decoder"](nets["encoder"][2][0].bias[None]),
    }
    for function, values in expected.items():
        assert function.clocks == (EPOCH,)
        np.testing.assert_allclose(function(epoch), values.detach(), rtol=1e-5, atol=1e-6)


def test_between_snapshots_parameters_are_interpolated(states, pair):
    weight = [nets["encoder"][0].weight.detach().numpy() for nets in states[1]]
    expected = 0.75 * weight[1] + 0.25 * weight[2]
    np.testing.assert_allclose(pair[0]["0.weight"](1.25), expected, rtol=1e-6)
    bias = pair[0]["0.bias"](1.25)
    np.testing.assert_allclose(pair[0].layer("0")(Y)(1.25), Y @ expected.T + bias, rtol=1e-5)


def test_epochs_thin_the_snapshots(states, run):
    weight = [nets["decoder"].weight.detach().numpy() for nets in states[1]]
    net = Net(run, build()["decoder"], "decoder", epochs=[0, 4])
    np.testing.assert_allclose(net["weight"](1), 0.75 * weight[0] + 0.25 * weight[4], rtol=1e-6)


def test_a_net_follows_the_clocks_of_its_inputs(states, pair):
    share = varying(lambda t: t, "share")
    moving = pair[0](share * Y)
    assert moving.clocks == (EPOCH, "share")
    expected = states[1][2]["encoder"](0.5 * torch.tensor(Y)).detach()
    np.testing.assert_allclose(moving(2, 0.5), expected, rtol=1e-5)


def test_several_inputs(run):
    class Add(torch.nn.Linear):
        def forward(self, h, other):
            return super().forward(h) + other

    net, h, other = Net(run, Add(1, 2), "decoder"), np.ones((3, 1)), np.arange(6.0).reshape(3, 2)
    weight, bias = net["weight"](1), net["bias"](1)
    np.testing.assert_allclose(net(h, other)(1), h @ weight.T + bias + other, rtol=1e-6)


class Counting(torch.nn.Linear):
    forwards = 0

    def forward(self, x):
        Counting.forwards += 1
        return super().forward(x)


def test_a_net_is_evaluated_once_an_epoch_and_input_however_many_ask(run, monkeypatch):
    g = Net(run, Counting(1, 2), "decoder")
    f = Net(run, build()["encoder"], "encoder")
    monkeypatch.setattr(Counting, "forwards", 0)
    asking = [g(f(Y)), g(f(Y.copy())) - Y, g(f(torch.tensor(Y))).sum(axis=1), g(1 * f(Y))]
    for epoch in (1, 1, 2):
        for function in asking:
            function(epoch)
    assert Counting.forwards == 2
    g(f(Y + 1))(2)
    assert Counting.forwards == 3


def test_what_is_remembered_does_not_grow_with_the_frames(pair):
    share = varying(lambda t: t, "share")
    moving = pair[0](share * Y)
    for t in range(100):
        moving(2, t)
    assert len(pair[0]._outputs) <= 32


def test_nets_are_shared_by_copies_and_show_what_decides_the_pixels(pair):
    f = pair[0]
    assert copy.deepcopy([f])[0] is copy.copy(f) is f
    assert vars(f) == {"playback": f.playback}
    assert f.__digest__() is f.playback
    assert f.layer("0") is f.layer("0")


def test_scalars_and_tensors(run):
    epochs, losses = run.scalar("loss")
    loss, attention = recorded(run, "loss"), recorded(run, "attention")
    assert loss(2) == losses[2]
    assert loss(2.5) == pytest.approx((losses[2] + losses[3]) / 2)
    np.testing.assert_array_equal(attention(2), run.tensor("attention", 2))
    ratio = attention.mean() / loss
    assert ratio.clocks == (EPOCH,)
    np.testing.assert_allclose([ratio(epoch) for epoch in epochs], 1, rtol=1e-6)
    assert attention.operation.__digest__() == {"name": "attention", "digest": run.digest}


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda run: recorded(run, "los"), r"no scalar or tensor 'los'; did you mean 'loss'\?"),
        (lambda run: Net(run, build()["decoder"], "decoder")["wight"], "did you mean 'weight'"),
        (lambda run: Net(run, build()["encoder"], "encoder").layer("9"), "no layer '9'"),
        (lambda run: Recording(run).nets("decode"), r"no net 'decode' .*mean 'decoder'\?"),
        (lambda run: Recording(run).nets(), "has 2 nets, not one; .*: encoder, decoder"),
        (lambda run: Recording(run).nets(build()["decoder"]), "has 2 nets, not one"),
    ],
)
def test_an_unknown_name_is_a_sentence(run, trainer, ask, sentence):
    with pytest.raises(RunError, match=sentence):
        ask(run)


def test_a_recording_builds_its_nets_by_their_trainer(run, trainer):
    recording = Recording(run)
    assert recording.config == Config()
    f, g = recording.nets("encoder", "decoder")
    assert recording.nets("decoder") is g
    assert recording.nets("decoder", epochs=[0, 4]) is not g
    np.testing.assert_array_equal(
        g(f(Y))(3),
        Net(run, build()["decoder"], "decoder").playback(3, f(Y)(3)),
    )
    np.testing.assert_array_equal(recording.recorded("loss")(1), run.at("loss", 1))


def test_a_net_that_the_trainer_no_longer_builds_is_a_sentence(run, monkeypatch):
    module = SimpleNamespace(Config=Config, build=lambda config: build()["encoder"])
    monkeypatch.setattr(training, "find", lambda name: module)
    with pytest.raises(RunError, match="'mine' builds no net 'encoder'; choose from net"):
        Recording(run).nets("encoder")


def test_the_only_net_needs_no_name_and_a_module_no_trainer(tmp_path):
    net = torch.nn.Linear(2, 1)
    with Recorder.create(tmp_path / "run", trainer="nobody") as recorder:
        recorder.snapshot(0, classifier=net)
    run = Run.open(tmp_path / "run")
    expected = net(torch.tensor(Y)).detach()
    np.testing.assert_allclose(Recording(run).nets(net)(Y)(0), expected, rtol=1e-5, atol=1e-6)
    with pytest.raises(RunError, match="no trainer 'nobody' in trainers/"):
        Recording(run).nets()
