"""Control is inference: four plans for a tricycle, found by going downhill on what each costs.

The state of a tricycle is its place, its heading θ and its speed s, and its controls are how it
steers, φ, and how it speeds up, a: ẋ = s cos θ, ẏ = s sin θ, θ̇ = (s/L) tan φ, ṡ = a. Nothing is
learnt of a world that is known; what goes downhill are the controls, whose slopes come back
through time. Four costs of the squared distances d² to a goal make four plans from one start: that
of the last moment, the same with its speed, the mean over time, and the soft minimum over time.

    python -m trainers.tricycle
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epochreel import Recorder

Cost = Callable[[Tensor, Tensor], Tensor]

START = (0.0, 0.0, 0.0, 1.0)
GOAL = (5.0, 1.0)
LENGTH, STEP = 1.0, 1.0
"""Of the tricycle, from axle to axle, and of time."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below.

    The soft minimum is that of a `coldness` β; plans start with controls of a standard deviation
    of `noise`.
    """

    epochs: int = 200
    seed: int = 12345
    steps: int = 8
    noise: float = 0.02
    coldness: float = 10.0


def costs(config: Config) -> dict[str, tuple[Cost, float]]:
    """Return each cost of squared distances (T,) and speeds (T,), and the step down its slope."""
    beta = config.coldness
    return {
        "arrive": (lambda d2, s: d2[-1], 1e-3),
        "rest": (lambda d2, s: d2[-1] + s[-1] ** 2, 3e-3),
        "hurry": (lambda d2, s: d2.mean(), 2.5e-3),
        "touch": (lambda d2, s: -torch.logsumexp(-beta * d2, 0) / beta, 5e-3),
    }


def drive(u: Tensor) -> Tensor:
    """Return the states (N, T + 1, 4), x, y, θ and s, that controls (N, T, 2) lead to."""
    states = [torch.tensor(START, dtype=u.dtype).expand(len(u), 4)]
    for phi, a in zip(*u.permute(2, 1, 0), strict=True):
        _, _, theta, s = states[-1].T
        rate = torch.stack([s * theta.cos(), s * theta.sin(), s / LENGTH * phi.tan(), a], dim=1)
        states.append(states[-1] + STEP * rate)
    return torch.stack(states, dim=1)


class Plans(nn.Module):
    """The controls of so many plans, φ and a at each step, (T, 2) each, and where they lead."""

    def __init__(self, start: Tensor, count: int) -> None:
        super().__init__()
        self.u = nn.ParameterList(nn.Parameter(start.clone()) for _ in range(count))

    def forward(self) -> Tensor:
        """Return the states of all plans, (N, T + 1, 4)."""
        return drive(torch.stack([*self.u]))


def data(config: Config) -> Tensor:
    """Return the controls (T, 2) with which all plans start, float64."""
    generator = torch.Generator().manual_seed(config.seed)
    return config.noise * torch.randn(config.steps, 2, generator=generator, dtype=torch.float64)


def build(config: Config) -> Plans:
    """Return the plan of each cost."""
    return Plans(data(config), len(costs(config)))


def price(cost: Cost, states: Tensor) -> Tensor:
    """Return what states (T + 1, 4) cost."""
    goal = torch.tensor(GOAL, dtype=states.dtype)
    return cost((states[1:, :2] - goal).square().sum(1), states[1:, 3])


def train(config: Config, recorder: Recorder) -> None:
    """Improve all plans at once.

    Recorded are their controls `u` (4, T, 2), the `states` (4, T + 1, 4) that these lead to, what
    each costs, and the `slopes` (4, T, 2) of that.
    """
    plans, known = build(config), costs(config)
    rates = [rate for _, rate in known.values()]
    groups = [{"params": [u], "lr": rate} for u, rate in zip(plans.u, rates, strict=True)]
    optimiser = torch.optim.SGD(groups)
    for epoch in recorder.epochs(config.epochs, plans=plans, optimiser=optimiser):
        states = plans()  # ① predict
        found = {
            name: price(cost, path)
            for (name, (cost, _)), path in zip(known.items(), states, strict=True)
        }
        loss = torch.stack([*found.values()]).sum()  # ② cost
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward, through time
        u, slopes = torch.stack([*plans.u]), torch.stack([u.grad for u in plans.u])
        recorder.snapshot(epoch, u=u, states=states, slopes=slopes, **found)
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
