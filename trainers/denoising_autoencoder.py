"""A denoising autoencoder: it sees points that noise pushed off a spiral, and learns the way back.

It is given ŷ = y + ε and asked for y; its answer is ỹ = f(ŷ). At every place of the plane
v(y) = f(y) − y is then an arrow, and the arrows point to the spiral.

    python -m trainers.denoising_autoencoder
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn

from epochreel import Recorder, Schedule, geometric

AWAY = 0.05
"""How far off the spiral a point has to be for its way home to have a direction."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 4000
    seed: int = 12345
    points: int = 140
    turns: float = 1.5
    noise: float = 0.1
    copies: int = 2
    hidden: int = 128
    sharpness: float = 4.0
    learning_rate: float = 3e-3


def spiral(t: Tensor, turns: float) -> Tensor:
    """Return the points (…, 2) of the spiral at t in [0, 1], its radius from .2 to 1."""
    radius, angle = 0.2 + 0.8 * t, 2 * pi * turns * t
    return radius[..., None] * torch.stack([angle.sin(), angle.cos()], dim=-1)


def data(config: Config) -> Tensor:
    """Return points (N, 2) float32 along the spiral, from its middle outwards, without noise."""
    return spiral(torch.linspace(0, 1, config.points), config.turns)


def pushed_off(config: Config, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return points y (M, 2), each of the data so many times, and what noise makes of them, ŷ."""
    y = data(config).repeat(config.copies, 1)
    return y, y + config.noise * torch.randn(y.shape, generator=generator)


def home(y: Tensor, config: Config) -> Tensor:
    """Return for each of points (N, 2) the one of the spiral that is nearest to it."""
    curve = spiral(torch.linspace(0, 1, 1001, dtype=y.dtype), config.turns)
    return curve[torch.cdist(y, curve).argmin(1)]


def build(config: Config) -> nn.Module:
    """Return the net f, which maps ŷ (N, 2) to ỹ (N, 2).

    Its first units are `sharpness` times as steep as usual, or they would bend the plane too little
    where one arm lies close to the next.
    """
    width, steepest = config.hidden, config.sharpness / 2**0.5
    first = nn.Linear(2, width)
    net = nn.Sequential(
        *(first, nn.Tanh()),
        *(nn.Linear(width, width), nn.Tanh()),
        nn.Linear(width, 2),
    )
    nn.init.uniform_(first.weight, -steepest, steepest)
    return net


def schedule(config: Config) -> Schedule:
    """Take ever fewer epochs: most of the arrows turn in the first hundreds."""
    return geometric(config.epochs, min(300, config.epochs + 1))


def train(config: Config, recorder: Recorder) -> None:
    """Train on fresh noise in every epoch, in steps that become ever smaller.

    An epoch is recorded with its `loss` and with `cosine`, the mean cosine between the arrows of
    other points that noise has pushed off and their ways to the nearest point of the spiral.
    """
    torch.manual_seed(config.seed)
    net = build(config)
    generator = torch.Generator().manual_seed(config.seed)
    _, probes = pushed_off(config, torch.Generator().manual_seed(config.seed + 1))
    ways = home(probes, config) - probes
    far = ways.norm(dim=1) > AWAY
    probes, ways = probes[far], ways[far]
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate)
    steps = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, config.epochs + 1)
    changing = {"net": net, "optimiser": optimiser, "steps": steps, "generator": generator}
    for epoch in recorder.epochs(config.epochs, **changing):
        y, pushed = pushed_off(config, generator)
        loss = (net(pushed) - y).square().sum(1).mean()
        with torch.no_grad():
            cosine = torch.cosine_similarity(net(probes) - probes, ways).mean()
        recorder.snapshot(epoch, net=net, loss=loss, cosine=cosine)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        steps.step()


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
