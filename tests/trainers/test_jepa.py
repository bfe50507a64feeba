"""The JEPA is held to what its clip claims, on three seeds."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT
from epochreel.runs import training
from epochreel.runs.recorded import Recording
from tests.filming import SMALL
from trainers.jepa import LENGTH, SIDE, Config, after, build, data, pictures

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("jepa", seed=request.param, progress=False, **SMALL["jepa"])
    return Recording(run, "jepa")


@pytest.fixture
def scene(monkeypatch):
    """The files beside the scene."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _jepa
    import _jepa_pendulum

    yield _jepa, _jepa_pendulum
    for name in ("_jepa", "_jepa_pendulum"):
        sys.modules.pop(name)


@pytest.mark.parametrize("angle", [0.0, 0.5, np.pi / 2, np.pi, -2.0])
def test_the_bob_is_where_the_angle_says(angle):
    picture = pictures(torch.tensor([angle])).reshape(SIDE, SIDE).numpy()
    assert 0 <= picture.min() < 0.01
    assert 0.8 < picture.max() <= 1
    at = (np.arange(SIDE) + 0.5) * 2 / SIDE - 1
    row, column = np.unravel_index(picture.argmax(), picture.shape)
    assert at[column] == pytest.approx(LENGTH * np.sin(angle), abs=1.01 / SIDE)
    assert -at[row] == pytest.approx(-LENGTH * np.cos(angle), abs=1.01 / SIDE)


def test_a_push_turns_and_it_falls_back():
    angles, pushes = torch.tensor([0.0, 0.0, np.pi / 2, -np.pi / 2]), torch.tensor([0, 1, 0, 0.5])
    expected = [0, 0.9, np.pi / 2 - 0.25, -np.pi / 2 + 0.25 + 0.45]
    assert after(angles, pushes).tolist() == pytest.approx(expected)


def test_both_encoders_begin_alike_and_a_predictor_moves_what_it_is_given():
    torch.manual_seed(0)
    nets = build(Config())
    x = pictures(data(Config())[0])
    assert torch.allclose(nets["encoder"](x), nets["alone"](x))
    h, pushes = torch.zeros(3, 2), torch.tensor([[0.0], [1.0], [1.0]])
    moved = nets["predictor"](h, pushes)
    assert moved.shape == (3, 2)
    assert torch.allclose(moved[1], moved[2])
    assert not torch.allclose(moved[0], moved[1])


def test_the_right_future_has_the_lowest_energy(recording, scene):
    world = scene[0].World(recording)
    off, moved = world.error(world.encoder), world.moved()
    print(off, moved)
    assert off < 6
    assert off < 0.25 * moved


def test_without_a_predictor_the_lowest_is_what_is_seen_now(recording, scene):
    world = scene[0].World(recording)
    assert world.error(world.alone) == pytest.approx(world.moved(), abs=2)
    degrees, energies = world.energy(world.alone)(world.last).T
    assert degrees[energies.argmin()] == pytest.approx(0)


def test_the_example_tells_now_from_next(recording, scene):
    module, pendulum = scene
    world = module.World(recording)
    degrees, energies = world.energy(world.encoder)(world.last).T
    right = np.rad2deg(pendulum.stepped(module.NOW, module.PUSHED) - module.NOW)
    assert degrees[energies.argmin()] == pytest.approx(right, abs=12)
    guess = world.encoder(pendulum.seen([module.NOW]))(world.last)
    guess = world.predictor(guess, np.array([[module.PUSHED]], np.float32))(world.last)
    there = world.encoder(pendulum.seen(module.FUTURES))(world.last)
    assert energies == pytest.approx(((there - guess) ** 2).sum(axis=1), abs=1e-4)


def test_it_can_close_its_eyes(recording, scene):
    """Guesses of guesses stay near what happens, though errors add up."""
    module, pendulum = scene
    way = pendulum.drive(module.NOW, pendulum.PUSHES)
    _, dreamt = module.World(recording).dream(module.NOW, pendulum.PUSHES)
    missed = np.rad2deg(np.abs(module.turn(dreamt - way)))
    print(missed)
    assert missed.max() < 30
    assert np.ptp(way) > np.deg2rad(100)


def test_embeddings_keep_the_order_of_angles(recording, scene):
    """They are a ring that goes around once."""
    world = scene[0].World(recording)
    h = world.found(world.encoder)
    across, up = (h - h.mean(axis=0)).T
    angles = np.unwrap(np.arctan2(up, across))
    closed = np.append(
        angles, angles[0] + 2 * np.pi * np.round((angles[-1] - angles[0]) / 2 / np.pi)
    )
    assert abs(closed[-1] - closed[0]) == pytest.approx(2 * np.pi)


def test_a_way_comes_to_rest_at_each_step(scene):
    pendulum, way = scene[1], np.array([0.0, 1.0, 3.0])
    assert [pendulum.between(way, at) for at in (0, 1, 2, 0.5, 1.5)] == [0, 1, 3, 0.5, 2]
    slow = pendulum.between(way, 0.01) - pendulum.between(way, 0)
    assert slow < 0.001
    gone = pendulum.track(way, 1)
    assert gone[-1].tolist() == [1, 1]
    assert pendulum.arrow(way, [0.5, -0.5], 1.5).shape == (2, 1, 2)
