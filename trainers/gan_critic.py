"""A generator and a critic that learns an energy: data y become cold, samples ŷ = G(z) hot.

The literal losses are ℓ_C = C(y) + [m − C(ŷ)]⁺ for the critic and ℓ_G = C(ŷ) for the generator.
They make perfect samples, but between and beyond them the energy leaks away. Two additions give
it a clear valley along the data: the critic's contrastive point is ŷ′ = ŷ + noise · u ε, with
u ∼ U(0, 1) and ε ∼ N(0, I), so that it also pushes up around the samples; and a penalty
(γ/2)(⟨‖∇C(y)‖²⟩ + ⟨‖∇C(ŷ′)‖²⟩) keeps it smooth. Without the two, the losses are the literal ones:

    python -m trainers.gan_critic
    python -m trainers.gan_critic --contrastive-noise 0 --penalty 0
"""

from dataclasses import dataclass
from math import pi

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd import grad

from epochreel import Recorder, Schedule, at

SNAPSHOTS = 230


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 18_000
    seed: int = 12345
    points: int = 128
    hidden: int = 64
    margin: float = 1.0
    contrastive_noise: float = 0.5
    penalty: float = 0.02
    critic_rate: float = 1e-3
    generator_rate: float = 3e-4


def curve(t: Tensor) -> Tensor:
    """Return the points (…, 2) of the spiral at t in [0, 1]: one turn, its radius from .2 to 1."""
    radius, angle = 0.2 + 0.8 * t, 2 * pi * t
    return radius[..., None] * torch.stack([angle.sin(), angle.cos()], dim=-1)


def data(config: Config) -> Tensor:
    """Return points (N, 2) float32 on the spiral, equally far apart along it, both ends included.

    They carry no noise: what is cold is a curve.
    """
    t = torch.linspace(0, 1, 10_001, dtype=torch.float64)
    steps = curve(t).diff(dim=0).norm(dim=1)
    length = np.concatenate([[0], steps.cumsum(0)])
    chosen = np.interp(np.linspace(0, length[-1], config.points), length, t)
    return curve(torch.from_numpy(chosen)).float()


def build(config: Config) -> dict[str, nn.Module]:
    """Return both nets: `generator` maps z (N, 2) to ŷ (N, 2), `critic` y (N, 2) to C > 0 (N,)."""
    width = config.hidden

    def perceptron(outputs: int) -> list[nn.Module]:
        return [
            *(nn.Linear(2, width), nn.Tanh()),
            *(nn.Linear(width, width), nn.Tanh()),
            nn.Linear(width, outputs),
        ]

    return {
        "generator": nn.Sequential(*perceptron(2)),
        "critic": nn.Sequential(*perceptron(1), nn.Softplus(), nn.Flatten(0)),
    }


def schedule(config: Config) -> Schedule:
    """Take epoch 0 and 230 more in geometric progression: most happens between 100 and 3000."""
    exponents = torch.linspace(0, 1, SNAPSHOTS, dtype=torch.float64)
    return at([0, *(config.epochs**exponents).round().int().tolist()])


def fixed_latents(config: Config, count: int) -> Tensor:
    """Return z (count, 2) from N(0, I), the same every time, whose samples tell a run's story."""
    generator = torch.Generator().manual_seed(config.seed)
    return torch.randn(count, 2, generator=generator)


def hinge(energy: Tensor, margin: float) -> Tensor:
    """Return [m − C]⁺, which pushes energies up as far as the margin."""
    return torch.relu(margin - energy)


def smoothness(critic: nn.Module, cold: Tensor, hot: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return C at cold (N, 2) and at hot points (M, 2), and ⟨‖∇C‖²⟩ of the two, added up."""
    points = torch.cat([cold, hot]).requires_grad_()
    energies = critic(points)
    (slopes,) = grad(energies.sum(), points, create_graph=True)
    squares = slopes.square().sum(1)
    n = len(cold)
    return energies[:n], energies[n:], squares[:n].mean() + squares[n:].mean()


def train(config: Config, recorder: Recorder) -> None:
    """Take a step of the critic, then one of the generator, with the same fresh z.

    An epoch is recorded with the losses that its parameters have: `critic_loss` ℓ_C without the
    `penalty`, `generator_loss` ℓ_G, and `generator_gradient` ‖∇_θ ℓ_G‖. Nets this small train
    fastest on the CPU.
    """
    torch.manual_seed(config.seed)
    nets = build(config)
    generator, critic = nets["generator"], nets["critic"]
    parameters = list(generator.parameters())
    y = data(config)

    def adam(net: nn.Module, rate: float) -> torch.optim.Optimizer:
        return torch.optim.Adam(net.parameters(), lr=rate, betas=(0.5, 0.9), fused=True)

    critic_optimiser = adam(critic, config.critic_rate)
    generator_optimiser = adam(generator, config.generator_rate)
    for epoch in recorder.epochs(
        config.epochs,
        **nets,
        critic_optimiser=critic_optimiser,
        generator_optimiser=generator_optimiser,
    ):
        z = torch.randn(config.points, 2)
        samples = generator(z)
        spread = config.contrastive_noise * torch.rand(config.points, 1)
        contrastive = samples.detach() + spread * torch.randn(config.points, 2)

        cold, hot, squares = smoothness(critic, y, contrastive)
        critic_loss = (cold + hinge(hot, config.margin)).mean()
        penalty = config.penalty / 2 * squares
        generator_loss = critic(samples).mean()
        slopes = grad(generator_loss, parameters, retain_graph=True)
        recorder.snapshot(
            epoch,
            **nets,
            critic_loss=critic_loss,
            penalty=penalty,
            generator_loss=generator_loss,
            generator_gradient=torch.cat([slope.flatten() for slope in slopes]).norm(),
        )

        critic_optimiser.zero_grad()
        (critic_loss + penalty).backward()
        critic_optimiser.step()

        generator_optimiser.zero_grad()
        critic(samples).mean().backward()  # the critic that has just moved
        generator_optimiser.step()


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
