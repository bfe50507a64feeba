"""Two autoencoders from one start: one has a price on the sensitivity of its code, one has none.

The energy is F = ‖y − g(h)‖² + λ‖∂h/∂y‖², with h = f(y) of as many numbers as the net has room for.
Without the price the net reconstructs everything. With it a code may change along the data alone,
and what lies beside them is reconstructed as if it were on them. The decoder is linear, and its
columns keep their lengths: a smaller code and a larger decoder would cheat the price.

    python -m trainers.contractive_autoencoder
"""

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.optim.lr_scheduler import CosineAnnealingLR

from epochreel import Recorder, Schedule, geometric


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 2000
    seed: int = 12345
    points: int = 60
    noise: float = 0.02
    hidden: int = 100
    steepness: float = 5.0
    price: float = 0.01
    learning_rate: float = 2e-3


def wave(t: Tensor) -> Tensor:
    """Return the points (…, 2) of the wave y₂ = sin(πy₁) / 2 at y₁ = t in [−1, 1]."""
    return torch.stack([t, 0.5 * (torch.pi * t).sin()], dim=-1)


def data(config: Config) -> Tensor:
    """Return points (N, 2) float32 along the wave, with a little noise."""
    generator = torch.Generator().manual_seed(config.seed)
    points = wave(torch.linspace(-1, 1, config.points))
    return points + config.noise * torch.randn(points.shape, generator=generator)


class Autoencoder(nn.Module):
    """Maps y (N, 2) to ỹ (N, 2), through a code h in (−1, 1) of `hidden` numbers."""

    def __init__(self, hidden: int, steepness: float) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(2, hidden), nn.Linear(hidden, hidden)
        self.columns = nn.Parameter(torch.randn(2, hidden))
        self.bias = nn.Parameter(torch.zeros(2))
        with torch.no_grad():
            self.first.weight.mul_(steepness)
            self.first.bias.mul_(steepness)

    def forward(self, y: Tensor) -> Tensor:
        """Return ỹ; the decoder's columns have a length of √(2 / hidden)."""
        code = self.second(self.first(y).tanh()).tanh()
        columns = normalize(self.columns, dim=0) * (2 / self.columns.shape[1]) ** 0.5
        reconstruction: Tensor = code @ columns.T + self.bias
        return reconstruction

    def sensitivity(self, y: Tensor) -> Tensor:
        """Return ‖∂h/∂y‖², the sum of its squares, for y (N, 2)."""
        first = self.first(y).tanh()
        second = self.second(first).tanh()
        inner = (1 - first**2)[..., None] * self.first.weight  # (N, hidden, 2)
        slopes = (1 - second**2)[..., None] * (self.second.weight @ inner)
        total: Tensor = slopes.square().sum((1, 2))
        return total


def beside(offset: float, count: int = 101) -> Tensor:
    """Return points (2 count, 2) so far off the wave, along its normal, on either side."""
    t = torch.linspace(-0.9, 0.9, count)
    along = torch.stack([torch.ones(count), 0.5 * torch.pi * (torch.pi * t).cos()], dim=-1)
    normal = normalize(along.flip(1) * torch.tensor([-1.0, 1.0]))
    return torch.cat([wave(t) + offset * normal, wave(t) - offset * normal])


def squares(net: nn.Module, y: Tensor) -> Tensor:
    """Return ‖y − ỹ‖² (N,) of points y (N, 2)."""
    energies: Tensor = (y - net(y)).square().sum(1)
    return energies


def build(config: Config) -> dict[str, Autoencoder]:
    """Return the net that is `free` and the `contractive` one, which start alike."""
    free = Autoencoder(config.hidden, config.steepness)
    return {"free": free, "contractive": deepcopy(free)}


def schedule(config: Config) -> Schedule:
    """Take ever fewer epochs: most happens in the first hundreds."""
    return geometric(config.epochs, min(240, config.epochs + 1))


def train(config: Config, recorder: Recorder) -> None:
    """Train both on all points at once; what is recorded of an epoch its parameters have.

    For each net that is its `…_error`, the mean ‖y − ỹ‖² of the data, and `…_beside`, that of
    points .3 beside them. A sum of losses leaves each net its own gradient.
    """
    torch.manual_seed(config.seed)
    nets = build(config)
    y, off = data(config), beside(0.3)
    parameters = [each for net in nets.values() for each in net.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=config.learning_rate)
    rates = CosineAnnealingLR(optimiser, config.epochs + 1, 0.03 * config.learning_rate)
    for epoch in recorder.epochs(config.epochs, **nets, optimiser=optimiser, rates=rates):
        errors = {name: squares(net, y).mean() for name, net in nets.items()}
        sensitivity = nets["contractive"].sensitivity(y).mean()
        loss = sum(errors.values()) + config.price * sensitivity
        with torch.no_grad():
            walls = {f"{name}_beside": squares(net, off).mean() for name, net in nets.items()}
        named = {f"{name}_error": error for name, error in errors.items()}
        recorder.snapshot(epoch, **nets, **named, **walls, sensitivity=sensitivity)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rates.step()


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
