"""A Hopfield network: memories are valleys of an energy, until there are too many of them.

Neurons y ∈ {−1, 1}ᴺ have the energy E(y) = −½ yᵀWy, with W symmetric and zero on its diagonal. A
neuron takes the sign of its linear sum Wy, which can only lower E. A memory is stored by Hebb's
rule, W ← W + (1/N) yyᵀ: what is on together comes to hold together. Recall begins from a memory
with some of its signs flipped, and has worked where it ends at that memory, or next to it.

    python -m trainers.hopfield --epochs 40
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epochreel import Recorder

PICTURES = """
.......... ..######.. ...####### ....#####.
.###..###. .########. ...####### ..#####...
########## ##..##..## ...##...## .####.....
########## ##..##..## ...##...## .####.....
########## ########## ...##...## ####......
.########. ########## ...##...## ####......
..######.. #..####..# .####.#### .####.....
...####... ##......## ####.####. .#####....
....##.... .########. ###..###.. ..######..
.......... ..######.. .......... ....#####.
"""
"""A heart, a face, notes and a moon, which are nearly at right angles to each other."""
SIDE = 10


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below.

    Epoch k is that at which k memories are stored, in each of so many `sets`; of a memory a share
    `flipped` is wrong where recall begins, and at most a share `wrong` where it has worked.
    """

    epochs: int = 30
    seed: int = 12345
    sets: int = 40
    flipped: float = 0.2
    wrong: float = 0.05


def pictures() -> Tensor:
    """Return the four pictures as neurons (4, N) float64, −1 or 1, row by row from the top."""
    rows = [line.split() for line in PICTURES.split("\n") if line]
    signs = [[1.0 if pixel == "#" else -1.0 for row in rows for pixel in row[k]] for k in range(4)]
    return torch.tensor(signs, dtype=torch.float64)


def data(config: Config) -> Tensor:
    """Return memories (S, K, N) float64: random signs, but the first set begins with pictures."""
    generator = torch.Generator().manual_seed(config.seed)
    size = (config.sets, max(config.epochs, len(pictures())), SIDE * SIDE)
    y = 2 * torch.randint(2, size, generator=generator).double() - 1
    y[0, : len(pictures())] = pictures()
    return y


def corrupted(config: Config, y: Tensor) -> Tensor:
    """Return memories (…, N) with a share of the signs flipped, the same number in each."""
    generator = torch.Generator().manual_seed(config.seed + 1)
    first = torch.rand(y.shape, generator=generator).argsort(-1).argsort(-1)
    return torch.where(first < round(config.flipped * y.shape[-1]), -y, y)


class Memory(nn.Module):
    """Networks of N neurons each, with weights `w` (S, N, N)."""

    w: Tensor

    def __init__(self, sets: int, neurons: int) -> None:
        super().__init__()
        self.register_buffer("w", torch.zeros(sets, neurons, neurons, dtype=torch.float64))

    def forward(self, y: Tensor) -> Tensor:
        """Return the energies (S, K) of states (S, K, N)."""
        return -0.5 * ((y @ self.w) * y).sum(-1)

    def store(self, y: Tensor) -> None:
        """Let each network keep one memory more, (S, N)."""
        n = y.shape[-1]
        self.w += (1 - torch.eye(n, dtype=y.dtype)) * y[:, :, None] * y[:, None] / n

    def updates(self, y: Tensor, order: Tensor) -> Iterator[Tensor]:
        """Yield states (S, K, N) after each sweep over the neurons in an order (N,), to the rest.

        A neuron whose linear sum is zero keeps its sign.
        """
        settled = False
        while not settled:
            before, y = y, y.clone()
            for i in order.tolist():
                s = (y @ self.w[:, i, :, None])[:, :, 0]
                y[:, :, i] = torch.where(s == 0, y[:, :, i], s.sign())
            settled = torch.equal(before, y)
            yield y

    def recall(self, y: Tensor, order: Tensor) -> Tensor:
        """Return where states (S, K, N) end, at which no neuron changes any more."""
        *_, last = self.updates(y, order)
        return last


def build(config: Config) -> Memory:
    """Return networks that have not stored anything."""
    return Memory(config.sets, SIDE * SIDE)


def train(config: Config, recorder: Recorder) -> None:
    """Store one memory after the other, and measure how many of them can be recalled.

    Recorded are the share that is recalled in all sets, `rate`, and of the first set the weights
    `w` and the states `ends` (4, N) where recall of the pictures ends, whether stored yet or not.
    """
    y, shown = data(config), len(pictures())
    start, net = corrupted(config, y), build(config)
    order = torch.randperm(y.shape[-1], generator=torch.Generator().manual_seed(config.seed + 2))
    for k in recorder.epochs(config.epochs, net=net):
        ends = net.recall(start[:, : max(k, shown)], order)
        close = (ends[:, :k] != y[:, :k]).double().mean(-1) <= config.wrong
        rate = close.double().mean() if k else torch.tensor(1.0)
        recorder.snapshot(k, w=net.w[0], ends=ends[0, :shown], rate=rate)
        if k < config.epochs:
            net.store(y[:, k])


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
