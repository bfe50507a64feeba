import math

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from epochreel.runs.training import record
from trainers import classifier_unwarp
from trainers.classifier_plain import Config, build, data, energy

SEEDS = (12345, 1, 7)


def test_the_spiral_is_that_of_the_unwinding_classifier():
    assert Config is classifier_unwarp.Config
    assert torch.equal(data(Config())[0], classifier_unwarp.data(Config())[0])


def test_net_is_one_hidden_layer():
    net = build(Config())
    assert sum(parameter.numel() for parameter in net.parameters()) == 300 + 505
    assert net(torch.randn(9, 2)).shape == (9, 5)
    assert build(Config(hidden=3, classes=2))(torch.randn(9, 2)).shape == (9, 2)


def test_energy_by_hand():
    s = torch.tensor([[0.0, 0.0], [math.log(3), 0.0], [1000.0, 0.0]], dtype=torch.float64)
    log2, log4 = math.log(2), math.log(4)
    expected = [[log2, log2], [log4 - math.log(3), log4], [0, 1000]]
    np.testing.assert_allclose(energy(s), expected, atol=1e-12)


def test_energy_is_pushed_down_at_the_right_class_and_up_at_the_others():
    s = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
    energy(s)[1].backward()
    y = torch.tensor([0.0, 1.0, 0.0])
    np.testing.assert_allclose(s.grad, (torch.softmax(s, 0) - y).detach(), atol=1e-6)


def story(monkeypatch, folder, seed, points_per_class):
    """Train, and hold the energies to what is told of them."""
    monkeypatch.setenv("EPOCHREEL_RUNS", str(folder))
    config = Config(seed=seed, points_per_class=points_per_class)
    run = record("classifier_plain", config, progress=False)
    points, labels = data(config)
    net = build(config)
    np.testing.assert_array_equal(run.epochs, np.arange(2001))

    def energies(epoch):
        run.load(net, epoch)
        with torch.no_grad():
            return net(points), energy(net(points))

    right = torch.nn.functional.one_hot(labels, 5).bool()
    _, start = energies(0)
    # As good as no preference: log 5 everywhere.
    assert start.mean(0).sub(math.log(5)).abs().max() < 0.5
    s, end = energies(2000)
    assert end[right].mean() < 0.2 * end[~right].mean()
    assert run.at("accuracy", 2000) > 0.9
    assert run.at("loss", 2000) == pytest.approx(float(cross_entropy(s, labels)), rel=1e-5)
    assert run.at("loss", 2000) == pytest.approx(float(end[right].mean()), rel=1e-5)
    print(run.at("loss", 2000), run.at("accuracy", 2000), end[~right].mean(), end.max())


def test_story_with_a_fifth_of_the_points(monkeypatch, tmp_path):
    story(monkeypatch, tmp_path, SEEDS[0], points_per_class=200)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_story(monkeypatch, tmp_path, seed):
    story(monkeypatch, tmp_path, seed, points_per_class=1000)
