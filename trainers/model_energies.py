"""Four nets learn the same spiral on one clock: as accurate as each other, with other energies.

Each is trained as if it were alone: their losses add up, and no parameter is in two of them. What
they learn is the energy F(x, k) = −s_k + log Σ exp s_j of each class k; see classifier_plain.

    python -m trainers.model_energies
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from epochreel import Recorder, Schedule, geometric
from trainers import classifier_unwarp
from trainers.classifier_unwarp import data as data  # the same spiral


@dataclass(frozen=True)
class Config(classifier_unwarp.Config):
    """Everything the run depends on, apart from the code below."""

    epochs: int = 1000
    points_per_class: int = 200
    narrow: int = 10
    learning_rate: float = 3e-3


def layers(*sizes: int) -> nn.Sequential:
    """Return a net of layers of these sizes, with ReLU on all that are hidden."""
    parts: list[nn.Module] = []
    for before, after in pairwise(sizes):
        parts += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def build(config: Config) -> dict[str, nn.Module]:
    """Return the nets, from points (N, 2) to linear outputs s (N, classes).

    `wide` has one hidden layer, `tanh` one too with another non-linearity, `plane` an embedding of
    two numbers before its last layer, `deep` four narrow hidden layers.
    """
    hidden, narrow, classes = config.hidden, config.narrow, config.classes
    return {
        "wide": layers(2, hidden, classes),
        "tanh": nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, classes)),
        "plane": nn.Sequential(*layers(2, hidden, 2), nn.Linear(2, classes)),
        "deep": layers(2, *[narrow] * 4, classes),
    }


def schedule(config: Config) -> Schedule:
    """Take ever fewer epochs: the valleys are dug in the first hundreds."""
    return geometric(config.epochs, min(250, config.epochs + 1))


def train(config: Config, recorder: Recorder) -> None:
    """Train on all the points at once; an epoch is recorded with the accuracies it has."""
    torch.manual_seed(config.seed)
    nets = build(config)
    points, labels = data(config)
    parameters = [parameter for net in nets.values() for parameter in net.parameters()]
    optimiser = torch.optim.Adam(
        parameters, lr=config.learning_rate, weight_decay=config.weight_decay
    )
    for epoch in recorder.epochs(config.epochs, **nets, optimiser=optimiser):
        outputs = {name: net(points) for name, net in nets.items()}  # ① predict
        loss = torch.stack([cross_entropy(s, labels) for s in outputs.values()]).sum()  # ② loss
        accuracies = {
            f"{name}_accuracy": (s.argmax(1) == labels).float().mean()
            for name, s in outputs.items()
        }
        recorder.snapshot(epoch, **nets, loss=loss, **accuracies)
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
