"""K-means is held to what its clip claims, on three seeds."""

import numpy as np
import pytest
import torch

from epochreel.runs import training
from trainers.kmeans import Config, Wells, build, data

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def runs(request, tmp_path_factory):
    """The runs from both starts, by their names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        return {
            start: training.record("kmeans", seed=request.param, start=start, progress=False)
            for start in ("data", "box")
        }


def halves(run):
    """The points, and of each half step the columns, what is picked and the mean energy."""
    config = Config(**run.config)
    steps = [(run.tensor("w", at), run.tensor("z", at)) for at in range(config.epochs + 1)]
    return data(config).numpy(), steps, run.scalar("loss")[1]


def squared_distances(points, wells):
    return ((points[:, None] - wells) ** 2).sum(axis=2)


def test_one_step_by_hand():
    y = torch.tensor([[0.0, 0.0], [2.0, 0.0], [5.0, 4.0]], dtype=torch.float64)
    net = Wells(torch.tensor([[1.0, 1.0], [5.0, 5.0], [-9.0, 0.0]], dtype=torch.float64), 3)
    net.infer(y)
    assert net(y)[0].tolist() == [2, 50, 81]
    assert net.z.tolist() == [0, 0, 1]
    net.learn(y)
    assert net.w.tolist() == [[1, 0], [5, 4], [-9, 0]]  # the last was picked by none


def test_columns_start_on_distinct_points_or_anywhere_around_them():
    points = data(Config())
    assert points.shape == (200, 2)
    near = torch.cdist(build(Config()).w, points)
    assert near.amin(1).max() == 0
    assert len(near.argmin(1).unique()) == 20
    anywhere = build(Config(start="box")).w
    assert (anywhere >= points.amin(0)).all()
    assert (anywhere <= points.amax(0)).all()
    assert torch.cdist(anywhere, points).amin(1).max() > 0.2


@pytest.mark.parametrize("start", ["data", "box"])
def test_inference_takes_the_nearest_and_learning_the_mean(runs, start):
    points, steps, losses = halves(runs[start])
    for at, (w, z) in enumerate(steps):
        apart = squared_distances(points, w)
        assert losses[at] == pytest.approx(apart[np.arange(len(points)), z].mean())
        if at % 2 == 0:
            assert (z == apart.argmin(axis=1)).all()
            continue
        before = steps[at - 1][0]
        for k in range(len(w)):
            mine = points[z == k]
            assert w[k] == pytest.approx(mine.mean(axis=0) if len(mine) else before[k])


@pytest.mark.parametrize("start", ["data", "box"])
def test_the_energy_never_rises_and_comes_to_rest(runs, start):
    _, steps, losses = halves(runs[start])
    assert (np.diff(losses) <= 1e-15).all()
    assert losses[-1] < 0.5 * losses[0]
    (end, picked), (last, same) = steps[-3], steps[-1]
    assert (end == last).all()
    assert (picked == same).all()


def test_a_bad_start_leaves_dead_wells_where_there_are_no_data_and_ends_higher(runs):
    (points, good, low), (_, bad, high) = (halves(runs[start]) for start in ("data", "box"))
    assert len(np.unique(good[-1][1])) == 20
    dead = np.setdiff1d(np.arange(20), bad[-1][1])
    assert len(dead) >= 5
    away = squared_distances(points, bad[-1][0][dead]).min(axis=0)
    assert np.sqrt(away).mean() > 0.15
    assert high[-1] > low[-1]
