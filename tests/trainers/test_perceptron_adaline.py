"""Both rules and the filter are held to what their clip claims, on three seeds."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers.perceptron_adaline import (
    BLOCK,
    PATH,
    Config,
    adaline,
    data,
    perceptron,
    sound,
)

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def run(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return training.record("perceptron_adaline", seed=request.param, progress=False)


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _adaptive_filter
    import _perceptron_adaline

    yield _perceptron_adaline, _adaptive_filter
    for name in ("_adaptive_filter", "_perceptron_adaline"):
        sys.modules.pop(name)


def weights(run, name):
    return np.array([run.tensor(name, epoch) for epoch in run.epochs], dtype=float)


def vector(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def test_rules_by_hand():
    w, x = vector(1, -2), vector(3, 1)  # s = 1
    one = vector(1)[0]
    assert perceptron(w, x, one, 0.5).tolist() == [1, -2]
    assert perceptron(w, x, -one, 0.5).tolist() == [-0.5, -2.5]
    assert adaline(w, x, one, 0.5).tolist() == [1, -2]
    assert adaline(w, x, -one, 0.5).tolist() == [-2, -3]  # y − s = −2


@pytest.mark.parametrize("target", [1.0, -1.0])
def test_each_rule_follows_the_slope_of_its_loss(scene, target):
    rules, _ = scene
    w, x, step = np.array([0.3, -0.8]), np.array([1.1, 0.7]), 1e-6
    for rule, loss in ((perceptron, rules.perceptron_loss), (adaline, rules.adaline_loss)):
        moved = rule(vector(*w), vector(*x), torch.tensor(target), 1.0).numpy() - w
        slope = [
            (loss((w + d) @ x, target) - loss((w - d) @ x, target)) / (2 * step)
            for d in step * np.eye(2)
        ]
        assert moved == pytest.approx(-np.array(slope), abs=1e-6)


def test_the_perceptron_jumps_by_wrong_samples_and_rests_when_none_is(run, scene):
    config = Config(**run.config)
    x, y = (each.numpy() for each in data(config))
    path, wrong = weights(run, "perceptron"), run.scalar("perceptron_wrong")[1]
    moves = np.diff(path, axis=0)
    jumps = np.flatnonzero(np.abs(moves).sum(axis=1))
    assert len(jumps) == 6
    for at in jumps:
        shown = run.tensor("shown", at)
        assert np.abs(moves[at]) == pytest.approx(config.jump * np.abs(shown))
        assert (path[at] @ shown) * (moves[at] @ shown) <= 0
    assert jumps[-1] < 40
    assert wrong[0] > 0.8
    assert (wrong[jumps[-1] + 1 :] == 0).all()
    rules, _ = scene
    found = [
        rules.Rule(run, name, loss, x, y)
        for name, loss in (
            ("perceptron", rules.perceptron_loss),
            ("adaline", rules.adaline_loss),
        )
    ]
    assert found[0].jumps.tolist() == (jumps + 1).tolist()
    assert 0 < found[0].closest < 0.5 * found[1].closest
    assert found[0].energy(path[-1:]) == 0
    high = rules.REACH
    assert np.abs(found[1].path).max() < high
    assert np.abs(x).max() < high
    assert found[1].boundary(17.5) @ found[1].w(17.5) == pytest.approx(0)


def test_adaline_rolls_to_about_the_bottom_of_its_bowl(run):
    x, y = (each.numpy() for each in data(Config(**run.config)))
    path, loss = weights(run, "adaline"), run.scalar("loss")[1]
    best = np.linalg.lstsq(x, y)[0]
    least = ((y - x @ best) ** 2).mean()
    assert (np.abs(np.diff(path, axis=0)).sum(axis=1) > 0).all()
    assert np.linalg.norm(path[-40:].mean(axis=0) - best) < 0.2
    assert loss[0] > 3
    assert loss[-100:].mean() < least + 0.05
    assert run.scalar("adaline_wrong")[1][-1] == 0


def test_the_filter_finds_the_path_and_leaves_the_voice(run, scene):
    config = Config(**run.config)
    voice, heard, last = (each.numpy() for each in sound(config))
    assert heard[100] == pytest.approx(voice[100] + last[100] @ PATH)
    assert last[101, 1:] == pytest.approx(last[100, :-1])
    assert run.tensor("taps", 300) == pytest.approx(PATH, abs=0.06)
    heard_by = scene[1].Filter(run, config)
    assert heard_by.left[: BLOCK * 300] == pytest.approx(heard - heard_by.made)
    assert heard_by.gone[0] == 0
    assert heard_by.gone[-1] > 21
    half = len(voice) // 2
    assert np.corrcoef(heard[half:], voice[half:])[0, 1] < 0.7
    assert np.corrcoef(heard_by.left[half:], voice[half:])[0, 1] > 0.99
