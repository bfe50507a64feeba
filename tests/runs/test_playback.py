import copy

import numpy as np
import pytest
import torch

from epochreel import Playback, Recorder, Run, RunError
from epochreel.film.values import digest


def build():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(2, 4),
        torch.nn.Sequential(torch.nn.BatchNorm1d(4), torch.nn.ReLU(inplace=True)),
        torch.nn.Dropout(),
        torch.nn.Linear(4, 3),
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "run"
    net = build()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.5)
    with Recorder.create(path, trainer="mine") as recorder:
        for epoch in range(4):
            recorder.snapshot(epoch, model=net)
            net(torch.randn(16, 2)).square().sum().backward()
            optimiser.step()
    return Run.open(path)


POINTS = np.random.default_rng(0).normal(size=(7, 2))


def by_hand(run, epoch, points=POINTS):
    """The first layer and the whole net, in NumPy, with the formulas of the layers."""
    p = run.parameters(epoch, "model")
    first = points.astype(np.float32) @ p["0.weight"].T + p["0.bias"]
    normal = (first - p["1.0.running_mean"]) / np.sqrt(p["1.0.running_var"] + 1e-5)
    hidden = np.maximum(normal * p["1.0.weight"] + p["1.0.bias"], 0)
    return first, hidden @ p["3.weight"].T + p["3.bias"]


@pytest.mark.parametrize("epoch", [0, 1.25, 3])
def test_agrees_with_numpy_whole_and_by_layer(run, epoch):
    first, last = by_hand(run, epoch)
    output = Playback(run, build(), net="model")(epoch, POINTS)
    assert output.dtype == np.float32
    np.testing.assert_allclose(output, last, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        Playback(run, build(), net="model", layer="0")(epoch, POINTS), first, rtol=1e-5, atol=1e-5
    )
    inner = Playback(run, build(), net="model", layer="1.0")(epoch, torch.tensor(POINTS))
    assert inner.min() < 0 < inner.max()


def test_the_module_is_left_alone(run):
    net = build()
    before = copy.deepcopy(net.state_dict())
    Playback(run, net, net="model", layer="0")(3, POINTS)
    assert net.training
    assert not net[0]._forward_hooks
    assert all((value == before[name]).all() for name, value in net.state_dict().items())


def test_parameters_are_shared_and_read_only(run):
    playback = Playback(run, build(), net="model")
    for name, value in playback.parameters(1.5).items():
        np.testing.assert_array_equal(value, run.parameters(1.5, "model")[name])
        assert not value.flags.writeable
    np.testing.assert_array_equal(
        playback.parameters(2)["0.bias"], run.parameters(2, "model")["0.bias"]
    )


def test_to_the_key_of_a_play_it_is_the_net_and_not_where_it_was_left(run):
    playback, again = (Playback(run, build(), net="model", layer="3") for _ in range(2))
    playback(2, POINTS)
    assert digest(playback) == digest(again)
    assert digest(playback) != digest(Playback(run, build(), net="model"))
    assert digest(playback) != digest(Playback(run, build(), net="model", layer="3", epochs=[0, 2]))
    leaky, other = build(), build()
    for net, slope in ((leaky, 0.1), (other, 0.2)):
        net.append(torch.nn.LeakyReLU(slope))
    assert digest(Playback(run, leaky, net="model")) != digest(Playback(run, other, net="model"))
    assert copy.copy(playback) is playback
    assert copy.deepcopy([playback])[0] is playback


@pytest.mark.parametrize(
    ("module", "options", "message"),
    [
        (build(), {"net": "model", "layer": "9"}, r"no layer '9': its layers are 0, 1, 1\.0, 1\.1"),
        (build(), {"net": "critic"}, "'critic': there are model"),
        (torch.nn.Linear(2, 2), {"net": "model"}, "does not fit"),
    ],
)
def test_refuses(run, module, options, message):
    with pytest.raises(RunError, match=message):
        Playback(run, module, **options)


def test_an_output_that_is_no_tensor_is_a_sentence(run):
    class Pair(torch.nn.Sequential):
        def forward(self, x):
            return x, super().forward(x)

    with pytest.raises(RunError, match=r"a tuple, not a tensor: .*layer="):
        Playback(run, Pair(*build()), net="model")(0, POINTS)


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """A net of rows that are independent, in which one layer is used twice."""
    torch.manual_seed(1)
    twice = torch.nn.Linear(2, 2)
    net = torch.nn.Sequential(twice, torch.nn.Sequential(torch.nn.Tanh(), twice), torch.nn.ReLU())
    path = tmp_path_factory.mktemp("runs") / "chain"
    with Recorder.create(path, trainer="mine") as recorder:
        for epoch in range(3):
            recorder.snapshot(epoch, model=net)
            with torch.no_grad():
                twice.weight += 0.5
    return Run.open(path), net


@pytest.mark.parametrize("epoch", [2, 0, 1.5])
def test_a_layer_that_is_used_twice_is_followed_to_its_last_use(chain, epoch):
    run, net = chain
    values = run.parameters(epoch, "model")
    weight, bias = values["0.weight"].T, values["0.bias"]
    first = POINTS.astype(np.float32) @ weight + bias
    second = np.tanh(first) @ weight + bias
    played = Playback(run, net, net="model", layer="0")(epoch, POINTS)
    np.testing.assert_allclose(played, np.stack([first, second], axis=1), rtol=1e-5, atol=1e-6)
    within = Playback(run, net, net="model", layer="1.0")(epoch, POINTS)
    np.testing.assert_allclose(within, np.tanh(first), rtol=1e-5, atol=1e-6)


def test_what_follows_the_layer_is_not_worked_out(chain):
    run, net = chain
    called = []
    playback = Playback(run, net, net="model", layer="1.0")
    playback._module[2].register_forward_hook(lambda *_: called.append("after"))
    playback._module[1][0].register_forward_hook(lambda *_: called.append("layer"))
    playback(1, POINTS)
    assert "after" not in called


@pytest.mark.parametrize("layer", [None, "0", "1.0", "1.1", "2"])
def test_what_rectifiers_do_in_place_shows_nowhere(tmp_path, layer):
    """Neither in the layer before one, nor in the inputs, nor where one is used several times."""
    shared = torch.nn.ReLU()
    linear, nonlinear = torch.nn.Linear(2, 2), torch.nn.Tanh()
    inner = torch.nn.Sequential(linear, torch.nn.ReLU())
    net = torch.nn.Sequential(shared, inner, torch.nn.Linear(2, 2), shared, nonlinear, shared)
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        recorder.snapshot(0, model=net)
    playback = Playback(Run.open(tmp_path / "run"), net, net="model", layer=layer)
    reached = []
    module = net.get_submodule(layer or "")
    hook = module.register_forward_hook(lambda _, __, output: reached.append(output))
    inputs = torch.tensor(POINTS, dtype=torch.float32)
    before = inputs.clone()
    net(inputs)
    hook.remove()
    expected = reached[0] if len(reached) == 1 else torch.stack(reached, dim=1)
    for _ in range(2):
        np.testing.assert_array_equal(playback(0, inputs), expected.detach())
    assert torch.equal(inputs, before)


def test_slopes_through_a_rectifier_in_place(tmp_path):
    net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        recorder.snapshot(0, model=net)
    (inner, bias, outer, _) = (each.detach().numpy() for each in net.parameters())
    active = POINTS.astype(np.float32) @ inner.T + bias > 0
    slopes = Playback(Run.open(tmp_path / "run"), net, net="model").gradient(0, POINTS)
    np.testing.assert_allclose(slopes, active * outer @ inner, rtol=1e-5, atol=1e-6)
