"""The net with gates is held to what its clip claims, on three seeds."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers.lstm_gates import CLASSES, STEPS, SUMS, SYMBOLS, Config, build, counted, data, strings

SEEDS = (12345, 1, 2)
LAST = Config().epochs


@pytest.fixture(scope="module", params=SEEDS)
def run(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return training.record("lstm_gates", seed=request.param, progress=False)


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _lstm_gates
    import _lstm_gates_rows
    import _lstm_gates_switches

    found = (_lstm_gates, _lstm_gates_rows, _lstm_gates_switches)
    yield SimpleNamespace(**{name: each for module in found for name, each in vars(module).items()})
    for name in (*(module.__name__ for module in found), "_rnn_echo_rows"):
        sys.modules.pop(name)


def told(run):
    """Strings that nobody was taught, and their classes."""
    return (each.numpy() for each in strings(300, run.config["seed"] + 4))


def test_strings_hold_two_symbols_that_count():
    x, y = strings(500, 0)
    words = ["".join(SYMBOLS[k] for k in string) for string in x.tolist()]
    assert {len(word) for word in words} == {STEPS}
    for word, k in zip(words, y.tolist(), strict=True):
        assert word[0] == "B"
        assert word[-1] == "E"
        assert "".join(symbol for symbol in word if symbol in "XY") == CLASSES[k]
    count = x < 2
    assert count[:, 2:6].sum(1).eq(1).all()
    assert count[:, 10:14].sum(1).eq(1).all()
    assert torch.bincount(y, minlength=4).min() > 90
    x, y = data(Config(epochs=3, batch=5))
    assert x.shape == (4, 5, STEPS)
    assert y.shape == (4, 5)


def test_the_cell_is_that_of_torch():
    net, x = build(Config()), strings(6, 1)[0]
    own = torch.nn.LSTM(len(SYMBOLS), 4, batch_first=True, dtype=torch.float64)
    order = torch.cat([torch.arange(4) + 4 * k for k in (0, 1, 3, 2)])  # torch's is i, f, c̃, o
    with torch.no_grad():
        own.weight_ih_l0.copy_(net.symbols.T[order])
        own.weight_hh_l0.copy_(net.state.T[order])
        own.bias_ih_l0.copy_(net.bias[0, order])
        own.bias_hh_l0.zero_()
        h, (_, c) = own(torch.eye(len(SYMBOLS)).double()[x])
        found = net(x)
    assert torch.allclose(found[2], h)
    assert torch.allclose(found[1][:, -1], c[0])


def test_sums_are_counted_in_bins():
    sums = torch.full((2, 16), 0.5, dtype=torch.float64)
    sums[0, 0], sums[1, 4] = -99, 99
    shares = counted(sums, 4)
    assert shares.shape == (3, len(SUMS) - 1)
    assert shares.sum(1).tolist() == pytest.approx([1, 1, 1])
    assert shares[0, 0] == shares[1, -1] == 1 / 8
    assert shares[2, 5] == 1


def test_by_hand_it_is_the_net(run, scene):
    x = strings(5, 3)[0]
    net = build(Config())
    run.load(net, LAST)
    with torch.no_grad():
        sums, c, h = net(x)
        said = net.logits(h).softmax(1)
    steps, answers = scene.answer(run.parameters(LAST), np.eye(len(SYMBOLS))[x.numpy()])
    assert steps[..., :12] == pytest.approx(sums[..., :12].sigmoid().numpy(), abs=1e-4)
    assert steps[..., 12:] == pytest.approx((c / 2).tanh().numpy(), abs=1e-4)
    assert answers == pytest.approx(said.numpy(), abs=1e-4)


def test_it_learns_to_tell_all(run, scene):
    x, y = told(run)
    assert scene.right(run.parameters(0), x, y) < 0.4
    assert scene.right(run.parameters(LAST), x, y) > 0.98
    string, places = scene.told(Config(seed=run.config["seed"]))
    for k, which in enumerate(np.ndindex(2, 2)):
        heard = scene.heard(string, places, *which)
        assert scene.answer(run.parameters(LAST), heard)[1][k] > 0.9


def test_x_and_y_open_the_gates_that_let_in(run, scene):
    x, _ = told(run)
    found, _ = scene.answer(run.parameters(LAST), np.eye(len(SYMBOLS))[x])
    i, f = found[..., :4], found[..., 4:8]
    count, rest = x < 2, (x > 1) & (x < 6)
    assert i[count].mean() > i[rest].mean() + 0.15
    assert f[rest].mean() > 0.8
    weights = run.parameters(LAST)["symbols"][:, :4]
    assert weights[:2].mean() > 0.5
    assert weights[2:6].mean() < 0
    assert f[rest].mean() > f[count].mean()


def test_the_first_symbol_is_forgotten_before_training_and_kept_after_it(run, scene):
    string, places = scene.told(Config(seed=run.config["seed"]))
    near, far = scene.kept(run.parameters(0), string, places)
    assert far < 0.1 * near
    near, far = scene.kept(run.parameters(LAST), string, places)
    assert far > 0.6 * near


def test_held_open_or_closed_they_lose_the_answer(run, scene):
    x, y = told(run)
    assert scene.right(run.parameters(LAST), x, y, opened=True) < 0.8
    assert scene.right(run.parameters(LAST), x, y, closed=True) < 0.35


def test_answers_are_mixed_from_those_of_strings_and_of_held_gates(scene):
    net = {name: each.detach().numpy() for name, each in build(Config()).named_parameters()}
    x, places = scene.told(Config())
    ways = [
        scene.answer(net, scene.heard(x, places, *which), **held)
        for which, held in (((1, 0), {}), ((1, 1), {}), ((1, 0), {"opened": True}))
    ]
    one, other, opened = (np.concatenate([each.ravel() for each in way]) for way in ways)
    assert scene.mixed(net, x, places, (1, 0), (0, 0)) == pytest.approx(one)
    assert scene.mixed(net, x, places, (1, 0.25), (0, 0)) == pytest.approx(
        0.75 * one + 0.25 * other
    )
    assert scene.mixed(net, x, places, (1, 0), (0.5, 0)) == pytest.approx((one + opened) / 2)
    assert (ways[2][0][:, :4] == 1).all()
    closed = scene.answer(net, scene.heard(x, places, 0, 0), closed=True)[0]
    assert not closed[:, 4:8].any()


def test_rows_by_hand(scene):
    x, places = np.array([6, 0, 2, 1, 7]), np.array([1, 3])
    rows = scene.heard(x, places, 1, 1)
    assert rows.argmax(axis=1).tolist() == [6, 1, 2, 1, 7]
    assert rows.sum(axis=1).tolist() == [1] * 5
    assert [scene.shares(k, 0.5) for k in (0, 1)] == [0, 0]
    assert [scene.shares(k, 0.25) for k in (0, 1)] == [0.5, 0]
    assert scene.standing(3, 0, 1.0).tolist() == [[3, -9]]
    assert scene.standing(3, 1, 1.0).tolist() == [[3, 0]]
    assert scene.switch()[30] == pytest.approx([4.5, 0.25])
