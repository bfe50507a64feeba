"""Linear binary classification: one weight vector w, and the loss of ỹ = σ(wᵀx) on a few samples.

Both classes are clouds that lie half in each other. From the epoch `crossing` on, every sample that
was on the wrong side of the line between them has crossed to its own: they are separable, and the
loss, which had a least, has none any more.

    python -m trainers.binary_loss
"""

from dataclasses import dataclass
from math import cos, pi, sin

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from epochreel import Recorder

START = (-3.0, 3.0)
"""Where w starts: high above the least loss, and beside the way to it."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 600
    seed: int = 12345
    samples: int = 24
    distance: float = 0.35
    spread: float = 0.7
    margin: float = 0.3
    crossing: int = 100
    learning_rate: float = 1.0


def data(config: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Return points (N, 2), the same after the crossing (N, 2), and labels (N,), 0 or 1, float32.

    A point nearer to the line than the margin, or beyond it, moves straight across it to its own
    side, as far beyond it as it was, and the margin.
    """
    generator = torch.Generator().manual_seed(config.seed)
    labels = torch.arange(config.samples) % 2
    sign = 2.0 * labels - 1
    across = torch.tensor([cos(pi / 5), sin(pi / 5)])  # at a right angle to the line
    points = config.spread * torch.randn(config.samples, 2, generator=generator)
    points = points + config.distance * sign[:, None] * across
    before = sign * (points @ across)
    after = torch.where(before < config.margin, before.abs() + config.margin, before)
    return points, points + (sign * (after - before))[:, None] * across, labels.float()


def build(config: Config) -> nn.Linear:
    """Return the map from x (N, 2) to the linear sum s = wᵀx (N, 1)."""
    return nn.Linear(2, 1, bias=False)


def losses(s: Tensor, y: Tensor) -> Tensor:
    """ℍ(y, σ(s)) of each sample (N,): a ramp over s, falling where y = 1, rising where y = 0."""
    return y * softplus(-s) + (1 - y) * softplus(s)


def train(config: Config, recorder: Recorder) -> None:
    """Descend on all samples at once; an epoch is recorded with the loss its w has."""
    net = build(config)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([START]))
    before, after, y = data(config)
    optimiser = torch.optim.SGD(net.parameters(), lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        x = before if epoch < config.crossing else after
        loss = losses(net(x)[:, 0], y).mean()  # ① predict, ② compute the loss
        recorder.snapshot(epoch, net=net, loss=loss, length=torch.linalg.norm(net.weight))
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
