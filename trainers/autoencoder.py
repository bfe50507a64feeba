"""An autoencoder with a code of one number: a curve through points of the plane, learnt from them.

The encoder f says of each point y where along the curve it lies, h = f(y); the decoder g draws the
curve, ỹ = g(h). Whatever it reconstructs badly has a high energy F(y) = ‖y − g(f(y))‖².

    python -m trainers.autoencoder
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from epochreel import Recorder, Schedule, geometric


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 3000
    seed: int = 12345
    points: int = 50
    turns: float = 1.0
    noise: float = 0.02
    hidden: int = 100
    learning_rate: float = 1e-3
    bounded: bool = True
    """Whether a last tanh keeps the code between −1 and 1; without, it is linear."""


def data(config: Config) -> Tensor:
    """Return points (N, 2) float32 along one arm of a spiral, from its middle outwards."""
    generator = torch.Generator().manual_seed(config.seed)
    t = torch.linspace(0, 1, config.points)
    radius, angle = 0.2 + 0.8 * t, 2 * pi * config.turns * t
    arm = radius[:, None] * torch.stack([angle.sin(), angle.cos()], dim=1)
    return arm + config.noise * torch.randn(config.points, 2, generator=generator)


def build(config: Config) -> dict[str, nn.Module]:
    """Return both nets: `encoder` maps y (N, 2) to h (N, 1), `decoder` h to ỹ (N, 2)."""
    width = config.hidden
    encoder = nn.Sequential(
        *(nn.Linear(2, width), nn.Tanh()),
        *(nn.Linear(width, width), nn.Tanh()),
        nn.Linear(width, 1),
        *([nn.Tanh()] if config.bounded else []),
    )
    decoder = nn.Sequential(
        *(nn.Linear(1, width), nn.Tanh()),
        *(nn.Linear(width, width), nn.Tanh()),
        nn.Linear(width, 2),
    )
    return {"encoder": encoder, "decoder": decoder}


def schedule(config: Config) -> Schedule:
    """Take ever fewer epochs: the curve bends most in the first hundreds."""
    return geometric(config.epochs, min(400, config.epochs + 1))


def train(config: Config, recorder: Recorder) -> None:
    """Train on all the points at once; an epoch is recorded with the loss its parameters have."""
    torch.manual_seed(config.seed)
    nets = build(config)
    encoder, decoder = nets["encoder"], nets["decoder"]
    y = data(config)
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, **nets, optimiser=optimiser):
        reconstruction = decoder(encoder(y))  # ① predict
        loss = mse_loss(reconstruction, y, reduction="none").sum(1).mean()  # ② compute the loss
        recorder.snapshot(epoch, **nets, loss=loss)
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
