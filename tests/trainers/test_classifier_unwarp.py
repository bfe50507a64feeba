import math
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from epochreel.runs.recorded import Recording
from epochreel.runs.training import record
from trainers import classifier_unwarp
from trainers.classifier_unwarp import Config, affine_r2, build, data

SEEDS = (12345, 1, 7)


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    return tmp_path


def test_data_follow_the_formula():
    points, labels = data(Config())
    assert points.shape == (5000, 2)
    assert points.dtype == torch.float32
    assert labels.dtype == torch.int64
    np.testing.assert_array_equal(labels, np.repeat(np.arange(5), 1000))
    for arm in range(5):
        x, y = points[labels == arm].double().numpy().T
        t = np.arange(1000) / 999
        np.testing.assert_allclose(np.hypot(x, y), 0.2 + 0.8 * t, atol=1e-6)
        # The angle is taken from the second axis; what is left of it is .2 ε. Noise inside the
        # bracket of the written formula would have a standard deviation of .25.
        rest = np.arctan2(x, y) - 2 * math.pi / 5 * (2 * t + arm)
        rest = (rest + math.pi) % (2 * math.pi) - math.pi
        assert abs(rest.mean()) < 0.025
        assert abs(rest.std() - 0.2) < 0.02


def test_first_and_last_point_of_each_arm_without_noise(monkeypatch):
    monkeypatch.setattr(torch, "randn", lambda *size, **_: torch.zeros(*size))
    points, _ = data(Config(classes=4, points_per_class=3))
    expected = [  # a quarter turn on per arm; within an arm 0, ¼ and ½ turn more
        [[0, 0.2], [0.6, 0], [0, -1]],
        [[0.2, 0], [0, -0.6], [-1, 0]],
        [[0, -0.2], [-0.6, 0], [0, 1]],
        [[-0.2, 0], [0, 0.6], [1, 0]],
    ]
    np.testing.assert_allclose(points.reshape(4, 3, 2), expected, atol=1e-6)


def test_data_depend_on_the_config_alone():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    points, _ = data(Config())
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(points, data(Config())[0])
    assert not torch.equal(points, data(Config(seed=1))[0])


def test_net_is_an_affine_plane_and_a_linear_classifier():
    net = build(Config())
    assert sum(parameter.numel() for parameter in net.parameters()) == 300 + 202 + 15
    points = torch.randn(9, 2)
    embedded = net.embedding(points)
    assert embedded.shape == (9, 2)
    weight, bias = net.classifier.weight, net.classifier.bias
    assert weight.shape == (5, 2)
    assert torch.allclose(net(points), embedded @ weight.T + bias, atol=1e-6)
    assert build(Config(hidden=3, classes=2))(points).shape == (9, 2)


def test_affine_r2_by_hand():
    x = torch.tensor([[-1.0], [0.0], [1.0]])
    assert affine_r2(x, 3 * x - 2) == pytest.approx(1)
    assert affine_r2(x, x**2) == pytest.approx(0)
    # x has sum of squares 2, all explained; x² has 2/3, none of it: 1 − (2/3) / (8/3).
    assert affine_r2(x, torch.cat([x, x**2], dim=1)) == pytest.approx(0.75)


def story(run, config):
    """Hold a run to what is told of it."""
    points, labels = data(config)
    net = build(config)

    def embedding(epoch):
        run.load(net, epoch)
        with torch.no_grad():
            return net.embedding(points)

    def rms(h):
        return float(h.square().sum(1).mean().sqrt())

    assert run.complete
    np.testing.assert_array_equal(run.epochs, np.arange(2001))
    start, identity, end = (embedding(epoch) for epoch in (0, 300, 2000))
    assert 0.2 < rms(start) < 0.5
    assert affine_r2(points, identity) > 0.95
    assert affine_r2(points, end) < 0.85
    assert 4 < rms(end) < 9
    epochs, accuracy = run.scalar("accuracy")
    assert epochs[-1] == 2000
    assert accuracy[-1] > 0.98
    # Until the identity is learnt, straight boundaries cannot tell the arms apart.
    assert accuracy[300] < 0.7

    for epoch in (0, 300, 2000):  # the loss is that of the parameters beside it
        run.load(net, epoch)
        with torch.no_grad():
            s = net(points)
        assert run.at("loss", epoch) == pytest.approx(float(cross_entropy(s, labels)), rel=1e-5)
        assert run.at("accuracy", epoch) == pytest.approx(
            float((s.argmax(1) == labels).sum()) / len(labels)
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_story_with_few_points(recorded, seed):
    run = recorded("classifier_unwarp", seed=seed)
    story(run, Recording(run).config)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_story(runs, seed):
    config = Config(seed=seed)
    story(record("classifier_unwarp", config, progress=False), config)


def test_the_same_run_twice(tmp_path, monkeypatch):
    parameters = []
    for folder in ("first", "second"):
        monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / folder))
        run = record("classifier_unwarp", epochs=20, points_per_class=50, progress=False)
        parameters.append(run.parameters(20, "net"))
    assert parameters[0].keys() == dict(build(Config()).named_parameters()).keys()
    for name, values in parameters[0].items():
        np.testing.assert_array_equal(values, parameters[1][name])


def test_runs_as_a_program(runs, monkeypatch, capsys):
    arguments = ["classifier_unwarp.py", "--epochs", "2", "--points-per-class", "4"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(classifier_unwarp.__file__, run_name="__main__")
    assert stopped.value.code == 0
    shown = capsys.readouterr()
    assert Path(shown.out.strip()).parent == runs
    assert "epoch 2 of 2" in shown.err
