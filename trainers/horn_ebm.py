"""A horn: an energy conditioned on x, whose two half-axes are learnt by a small net f(x).

E(x, y, z) = Σᵢ (yᵢ − fᵢ(x) gᵢ(z))² with g(z) = (cos z, sin z), at zero temperature: F is the
least of E over 48 angles z. The surface of the points f(x) ⊙ g(z) over x grows from a cylinder
over a cone to the horn that the data lie on.

    python -m trainers.horn_ebm
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn

from epochreel import Recorder

ANGLES = torch.arange(48) * (pi / 24)


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 1000
    seed: int = 12345
    points: int = 400
    hidden: int = 8
    noise: float = 0.05
    learning_rate: float = 1e-2


def radii(x: Tensor) -> Tensor:
    """Return the half-axes (…, 2) of the ellipse at x in [0, 1] that the data are drawn from."""
    alpha, beta = 1.5, 2.0
    mixed = torch.stack([alpha * x + beta * (1 - x), beta * x + alpha * (1 - x)], dim=-1)
    return mixed * (2 * x).exp()[..., None]


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return x (N, 1), uniform in [0, 1], and y (N, 2) around the ellipse of each x, float32."""
    generator = torch.Generator().manual_seed(config.seed)
    x, turn = torch.rand(2, config.points, generator=generator)
    noise = config.noise * torch.randn(config.points, 2, generator=generator)
    return x[:, None], radii(x) * direction(2 * pi * turn) + noise


def build(config: Config) -> nn.Module:
    """Return the net f from x (N, 1) to signed half-axes (N, 2)."""
    return nn.Sequential(
        *(nn.Linear(1, config.hidden), nn.ReLU()),
        *(nn.Linear(config.hidden, config.hidden), nn.ReLU()),
        nn.Linear(config.hidden, 2),
    )


def direction(z: Tensor) -> Tensor:
    """Return g(z) = (cos z, sin z), (…, 2)."""
    return torch.stack([z.cos(), z.sin()], dim=-1)


def energy(axes: Tensor, y: Tensor, z: Tensor = ANGLES) -> Tensor:
    """Return E of points y (…, 2) at angles z (Z,), (…, Z), given f(x) as `axes` (…, 2)."""
    return (y[..., None, :] - axes[..., None, :] * direction(z)).square().sum(-1)


def free_energy(axes: Tensor, y: Tensor, z: Tensor = ANGLES) -> Tensor:
    """Return the least of E over z, (…,): the squared distance to the ellipse at x."""
    return energy(axes, y, z).amin(-1)


def surface(f: nn.Module, xs: Tensor, zs: Tensor) -> Tensor:
    """Return the model's surface over x (X,) and z (Z,): points (x, y₁, y₂), (X, Z, 3)."""
    y = f(xs[:, None])[:, None, :] * direction(zs)
    return torch.cat([xs[:, None, None].expand(-1, len(zs), 1), y], dim=-1)


def train(config: Config, recorder: Recorder) -> None:
    """Train on all the points at once; an epoch is recorded with the loss its parameters have."""
    torch.manual_seed(config.seed)
    net = build(config)
    x, y = data(config)
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        axes = net(x)  # ① predict
        loss = free_energy(axes, y).mean()  # ② compute the loss, z minimised away
        recorder.snapshot(epoch, net=net, loss=loss)
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
