import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import torch
from scipy.integrate import quad

from epochreel import Recorder, Run
from epochreel.runs.training import record
from trainers.ellipse_ebm import (
    ANGLES,
    SAMPLES,
    UNTRAINED,
    Config,
    build,
    data,
    decode,
    energy,
    free_energy,
    gradient,
    minimiser,
    posterior,
    train,
)

BETAS = (0, 1e-6, 0.1, 0.3, 1, 10**0.5, 10, 1e3, 1e6, math.inf)


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


W = tensor([2.0, 1.5])
POINTS = tensor([[0.3, -0.7], [2.5, 0.1], [-1.2, 1.1], [0.1, 0.02]])


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    return tmp_path


def test_samples_lie_near_the_ellipse_they_were_drawn_from():
    samples = data(Config())
    assert samples.shape == (24, 2)
    assert samples.dtype == torch.float64
    assert samples[0].tolist() == [1.142, -1.239]
    assert samples[-1].tolist() == [-1.797, 0.713]
    # Sums of the columns of the printed list: a slip of the pen shows here.
    assert samples.sum(0).tolist() == pytest.approx([-4.739, 2.357])
    fine = torch.linspace(0, 2 * math.pi, 4000, dtype=torch.float64)
    assert free_energy(samples, W, math.inf, fine).sqrt().max() < 3.5 / 20


def test_angles_go_round_once():
    assert len(ANGLES) == 48
    assert ANGLES[0] == 0
    np.testing.assert_allclose(ANGLES.diff(), math.pi / 24)
    assert float(ANGLES[-1] + math.pi / 24) == pytest.approx(2 * math.pi)


def test_decoder_and_energy_by_hand():
    z = tensor([0, math.pi / 2, math.pi])
    np.testing.assert_allclose(decode(z, W), [[2, 0], [0, 1.5], [-2, 0]], atol=1e-15)
    y = tensor([[2.0, 1.0], [0.0, 0.0]])
    np.testing.assert_allclose(energy(y, z, W), [[1, 4.25, 17], [4, 2.25, 4]])
    np.testing.assert_allclose(energy(y[0], z, W), [1, 4.25, 17])
    net = build(Config())
    assert net.w.tolist() == list(UNTRAINED)
    np.testing.assert_array_equal(net(z).detach(), decode(z, net.w).detach())


@pytest.mark.parametrize("beta", [0.1, 0.3, 1, 10**0.5, 10])
def test_free_energy_is_the_integral_over_the_circle(beta):
    for y in POINTS:

        def density(z, y=y):
            return math.exp(-beta * float(energy(y, tensor([z]), W)))

        integral, _ = quad(density, 0, 2 * math.pi, epsabs=0, epsrel=1e-11, limit=200)
        expected = -math.log(integral / (2 * math.pi)) / beta
        assert float(free_energy(y, W, beta)) == pytest.approx(expected, rel=1e-5)
        fine = torch.arange(960, dtype=torch.float64) * (2 * math.pi / 960)
        assert float(free_energy(y, W, beta, fine)) == pytest.approx(expected, rel=1e-9)


def exact_free_energy(y, beta):
    """F to 50 digits, from the energies that float64 arithmetic gives."""
    with mpmath.workdps(50):
        y1, y2 = (mpmath.mpf(float(each)) for each in y)
        energies = [
            (y1 - mpmath.mpf(float(g1))) ** 2 + (y2 - mpmath.mpf(float(g2))) ** 2
            for g1, g2 in decode(ANGLES, W)
        ]
        if beta == 0:
            return float(mpmath.fsum(energies) / len(energies))
        if beta == math.inf:
            return float(min(energies))
        total = mpmath.fsum(mpmath.exp(-mpmath.mpf(beta) * each) for each in energies)
        return float(-mpmath.log(total / len(energies)) / mpmath.mpf(beta))


@pytest.mark.parametrize("beta", BETAS)
def test_free_energy_keeps_its_digits_at_every_temperature(beta):
    for y in (*POINTS, tensor([1e6, -1e6]), tensor([-3e-9, 40.0])):
        assert float(free_energy(y, W, beta)) == pytest.approx(
            exact_free_energy(y, beta), rel=1e-12
        )


def test_free_energy_leaves_the_mean_by_half_the_variance():
    energies = energy(POINTS, ANGLES, W)
    mean, variance = energies.mean(-1), energies.var(-1, correction=0)
    beta = 1e-6
    np.testing.assert_allclose(free_energy(POINTS, W, beta), mean - beta / 2 * variance, rtol=1e-11)
    slope = (mean - free_energy(POINTS, W, beta)) / (beta / 2)
    np.testing.assert_allclose(slope, variance, rtol=1e-4)


