"""Linear binary classification is held to what its clip claims, on three seeds."""

import sys

import numpy as np
import pytest
import torch
from scipy import optimize
from torch.nn.functional import binary_cross_entropy_with_logits

from epochreel.files import ROOT
from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.binary_loss import START, Config, data, losses

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("binary_loss", seed=request.param, progress=False)
    return Recording(run, "binary_loss")


@pytest.fixture
def samples(recording):
    before, after, labels = (each.double().numpy() for each in data(recording.config))
    return before, after, 2 * labels - 1


def mean_loss(w, points, signs):
    return np.logaddexp(0, -signs * (points @ w)).mean()


def weights(recording, epoch):
    return recording.nets()["weight"](epoch)[0].astype(np.float64)


def test_the_loss_of_a_sample_is_a_ramp_that_falls_for_one_class_and_rises_for_the_other():
    s = torch.linspace(-30, 30, 61, dtype=torch.float64)
    for label, sign in ((0.0, 1), (1.0, -1)):
        y = torch.full_like(s, label)
        ramp = losses(s, y)
        assert torch.allclose(ramp, binary_cross_entropy_with_logits(s, y, reduction="none"))
        assert torch.allclose(ramp, (sign * s).clamp(min=0), atol=0.6932)
        assert (sign * ramp.diff() > 0).all()


def test_the_classes_lie_in_each_other_and_then_apart(samples):
    before, after, signs = samples
    across = np.array([np.cos(np.pi / 5), np.sin(np.pi / 5)])
    assert (signs * (before @ across) < 0).sum() >= 3
    assert (signs * (after @ across)).min() > Config().margin - 1e-6
    along = np.array([-across[1], across[0]])
    assert after @ along == pytest.approx(before @ along, abs=1e-6)  # straight across


def test_together_they_are_a_bowl_to_whose_bottom_the_descent_walks(recording, samples):
    before, _, signs = samples
    found = optimize.minimize(mean_loss, START, args=(before, signs))
    crossing = recording.config.crossing
    assert weights(recording, 0) == pytest.approx(START)
    assert found.fun < np.log(2) < mean_loss(START, before, signs)
    assert mean_loss(weights(recording, crossing), before, signs) < 1.003 * found.fun
    turns = np.linspace(0, 2 * np.pi, 64)
    around = found.x + 3 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    assert min(mean_loss(w, before, signs) for w in around) > 1.1 * found.fun


def test_apart_there_is_no_bottom_and_the_weights_grow_like_a_logarithm(recording, samples):
    _, after, signs = samples
    config, length = recording.config, recording.recorded("length")
    steps = config.crossing + np.array([54, 162, 486])
    lengths = np.array([length(epoch) for epoch in steps])
    for epoch, found in zip(steps, lengths, strict=True):
        assert found == pytest.approx(np.linalg.norm(weights(recording, epoch)), rel=1e-5)
    first, second = np.diff(lengths)  # three times the steps, as much again
    assert first > 1.5
    assert second == pytest.approx(first, rel=0.25)
    end = weights(recording, config.epochs)
    assert (signs * (after @ end) > 0).all()
    assert mean_loss(end, after, signs) < 0.03
    # Straight on it only falls, towards 0.
    ahead = [mean_loss(times * end, after, signs) for times in (1, 2, 4, 8)]
    assert (np.diff(ahead) < 0).all()
    assert ahead[-1] < 1e-4


def test_the_first_samples_of_the_clip_are_ramps_that_rise_against_each_other(
    recording, samples, monkeypatch
):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    from _binary_loss import Losses

    before, after, signs = samples
    corners = np.array([[x, y] for x in (-4, 9) for y in (-4, 9)])
    shown = Losses(before, after, (signs + 1) / 2, corners, 4.5)
    sys.modules.pop("_binary_loss")
    assert sorted(map(tuple, shown.points)) == sorted(map(tuple, before))
    assert shown.mean(corners, 1, 0).max() < 4.5
    assert shown.mean(corners, 2, 0).max() < 4.6
    for w in corners:
        assert shown.mean(w, len(signs), 0) == pytest.approx(mean_loss(w, before, signs))
        assert shown.mean(w, len(signs), 1) == pytest.approx(mean_loss(w, after, signs))
