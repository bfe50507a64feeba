"""Five steps, over and over: predict, loss, zero, backward, step; and what becomes of other loops.

A line ỹ = w₁ x + w₂ is fitted to twenty points in three loops from one start. One has all five
steps. One forgets to zero, so that `.grad` adds up every slope since the start. One holds a quarter
of the points at a time, goes backward four times and steps once, so that `.grad` adds on purpose.
The functions below are what runs, and what the clip shows.

    python -m trainers.five_steps
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.optim import SGD, Optimizer

from epochreel import Recorder

Batches = Iterable[tuple[Tensor, Tensor]]

START = (-1.4, 2.6)
"""Slope and intercept before the first step: high on a side of the bowl, beside the way down."""
BATCHES = 4
"""Of as many points each."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 40
    seed: int = 12345
    points: int = 20
    noise: float = 0.45
    learning_rate: float = 0.2


class Line(nn.Module):
    """The line through w = (slope, intercept), whose `.grad` is a part of its state."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.tensor(START))

    def forward(self, x: Tensor) -> Tensor:
        """Return ỹ (N,) at places x (N,)."""
        return self.w[0] * x + self.w[1]

    def slope(self) -> Tensor:
        """Return what `.grad` holds (2,), zeros where it holds nothing."""
        return torch.zeros(2) if self.w.grad is None else self.w.grad.clone()

    def get_extra_state(self) -> Tensor:
        """Return what a loop that forgets to zero goes on with."""
        return self.slope()

    def set_extra_state(self, state: Tensor) -> None:
        """Put it back."""
        self.w.grad = state.clone()


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return places x (N,) and targets y (N,), float32, in an order that mixes them."""
    generator = torch.Generator().manual_seed(config.seed)
    x = torch.linspace(-1.4, 1.6, config.points)
    y = 0.9 * x + 0.4 + config.noise * torch.randn(config.points, generator=generator)
    order = torch.randperm(config.points, generator=generator)
    return x[order], y[order]


def build(config: Config) -> dict[str, nn.Module]:
    """Return the line of each loop."""
    return {loop: Line() for loop in ("zeroed", "forgetful", "accumulating")}


def zeroed(net: nn.Module, optimiser: Optimizer, x: Tensor, y: Tensor) -> None:
    """Take the five steps."""
    ytilde = net(x)
    loss = mse_loss(ytilde, y)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def forgetful(net: nn.Module, optimiser: Optimizer, x: Tensor, y: Tensor) -> None:
    """Take four of them."""
    ytilde = net(x)
    loss = mse_loss(ytilde, y)
    loss.backward()
    optimiser.step()


def accumulating(net: nn.Module, optimiser: Optimizer, batches: Batches) -> None:
    """Go backward for each of four batches, and step once."""
    optimiser.zero_grad()
    for x, y in batches:
        ytilde = net(x)
        loss = mse_loss(ytilde, y)
        (loss / 4).backward()
    optimiser.step()


def train(config: Config, recorder: Recorder) -> None:
    """Run the three loops side by side; an epoch is a step of each.

    Recorded are the parameters `w` (3, 2) before it and the losses that they have, what `.grad`
    holds when it steps, `grad` (3, 2), and what it held after each batch of the last loop, `sums`
    (B, 2).
    """
    x, y = data(config)
    nets = [net for net in build(config).values() if isinstance(net, Line)]
    optimisers = [SGD(net.parameters(), lr=config.learning_rate) for net in nets]
    batches = list(zip(x.chunk(BATCHES), y.chunk(BATCHES), strict=True))
    sums: list[Tensor] = []

    def watched() -> Iterator[tuple[Tensor, Tensor]]:
        for batch in batches:
            yield batch
            sums.append(nets[2].slope())

    kept = {f"net{k}": net for k, net in enumerate(nets)}
    for epoch in recorder.epochs(config.epochs, **kept):
        w = torch.stack([net.w.detach().clone() for net in nets])
        sums.clear()
        zeroed(nets[0], optimisers[0], x, y)
        forgetful(nets[1], optimisers[1], x, y)
        accumulating(nets[2], optimisers[2], watched())
        grad = torch.stack([net.slope() for net in nets])
        losses = {f"loss{k}": mse_loss(wk[0] * x + wk[1], y) for k, wk in enumerate(w)}
        recorder.snapshot(epoch, w=w, grad=grad, sums=torch.stack(sums), **losses)


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