def test_colder_is_lower_between_mean_and_minimum():
    ladder = torch.stack([free_energy(POINTS, W, beta) for beta in BETAS])
    energies = energy(POINTS, ANGLES, W)
    np.testing.assert_array_equal(ladder[0], energies.mean(-1))
    np.testing.assert_array_equal(ladder[-1], energies.amin(-1))
    assert (ladder.diff(dim=0) <= 0).all()
    # The minimum is one of 48 values, so the free energy lies above it by log 48 / β at most.
    np.testing.assert_array_less(ladder[-2] - ladder[-1], math.log(48) / 1e6 + 1e-12)


@pytest.mark.parametrize("beta", BETAS)
def test_posterior_is_the_normalised_weight(beta):
    p = posterior(POINTS, W, beta)
    assert p.shape == (4, 48)
    np.testing.assert_allclose(p.sum(-1), 1, rtol=1e-12)
    if beta <= 10:
        weight = torch.exp(-beta * energy(POINTS, ANGLES, W))
        np.testing.assert_allclose(p, weight / weight.sum(-1, keepdim=True), rtol=1e-10)
    if beta >= 1e6:
        nearest = energy(POINTS, ANGLES, W).argmin(-1)
        np.testing.assert_allclose(p[range(4), nearest], 1)


def test_ties_share_the_weight_at_zero_temperature():
    z = tensor([0.5, 2.0, -0.5])
    y = tensor([3.0, 0.0])
    p = posterior(y, W, math.inf, z)
    np.testing.assert_array_equal(p, [0.5, 0, 0.5])
    np.testing.assert_allclose(p, posterior(y, W, 1e6, z), atol=1e-12)


def test_minimiser_by_brute_force():
    generator = torch.Generator().manual_seed(3)
    points = 3 * torch.randn(50, 2, generator=generator, dtype=torch.float64)
    for y, best in zip(points, minimiser(points, W), strict=True):
        energies = [(y[0] - 2 * math.cos(z)) ** 2 + (y[1] - 1.5 * math.sin(z)) ** 2 for z in ANGLES]
        assert best == ANGLES[int(np.argmin(energies))]
    assert minimiser(tensor([5.0, 0.0]), W) == 0
    assert minimiser(tensor([0.0, -1e8]), W) == ANGLES[36]
    coarse = tensor([1.0, 4.0])
    assert minimiser(tensor([1.0, 1.0]), W, coarse) == 1


@pytest.mark.parametrize("beta", BETAS)
def test_gradient_is_that_of_finite_differences_and_of_autograd(beta):
    wrt_y, wrt_w = gradient(POINTS, W, beta)
    step = 1e-6
    for component in range(2):
        shift = torch.zeros(2, dtype=torch.float64)
        shift[component] = step
        along_y = free_energy(POINTS + shift, W, beta) - free_energy(POINTS - shift, W, beta)
        along_w = free_energy(POINTS, W + shift, beta) - free_energy(POINTS, W - shift, beta)
        # Between two angles at β = 10⁶ the slope itself turns within the step.
        tolerance = 1e-6 if beta <= 1e3 or beta == math.inf else 1e-3
        np.testing.assert_allclose(wrt_y[:, component], along_y / (2 * step), atol=tolerance)
        np.testing.assert_allclose(wrt_w[:, component], along_w / (2 * step), atol=tolerance)
    y, w = POINTS.clone().requires_grad_(), W.clone().requires_grad_()
    free_energy(y, w, beta).sum().backward()
    np.testing.assert_allclose(wrt_y, y.grad, atol=1e-10)
    np.testing.assert_allclose(wrt_w.sum(0), w.grad, atol=1e-10)


def test_nothing_overflows_far_away():
    far = tensor([[1e9, -1e9], [1e-300, 0.0], [1e100, 1e100]])
    for beta in BETAS:
        for values in (
            free_energy(far, W, beta),
            posterior(far, W, beta),
            *gradient(far, W, beta),
        ):
            assert values.isfinite().all()


def axes(run, epoch):
    return np.abs(run.tensor("w", epoch))


