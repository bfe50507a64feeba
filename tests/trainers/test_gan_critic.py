import math

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run
from epochreel.runs.training import record
from trainers.gan_critic import (
    Config,
    build,
    curve,
    data,
    fixed_latents,
    hinge,
    schedule,
    smoothness,
    train,
)

LITERAL = {"contrastive_noise": 0.0, "penalty": 0.0}


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    return tmp_path


def test_curve_by_hand():
    points = curve(torch.tensor([0, 0.25, 0.5, 1]))
    expected = [[0, 0.2], [0.4, 0], [0, -0.6], [0, 1]]
    np.testing.assert_allclose(points, expected, atol=1e-6)


def test_data_are_equally_far_apart_along_the_curve():
    points = data(Config())
    assert points.shape == (128, 2)
    assert points.dtype == torch.float32
    np.testing.assert_allclose(points[0], [0, 0.2], atol=1e-6)
    np.testing.assert_allclose(points[-1], [0, 1], atol=1e-6)
    # Without noise the radius tells t, and t the point and the length of the curve up to it:
    # ∫ √(.8² + (2π (.2 + .8t))²) dt = ∫ √(.8² + (2πr)²) dr / .8.
    radius = points.double().norm(dim=1)
    np.testing.assert_allclose(curve((radius - 0.2) / 0.8), points, atol=1e-5)
    turned = 2 * math.pi * radius
    length = turned * (0.64 + turned**2).sqrt() / 2 + 0.32 * torch.asinh(turned / 0.8)
    spacing = length.diff()
    np.testing.assert_allclose(spacing, spacing.mean(), rtol=1e-3)


def test_nets_and_their_shapes():
    nets = build(Config())
    generator, critic = nets["generator"], nets["critic"]
    z = torch.randn(9, 2)
    assert generator(z).shape == (9, 2)
    assert critic(z).shape == (9,)
    assert (critic(100 * z) > 0).all()
    last = critic[:5](z)[:, 0]
    np.testing.assert_allclose(critic(z).detach(), (1 + last.exp()).log().detach(), rtol=1e-5)
    for net, outputs in ((generator, 2), (critic, 1)):
        shapes = [tuple(p.shape) for p in net.parameters() if p.ndim == 2]
        assert shapes == [(64, 2), (64, 64), (outputs, 64)]


def test_snapshots_are_close_where_most_happens():
    chosen = {0, *np.round(np.geomspace(1, 18000, 230)).astype(int).tolist()}
    assert schedule(Config()).epochs == chosen
    assert {0, 1, 18000} <= chosen
    assert sum(100 <= epoch <= 3000 for epoch in chosen) > 70
    assert max(schedule(Config(epochs=7)).epochs) == 7


def test_fixed_latents_are_the_same_every_time():
    before = torch.get_rng_state()
    z = fixed_latents(Config(), 1000)
    assert torch.equal(before, torch.get_rng_state())
    assert z.shape == (1000, 2)
    assert abs(float(z.mean())) < 0.1
    assert float(z.std()) == pytest.approx(1, abs=0.1)
    assert torch.equal(z, fixed_latents(Config(penalty=0.0), 1000))
    assert not torch.equal(z, fixed_latents(Config(seed=1), 1000))


def test_hinge_and_its_slope():
    energies = torch.tensor([0.0, 0.4, 0.999, 1.001, 3.0], dtype=torch.float64)
    np.testing.assert_allclose(hinge(energies, 1), [1, 0.6, 0.001, 0, 0], atol=1e-12)
    leaf = energies.clone().requires_grad_()
    hinge(leaf, 1).sum().backward()
    step = 1e-6
    difference = (hinge(energies + step, 1) - hinge(energies - step, 1)) / (2 * step)
    np.testing.assert_allclose(leaf.grad, difference, atol=1e-8)
    np.testing.assert_array_equal(leaf.grad, [-1, -1, -1, 0, 0])


