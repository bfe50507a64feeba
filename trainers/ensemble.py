"""Ten nets learn one function from the same points, and a net with dropout learns another.

The ten, half with ReLU and half with tanh, differ else only in the numbers they start from. Their
spread, the standard deviation of their predictions at a place, says where the points left them
free. A net with dropout has a spread of its own: each pass leaves out other units.

    python -m trainers.ensemble
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epochreel import Recorder, Schedule, geometric

BEYOND, WAVES = 4.0, 6.0
"""How far out the ten are looked at, whose points end at 1; where those of the waves end."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 1000
    seed: int = 12345
    points: int = 100
    noise: float = 0.3
    nets: int = 10
    hidden: int = 100
    learning_rate: float = 1e-3
    weight_decay: float = 1e-5
    dropout: float = 0.05
    dropout_points: int = 20
    dropout_hidden: int = 20
    dropout_learning_rate: float = 8e-3


def data(config: Config) -> tuple[Tensor, Tensor]:
    """Return x (N, 1), evenly from −1 to 1, and y (N,) = x³ and noise, from 0 to `noise`."""
    generator = torch.Generator().manual_seed(config.seed)
    x = torch.linspace(-1, 1, config.points)[:, None]
    return x, x[:, 0] ** 3 + config.noise * torch.rand(config.points, generator=generator)


def waves(config: Config) -> tuple[Tensor, Tensor]:
    """Return x (M, 1), at random within ±WAVES, and y (M,) = x sin x, for the net with dropout."""
    generator = torch.Generator().manual_seed(config.seed)
    x = 2 * WAVES * (torch.rand(config.dropout_points, 1, generator=generator) - 0.5)
    return x, x[:, 0] * x[:, 0].sin()


class Linears(nn.Module):
    """K linear maps side by side, x (…, N, inputs) to (K, N, outputs), begun as torch's are."""

    def __init__(self, nets: int, inputs: int, outputs: int) -> None:
        super().__init__()
        reach = inputs**-0.5
        self.weight = nn.Parameter(torch.empty(nets, inputs, outputs).uniform_(-reach, reach))
        self.bias = nn.Parameter(torch.empty(nets, 1, outputs).uniform_(-reach, reach))

    def forward(self, x: Tensor) -> Tensor:
        """Return each map's outputs."""
        return x @ self.weight + self.bias


class Ensemble(nn.Module):
    """K nets 1 → hidden → 1 that know nothing of each other: first those with ReLU, then tanh."""

    def __init__(self, nets: int, hidden: int) -> None:
        super().__init__()
        self.relus = nets // 2
        self.first = Linears(nets, 1, hidden)
        self.last = Linears(nets, hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return each net's prediction, (K, N), of x (N, 1)."""
        s = self.first(x)
        h = torch.cat([s[: self.relus].relu(), s[self.relus :].tanh()])
        y: Tensor = self.last(h)
        return y[..., 0]


class Dropout(nn.Module):
    """A net 1 → hidden → hidden → 1 with ReLU that is told which units each pass leaves out."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(1, hidden), nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, 1)

    def forward(self, x: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """Return predictions (…, N) of x (N, 1), with two masks that multiply the hidden units."""
        h = second * self.second(first * self.first(x).relu()).relu()
        y: Tensor = self.last(h)
        return y[..., 0]


def masks(config: Config, *shape: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw two masks (*shape, hidden): 0 for a unit left out, and more than 1 for the others."""
    kept = 1 - config.dropout
    first, second = torch.rand(2, *shape, config.dropout_hidden, generator=generator) < kept
    return first / kept, second / kept


def build(config: Config) -> dict[str, nn.Module]:
    """Return the ten nets as `ensemble`, and the one with `dropout`."""
    return {
        "ensemble": Ensemble(config.nets, config.hidden),
        "dropout": Dropout(config.dropout_hidden),
    }


def schedule(config: Config) -> Schedule:
    """Take ever fewer epochs: the nets come together within the first hundred."""
    return geometric(config.epochs, min(200, config.epochs + 1))


def train(config: Config, recorder: Recorder) -> None:
    """Train all on their points at once; an epoch is recorded with what its parameters have.

    `loss` is the squared error of the ten, `inside` and `beyond` their mean spread at the points
    and at ±BEYOND. A sum of losses leaves each net its own gradient, as if it were trained alone.
    """
    torch.manual_seed(config.seed)
    nets = build(config)
    ensemble, dropout = nets["ensemble"], nets["dropout"]
    (x, y), (places, heights) = data(config), waves(config)
    ends = torch.tensor([[-BEYOND], [BEYOND]])
    generator = torch.Generator().manual_seed(config.seed)
    rate, decay = config.learning_rate, config.weight_decay
    optimiser = torch.optim.Adam(ensemble.parameters(), lr=rate, weight_decay=decay)
    optimiser.add_param_group({"params": dropout.parameters(), "lr": config.dropout_learning_rate})
    changing = {**nets, "optimiser": optimiser, "generator": generator}
    for epoch in recorder.epochs(config.epochs, **changing):
        predicted = ensemble(x)  # ① predict
        thinned = dropout(places, *masks(config, len(places), generator=generator))
        losses = ((predicted - y) ** 2).mean(1)  # ② compute the loss
        loss = losses.sum() + ((thinned - heights) ** 2).mean()
        inside, beyond = (each.std(0, correction=0).mean() for each in (predicted, ensemble(ends)))
        recorder.snapshot(epoch, **nets, loss=losses.mean(), inside=inside, beyond=beyond)
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
