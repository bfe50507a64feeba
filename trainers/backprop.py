"""Backpropagation, module by module: two points of the spiral go through 2 → 7 → 5 and back.

x ↦ s₁ = W₁x + b₁ ↦ h = ReLU(s₁) ↦ s = W₂h + b₂ ↦ o = log softargmax(s), with the cost −yᵀo for
a one-hot y. An epoch is both samples, one after the other, and a step on the sum of their costs.
It is recorded before that step, as torch has it, in float64; rows are the first and the second:

    x (2, 2)   s1, h (2, 7)   s, o, y (2, 5)   cost (2,)
    x.grad, s1.grad, h.grad, s.grad, o.grad   ∂cost/∂ these, the gradOutput of what made them
    W1.grad (2, 7, 2)   b1.grad (2, 7)   W2.grad (2, 5, 7)   b2.grad (2, 5)   `.grad` after the
        first sample has been through, and after both: the second adds to it
    W1 (7, 2)   b1 (7,)   W2 (5, 7)   b2 (5,)   the parameters, which both samples meet

    python -m trainers.backprop
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from epochreel import Recorder
from trainers import classifier_unwarp as spiral

CLASSES = 5


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 20
    # Chosen among thousands for numbers that are easily read: three units off in each pass, not
    # all the same, softargmax neither flat nor sure, and wrong on both; few that round to 0.00.
    # What is claimed of them holds on any seed.
    seed: int = 1584
    hidden: int = 7
    learning_rate: float = 0.1


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return two points x (2, 2) of the spiral, to one decimal, and one-hot y (2, 5); float64."""
    points, labels = spiral.data(spiral.Config(seed=config.seed, classes=CLASSES))
    generator = torch.Generator().manual_seed(config.seed)
    pair = torch.randperm(len(points), generator=generator)[:2]
    return points[pair].double().round(decimals=1), one_hot(labels[pair], CLASSES).double()


def build(config: Config) -> nn.Module:
    """Return the predictor, x (…, 2) to o (…, 5), float64.

    Its parameters start with one decimal, so that the first sums can be done in one's head.
    """
    net = nn.Sequential(
        OrderedDict(
            hidden=nn.Linear(2, config.hidden),
            relu=nn.ReLU(),
            output=nn.Linear(config.hidden, CLASSES),
            log_softargmax=nn.LogSoftmax(dim=-1),
        )
    ).double()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.normal_(std=0.7).round_(decimals=1)
    return net


def predict(net: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """Return x, s1, h, s and o by name; each keeps its gradient."""
    values = [x.clone().requires_grad_()]
    for module in net.children():
        values.append(module(values[-1]))
        values[-1].retain_grad()
    return dict(zip(("x", "s1", "h", "s", "o"), values, strict=True))


def gradients(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return what `.grad` holds now, under `name.grad`."""
    return {f"{name}.grad": x.grad.clone() for name, x in tensors.items() if x.grad is not None}


def train(config: Config, recorder: Recorder) -> None:
    """Go back from both samples, then step; an epoch's loss is the sum of their costs."""
    torch.manual_seed(config.seed)
    net = build(config)
    samples = list(zip(*data(config), strict=True))
    parameters = dict(zip(("W1", "b1", "W2", "b2"), net.parameters(), strict=True))
    optimiser = torch.optim.SGD(net.parameters(), lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        optimiser.zero_grad()  # ③ zero the gradients, once for both samples
        passes = []
        for x, y in samples:
            values = predict(net, x)  # ① predict
            cost = -y @ values["o"]  # ② compute the cost
            cost.backward()  # ④ go backward, which adds to what .grad holds
            grads = gradients(values | parameters)
            passes.append({**values, "y": y, "cost": cost.detach(), **grads})
        rows = {name: torch.stack([each[name] for each in passes]) for name in passes[0]}
        recorder.snapshot(epoch, net=net, loss=rows["cost"].sum(), **parameters, **rows)
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
