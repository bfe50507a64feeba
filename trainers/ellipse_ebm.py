"""An ellipse with a latent angle: inference by minimising, or averaging, an energy over z.

The decoder g(z) = w ⊙ (cos z, sin z) draws an ellipse, and E(y, z) = ‖y − g(z)‖² is a sample's
squared distance to the point at z. The free energy F_β(y) = −(1/β) log mean_z exp(−βE) keeps
only the nearest point at zero temperature, β = 1/temperature = ∞; the warmer it is, the wider
the region of z that counts; and as β → 0 it becomes the mean energy, in which the latent is dead.

Everything is float64. Here y (…, 2) are points, w (2,) the signed half-axes, z (Z,) angles in
radians, by default 48 of them, and 0 ≤ β ≤ ∞.

    python -m trainers.ellipse_ebm --temperature 1
"""

from dataclasses import dataclass
from math import inf, pi

import torch
from torch import Tensor, nn

from epochreel import Recorder

ANGLES = torch.arange(48, dtype=torch.float64) * (pi / 24)
UNTRAINED = (-1.453, 0.359)

# (2 cos θ, 1.5 sin θ) with noise of standard deviation 1/20.
SAMPLES = (
    *((1.142, -1.239), (-1.901, 0.620), (-1.018, 1.312), (1.207, -1.226), (0.872, -1.386)),
    *((1.790, 0.728), (1.388, -1.112), (-0.937, 1.246), (-1.808, -0.640), (0.185, 1.505)),
    *((0.605, 1.452), (-1.750, 0.799), (-1.995, -0.321), (-1.575, 0.921), (-1.478, -1.021)),
    *((1.875, -0.308), (-1.969, 0.282), (0.772, -1.356), (-1.940, 0.379), (1.969, 0.564)),
    *((1.467, 1.018), (-1.812, -0.660), (1.969, 0.087), (-1.797, 0.713)),
)


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below; nothing in it is random.

    A `batch` of 24 makes a step of all samples; 200 epochs at a learning rate of .2 suit it.
    """

    epochs: int = 10
    temperature: float = 0.0
    batch: int = 1
    learning_rate: float = 0.1

    @property
    def beta(self) -> float:
        """The coldness β = 1/temperature, infinite at zero temperature."""
        return 1 / self.temperature if self.temperature else inf


def data(config: Config) -> Tensor:
    """Return the 24 samples, (24, 2) float64, in the order in which they are trained on."""
    return torch.tensor(SAMPLES, dtype=torch.float64)


class Decoder(nn.Module):
    """The ellipse: angles (…,) to points (…, 2); its only parameter is `w`, float64."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.tensor(UNTRAINED, dtype=torch.float64))

    def forward(self, z: Tensor) -> Tensor:
        """Return the points of the ellipse at the angles z."""
        return decode(z, self.w)


def build(config: Config) -> Decoder:
    """Return the untrained decoder."""
    return Decoder()


def decode(z: Tensor, w: Tensor) -> Tensor:
    """Return g(z) = (w₁ cos z, w₂ sin z), (…, 2)."""
    return w * torch.stack([z.cos(), z.sin()], dim=-1)


def energy(y: Tensor, z: Tensor, w: Tensor) -> Tensor:
    """Return E(y, z) = ‖y − g(z)‖² of each point at each angle, (…, Z)."""
    return (y[..., None, :] - decode(z, w)).square().sum(-1)


def free_energy(y: Tensor, w: Tensor, beta: float, z: Tensor = ANGLES) -> Tensor:
    """Return F_β(y) of each point, (…,): the least energy at β = ∞, the mean energy at β = 0."""
    energies = energy(y, z, w)
    if beta == inf:
        return energies.amin(-1)
    if beta == 0:
        return energies.mean(-1)
    # What the mean adds to the minimum is small where β is; expm1 and log1p keep its digits.
    warmth = torch.log1p(torch.expm1(-beta * _excess(y, w, z)).mean(-1)) / beta
    return energies.amin(-1) - warmth


def posterior(y: Tensor, w: Tensor, beta: float, z: Tensor = ANGLES) -> Tensor:
    """Return p(z | y) ∝ exp(−βE), (…, Z), each row of sum 1; ties at β = ∞ share the weight."""
    excess = _excess(y, w, z)
    if beta == inf:
        nearest = (excess == 0).to(excess.dtype)
        return nearest / nearest.sum(-1, keepdim=True)
    return torch.softmax(-beta * excess, dim=-1)


def minimiser(y: Tensor, w: Tensor, z: Tensor = ANGLES) -> Tensor:
    """Return ž(y), (…,), the angle of least energy."""
    return z[_excess(y, w, z).argmin(-1)]


def gradient(y: Tensor, w: Tensor, beta: float, z: Tensor = ANGLES) -> tuple[Tensor, Tensor]:
    """Return ∂F/∂y and ∂F/∂w of each point, (…, 2) each: those of E, averaged over p(z | y)."""
    pull = 2 * posterior(y, w, beta, z)[..., None] * (y[..., None, :] - decode(z, w))
    return pull.sum(-2), -(pull * decode(z, torch.ones_like(w))).sum(-2)


def _excess(y: Tensor, w: Tensor, z: Tensor) -> Tensor:
    """Return E − min_z E, (…, Z), without ‖y‖², which would drown it for y far away."""
    g = decode(z, w)
    relative = (g * (g - 2 * y[..., None, :])).sum(-1)
    return relative - relative.amin(-1, keepdim=True)


def train(config: Config, recorder: Recorder) -> None:
    """Train on the samples in turn, and record w and the mean over all samples of F as the loss.

    The tensor `path` (1 + steps, 2) is w before and after each step of the epoch that begins.
    """
    net = build(config)
    samples = data(config)
    optimiser = torch.optim.SGD(net.parameters(), lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        with torch.no_grad():
            loss = free_energy(samples, net.w, config.beta).mean()
        path = [net.w.detach().clone()]
        for y in samples.split(config.batch):
            sample_loss = free_energy(y, net.w, config.beta).mean()  # ① predict, ② the loss
            optimiser.zero_grad()  # ③ zero the gradients
            sample_loss.backward()  # ④ go backward
            optimiser.step()  # ⑤ step
            path.append(net.w.detach().clone())
        recorder.snapshot(epoch, w=path[0], path=torch.stack(path), loss=loss)


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
