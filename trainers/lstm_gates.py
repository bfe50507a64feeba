"""A recurrent net with gates learns which two symbols a string held, and in which order.

Strings begin with B, end with E, and are of a, b, c and d but for two places, which hold X or Y:
one near the beginning and one past the middle. Their classes are XX, XY, YX and YY. A unit's memory
goes on by c[t] = f ⊙ c[t−1] + i ⊙ c̃ and is let out by h[t] = o ⊙ tanh c[t]; the gates i, f and o
and the candidate c̃ hear the symbol and h[t−1]. The task is Hochreiter and Schmidhuber's temporal
order with 20 symbols, between the easy one's 7 or 8 and the moderate one's 60 to 80.

    python -m trainers.lstm_gates
"""

from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot
from torch.nn.utils import clip_grad_norm_

from epochreel import Recorder

SYMBOLS = "XYabcdBE"
CLASSES = tuple(map("".join, product("XY", repeat=2)))
STEPS, FIRST, SECOND = 20, (2, 6), (10, 14)
"""How long a string is, and from where to where, the latter left out, what counts stands in it."""
TESTS = 100
SUMS = torch.linspace(-5, 5, 11).double()
"""Edges of the bins in which the linear sums of gates are counted; those beyond are in the last."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 250
    """Batches of strings, each heard once."""
    seed: int = 12345
    hidden: int = 4
    batch: int = 32
    learning_rate: float = 0.02
    longest: float = 0.3
    """Length to which longer gradients are cut, or some batches would make leaps."""


def strings(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return strings (count, STEPS) as numbers of symbols, and their classes (count,)."""
    generator = torch.Generator().manual_seed(seed)
    found = torch.randint(2, 6, (count, STEPS), generator=generator)
    found[:, 0], found[:, -1] = SYMBOLS.index("B"), SYMBOLS.index("E")
    what = torch.randint(2, (count, 2), generator=generator)
    for k, (low, high) in enumerate((FIRST, SECOND)):
        at = torch.randint(low, high, (count,), generator=generator)
        found[torch.arange(count), at] = what[:, k]
    return found, 2 * what[:, 0] + what[:, 1]


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return the strings of all epochs, (epochs + 1, batch, STEPS), and their classes."""
    x, y = strings((config.epochs + 1) * config.batch, config.seed)
    return x.unflatten(0, (-1, config.batch)), y.unflatten(0, (-1, config.batch))


class Gated(nn.Module):
    """A cell of H units and what reads four logits off its last h.

    `symbols` (8, 4H) and `state` (H, 4H) make the linear sums of i, f, o and c̃, in this order, and
    `bias` (1, 4H) begins with 1 for f, so that what is remembered stays for a while from the start.
    """

    symbols: Tensor
    state: Tensor
    bias: Tensor
    readout: Tensor
    readout_bias: Tensor

    def __init__(self, hidden: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        shapes = {
            "symbols": (8, 4 * hidden),
            "state": (hidden, 4 * hidden),
            "bias": (1, 4 * hidden),
        }
        for name, shape in (shapes | {"readout": (hidden, 4), "readout_bias": (1, 4)}).items():
            start = 2 * torch.rand(*shape, generator=generator, dtype=torch.float64) - 1
            self.register_parameter(name, nn.Parameter(start / hidden**0.5))
        with torch.no_grad():
            self.bias[:, hidden : 2 * hidden] += 1

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return sums (N, T, 4H), c and h (N, T, H) of strings of numbers (N, T)."""
        heard = (one_hot(x, len(SYMBOLS)).double() @ self.symbols + self.bias).unbind(1)
        h = c = self.state.new_zeros(len(x), len(self.state))
        found = []
        for each in heard:
            sums = each + h @ self.state
            *gates, candidate = sums.chunk(4, dim=1)
            i, f, o = (gate.sigmoid() for gate in gates)
            c = f * c + i * candidate.tanh()
            h = o * c.tanh()
            found.append((sums, c, h))
        sums, c, h = (torch.stack(each, dim=1) for each in zip(*found, strict=True))
        return sums, c, h

    def logits(self, h: Tensor) -> Tensor:
        """Return the logits (N, 4) of the classes after states (N, T, H)."""
        said: Tensor = h[:, -1] @ self.readout + self.readout_bias
        return said


def build(config: Config) -> Gated:
    """Return the net."""
    return Gated(config.hidden, config.seed + 1)


def counted(sums: Tensor, hidden: int) -> Tensor:
    """Return which share of sums (M, 4H) lies in each bin, for i, f and o, (3, bins)."""
    bins = torch.bucketize(sums[:, : 3 * hidden].contiguous(), SUMS[1:-1])
    shares: Tensor = one_hot(bins, len(SUMS) - 1).double().mean(0).unflatten(0, (3, hidden))
    return shares.mean(1)


def train(config: Config, recorder: Recorder) -> None:
    """Hear batch after batch; RMSprop on the cross-entropy of what is said at the end.

    Recorded are the `loss`, and over strings that it never heard its `accuracy` and the shares
    `sums` (2, 3, bins) of the gates' linear sums, at X and Y and at a, b, c and d.
    """
    (x, y), (tried, wanted) = data(config), strings(TESTS, config.seed + 2)
    net = build(config)
    optimiser = torch.optim.RMSprop(net.parameters(), lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        loss = cross_entropy(net.logits(net(x[epoch])[2]), y[epoch])
        with torch.no_grad():
            sums, _, h = net(tried)
            right = (net.logits(h).argmax(1) == wanted).double().mean()
            kinds = tried < 2, (tried >= 2) & (tried < 6)
            shares = torch.stack([counted(sums[kind], config.hidden) for kind in kinds])
        recorder.snapshot(epoch, net=net, loss=loss, accuracy=right, sums=shares)
        optimiser.zero_grad()
        loss.backward()
        clip_grad_norm_(net.parameters(), config.longest)
        optimiser.step()


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
