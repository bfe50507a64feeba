"""Sparse coding: a latent with a price on every number that it uses, and what this can learn.

The energy of a point y with a latent z is E(y, z) = ‖y − Wz‖² + λ‖z‖₁; the columns of W keep a
length of 1. Inference finds the z of least energy, and what is left is the free energy F(y) =
min_z E(y, z); learning moves W downhill. F is convex and 0 at y = 0 whatever W is, so that it
grows along every ray: lines through 0 can be its valleys, a spiral cannot. On a sphere it can.

    python -m trainers.sparse_coding
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from epochreel import Recorder, Schedule, geometric
from trainers import autoencoder


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below.

    Of the toys the "lines" have latents of both signs; the "flat" spiral and the one "lifted" onto
    a sphere have none below 0. `toy` tells what suits each.
    """

    toy: str = "lines"
    epochs: int = 200
    seed: int = 12345
    points: int = 200
    noise: float = 0.03
    columns: int = 3
    price: float = 0.4
    learning_rate: float = 0.5
    steps: int = 20
    """Of inference in each epoch, from the latents of the one before."""


ANGLES = 10.0, 70.0, 130.0  # degrees, of the lines


def toy(name: str, seed: int = Config.seed) -> Config:
    """Return what suits one of the toys."""
    if name == "lines":
        return Config(seed=seed)
    return Config(name, 100, seed, noise=0.02, columns=20, price=1.0, learning_rate=5.0)


def lift(y: Tensor) -> Tensor:
    """Return points (…, 2) of the plane on the sphere (…, 3): 0 on top, ‖y‖ = 1 on the equator."""
    square = y.square().sum(-1, keepdim=True)
    return torch.cat([2 * y, 1 - square], dim=-1) / (1 + square)


def data(config: Config) -> Tensor:
    """Return the points (N, 2) or (N, 3), float64: on lines through 0 or along a spiral."""
    if config.toy != "lines":
        arm = autoencoder.Config(seed=config.seed, points=config.points, noise=config.noise)
        y = autoencoder.data(arm).double()
        return lift(y) if config.toy == "lifted" else y
    generator = torch.Generator().manual_seed(config.seed)
    radius, side = torch.rand(2, config.points, 1, generator=generator).double().unbind()
    noise = torch.randn(config.points, 2, generator=generator, dtype=torch.float64)
    angle = torch.tensor(ANGLES).double().repeat(config.points)[: config.points] * pi / 180
    way = torch.stack([angle.cos(), angle.sin()], dim=1)
    return (0.2 + radius) * (2 * side - 1).sign() * way + config.noise * noise


def shrink(z: Tensor, by: float | Tensor, signed: bool) -> Tensor:
    """Move each number of z towards 0, as far as 0; if not `signed`, those below 0 to 0."""
    return z.sign() * (z.abs() - by).clamp(min=0) if signed else (z - by).clamp(min=0)


def bound(w: Tensor) -> Tensor:
    """Return the least L of a step 1 / L that never raises E: 2σ², σ the largest of W.

    The gradient of ‖y − Wz‖² is 2Wᵀ(Wz − y), and it changes at most 2σ² times as fast as z.
    """
    largest: Tensor = torch.linalg.matrix_norm(w, 2)
    return 2 * largest.square()


class SparseCoder(nn.Module):
    """The columns `w` of W (K, d), and the latents `z` (N, K) of the data."""

    w: Tensor
    z: Tensor

    def __init__(self, w: Tensor, points: int, price: float, signed: bool) -> None:
        super().__init__()
        self.price, self.signed = price, signed
        self.register_buffer("w", w)
        self.register_buffer("z", torch.zeros(points, len(w), dtype=w.dtype))

    def forward(self, y: Tensor, z: Tensor) -> Tensor:
        """Return E(y, z) of points (N, d) with latents (N, K), (N,)."""
        return (y - z @ self.w).square().sum(1) + self.price * z.abs().sum(1)

    def ista(self, y: Tensor, z: Tensor, lipschitz: Tensor) -> Tensor:
        """Return the latents after a step downhill and a shrinking (Beck and Teboulle, 2009)."""
        gradient = 2 * (z @ self.w - y) @ self.w.T
        return shrink(z - gradient / lipschitz, self.price / lipschitz, self.signed)

    def infer(self, y: Tensor, z: Tensor, steps: int) -> Tensor:
        """Return the latents after steps of FISTA, which takes each from a little further on."""
        lipschitz, ahead, pace = bound(self.w), z, 1.0
        for _ in range(steps):
            before, z = z, self.ista(y, ahead, lipschitz)
            last, pace = pace, (1 + (1 + 4 * pace**2) ** 0.5) / 2
            ahead = z + (last - 1) / pace * (z - before)
        return z

    def learn(self, y: Tensor, rate: float) -> None:
        """Move W down the slope of the mean energy, and give its columns a length of 1 again."""
        slope = 2 * self.z.T @ (self.z @ self.w - y) / len(y)
        self.w = normalize(self.w - rate * slope, dim=1)


def build(config: Config) -> SparseCoder:
    """Return W as it starts: any columns for the lines, else on distinct points of the data."""
    y, signed = data(config), config.toy == "lines"
    generator = torch.Generator().manual_seed(config.seed + 1)
    if signed:
        w = torch.randn(config.columns, 2, generator=generator, dtype=y.dtype)
    else:
        w = y[torch.randperm(len(y), generator=generator)[: config.columns]]
    return SparseCoder(normalize(w, dim=1), len(y), config.price, signed)


def schedule(config: Config) -> Schedule:
    """Take ever fewer epochs: the columns turn most in the first."""
    return geometric(config.epochs, min(80, config.epochs + 1))


def train(config: Config, recorder: Recorder) -> None:
    """Infer and learn on all points at once; `w` is recorded with the mean energy that it has."""
    y, net = data(config), build(config)
    for epoch in recorder.epochs(config.epochs, net=net):
        net.z = net.infer(y, net.z, config.steps)  # ① infer
        recorder.snapshot(epoch, w=net.w, loss=net(y, net.z).mean())
        net.learn(y, config.learning_rate)  # ② learn


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