class Bowl(torch.nn.Module):
    """The energy a‖y‖², whose slope 2ay is known."""

    def __init__(self):
        super().__init__()
        self.a = torch.nn.Parameter(torch.tensor(3.0))

    def forward(self, y):
        return self.a * y.square().sum(1)


def test_smoothness_by_hand():
    bowl = Bowl()
    cold = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    hot = torch.tensor([[1.0, 1.0]])
    low, high, squares = smoothness(bowl, cold, hot)
    np.testing.assert_allclose(low.detach(), [3, 12])
    np.testing.assert_allclose(high.detach(), [6])
    # ‖2ay‖² = 36 ‖y‖²: the mean over cold is 36 · (1 + 4) / 2, over hot 36 · 2.
    assert float(squares.detach()) == pytest.approx(90 + 72)
    squares.backward()  # it is 18 a², and the critic must be able to learn from it
    assert float(bowl.a.grad) == pytest.approx(36 * 3)


def test_recorded_losses_are_those_of_the_parameters_beside_them(runs):
    config = Config(epochs=1)
    run = record("gan_critic", config, progress=False)
    torch.manual_seed(config.seed)
    nets = build(config)
    z, u, noise = torch.randn(128, 2), torch.rand(128, 1), torch.randn(128, 2)
    untrained = run.parameters(0, "critic")
    for name, values in nets["critic"].state_dict().items():
        np.testing.assert_array_equal(untrained[name], values)

    critic = nets["critic"]
    samples = nets["generator"](z)
    contrastive = samples + 0.5 * u * noise
    cold, hot = critic(data(config)), critic(contrastive)
    assert run.at("critic_loss", 0) == pytest.approx(
        float((cold.mean() + (1 - hot).clamp(min=0).mean()).detach()), rel=1e-5
    )
    loss = critic(samples).mean()
    assert run.at("generator_loss", 0) == pytest.approx(float(loss.detach()), rel=1e-5)
    loss.backward()
    squares = sum(float(p.grad.square().sum()) for p in nets["generator"].parameters())
    assert run.at("generator_gradient", 0) == pytest.approx(math.sqrt(squares), rel=1e-4)

    double = critic.double().requires_grad_(False)
    penalty = 0.0
    for points in (data(config).double(), contrastive.detach().double()):
        for axis in range(2):
            shift = 1e-5 * torch.eye(2, dtype=torch.float64)[axis]
            slope = (double(points + shift) - double(points - shift)) / 2e-5
            penalty += 0.01 * float(slope.square().mean())
    assert run.at("penalty", 0) == pytest.approx(penalty, rel=1e-4)


def test_literal_training_is_one_step_of_each_with_the_same_z(runs):
    config = Config(epochs=4, **LITERAL)
    run = record("gan_critic", config, progress=False)
    np.testing.assert_array_equal(run.scalar("penalty")[1], 0)
    torch.manual_seed(config.seed)
    nets = build(config)
    generator, critic = nets["generator"], nets["critic"]
    y = data(config)
    steps = {
        net: torch.optim.Adam(net.parameters(), lr=rate, betas=(0.5, 0.9))
        for net, rate in ((critic, 1e-3), (generator, 3e-4))
    }
    for epoch in range(4):
        for name, net in nets.items():
            recorded = run.parameters(epoch, name)
            for key, values in net.state_dict().items():
                np.testing.assert_allclose(recorded[key], values, atol=1e-5)
        z = torch.randn(128, 2)
        torch.rand(128, 1), torch.randn(128, 2)  # drawn, and weighted by nothing
        steps[critic].zero_grad()
        with torch.no_grad():
            hot = generator(z)
        (critic(y).mean() + torch.relu(1 - critic(hot)).mean()).backward()
        steps[critic].step()
        steps[generator].zero_grad()
        critic(generator(z)).mean().backward()
        steps[generator].step()


