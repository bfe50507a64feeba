"""The denoising autoencoder is held to what its clips claim, on three seeds."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.denoising_autoencoder import Config, data, home, pushed_off, spiral

SEEDS = (12345, 1, 7)
QUICK = {"epochs": 1000, "learning_rate": 1e-2}


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("denoising_autoencoder", seed=request.param, progress=False, **QUICK)
    return Recording(run, "denoising_autoencoder")


@pytest.fixture
def arrows(recording):
    """The net's arrows v(y) at the end, for places (N, 2)."""
    net, last = recording.nets(), recording.config.epochs
    return lambda y: net(y.astype(np.float32))(last).astype(float) - y


def others(config):
    """Points that other noise has pushed off."""
    generator = torch.Generator().manual_seed(config.seed + 99)
    return pushed_off(config, generator)[1].numpy().astype(float)


def off(points, config):
    """The way (N, 2) of each of points to the nearest of the spiral."""
    at = torch.tensor(points)
    return (home(at, config) - at).numpy()


def mean_over(points, config):
    """Where points (M, 2) were on average before the noise pushed them off: the best answer.

    Each of the data y counts exp(−‖ŷ − y‖² / 2σ²).
    """
    y = data(config).numpy().astype(float)
    weights = np.exp(-((points[:, None] - y) ** 2).sum(axis=2) / (2 * config.noise**2))
    return weights @ y / weights.sum(axis=1, keepdims=True)


def test_the_data_lie_along_an_arm_of_one_turn_and_a_half():
    points = data(Config()).numpy()
    assert np.linalg.norm(points, axis=1) == pytest.approx(np.linspace(0.2, 1, 140), abs=1e-6)
    angles = np.unwrap(np.arctan2(points[:, 0], points[:, 1]))
    assert angles[-1] - angles[0] == pytest.approx(3 * np.pi, abs=1e-5)


def test_noise_has_its_spread_and_home_is_the_nearest_point():
    config = Config(copies=200)
    y, pushed = pushed_off(config, torch.Generator().manual_seed(1))
    assert (pushed - y).std().item() == pytest.approx(config.noise, rel=0.02)
    assert (pushed - y).mean().abs().item() < 0.002
    # Outside of the last arm's end, whose radius is 1 at an angle of three half turns: (0, −1).
    assert home(torch.tensor([[0.0, -2.0]]), config)[0].numpy() == pytest.approx([0, -1], abs=1e-5)


def test_at_first_arrows_lead_nowhere_and_then_they_shrink(recording):
    net, config = recording.nets(), recording.config
    points = others(config).astype(np.float32)
    assert float(recording.recorded("cosine")(0)) < 0.4
    lengths = [np.linalg.norm(net(points)(epoch) - points, axis=1).mean() for epoch in (0, 100)]
    print(lengths)
    assert lengths[1] < 0.15 * lengths[0]


def test_at_last_arrows_lead_home(recording, arrows):
    config = recording.config
    points = others(config)
    ways, found = off(points, config), arrows(points)
    far = np.linalg.norm(ways, axis=1) > 0.05
    cosines = (
        (ways * found).sum(axis=1) / np.linalg.norm(ways, axis=1) / np.linalg.norm(found, axis=1)
    )
    left = np.linalg.norm(off(points + found, config), axis=1).mean()
    print(cosines[far].mean(), np.linalg.norm(ways, axis=1).mean() / left)
    assert cosines[far].mean() > 0.9
    assert left < 0.5 * np.linalg.norm(ways, axis=1).mean()
    assert float(recording.recorded("cosine")(config.epochs)) > 0.9


def test_the_net_answers_what_is_best(recording, arrows):
    config = recording.config
    points = others(config)
    best = mean_over(points, config) - points
    wrong = np.linalg.norm(arrows(points) - best, axis=1).mean()
    print(wrong / np.linalg.norm(best, axis=1).mean())
    assert wrong < 0.45 * np.linalg.norm(best, axis=1).mean()


def test_arrows_are_short_on_a_ridge_half_way_between_two_arms_and_lead_away_from_it(
    recording, arrows
):
    turns = recording.config.turns
    turn = torch.linspace(0.05, turns - 1, 40)
    inner, outer = (spiral(each / turns, turns).numpy()[:, None] for each in (turn, turn + 1))
    across = inner + np.linspace(0, 1, 101)[:, None] * (outer - inner)
    found = arrows(across.reshape(-1, 2)).reshape(across.shape)
    length = np.linalg.norm(found, axis=2)
    ridge = 25 + length[:, 25:76].argmin(axis=1)
    still = length[np.arange(40), ridge]
    print(still.mean(), length.max(axis=1).mean(), abs(ridge - 50).max())
    assert still.mean() < 0.3 * length.max(axis=1).mean()
    assert abs(ridge - 50).mean() < 8
    way = (outer - inner) / np.linalg.norm(outer - inner, axis=2, keepdims=True)
    outwards = (found * way).sum(axis=2)
    for share, sign in ((-15, -1), (15, 1)):
        assert (sign * outwards[np.arange(40), ridge + share] > 0).mean() > 0.85


# --- where the arrows stand still


@pytest.fixture
def dynamics(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _dynamics

    yield _dynamics
    for name in ("_dynamics", "_arrows_home"):
        sys.modules.pop(name, None)


def test_sinks_and_sources_less_saddles_are_one_at_every_epoch(recording, dynamics):
    net, last = recording.nets(), recording.config.epochs
    zeros = dynamics.standing(net, 1.2, 97)
    angles = np.linspace(0, 2 * np.pi, 200)
    outwards = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    most = 0
    for epoch in (30, 50, 80, 130, 230, 400, 650, last):
        rim = dynamics.field(net, (1.2 * outwards).astype(np.float32))(epoch)
        assert ((rim * outwards).sum(axis=1) < 0).all()
        sinks, sources, saddles = np.bincount(zeros(epoch)[:, 2].astype(int), minlength=3)
        assert sinks + sources - saddles == 1
        most = max(most, saddles)
    print(sinks, sources, saddles)
    assert sinks >= 5 <= saddles
    assert sources >= 2


def test_points_rest_on_the_spiral_and_against_the_arrows_away_from_it(recording, dynamics):
    net, last, config = recording.nets(), recording.config.epochs, recording.config
    found = dynamics.Dynamics(*(each(last) for each in dynamics.layers(net)))
    axis = np.linspace(-1.2, 1.2, 25)
    start = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    ahead, back = (found.flow(start, time)[-1] for time in (8, -8))
    rested = np.linalg.norm(off(ahead, config), axis=1)
    back = back[np.linalg.norm(back, axis=1) < 0.8]
    apart = np.linalg.norm(off(back, config), axis=1)
    print(np.mean(rested < 0.08), rested.max(), len(back), np.median(apart))
    assert np.mean(rested < 0.08) > 0.9
    assert len(back) > 30
    assert np.median(apart) > 0.15
    signs = [dynamics.stability(net, at.astype(np.float32))(last) for at in (ahead, back)]
    assert np.median(signs[0]) < -0.5
    assert np.median(signs[1]) > 0.5
