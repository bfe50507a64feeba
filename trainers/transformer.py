"""A small transformer learns which verb a sentence wants, from a noun far before it.

A sentence is "the cats near the old dog sleep .": a subject, up to two nouns near it, each old or
not, and a verb in the number of the subject. The net is an autoencoder with a unit delay: it is
given each word a step late, so that what it is to say again is what comes next. The encoder makes a
column h (d) of each word, a vector for it plus one for its place. The predictor mixes the columns
so far, h + Va where a = softargmax_β(Kᵀq) and β = 1/√d, and then passes each by itself through a
net; both times the sum is standardised. The decoder makes of each column the scores of next words,
softargmax of which are their probabilities p; the energy of a next word is −log p.

    python -m trainers.transformer
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, layer_norm

from epochreel import Recorder
from trainers.attention import Matrix

NOUNS, VERBS = ["cat", "dog", "bird"], ["sleep", "sleeps"]
WORDS = [".", "the", "old", "near", *(noun + end for noun in NOUNS for end in ("", "s")), *VERBS]
SENTENCE = [".", "the", "cat", "near", "the", "dogs"]
"""Whose attention and energies are recorded; the noun before its verb is not its subject."""
LENGTH, AFTER = 14, -100  # words of the longest sentence; what stands after a shorter one


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 240
    seed: int = 12345
    samples: int = 1000
    batch: int = 64
    width: int = 32
    learning_rate: float = 3e-3


def data(config: Config) -> Tensor:
    """Return random sentences (N, LENGTH) int64 from one full stop to the next, then AFTER."""
    generator = torch.Generator().manual_seed(config.seed)
    sentences = torch.full((config.samples, LENGTH), AFTER)
    for sentence in sentences:
        words = spell(say(lambda count: int(torch.randint(count, (), generator=generator))))
        sentence[: len(words)] = words
    return sentences


def say(among: Callable[[int], int]) -> list[str]:
    """Return the words of a sentence; `among(n)` chooses one of 0 … n − 1."""

    def noun(plural: int) -> list[str]:
        return ["the", *["old"] * among(2), NOUNS[among(len(NOUNS))] + "s" * plural]

    plural = among(2)
    others = [word for _ in range(among(3)) for word in ("near", *noun(among(2)))]
    return [".", *noun(plural), *others, VERBS[1 - plural], "."]


def spell(words: list[str]) -> Tensor:
    """Return the places of words (T,) in WORDS, int64."""
    return torch.tensor([WORDS.index(word) for word in words])


class Encoder(nn.Module):
    """Words (…, T) as columns h (…, d, T): each by itself."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.word = nn.Parameter(0.3 * torch.randn(width, len(WORDS)))
        self.place = nn.Parameter(0.3 * torch.randn(width, LENGTH - 1))

    def forward(self, words: Tensor) -> Tensor:
        """Return h."""
        h: Tensor = self.word[:, words].movedim(0, -2) + self.place[:, : words.shape[-1]]
        return h


class Predictor(nn.Module):
    """Columns (…, d, T) to columns h̃ of what comes next, each from those so far."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (Matrix(width, width) for _ in range(3))
        self.widen, self.narrow = Matrix(2 * width, width), Matrix(width, 2 * width)

    def attention(self, h: Tensor) -> Tensor:
        """Return A (…, T, T): a column is one place's shares of those so far, and sums to one."""
        scores = self.key(h).mT @ self.query(h) / h.shape[-2] ** 0.5
        later = torch.ones(scores.shape[-2:], dtype=torch.bool).tril(-1)
        shares: Tensor = scores.masked_fill(later, -torch.inf).softmax(-2)
        return shares

    def forward(self, h: Tensor, attention: Tensor | None = None) -> Tensor:
        """Return h̃, with the net's own attention unless another is given."""
        mixed = self.value(h) @ (self.attention(h) if attention is None else attention)
        met = standardised(h + mixed)
        return standardised(met + self.narrow(self.widen(met).relu()))


def standardised(columns: Tensor) -> Tensor:
    """Return columns (…, d, T), each with mean 0 and standard deviation 1."""
    return layer_norm(columns.mT, columns.shape[-2:-1]).mT


class Transformer(nn.Module):
    """Words (…, T) to scores (…, W, T) of the words that come next."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder, self.predictor = Encoder(width), Predictor(width)
        self.decoder = Matrix(len(WORDS), width)
        nn.init.zeros_(self.decoder.weight)  # at first all words are as likely

    def forward(self, words: Tensor, attention: Tensor | None = None) -> Tensor:
        """Return the scores; for `attention` see `Predictor.forward`."""
        scores: Tensor = self.decoder(self.predictor(self.encoder(words), attention))
        return scores


def build(config: Config) -> Transformer:
    """Return the net: `encoder`, `predictor` and `decoder`."""
    return Transformer(config.width)


def agreement(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the share of verbs among targets (N, T) whose score beats the other number's."""
    several, one = (scores[:, WORDS.index(verb)] for verb in VERBS)
    right = torch.eq(one > several, targets == WORDS.index(VERBS[1]))
    return right[torch.isin(targets, spell(VERBS))].float().mean()


def train(config: Config, recorder: Recorder) -> None:
    """Train on a random batch an epoch, recorded with the loss its parameters have on it.

    `attention` (T, T) and the `energies` (W,) of next words are those of SENTENCE.
    """
    torch.manual_seed(config.seed)
    sentences, net, sentence = data(config), build(config), spell(SENTENCE)
    generator = torch.Generator().manual_seed(config.seed)
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate)
    changing = {"net": net, "optimiser": optimiser, "generator": generator}
    for epoch in recorder.epochs(config.epochs, **changing):
        batch = sentences[torch.randint(len(sentences), (config.batch,), generator=generator)]
        delayed, now = batch[:, :-1].clamp(min=0), batch[:, 1:]
        scores = net(delayed)  # ① predict
        loss = cross_entropy(scores, now)  # ② compute the loss
        recorder.snapshot(
            epoch,
            net=net,
            loss=loss,
            agreement=agreement(scores, now),
            attention=net.predictor.attention(net.encoder(sentence)),
            energies=-net(sentence)[:, -1].log_softmax(-1),
        )
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
