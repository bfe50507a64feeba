"""K-means: a latent that picks one of K places, and a free energy that never rises.

The energy of a point y with a one-hot latent z is E(y, z) = ‖y − Wz‖²: its squared distance to the
column of W that z picks. Inference takes the z of least energy, the nearest column, and what is
left is the free energy F(y) = min_z E(y, z), a well around each column; learning moves each column
to the mean of the points that picked it. Neither can raise the mean energy of the points.

    python -m trainers.kmeans --start box
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epochreel import Recorder
from trainers import autoencoder


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below.

    An epoch is half a step: learning after the even ones, inference after the odd ones. Columns
    `start` on distinct points of the "data", or anywhere in a "box" around them.
    """

    epochs: int = 40
    seed: int = 12345
    points: int = 200
    turns: float = 1.0
    noise: float = 0.02
    wells: int = 20
    start: str = "data"


def data(config: Config) -> Tensor:
    """Return points (N, 2) float64 along one arm of a spiral, from its middle outwards."""
    arm = autoencoder.Config(
        seed=config.seed, points=config.points, turns=config.turns, noise=config.noise
    )
    return autoencoder.data(arm).double()


class Wells(nn.Module):
    """The columns `w` of W (K, 2), and which of them each point picks, `z` (N,)."""

    w: Tensor
    z: Tensor

    def __init__(self, w: Tensor, points: int) -> None:
        super().__init__()
        self.register_buffer("w", w)
        self.register_buffer("z", torch.zeros(points, dtype=torch.long))

    def forward(self, y: Tensor) -> Tensor:
        """Return E(y, z) of points (N, 2) with each z, (N, K)."""
        return (y[:, None] - self.w).square().sum(2)

    def infer(self, y: Tensor) -> None:
        """Let each point pick its nearest column."""
        self.z = self(y).argmin(1)

    def learn(self, y: Tensor) -> None:
        """Move each column to the mean of the points that picked it; where none did, it stays."""
        picked = nn.functional.one_hot(self.z, len(self.w)).to(y)
        count = picked.sum(0)[:, None]
        self.w = torch.where(count > 0, picked.T @ y / count.clamp(min=1), self.w)


def build(config: Config) -> Wells:
    """Return the columns where they start."""
    generator = torch.Generator().manual_seed(config.seed + 1)
    y = data(config)
    if config.start == "box":
        low, high = y.amin(0), y.amax(0)
        w = low + (high - low) * torch.rand(config.wells, 2, generator=generator, dtype=y.dtype)
    else:
        w = y[torch.randperm(len(y), generator=generator)[: config.wells]]
    return Wells(w, len(y))


def train(config: Config, recorder: Recorder) -> None:
    """Infer and learn in turn; `w` and `z` are recorded with the mean energy that they have."""
    y = data(config)
    net = build(config)
    net.infer(y)
    for epoch in recorder.epochs(config.epochs, net=net):
        loss = net(y).gather(1, net.z[:, None]).mean()
        recorder.snapshot(epoch, w=net.w, z=net.z, loss=loss)
        if epoch % 2:
            net.infer(y)
        else:
            net.learn(y)


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