def test_zero_temperature_recovers_the_axes_within_a_few_epochs(runs):
    run = record("ellipse_ebm", progress=False)
    np.testing.assert_array_equal(run.tensor("w", 0), UNTRAINED)
    np.testing.assert_allclose(axes(run, 3), [2, 1.5], atol=0.06)
    np.testing.assert_allclose(axes(run, 10), [2, 1.5], atol=0.06)
    assert run.at("loss", 0) > 0.7
    assert run.at("loss", 3) < 0.01
    for epoch in (0, 1, 10):  # the loss is that of the w beside it
        w = torch.from_numpy(run.tensor("w", epoch))
        assert run.at("loss", epoch) == float(free_energy(data(Config()), w, math.inf).mean())


def test_path_goes_through_the_samples_one_by_one(runs):
    run = record("ellipse_ebm", epochs=2, progress=False)
    for epoch in (0, 1):
        path = run.tensor("path", epoch)
        np.testing.assert_array_equal(path[0], run.tensor("w", epoch))
        np.testing.assert_array_equal(path[-1], run.tensor("w", epoch + 1))
        for y, (before, after) in zip(SAMPLES, pairwise(path), strict=True):
            _, slope = gradient(tensor(y), torch.from_numpy(before), math.inf)
            np.testing.assert_allclose(after, before - 0.1 * slope.numpy(), atol=1e-12)


@pytest.mark.parametrize("temperature", [0.0, 0.1, 1.0])
def test_full_batch_ends_where_the_mean_gradient_vanishes(runs, temperature):
    config = Config(temperature=temperature, batch=24, learning_rate=0.2, epochs=200)
    run = record("ellipse_ebm", config, progress=False)
    assert run.tensor("path", 0).shape == (2, 2)
    loss = run.scalar("loss")[1]
    assert (np.diff(loss) <= 1e-12).all()
    _, slope = gradient(data(config), torch.from_numpy(run.tensor("w", 200)), config.beta)
    np.testing.assert_allclose(slope.mean(0), 0, atol=1e-3)


def test_a_warm_latent_shrinks_the_ellipse(runs):
    cold, warm = (record("ellipse_ebm", temperature=t, progress=False) for t in (0, 1))
    assert axes(warm, 10)[1] < 0.8 * axes(cold, 10)[1]
    # What the warm one buys: no sample pulls at one spot alone.
    y, w = data(Config()), torch.from_numpy(warm.tensor("w", 10))
    assert posterior(y, w, 1).amax(-1).max() < 0.25
    assert posterior(y, w, math.inf).amax(-1).min() == 1


@pytest.mark.parametrize("factor", [0.9, 1.1])
@pytest.mark.parametrize("axis", [0, 1])
def test_an_axis_dies_below_its_own_beta(axis, factor):
    # About w = 0, F = ‖y‖² + Σ (wᵢ² / 2)(1 − 2β yᵢ²), which falls with wᵢ where β > 1 / (2⟨yᵢ²⟩).
    samples = data(Config())
    beta = factor / (2 * float(samples[:, axis].square().mean()))
    w = torch.zeros(2, dtype=torch.float64)
    w[axis] = 1e-3
    for _ in range(100):
        w[axis] -= gradient(samples, w, beta)[1][:, axis].mean()
    assert abs(float(w[axis])) > 0.1 if factor > 1 else abs(float(w[axis])) < 1e-6


@pytest.mark.parametrize(
    ("beta", "alive"), [(1, [True, True]), (0.3, [True, False]), (0.1, [False, False])]
)
def test_ellipse_segment_point(runs, beta, alive):
    config = Config(temperature=1 / beta, batch=24, learning_rate=0.2, epochs=200)
    run = record("ellipse_ebm", config, progress=False)
    np.testing.assert_array_equal(axes(run, 200) > 0.01, alive)


def test_beta_is_the_inverse_of_the_temperature():
    assert Config().beta == math.inf
    assert Config(temperature=4.0).beta == 0.25
    assert Config(temperature=1e300).beta == 1e-300


def test_an_interrupted_training_ends_as_if_it_never_stopped(tmp_path, runs):
    config = Config(epochs=4)
    whole = record("ellipse_ebm", config, progress=False)
    path = tmp_path / "stopped"

    def stop(epoch, scalars):
        if epoch == 2:
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        Recorder.create(path, trainer="ellipse_ebm", observer=stop) as recorder,
    ):
        train(config, recorder)
    with Recorder.resume(path) as recorder:
        train(config, recorder)
    resumed = Run.open(path)
    for epoch in range(5):
        np.testing.assert_array_equal(resumed.tensor("path", epoch), whole.tensor("path", epoch))
