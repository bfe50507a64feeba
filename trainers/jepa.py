"""A JEPA of a pendulum: predict what comes next in the plane of embeddings, not in pixels.

The encoder f maps a picture x to h_x, the predictor takes it and a push u to a guess of h_y, the
embedding of the next picture. The energy is E = ‖h̃_y − h_y‖²; trained on are E and VICReg's guards
for h̃_y and h_y. A second encoder learns the same without a predictor, with h_x as its guess.

    python -m trainers.jepa
"""

from copy import deepcopy
from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn

from epochreel import Recorder, Schedule, geometric
from trainers.joint_embedding import D, layers, terms

SIDE = 16  # pixels
LENGTH, THIN, BOB = 0.72, 0.07, 0.17  # of the rod, and how thick both are: half a picture is 1
PUSH, FALL = 0.9, 0.25  # radians in a step, by a push of 1 and from where it is level


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 1000
    seed: int = 12345
    batch: int = 64
    hidden: int = 32
    learning_rate: float = 6e-3
    calm_after: int = 400
    """Epochs until steps are half as large."""


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return angles and pushes (200,), by which nets are judged."""
    generator = torch.Generator().manual_seed(config.seed)
    angles, pushes = torch.rand(2, 200, generator=generator)
    return 2 * pi * angles, 2 * pushes - 1


def pictures(angles: Tensor) -> Tensor:
    """Return pictures (N, SIDE²) from 0 to 1, row by row, of angles (N,): 0 hangs down."""
    at = (torch.arange(SIDE) + 0.5) * 2 / SIDE - 1
    up, across = torch.meshgrid(-at, at, indexing="ij")
    pixels = torch.stack([across, up], dim=-1).flatten(0, 1)
    tips = LENGTH * torch.stack([angles.sin(), -angles.cos()], dim=-1)[:, None]
    along = ((pixels * tips).sum(dim=-1) / LENGTH**2).clamp(0, 1)
    off = (pixels - along[..., None] * tips).square().sum(dim=-1)
    apart = (pixels - tips).square().sum(dim=-1)
    rod, bob = (-off / (2 * THIN**2)).exp(), (-apart / (2 * BOB**2)).exp()
    return torch.maximum(0.5 * rod, bob)


def after(angles: Tensor, pushes: Tensor) -> Tensor:
    """Return the angles a step later: a push, from −1 to 1, turns them, and they fall back."""
    return angles + PUSH * pushes - FALL * angles.sin()


class Predictor(nn.Module):
    """A guess of the next embedding (N, 2), of an embedding (N, 2) and a push (N, 1)."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.move = nn.Sequential(nn.Linear(D + 1, hidden), nn.Tanh(), nn.Linear(hidden, D))

    def forward(self, h: Tensor, pushes: Tensor) -> Tensor:
        """Return where it will be."""
        moved: Tensor = h + self.move(torch.cat([h, pushes], dim=1))
        return moved


def build(config: Config) -> dict[str, nn.Module]:
    """Return the `encoder`, its `predictor`, and an encoder `alone` that starts as the first."""
    first = layers(SIDE**2, config.hidden)
    return {
        "encoder": first,
        "predictor": Predictor(2 * config.hidden),
        "alone": deepcopy(first),
    }


def schedule(config: Config) -> Schedule:
    """Take the first epochs closely, in which the plane unfolds."""
    return geometric(config.epochs, min(160, config.epochs + 1))


def train(config: Config, recorder: Recorder) -> None:
    """Train on other angles and pushes at every epoch, all of them as likely."""
    torch.manual_seed(config.seed)
    nets = build(config)
    encoder, predictor, alone = nets.values()
    generator = torch.Generator().manual_seed(config.seed + 1)
    parameters = [each for net in nets.values() for each in net.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=config.learning_rate, betas=(0.5, 0.95))
    for epoch in recorder.epochs(config.epochs, **nets, optimiser=optimiser, generator=generator):
        optimiser.param_groups[0]["lr"] = config.learning_rate / (1 + epoch / config.calm_after)
        angles = 2 * pi * torch.rand(config.batch, generator=generator)
        pushes = 2 * torch.rand(config.batch, generator=generator) - 1
        x, y = pictures(angles), pictures(after(angles, pushes))
        guess = predictor(encoder(x), pushes[:, None])  # ① predict
        own = terms(torch.stack([guess, encoder(y)]), 1)  # ② compute the loss
        others = terms(torch.stack([alone(x), alone(y)]), 1)
        loss = own.sum() + others.sum()  # no parameter is of both
        recorder.snapshot(epoch, **nets, loss=own.sum(), energy=own[0], still=others[0])
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
