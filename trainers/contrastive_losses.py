"""Three losses of an energy: one that only pulls down, and two that push up as well.

Data y̌ on a line are to have a low energy F ≥ 0, contrastive points ŷ off them a high one. The
energy loss F(y̌) pulls alone; the hinge (m − [F(ŷ) − F(y̌)])⁺ pushes a pair apart until its
energies differ by the margin m; the log loss log(1 + exp[F(y̌) − F(ŷ)]) never stops. Three nets
with one start learn from the same pairs on one clock, each by a loss of its own.

    python -m trainers.contrastive_losses
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import relu, softplus

from epochreel import Recorder
from trainers.maximum_likelihood import Energies

LOSSES = ("pull", "hinge", "log")
REACH = 3.0
"""The line goes from −REACH to REACH."""
CENTRES, SPREAD, OFF = (-1.4, 0.9), 0.2, 0.3
"""Of the two bumps of the data, and how far off the data contrastive points are at least."""
START = 4.0
"""What is added to the outputs of the nets, so that the energies start high."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 600
    seed: int = 12345
    points: int = 200
    hidden: int = 64
    margin: float = 2.0
    detail: float = 3.0
    learning_rate: float = 2e-3


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return pairs of data (N,) and contrastive points (N,), float32."""
    generator = torch.Generator().manual_seed(config.seed)
    which = torch.randint(len(CENTRES), (config.points,), generator=generator)
    cold = torch.tensor(CENTRES)[which] + SPREAD * torch.randn(config.points, generator=generator)
    anywhere = REACH * (2 * torch.rand(20 * config.points, generator=generator) - 1)
    off = (anywhere[:, None] - cold).abs().amin(1) > OFF
    return cold, anywhere[off][: config.points]


class Wells(nn.Module):
    """Three energies of places (N, 1) that are at least 0, (N, 3), of places so much stretched."""

    def __init__(self, hidden: int, detail: float) -> None:
        super().__init__()
        self.nets, self.detail = Energies(hidden, len(LOSSES)), detail

    def forward(self, y: Tensor) -> Tensor:
        """Return the energy of each net at each place, smooth and even in what it puts out."""
        outputs = START + self.nets(self.detail * y)
        energies: Tensor = (1 + outputs.square()).sqrt() - 1
        return energies


def build(config: Config) -> Wells:
    """Return the three energies."""
    return Wells(config.hidden, config.detail)


def losses(low: Tensor, high: Tensor, margin: float) -> dict[str, Tensor]:
    """Return each loss of the energies of data and of contrastive points, in their shape."""
    return {"pull": low, "hinge": relu(margin - (high - low)), "log": softplus(low - high)}


def train(config: Config, recorder: Recorder) -> None:
    """Descend on all pairs at once; the least F(ŷ) − F(y̌) is recorded for each loss."""
    torch.manual_seed(config.seed)
    net, (cold, hot) = build(config), data(config)
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        low, high = net(torch.cat([cold, hot])[:, None]).chunk(2)  # ① predict
        found = losses(low, high, config.margin)
        loss = torch.stack([found[name][:, k].mean() for k, name in enumerate(LOSSES)]).sum()  # ②
        apart = dict(zip(LOSSES, (high - low).amin(0), strict=True))
        recorder.snapshot(epoch, net=net, loss=loss, **apart)
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
