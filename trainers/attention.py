"""Self-attention learns to say five symbols backwards, which has one right attention matrix.

Symbols become columns X (d × T), a vector for the symbol plus one for its place, both learnt.
Of Q = W_q X, K = W_k X and V = W_v X each query q mixes the values: h = Va, where
a = softargmax_β(Kᵀq) and β = 1/√d. From h alone a matrix reads the symbol to say. So the column t
of A must find the place T + 1 − t: from 1/T everywhere, A becomes a diagonal of ones, reversed.

    python -m trainers.attention
"""

from dataclasses import dataclass
from math import isinf

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from epochreel import Recorder, Schedule, geometric

ALPHABET = "ABCDEFGH"
WORD = "BADGE"
"""Whose attention is recorded; it is as long as all that is learnt from, T."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 500
    seed: int = 12345
    batch: int = 128
    width: int = 8
    learning_rate: float = 5e-3


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return the first batch of `draw`."""
    return draw(config, torch.Generator().manual_seed(config.seed))


def draw(config: Config, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return symbols (N, T) int64, drawn anew at random, and the same backwards."""
    symbols = torch.randint(len(ALPHABET), (config.batch, len(WORD)), generator=generator)
    return symbols, symbols.flip(-1)


def spell(word: str) -> Tensor:
    """Return the places in the alphabet of a word's symbols, (T,) int64."""
    return torch.tensor([ALPHABET.index(symbol) for symbol in word])


def attention(queries: Tensor, keys: Tensor, beta: float) -> Tensor:
    """Return A = softargmax_β(KᵀQ), (…, T, N), of queries (…, d, N) and keys (…, d, T).

    A column is one query's and sums to one. It is uniform at β = 0 and hard at β = ∞: one for the
    key of the highest score, or shared equally by all that reach it.
    """
    scores = keys.mT @ queries
    if isinf(beta):
        highest = (scores == scores.amax(-2, keepdim=True)).to(scores.dtype)
        return highest / highest.sum(-2, keepdim=True)
    return (beta * scores).softmax(-2)


def attend(queries: Tensor, keys: Tensor, values: Tensor, beta: float) -> Tensor:
    """Return H = VA, (…, d, N): the values (…, d, T), mixed for each query by its attention."""
    return values @ attention(queries, keys, beta)


class Embedding(nn.Module):
    """Symbols (…, T) as columns (…, d, T), all of them close to zero at first."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.symbol = nn.Parameter(0.1 * torch.randn(width, len(ALPHABET)))
        self.place = nn.Parameter(0.1 * torch.randn(width, len(WORD)))

    def forward(self, symbols: Tensor) -> Tensor:
        """Return X."""
        return self.symbol[:, symbols].movedim(0, -2) + self.place


class Matrix(nn.Module):
    """A matrix W (rows, columns) to be learnt."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(rows, columns) / columns**0.5)

    def forward(self, x: Tensor) -> Tensor:
        """Return WX, (…, rows, T), of columns X (…, columns, T)."""
        return self.weight @ x


class SelfAttention(nn.Module):
    """Symbols (…, T) to scores (…, S, T) of each symbol of the alphabet, at each place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.beta = width**-0.5
        self.embedding = Embedding(width)
        self.query = Matrix(width, width)
        self.key = Matrix(width, width)
        self.value = Matrix(width, width)
        self.readout = Matrix(len(ALPHABET), width)

    def attention(self, symbols: Tensor) -> Tensor:
        """Return A (…, T, T)."""
        x = self.embedding(symbols)
        return attention(self.query(x), self.key(x), self.beta)

    def forward(self, symbols: Tensor) -> Tensor:
        """Return the scores."""
        x = self.embedding(symbols)
        h = attend(self.query(x), self.key(x), self.value(x), self.beta)
        scores: Tensor = self.readout(h)
        return scores


def build(config: Config) -> SelfAttention:
    """Return the net; its `embedding` gives X, `query`, `key` and `value` Q, K and V, (…, d, T)."""
    return SelfAttention(config.width)


def schedule(config: Config) -> Schedule:
    """Take ever fewer epochs: the attention sharpens within the first hundred."""
    return geometric(config.epochs, min(200, config.epochs + 1))


def train(config: Config, recorder: Recorder) -> None:
    """Train on a fresh batch an epoch, recorded with the loss its parameters have on it.

    `attention` (T, T) is that of WORD, `mean_attention` (T, T) the mean over the batch.
    """
    torch.manual_seed(config.seed)
    net = build(config)
    word = spell(WORD)
    generator = torch.Generator().manual_seed(config.seed)
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate)
    changing = {"net": net, "optimiser": optimiser, "generator": generator}
    for epoch in recorder.epochs(config.epochs, **changing):
        symbols, backwards = draw(config, generator)
        scores = net(symbols)  # ① predict
        loss = cross_entropy(scores, backwards)  # ② compute the loss
        recorder.snapshot(
            epoch,
            net=net,
            loss=loss,
            accuracy=(scores.argmax(-2) == backwards).float().mean(),
            attention=net.attention(word),
            mean_attention=net.attention(symbols).mean(0),
        )
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
