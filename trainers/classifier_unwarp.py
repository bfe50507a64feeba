"""A classifier learns to unwind a spiral: 2 → 100 → 2 → 5, its embedding h a plane to look at.

The embedding starts small; by epoch 300 it has become an affine map of the input, an identity
up to turning, mirroring and stretching; the rest of the training goes into unwinding the five
arms until straight boundaries separate them.

    python -m trainers.classifier_unwarp
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from epochreel import Recorder, device


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 2000
    seed: int = 12345
    classes: int = 5
    points_per_class: int = 1000
    hidden: int = 100
    learning_rate: float = 1e-3
    weight_decay: float = 1e-5


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return the spiral: points (N, 2) float32 and their arms (N,) int64, arm after arm on the CPU.

    Along an arm the radius goes from .2 to 1 over two K-ths of a turn; the noise is on the angle.
    """
    generator = torch.Generator().manual_seed(config.seed)
    t = torch.linspace(0, 1, config.points_per_class).repeat(config.classes)
    labels = torch.arange(config.classes).repeat_interleave(config.points_per_class)
    noise = torch.randn(len(labels), generator=generator)
    radius = 0.8 * t + 0.2
    angle = 2 * pi / config.classes * (2 * t + labels) + 0.2 * noise
    points = radius[:, None] * torch.stack([angle.sin(), angle.cos()], dim=1)
    return points, labels


def build(config: Config) -> nn.Module:
    """Return the net; `embedding` maps (N, 2) to (N, 2), `classifier` maps that to (N, classes)."""
    embedding = nn.Sequential(
        nn.Linear(2, config.hidden),
        nn.ReLU(),
        nn.Linear(config.hidden, 2),
    )
    classifier = nn.Linear(2, config.classes)
    return nn.Sequential(OrderedDict(embedding=embedding, classifier=classifier))


def train(config: Config, recorder: Recorder) -> None:
    """Train on all the points at once; an epoch is recorded with the loss its parameters have."""
    torch.manual_seed(config.seed)  # drawn on the CPU, so every device starts from the same net
    net = build(config).to(device())
    points, labels = (tensor.to(device()) for tensor in data(config))
    optimiser = torch.optim.Adam(
        net.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        s = net(points)  # ① predict
        loss = cross_entropy(s, labels)  # ② compute the loss
        accuracy = (s.argmax(1) == labels).float().mean()
        recorder.snapshot(epoch, net=net, loss=loss, accuracy=accuracy)
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


def affine_r2(inputs: Tensor, outputs: Tensor) -> float:
    """Return how affine a map is: R² of the best affine fit of outputs (N, D) by inputs (N, C).

    The coefficient of determination of ordinary least squares with an intercept, squares summed
    over all components: 1 − Σ‖y − ŷ‖² / Σ‖y − ȳ‖². It is 1 for an affine map and 0 where the
    best affine map is a constant.
    """
    inputs, outputs = inputs.double(), outputs.double()
    design = torch.cat([inputs, torch.ones(len(inputs), 1, dtype=inputs.dtype)], dim=1)
    residual = outputs - design @ torch.linalg.lstsq(design, outputs).solution
    spread = outputs - outputs.mean(0)
    return 1 - float(residual.square().sum() / spread.square().sum())


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
