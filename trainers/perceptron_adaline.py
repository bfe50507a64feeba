"""Two rules for one neuron, and what the second one hears.

The neuron's linear sum is s = wᵀx, and its target y. Rosenblatt's perceptron learns only where the
sign of s is wrong, w ← w + η y x; the ADALINE of Widrow and Hoff always does, by how far s itself
is off, w ← w + η (y − s) x: the slope of ½ (y − s)². With the last samples of a noise as x and what
a microphone hears as y, the second rule is an adaptive filter: it learns the path of the noise to
the microphone, and its error y − s is what the noise did not explain, a voice.

    python -m trainers.perceptron_adaline --epochs 400
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epochreel import Recorder

RATE = 4000  # samples of sound in a second
BLOCK = 16  # of these an epoch hears
PATH = (0.1, 0.4, -0.6, 0.5, 0.2, -0.3, 0.15, -0.1)
"""What the microphone hears of the noise now, a sample ago, and so on."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below.

    An epoch shows both rules one of the `points`, and the filter a block of sound. Both rules
    start from weights of length 1.6 at so many degrees.
    """

    epochs: int = 300
    seed: int = 12345
    points: int = 40
    noise: float = 0.32
    start: float = 150.0
    jump: float = 0.25
    roll: float = 0.1
    filter: float = 0.003


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return points (N, 2) float64 of two clouds on either side of the origin, and ±1 (N,)."""
    generator = torch.Generator().manual_seed(config.seed)
    y = torch.tensor([1.0, -1.0], dtype=torch.float64).repeat(config.points // 2)
    away = config.noise * torch.randn(len(y), 2, generator=generator).double()
    return y[:, None] * (torch.tensor([0.9, 0.6]) + away), y


def sound(config: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Return a voice (T,), what the microphone hears (T,), and the last noises (T, 8) at a time.

    The voice is made up: three syllables of a tone of 120 Hz and its overtones, which glides.
    """
    generator = torch.Generator().manual_seed(config.seed + 1)
    length, taps = config.epochs * BLOCK, len(PATH)
    t = torch.arange(length).double() / length
    pitch = 2 * torch.pi * (120 + 30 * torch.sin(5 * t)).cumsum(0) / RATE
    tone = sum((torch.sin(k * pitch) / k for k in range(1, 7)), torch.zeros(()))
    voice = torch.sin(3 * torch.pi * t).square() * tone
    noise = torch.randn(length + taps - 1, generator=generator).double()
    last = noise.unfold(0, taps, 1).flip(1)
    return voice, voice + last @ torch.tensor(PATH, dtype=torch.float64), last


class Neurons(nn.Module):
    """Weights of the `perceptron` and of the `adaline` (2,), and `taps` of the filter (8,)."""

    perceptron: Tensor
    adaline: Tensor
    taps: Tensor

    def __init__(self, degrees: float) -> None:
        super().__init__()
        angle = torch.tensor(degrees, dtype=torch.float64).deg2rad()
        for name in ("perceptron", "adaline"):
            self.register_buffer(name, 1.6 * torch.stack([angle.cos(), angle.sin()]))
        self.register_buffer("taps", torch.zeros(len(PATH), dtype=torch.float64))


def build(config: Config) -> Neurons:
    """Return the neurons where they start."""
    return Neurons(config.start)


def perceptron(w: Tensor, x: Tensor, y: Tensor, step: float) -> Tensor:
    """Return the weights after a sample by Rosenblatt's rule."""
    return w + step * y * x if y * (w @ x) <= 0 else w


def adaline(w: Tensor, x: Tensor, y: Tensor, step: float) -> Tensor:
    """Return the weights after a sample by the rule of Widrow and Hoff."""
    return w + step * (y - w @ x) * x


def train(config: Config, recorder: Recorder) -> None:
    """Show one sample after the other, the points in an order that is drawn anew for each pass.

    Recorded are all weights, `shown` (2,), the point that comes next, the part of the points that
    each rule gets wrong, ADALINE's mean squared error, `loss`, and `left` (16,), the filter's
    errors over the block that it heard last.
    """
    (x, y), (_, heard, last), net = data(config), sound(config), build(config)
    left = torch.zeros(BLOCK, dtype=torch.float64)
    for epoch in recorder.epochs(config.epochs, net=net):
        generator = torch.Generator().manual_seed(config.seed + 2 + epoch // len(y))
        i = int(torch.randperm(len(y), generator=generator)[epoch % len(y)])
        s = {name: x @ w for name, w in net.named_buffers() if name != "taps"}
        wrong = {f"{name}_wrong": (y * each <= 0).double().mean() for name, each in s.items()}
        recorder.snapshot(
            epoch, loss=(y - s["adaline"]).square().mean(), shown=x[i], left=left,
            **wrong, **dict(net.named_buffers()),
        )  # fmt: skip
        if epoch == config.epochs:
            break
        net.perceptron = perceptron(net.perceptron, x[i], y[i], config.jump)
        net.adaline = adaline(net.adaline, x[i], y[i], config.roll)
        left = torch.zeros(BLOCK, dtype=torch.float64)
        for t, now in enumerate(range(epoch * BLOCK, (epoch + 1) * BLOCK)):
            left[t] = heard[now] - net.taps @ last[now]
            net.taps = adaline(net.taps, last[now], heard[now], config.filter)


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
