"""The recurrent nets are held to what their clip claims, on three seeds."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers.rnn_echo import LAGS, STEPS, TESTS, Config, bits, build, data, echoes

SEEDS = (12345, 1, 2)
SHORT = {"epochs": 220}


@pytest.fixture(scope="module", params=SEEDS)
def run(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return training.record("rnn_echo", seed=request.param, progress=False, **SHORT)


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _rnn_echo
    import _rnn_echo_rows

    yield SimpleNamespace(**{**vars(_rnn_echo_rows), **vars(_rnn_echo)})
    for name in ("_rnn_echo", "_rnn_echo_rows"):
        sys.modules.pop(name)


def test_an_echo_comes_so_many_steps_later():
    x = torch.tensor([[1.0, 0, 1, 1, 0, 0, 1, 0, 1, 1]])
    later = echoes(x)
    assert later.shape == (len(LAGS), 1, 10)
    assert later[0].tolist() == [[0, 1, 0, 1, 1, 0, 0, 1, 0, 1]]
    assert later[2].tolist() == [[0, 0, 0, 1, 0, 1, 1, 0, 0, 1]]


def test_bits_are_fair_and_echoed_across_chunks():
    config = Config(epochs=50)
    x, y = data(config)
    assert x.shape == (config.batch, 51 * config.chunk)
    assert x.unique().tolist() == [0, 1]
    assert abs(x.mean() - 0.5) < 0.03
    assert torch.equal(y[2, :, 3:], x[:, :-3])
    assert not torch.equal(x, bits(*x.shape, config.seed + 1))


def test_a_cell_is_that_of_torch():
    config = Config()
    net = build(config)
    with torch.no_grad():
        net.cell += torch.randn(net.cell.shape, generator=torch.Generator().manual_seed(0))
    x = bits(3, 12, 0)
    found = net(x, net.rest(3))
    for k in range(len(LAGS)):
        own = torch.nn.RNN(1, config.hidden, batch_first=True, dtype=torch.float64)
        with torch.no_grad():
            own.weight_ih_l0.copy_(net.cell[k, :1].T)
            own.weight_hh_l0.copy_(net.cell[k, 1:].T)
            own.bias_ih_l0.copy_(net.cell_bias[k, 0])
            own.bias_hh_l0.zero_()
            said = own(x[..., None])[0] @ net.readout[k] + net.readout_bias[k]
            assert torch.allclose(found[k], own(x[..., None])[0])
            assert torch.allclose(net.logits(found)[k], said[..., 0])


def test_all_nets_begin_alike():
    net = build(Config())
    assert all((each == each[:1]).all() for each in net.parameters())
    assert not net.state.any()


def test_at_first_they_guess(run):
    assert run.tensor("rates", 0) == pytest.approx(0.5, abs=0.1)


def test_four_units_learn_to_hold_four_bits_and_no_more(run):
    rates = dict(zip(LAGS, run.tensor("rates", SHORT["epochs"]), strict=True))
    assert min(rates[lag] for lag in (1, 2, 3)) > 0.98
    assert rates[4] < 0.93
    assert max(rates[lag] for lag in (5, 6, 7, 8)) < 0.85


def test_what_is_said_is_the_echo_of_what_is_heard(run):
    config = Config(seed=run.config["seed"])
    heard = bits(TESTS, STEPS, config.seed + 2)[0, : config.shown].numpy()
    said = run.tensor("said", SHORT["epochs"])
    assert ((said > 0.5) == heard.astype(bool)[np.arange(16) - 3])[3:].all()


def test_another_bit_changes_the_answer_three_steps_later_alone(run, scene):
    config, last = Config(seed=run.config["seed"]), SHORT["epochs"]
    x, names = scene.bits_heard(config), ("cell", "cell_bias", "readout", "readout_bias")
    net = [run.parameters(last)[name][2] for name in names]
    h = scene.states(net[:2], x)
    said = scene.sayings(net[2:], h)
    assert h == pytest.approx(run.tensor("h", last), abs=1e-5)
    assert said == pytest.approx(run.tensor("said", last), abs=1e-5)
    other = scene.states(net[:2], scene.flipped(x, 7, 1))
    answers = np.abs(said - scene.sayings(net[2:], other))
    assert answers[10] > 0.6
    assert np.delete(answers, 10).max() < 0.3
    far = np.linalg.norm(h - other, axis=1)
    assert not far[:7].any()
    assert far[7:11].min() > 1.3 * far[11:].max()


def test_rows_by_hand(scene):
    x = np.array([0.0, 1, 1, 0, 1])
    assert scene.flipped(x, 1, 0.25).tolist() == [0, 0.75, 1, 0, 1]
    assert scene.moved(x, 3, 0).tolist() == [[0, 0], [1, 0]]
    assert scene.moved(x, 3, 1)[:, 0].tolist() == [3, 4]
    assert scene.points(np.arange(8) / 8)[1].tolist() == [2, 0.125]
    assert scene.shaded(np.array([1, 2, 3, 255], np.uint8), [0, 1])[:, 3].tolist() == [0, 255]
    hidden = scene.curtain(16, 4)
    assert hidden[:, 0].tolist() == pytest.approx([3.45, 16, 16, 3.45])
    assert scene.curtain(16, 99)[0, 0] == pytest.approx(15.45)
