"""Recurrent nets of four units learn to say each bit that they hear again, some steps later.

Of the bit x[t] and its state before it a net makes h[t] = tanh(W [x[t]; h[t−1]] + b), and of h[t]
the logit of what it says. To say x[t − 3] its state has to hold four bits, and each unit may hold a
part of them. There is a net for each lag from 1 to 8, all from one start, and they hear the same.
Slopes go back to the beginning of a chunk of the series; the state goes on from chunk to chunk.

    python -m trainers.rnn_echo
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from epochreel import Recorder

LAGS = range(1, 9)
TESTS, STEPS = 60, 24
"""How many series the nets are tried on, and how long they are."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 400
    """Chunks of the series."""
    seed: int = 12345
    hidden: int = 4
    lag: int = 3
    """Of the net whose states are recorded."""
    batch: int = 5
    chunk: int = 20
    shown: int = 16
    learning_rate: float = 3e-3


def bits(count: int, length: int, seed: int) -> Tensor:
    """Return series (count, length) of bits, 0 and 1 alike."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(2, (count, length), generator=generator).double()


def echoes(x: Tensor) -> Tensor:
    """Return series (N, T) so many steps later, zeros before, (LAGS, N, T)."""
    later = [torch.cat([0 * x[:, :lag], x[:, : x.shape[1] - lag]], dim=1) for lag in LAGS]
    return torch.stack(later)


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return what is heard, (batch, (epochs + 1) chunk), and its echoes."""
    x = bits(config.batch, (config.epochs + 1) * config.chunk, config.seed)
    return x, echoes(x)


class Loops(nn.Module):
    """A net for each lag: a cell, x[t] and h[t−1] to h[t], and what reads a logit off h[t].

    The buffer `state` (LAGS, batch, hidden) is where the last chunk left off.
    """

    cell: Tensor
    cell_bias: Tensor
    readout: Tensor
    readout_bias: Tensor
    state: Tensor

    def __init__(self, hidden: int, batch: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        shapes = {"cell": (1 + hidden, hidden), "cell_bias": (1, hidden), "readout": (hidden, 1)}
        for name, shape in (shapes | {"readout_bias": (1, 1)}).items():
            start = torch.rand(*shape, generator=generator, dtype=torch.float64)
            start = (2 * start - 1) / hidden**0.5
            self.register_parameter(name, nn.Parameter(start.repeat(len(LAGS), 1, 1)))

        self.register_buffer("state", self.rest(batch))

    def rest(self, count: int) -> Tensor:
        """Return states of zeros, (LAGS, N, hidden)."""
        return self.cell.new_zeros(len(LAGS), count, self.cell.shape[-1])

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Return h[1] … h[T] of series (N, T) after states h, (LAGS, N, T, hidden)."""
        found = []
        for bit in x.unbind(1):
            given = torch.cat([bit[:, None].expand(len(LAGS), -1, 1), h], dim=2)
            h = torch.tanh(torch.baddbmm(self.cell_bias, given, self.cell))
            found.append(h)
        return torch.stack(found, dim=2)

    def logits(self, h: Tensor) -> Tensor:
        """Return the logits of saying 1, (LAGS, N, T), in states (LAGS, N, T, hidden)."""
        said: Tensor = (h @ self.readout[:, None] + self.readout_bias[:, None])[..., 0]
        return said


def build(config: Config) -> Loops:
    """Return the nets, which are alike at first."""
    return Loops(config.hidden, config.batch, config.seed + 1)


def train(config: Config, recorder: Recorder) -> None:
    """Hear chunk after chunk; RMSprop on the cross-entropy of what is said.

    Recorded is how many bits each net says right, `rates` (LAGS,), and of one net its `accuracy`,
    which is one of these, and its `loss`; over the first of the series that the nets are tried on,
    its states `h` (shown, hidden) and how probable a 1 is to it, `said` (shown,).
    """
    (x, y), tried = data(config), bits(TESTS, STEPS, config.seed + 2)
    wanted, one = echoes(tried), LAGS.index(config.lag)
    net = build(config)
    optimiser = torch.optim.RMSprop(net.parameters(), lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        heard = slice(epoch * config.chunk, (epoch + 1) * config.chunk)
        h = net(x[:, heard], net.state)
        losses = binary_cross_entropy_with_logits(net.logits(h), y[..., heard], reduction="none")
        with torch.no_grad():
            states = net(tried, net.rest(TESTS))
            said = net.logits(states)
            right = ((said > 0) == (wanted > 0))[..., max(LAGS) :]
        recorder.snapshot(
            epoch,
            net=net,
            rates=right.double().mean((1, 2)),
            accuracy=right[one].double().mean(),
            loss=losses[one].mean(),
            h=states[one, 0, : config.shown],
            said=said[one, 0, : config.shown].sigmoid(),
        )
        optimiser.zero_grad()
        losses.mean((1, 2)).sum().backward()
        optimiser.step()
        net.state = h[:, :, -1].detach()


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
