"""Maximum likelihood of an energy: pushed down on the samples, up wherever the model believes.

A net gives each y of a line an energy F(y), and so a density P(y) ∝ exp(−βF(y)), normalised by
quadrature. Up to the factor β, the slope of −log P in the parameters θ is ∂F(y)/∂θ, averaged over
the samples, less the same averaged over P. Three nets with one start learn the same samples on one
clock, each at a coldness β of its own.

    python -m trainers.maximum_likelihood
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epochreel import Recorder

BETAS = {"hot": 0.3, "warm": 1.0, "cold": 10.0}
REACH, BINS, CELLS = 3.0, 25, 300
"""The line goes from −REACH to REACH; integrals are sums over its cells, bins hold whole cells."""
CENTRES, SPREADS, SHARES = (-1.3, 0.3, 1.5), (0.35, 0.2, 0.3), (0.45, 0.2, 0.35)
"""Of the three normal densities that samples are drawn from."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 600
    seed: int = 12345
    points: int = 400
    hidden: int = 64
    learning_rate: float = 0.05
    momentum: float = 0.9


def data(config: Config) -> Tensor:
    """Return samples (N,) float32 of three bumps."""
    generator = torch.Generator().manual_seed(config.seed)
    which = torch.multinomial(torch.tensor(SHARES), config.points, True, generator=generator)
    noise = torch.randn(config.points, generator=generator)
    return torch.tensor(CENTRES)[which] + torch.tensor(SPREADS)[which] * noise


def cells() -> Tensor:
    """Return the middles of the cells of the line, (CELLS,)."""
    return REACH * ((2 * torch.arange(CELLS) + 1) / CELLS - 1)


def shares(y: Tensor) -> Tensor:
    """Return which share of samples (N,) lies in each bin, (BINS,)."""
    return torch.histc(y, BINS, -REACH, REACH) / len(y)


def masses(energies: Tensor) -> Tensor:
    """Return the mass of P in each cell (CELLS, 3), from the energies there."""
    return (-torch.tensor([*BETAS.values()]) * energies).softmax(0)


class Energies(nn.Module):
    """Several nets 1 → hidden → hidden → 1, all with the same start."""

    def __init__(self, hidden: int, nets: int) -> None:
        super().__init__()
        self.nets = nets
        layers = nn.Linear(1, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 1)
        self.weights = nn.ParameterList(_copies(layer.weight.T, nets) for layer in layers)
        self.biases = nn.ParameterList(_copies(layer.bias[None], nets) for layer in layers)

    def forward(self, y: Tensor) -> Tensor:
        """Return the energies of places (N, 1), one of each net, (N, nets)."""
        h = y.expand(self.nets, -1, -1)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            h = torch.tanh(h @ weight + bias)
        energies: Tensor = h @ self.weights[-1] + self.biases[-1]
        return energies[..., 0].T


def _copies(values: Tensor, times: int) -> nn.Parameter:
    return nn.Parameter(values.detach().repeat(times, 1, 1))


def build(config: Config) -> Energies:
    """Return the three nets."""
    return Energies(config.hidden, len(BETAS))


def train(config: Config, recorder: Recorder) -> None:
    """Push on all samples at once; how unbalanced the pushes are is recorded for each coldness.

    That is half the sum over the bins of what the shares of the samples and of P differ by.
    """
    torch.manual_seed(config.seed)
    net, y, line = build(config), data(config), cells()
    places, beta, target = torch.cat([y, line])[:, None], torch.tensor([*BETAS.values()]), shares(y)
    optimiser = torch.optim.SGD(net.parameters(), lr=config.learning_rate, momentum=config.momentum)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        energies = net(places)  # ① predict
        at_data, everywhere = energies[: len(y)], energies[len(y) :]
        width = 2 * REACH / CELLS
        whole = torch.logsumexp(-beta * everywhere, 0) + torch.tensor(width).log()
        losses = at_data.mean(0) + whole / beta  # ② the loss: −log P over β
        believed = masses(everywhere.detach()).unflatten(0, (BINS, -1)).sum(1)
        unbalanced = (believed - target[:, None]).abs().sum(0) / 2
        named = dict(zip(BETAS, unbalanced, strict=True))
        recorder.snapshot(epoch, net=net, loss=losses.sum(), **named)
        optimiser.zero_grad()  # ③ zero the gradients
        losses.sum().backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
