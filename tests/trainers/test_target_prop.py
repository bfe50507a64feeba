"""Target propagation is held to what its clip claims, on three seeds."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.ellipse_ebm import decode
from trainers.target_prop import Config, build, data, infer

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("target_prop", seed=request.param, progress=False)
    return Recording(run, "target_prop")


def errors(points, z, w):
    """‖y − g(z)‖² of each point, (N,)."""
    return ((points - w * np.stack([np.cos(z), np.sin(z)], axis=-1)) ** 2).sum(axis=-1)


def test_inference_ends_where_the_energy_has_no_slope():
    config = Config(still=1e-6, patience=2000)
    y, w = data(config), torch.tensor([2.0, 1.5], dtype=torch.float64)
    guess = torch.atan2(y[:, 1], y[:, 0]) + 0.3
    path, steps = infer(y, guess, w, config)
    assert path.shape == (24, 2001)
    assert (steps < 2000).all()
    for point, start, end in zip(y.numpy(), guess.numpy(), path[:, -1].numpy(), strict=True):

        def energy(z, point=point, start=start):
            pull = config.alpha * (1 - np.cos(z - start))
            return errors(point, z, w.numpy()) + pull

        near = minimize_scalar(energy, bounds=(start - 0.8, start + 0.8), method="bounded")
        assert end == pytest.approx(near.x, abs=1e-4)


def test_inference_does_not_step_from_where_it_is_still():
    config = Config()
    w = torch.tensor([2.0, 1.5], dtype=torch.float64)
    z = torch.linspace(0, 6, 24, dtype=torch.float64)
    path, steps = infer(decode(z, w), z, w, config)
    assert not steps.any()
    assert torch.equal(path, z[:, None].expand_as(path))


def test_guesses_are_angles():
    config = Config()
    guess = build(config)["encoder"](data(config))
    assert guess.shape == (24,)
    assert guess.abs().max() <= np.pi


def test_steps_become_few(recording):
    steps, last = recording.recorded("steps"), recording.config.epochs
    print(steps(0), steps(20), steps(last))
    assert steps(0) > 35
    assert steps(20) < 15
    assert steps(last) < 4


def test_slides_become_short_for_all(recording):
    run, last = recording.run, recording.config.epochs
    first, end = (abs(np.diff(run.tensor("path", at)[:, [0, -1]])) for at in (0, last))
    print(first.mean(), end.max())
    assert first.mean() > 1
    assert end.max() < 0.15


def test_the_curve_finds_the_ellipse(recording):
    run, last = recording.run, recording.config.epochs
    w = run.tensor("w", last)
    assert np.abs(w) == pytest.approx([2, 1.5], abs=0.05)
    path = run.tensor("path", last)
    found = errors(data(recording.config).numpy(), path[:, -1], w).mean()
    assert found == pytest.approx(float(recording.recorded("loss")(last)), rel=1e-4)
    assert found < 0.004  # the noise off the curve: σ² = .0025


def test_in_the_end_the_guess_alone_is_nearly_as_good(recording):
    loss, guessed = recording.recorded("loss"), recording.recorded("guessed")
    last = recording.config.epochs
    print(guessed(0) / loss(0), guessed(last) - loss(last), guessed(last), loss(last))
    assert guessed(0) > 5 * loss(0)
    assert guessed(last) < 0.01