def test_an_interrupted_training_ends_as_if_it_never_stopped(tmp_path):
    config = Config(epochs=12)

    def stop(epoch, scalars):
        if epoch == 7:
            raise KeyboardInterrupt

    def recorder(name, observer=None):
        path = tmp_path / name
        return Recorder.create(path, trainer="gan_critic", observer=observer)

    with recorder("whole") as whole:
        train(config, whole)
    with pytest.raises(KeyboardInterrupt), recorder("stopped", stop) as stopped:
        train(config, stopped)
    torch.randn(3)  # what else the process draws must not matter
    with Recorder.resume(tmp_path / "stopped") as resumed:
        train(config, resumed)

    whole, resumed = Run.open(tmp_path / "whole"), Run.open(tmp_path / "stopped")
    for name in whole.scalars:
        np.testing.assert_array_equal(whole.scalar(name)[1], resumed.scalar(name)[1])
    for net in ("generator", "critic"):
        for epoch in (7, 8, 12):
            expected = whole.parameters(epoch, net)
            for key, values in resumed.parameters(epoch, net).items():
                np.testing.assert_array_equal(values, expected[key])


class Measured:
    """What a run claims at an epoch, from 1000 samples and a grid over ±1.6."""

    def __init__(self, run, epoch):
        config = Config(**run.config)
        nets = build(config)
        for name, net in nets.items():
            run.load(net, epoch, name)
        y, on = data(config), curve(torch.linspace(0, 1, 2001))
        axis = torch.linspace(-1.6, 1.6, 161)
        plane = torch.cartesian_prod(axis, axis)
        away = torch.cdist(plane, on).amin(1)
        with torch.no_grad():
            samples = nets["generator"](fixed_latents(config, 1000))
            critic = nets["critic"]
            self.coverage = float((torch.cdist(y, samples).amin(1) < 0.1).float().mean())
            self.precision = float((torch.cdist(samples, on).amin(1) < 0.1).float().mean())
            self.on = critic(y)
            self.beside = critic(plane[(away - 0.3).abs() < 0.01])  # .3 off the curve
            self.off = critic(plane[away > 0.3])

    def __str__(self):
        return (
            f"coverage {self.coverage:.3f} precision {self.precision:.3f} "
            f"C on data {self.on.mean():.3f} (most {self.on.max():.3f}), "
            f".3 beside {self.beside.mean():.3f} (least {self.beside.min():.3f}), "
            f"anywhere further {self.off.min():.3f}"
        )


def test_a_ninth_of_the_training_finds_the_curve(runs):
    run = record("gan_critic", epochs=2000, progress=False)
    assert set(run.scalars) == {
        "critic_loss",
        "penalty",
        "generator_loss",
        "generator_gradient",
    }
    np.testing.assert_array_equal(run.scalar("critic_loss")[0], np.arange(2001))
    start, end = Measured(run, 0), Measured(run, 2000)
    assert start.coverage < 0.3
    assert abs(start.beside.mean() - start.on.mean()) < 0.1  # as flat as an untrained net
    assert end.coverage > 0.9
    assert end.precision > 0.8
    assert end.beside.mean() > 3 * end.on.mean()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [12345, 1, 7])
def test_all_of_the_training_digs_a_valley(runs, seed):
    end = Measured(record("gan_critic", seed=seed, progress=False), 18_000)
    print(end)
    assert end.coverage > 0.95
    assert end.precision > 0.98
    assert end.beside.mean() > 8 * end.on.mean()
    assert end.off.min() > 2 * end.on.max()


@pytest.mark.slow
def test_literal_losses_sample_as_well_and_leak(runs):
    end = Measured(record("gan_critic", progress=False, **LITERAL), 18_000)
    print(end)
    assert end.coverage > 0.95
    assert end.precision > 0.95
    assert end.off.min() < end.on.mean()


@pytest.mark.slow
def test_without_its_noise_the_critic_forgets(runs):
    run = record("gan_critic", contrastive_noise=0.0, progress=False)
    early, end = Measured(run, run.epochs[run.epochs < 2500][-1]), Measured(run, 18_000)
    print(early, end, sep="\n")
    assert end.precision > 0.98
    assert early.beside.mean() > 0.5
    assert end.beside.mean() < 0.25
