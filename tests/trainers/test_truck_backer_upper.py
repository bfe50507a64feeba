"""The truck is held to mechanics, and its emulator and controller to their clip, on three seeds."""

from math import pi

import numpy as np
import pytest
import torch

from epochreel.runs import training
from trainers._truck import (
    HELD,
    SPEED,
    STEPS,
    TRAILER,
    TRUCK,
    arrived,
    drive,
    jackknifed,
    move,
    placed,
    rates,
    starts,
)
from trainers.truck_backer_upper import TRIED, Config, build, data

SEEDS = (12345, 1, 7)
SHORT = {"epochs": 40, "emulated": 10, "emulator_steps": 40, "transitions": 4000}


def states(*rows):
    """States (N, 6) of rows x, y, θ₀, θ₁."""
    return placed(*torch.tensor(rows, dtype=torch.float64).T)


@pytest.fixture(scope="module", params=SEEDS)
def run(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return training.record("truck_backer_upper", seed=request.param, progress=False, **SHORT)


def rolled(x, y, theta0, theta1, phi, distance, count=20_000):
    """Two rigid bars whose wheels do not slip, pulled by the front axle in small steps.

    The front axle goes where its wheels point; bars keep their length, so that each rear axle
    follows along its own bar. No rate of an angle is used.
    """
    front = np.array([x + TRUCK * np.cos(theta0), y + TRUCK * np.sin(theta0)])
    hitch = np.array([x, y])
    end = hitch - TRAILER * np.array([np.cos(theta1), np.sin(theta1)])
    step = distance / count / np.cos(phi)  # the hitch goes the distance, the front axle more
    for _ in range(count):
        along = (front - hitch) / TRUCK
        heading = np.arctan2(along[1], along[0]) + phi
        front = front + step * np.array([np.cos(heading), np.sin(heading)])
        hitch = followed(hitch, along, front, TRUCK)
        end = followed(end, (hitch - end) / np.linalg.norm(hitch - end), hitch, TRAILER)
    angles = [np.arctan2(*(a - b)[::-1]) for a, b in ((front, hitch), (hitch, end))]
    return np.array([*hitch, angles[0], *end, angles[1]])


def followed(axle, along, towed, length):
    """Where an axle goes along its bar so that the bar's other end is where it is towed."""
    gap = towed - axle
    ahead = gap @ along
    return axle + (ahead - np.sqrt(ahead**2 - gap @ gap + length**2)) * along


@pytest.mark.parametrize("phi", [0.4, -0.7, 0.0])
@pytest.mark.parametrize("bent", [0.5, -0.3])
def test_the_truck_is_two_bars_on_wheels_that_do_not_slip(phi, bent):
    """The sign of θ̇₁ too: backwards a bend grows."""
    start, ticks, fine = [10.0, 1.0, 0.2 + bent, 0.2], 5, 1000
    x, y, theta0, theta1 = (torch.tensor([each], dtype=torch.float64) for each in start)
    for _ in range(ticks * fine):
        change = rates(theta0, theta1, torch.tensor([phi], dtype=torch.float64))
        x, y, theta0, theta1 = (
            a + b / fine for a, b in zip((x, y, theta0, theta1), change, strict=True)
        )
    wanted = rolled(*start, phi, ticks * SPEED, 2000)
    assert placed(x, y, theta0, theta1)[0].numpy() == pytest.approx(wanted, abs=1e-3)
    if phi == 0:
        assert abs(float(theta0 - theta1)) > abs(bent)


def test_a_step_by_hand():
    found = move(states([10, 2, 0, 0]), torch.tensor([0.0], dtype=torch.float64))
    assert found[0].tolist() == pytest.approx([10 + HELD * SPEED, 2, 0, 6 + HELD * SPEED, 2, 0])


def test_the_trailer_stays_at_its_hitch():
    before, _, after = data(Config(transitions=100))
    for each in (before, after):
        assert (each[:, :2] - each[:, 3:5]).norm(dim=1).numpy() == pytest.approx(TRAILER)


def test_who_is_jackknifed_and_who_has_arrived():
    given = states([4, 0, 0.1, 0], [4, 0.6, 0, 0], [3.9, 0, 0.3, 0.3], [4, 0, pi / 2, 0])
    given = torch.cat([given, states([4.1, 0, 0, 0])])
    assert jackknifed(given).tolist() == [False, False, False, True, False]
    assert arrived(given).tolist() == [True, False, False, False, False]


def test_drives_end_at_the_dock_or_jackknifed():
    start = states([7, 0, 0, 0], [15, 0, 0.5, 0])
    ended = drive(lambda state: 0 * state[:, 0], start)
    assert ended.shape == (2, STEPS + 1, 6)
    assert -0.5 < float(ended[0, -1, 3]) <= 0
    assert arrived(ended[:, -1]).tolist() == [True, False]
    assert jackknifed(ended[:, -1]).tolist() == [False, True]
    assert torch.equal(ended[1, -1], ended[1, -2])


def test_lessons_lead_from_near_and_straight_to_far_and_turned():
    near, far = (
        starts(share * torch.ones(500), torch.Generator().manual_seed(3)) for share in (0, 1)
    )
    assert float(near[:, 3].max()) < 3.01 < 12.99 < float(far[:, 3].min())
    assert float(near[:, 4:].abs().max()) < 0.11
    assert float(far[:, 4].abs().max()) > 4.5
    assert float(far[:, 5].abs().max()) > 0.7
    assert not jackknifed(far).any()


def test_the_emulator_has_the_published_shape():
    emulator = build(Config(transitions=100))["emulator"]
    shapes = [tuple(each.shape) for each in emulator.parameters()]
    assert shapes == [(45, 7), (45,), (6, 45), (6,)]


def test_the_emulator_comes_to_know_the_world_and_stays(run):
    _, error = run.scalar("error")
    assert error[0] > 0.9
    assert error[10] < 0.12
    assert (error[11:] == error[10]).all()


def test_untaught_it_folds_up(run):
    assert run.scalar("jackknifed")[1][0] > 0.95
    assert (run.scalar("success")[1][:11] < 0.05).all()


def test_from_lesson_to_lesson_more_arrive(run):
    _, success = run.scalar("success")
    assert success[15] < 0.4 < 0.5 < success[25]
    assert success[40] > 0.85
    assert run.scalar("jackknifed")[1][40] < 0.12


def test_what_arrives_are_true_drives(run):
    """Each of their steps is one of the truck, not of the emulator."""
    drives = torch.tensor(run.tensor("drives", 40))
    tried = starts(torch.ones(TRIED), torch.Generator().manual_seed(run.config["seed"] + 2))
    assert torch.equal(drives[:, 0], tried[: len(drives)])
    length = (drives[..., :2] - drives[..., 3:5]).norm(dim=-1)
    assert length.numpy() == pytest.approx(TRAILER)
