"""The four plans are held to what their clip claims, on three seeds."""

import numpy as np
import pytest
import torch

from epochreel.runs import training
from trainers.tricycle import GOAL, Config, build, costs, data, drive, price

SEEDS = (12345, 1, 7)
NAMES = "arrive", "rest", "hurry", "touch"


@pytest.fixture(scope="module", params=SEEDS)
def run(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return training.record("tricycle", seed=request.param, progress=False)


def drives(run, epoch):
    """The distance of each plan to the goal (4, T + 1), and its speed, (4, T + 1)."""
    states = run.tensor("states", epoch)
    return np.hypot(*(states[..., :2] - GOAL).transpose(2, 0, 1)), states[..., 3]


def test_a_drive_by_hand():
    turn = np.arctan(0.5)
    states = drive(torch.tensor([[[0, 0.5], [turn, 0], [0, -1]]], dtype=torch.float64))[0]
    wanted = [[0, 0, 0, 1], [1, 0, 0, 1.5], [2.5, 0, 0.75, 1.5]]
    wanted += [[2.5 + 1.5 * np.cos(0.75), 1.5 * np.sin(0.75), 0.75, 0.5]]
    assert states.numpy() == pytest.approx(np.array(wanted))


def test_costs_by_hand():
    states = torch.tensor([[0.0, 0, 0, 1], [5, 3, 0, 2], [6, 1, 0, 3]], dtype=torch.float64)
    found = {name: float(price(cost, states)) for name, (cost, _) in costs(Config()).items()}
    soft = -np.log(np.exp(-40) + np.exp(-10)) / 10
    assert found == pytest.approx({"arrive": 1, "rest": 10, "hurry": 2.5, "touch": soft})


def test_all_plans_start_alike():
    u = build(Config()).u
    assert tuple(costs(Config())) == NAMES
    assert len({each.data_ptr() for each in u}) == 4
    assert all((each == data(Config())).all() for each in u)


def test_slopes_come_back_through_time(run):
    """They are those of small changes of each control."""
    for which, (cost, _) in enumerate(costs(Config()).values()):
        u, slopes = (torch.tensor(run.tensor(name, 20)[which]) for name in ("u", "slopes"))
        for t, k in ((0, 0), (3, 1), (7, 0)):
            change = torch.zeros_like(u)
            change[t, k] = 1e-5
            low, high = (price(cost, drive((u + sign * change)[None])[0]) for sign in (-1, 1))
            assert float(high - low) / 2e-5 == pytest.approx(float(slopes[t, k]), abs=1e-6)


def test_the_first_slopes_are_the_largest_where_only_the_end_counts(run):
    slopes = np.abs(run.tensor("slopes", 0)[0])
    assert (np.diff(slopes, axis=0) < 0).all()


def test_every_plan_goes_down_all_the_way(run):
    for name in NAMES:
        _, values = run.scalar(name)
        assert (np.diff(values) < 1e-9).all()


def test_at_first_it_drives_past_the_goal(run):
    far, _ = drives(run, 0)
    assert (far[:, -1] > 2.5).all()
    assert far.min() > 0.7


def test_one_arrives_and_does_not_stop(run):
    far, speed = drives(run, 200)
    assert far[0, -1] < 0.01
    assert speed[0, -1] > 0.35


def test_one_arrives_and_stops(run):
    far, speed = drives(run, 200)
    assert far[1, -1] < 0.02
    assert abs(speed[1, -1]) < 0.05


def test_one_hurries_and_stays(run):
    far, speed = drives(run, 200)
    assert far[2, 5:].max() < 0.35
    assert far[:2, 5].min() > 1
    assert speed[2].max() > 1.3 > 1.01 > speed[:2].max()


def test_one_touches_the_goal_and_drives_on(run):
    far, speed = drives(run, 200)
    assert far[3].argmin() == 5
    assert far[3, 5] < 0.05
    assert far[3, -1] > 2.5
    assert speed[3, 1:].min() > 0.95
