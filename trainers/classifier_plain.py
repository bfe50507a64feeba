"""A plain classifier of the spiral, 2 → 100 → 5, whose outputs s are energies to look at.

The energy of a point x in class k is the cross-entropy F(x, k) = −s_k + log Σ exp s_j, or just
the negative linear output −s_k. Training pushes F down at the right class and up at the others:
its slope in s is softargmax(s) − y. There is no plane of embeddings as in classifier_unwarp.

    python -m trainers.classifier_plain
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, log_softmax

from epochreel import Recorder, device

# The same spiral with the same options.
from trainers.classifier_unwarp import Config, data


def build(config: Config) -> nn.Module:
    """Return the net, from points (N, 2) to linear outputs s (N, classes)."""
    return nn.Sequential(
        nn.Linear(2, config.hidden),
        nn.ReLU(),
        nn.Linear(config.hidden, config.classes),
    )


def energy(s: Tensor) -> Tensor:
    """Return F = −s_k + log Σ exp s_j > 0 of each class k, (…, K), from linear outputs (…, K)."""
    return -log_softmax(s, dim=-1)


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


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
