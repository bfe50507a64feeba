"""The Hopfield network is held to what its clip claims, on three seeds."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from trainers.hopfield import Config, Memory, corrupted, data, pictures

SEEDS = (12345, 1, 7)
FEW = {"sets": 6}


@pytest.fixture(scope="module", params=SEEDS)
def run(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return training.record("hopfield", seed=request.param, progress=False, **FEW)


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _hopfield

    yield _hopfield
    sys.modules.pop("_hopfield")


def test_three_neurons_by_hand():
    net = Memory(1, 3)
    net.store(torch.tensor([[1.0, 1, -1]], dtype=torch.float64))
    third = 1 / 3
    expected = [[0, third, -third], [third, 0, -third], [-third, -third, 0]]
    assert torch.allclose(net.w[0], torch.tensor(expected, dtype=torch.float64))
    states = torch.tensor([[[1.0, 1, -1], [-1, -1, 1], [-1, 1, -1]]], dtype=torch.float64)
    assert net(states)[0].tolist() == pytest.approx([-1, -1, third])
    ends = net.recall(states, torch.tensor([2, 0, 1]))[0]
    assert ends.tolist() == [[1, 1, -1], [-1, -1, 1], [1, 1, -1]]


def test_pictures_are_nearly_at_right_angles():
    y = pictures()
    apart = y @ y.T / y.shape[1] - torch.eye(4)
    assert apart.abs().max() < 0.2


def test_so_many_signs_are_wrong_as_are_asked_for():
    config = Config(sets=2)
    y = data(config)
    assert ((corrupted(config, y) != y).sum(-1) == 20).all()


def test_an_update_never_raises_the_energy():
    config = Config(sets=3)
    y, net = data(config), Memory(3, 100)
    for k in range(25):
        net.store(y[:, k])
    start = corrupted(config, y)
    before = net(start)
    for state in net.updates(start, torch.arange(100)):
        after = net(state)
        assert (after <= before + 1e-9).all()
        before = after
    assert torch.equal(state, (state @ net.w).sign())


def test_few_memories_are_recalled_and_many_are_not(run):
    epochs, rate = run.scalar("rate")
    y = data(Config(**run.config))[0].numpy()
    assert rate[epochs <= 5].min() > 0.97
    assert rate[30] < 0.1
    half = epochs[np.abs(rate - 0.5).argmin()]
    assert 13 <= half <= 19  # 0.14 of very many neurons, and a little more of a hundred
    assert (run.tensor("ends", 4) == y[:4]).all()
    assert ((run.tensor("ends", 30) != y[:4]).sum(axis=1) > 5).all()
    stored = y[:30].T @ y[:30] / 100
    np.fill_diagonal(stored, 0)
    assert run.tensor("w", 30) == pytest.approx(stored)


def test_the_way_down_lies_in_the_landscape_whose_pits_are_the_images(run, scene):
    config = Config(**run.config)
    y = data(config)
    w, start = run.tensor("w", 4).astype(float), corrupted(config, y)[0, 0].numpy()
    path, memories = scene.steepest(w, start), y[0, :4].numpy()
    assert (path[-1] == memories[0]).all()
    assert len(path) == 21
    assert (np.abs(np.diff(path, axis=0)).sum(axis=1) == 2).all()
    assert (np.diff(scene.energy(w, path)) < 0).all()
    land = scene.Landscape(w, memories, path, config.seed)
    high = scene.BETWEEN
    assert (land.state(-np.arange(20, -1, -1), np.full(21, high)) == path).all()
    for memory, at in zip(memories, [(0, high), (high, high), (0, 0), (high, 0)], strict=True):
        assert (land.state(*at) == memory).all()
        x, up = (place + scene.BEYOND for place in at)
        assert land.heights[up, x] == pytest.approx(scene.energy(w, memory))
        for way in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            inwards = [np.sign(high / 2 - place) for place in at]
            out = np.dot(way, inwards) < 0
            steps = np.arange((20 if out else 15) + 1)
            on = land.heights[up + way[1] * steps, x + way[0] * steps]
            assert np.diff(on).min() > -1
            assert on[-1] > on[0] + 12
            far = land.state(at[0] + way[0] * steps[-1], at[1] + way[1] * steps[-1])
            assert (scene.steepest(w, far)[-1] == memory).all()
    places = land.place(np.array([-3.0, -2.5]), np.array([high, high]))
    assert places[0, 2] == pytest.approx(scene.energy(w, path[17]))
    assert places[1, 2] == pytest.approx(scene.energy(w, path[[17, 18]]).mean())
