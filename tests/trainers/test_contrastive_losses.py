"""The three losses are held to what their clip claims, on three seeds."""

import numpy as np
import pytest
import torch

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.contrastive_losses import LOSSES, OFF, REACH, Config, build, data, losses

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("contrastive_losses", seed=request.param, progress=False)
    return Recording(run, "contrastive_losses")


def energies(recording, epoch):
    """The energies of data and of contrastive points by each loss, (N, 3) each."""
    net = recording.nets()
    return [net(points.numpy()[:, None])(epoch) for points in data(recording.config)]


def test_losses_by_hand():
    low, high = torch.tensor([1.0, 1.0, 3.0]), torch.tensor([0.0, 2.5, 9.0])
    found = losses(low, high, margin=2.0)
    assert list(found) == list(LOSSES)
    assert found["pull"].tolist() == [1, 1, 3]
    assert found["hinge"].tolist() == [3, 0.5, 0]
    assert found["log"].numpy() == pytest.approx(np.log1p(np.exp([1, -1.5, -6])), rel=1e-6)


def test_pairs_are_data_and_points_off_them():
    cold, hot = data(Config())
    assert len(cold) == len(hot) == 200
    assert (cold[:, None] - hot).abs().min() > OFF
    assert hot.abs().max() < REACH


def test_energies_start_alike_and_are_never_negative():
    torch.manual_seed(1)
    found = build(Config())(torch.linspace(-9, 9, 99)[:, None])
    assert found.shape == (99, 3)
    assert (found == found[:, :1]).all()
    assert found.min() >= 0


def test_pulling_alone_brings_all_energies_down(recording):
    before, after = (np.concatenate(energies(recording, at))[:, 0] for at in (0, 600))
    assert before.min() > 2
    assert after.max() < 0.35


def test_the_hinge_stops_where_every_pair_is_a_margin_apart(recording):
    low, high = energies(recording, 600)
    apart, margin = (high - low)[:, 1], recording.config.margin
    before, after = (recording.recorded("hinge")(epoch) for epoch in (480, 600))
    assert after == pytest.approx(apart.min(), abs=1e-4)
    assert after == pytest.approx(margin, abs=0.05)
    assert after == pytest.approx(before, abs=0.05)
    assert np.maximum(margin - apart, 0).mean() < 1e-3


def test_the_log_loss_never_stops(recording):
    gaps = [recording.recorded("log")(epoch) for epoch in (150, 300, 450, 600)]
    assert (np.diff(gaps) > 0.2).all()
    assert gaps[-1] > 1.5 * recording.config.margin
