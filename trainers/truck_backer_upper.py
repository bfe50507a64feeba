"""Learn the world, then learn to act in it: a truck with a trailer backs to a dock.

The emulator learns from random transitions what comes next; through it the controller learns to
steer, in lessons from near and straight to far and turned. After Nguyen and Widrow (1989).

    python -m trainers.truck_backer_upper
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epochreel import Recorder
from trainers._truck import FAR, TURN, arrived, drive, jackknifed, move, placed, starts, uniform

SCALE = (10.0, 5.0, 1.0, 10.0, 5.0, 1.0)  # of the states that the controller is given
TRIED, SHOWN = 200, 12
"""Trucks of the last lesson on which the controller is tried; how many of them are recorded."""


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below.

    The emulator learns for `emulated` epochs, the controller for those that are left, which are
    split evenly between `lessons`. Epochs of either take `emulator_steps` or `controller_steps`.
    """

    epochs: int = 100
    seed: int = 12345
    emulated: int = 40
    lessons: int = 6
    transitions: int = 8000
    batch: int = 32
    emulator_steps: int = 20
    controller_steps: int = 5


def data(config: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Return random states (N, 6), controls (N,) and the states (N, 6) that follow."""
    u = uniform(config.transitions, 5, torch.Generator().manual_seed(config.seed))
    x, y, theta1, bent, phi = (u * torch.tensor([12, 8, 1.6, 1.6, TURN], dtype=u.dtype)).T
    before = placed(x + 10, y, theta1 + bent, theta1)
    return before, phi, move(before, phi)


class Emulator(nn.Module):
    """A net 7 → 45 → 6 from a control and a state to the next state, φ (N,) and x (N, 6) to (N, 6).

    It learns changes; these, and what it is given, are standardised as in given transitions.
    """

    given: Tensor
    change: Tensor

    def __init__(self, before: Tensor, phi: Tensor, after: Tensor) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(7, 45), nn.ReLU(), nn.Linear(45, 6)).double()
        given = torch.cat([phi[:, None], before], dim=1)
        self.register_buffer("given", torch.stack([given.mean(0), given.std(0)]))
        change = after - before
        self.register_buffer("change", torch.stack([change.mean(0), change.std(0)]))

    def forward(self, state: Tensor, phi: Tensor) -> Tensor:
        """Return what it takes for the next states."""
        given = (torch.cat([phi[:, None], state], dim=1) - self.given[0]) / self.given[1]
        change: Tensor = self.net(given) * self.change[1] + self.change[0]
        return state + change


class Controller(nn.Module):
    """A net 6 → 16 → 1 from states x (N, 6) to controls φ (N,)."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 1), nn.Tanh()).double()

    def forward(self, state: Tensor) -> Tensor:
        """Return how far to turn the wheels, within ±TURN."""
        phi: Tensor = TURN * self.net(state / state.new_tensor(SCALE))[:, 0]
        return phi


def build(config: Config) -> dict[str, nn.Module]:
    """Return both nets, the `emulator` and the `controller`."""
    torch.manual_seed(config.seed)
    return {"emulator": Emulator(*data(config)), "controller": Controller()}


def cost(nets: dict[str, nn.Module], state: Tensor, steps: int) -> Tensor:
    """Return what drives that the emulator dreams cost: how they end, and how far they bend."""
    bends = []
    for _ in range(steps):
        after = nets["emulator"](state, nets["controller"](state))
        state = torch.where(state[:, 3:4] > 0, after, state)
        bends.append(state[:, 2] - state[:, 5])
    off = state[:, 3].relu().square() / 4 + state[:, 4].square() + 4 * state[:, 5].square()
    return off.mean() + 20 * (torch.stack(bends).abs() - 0.9).relu().square().mean()


def train(config: Config, recorder: Recorder) -> None:
    """Train the emulator on transitions, then the controller through it.

    Recorded are the `error` of the emulator, in shares of a change, over transitions that it has
    not seen; and of the controller, over TRIED true drives, its `success`, the share that is
    `jackknifed`, and the first of them, `drives` (SHOWN, STEPS + 1, 6).
    """
    nets = build(config)
    emulator, controller = nets["emulator"], nets["controller"]
    before, phi, after = data(config)
    seen, scale = 4 * len(phi) // 5, (after - before).std(0)
    generator = torch.Generator().manual_seed(config.seed + 1)
    tried = starts(torch.ones(TRIED), torch.Generator().manual_seed(config.seed + 2))
    parameters = [*emulator.parameters(), *controller.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=1e-2)
    for epoch in recorder.epochs(config.epochs, **nets, optimiser=optimiser, generator=generator):
        with torch.no_grad():
            drives = drive(controller, tried)
            off = ((emulator(before[seen:], phi[seen:]) - after[seen:]) / scale).square().mean()
        recorder.snapshot(
            epoch,
            **nets,
            error=off.sqrt(),
            success=arrived(drives[:, -1]).double().mean(),
            jackknifed=jackknifed(drives[:, -1]).double().mean(),
            drives=drives[:SHOWN],
        )
        first = epoch < config.emulated
        emulator.requires_grad_(first)  # later it is a world, which does not change
        late = config.lessons * (epoch - config.emulated) // (config.epochs - config.emulated)
        lesson = late / (config.lessons - 1)
        for _ in range(config.emulator_steps if first else config.controller_steps):
            if first:
                at = torch.randint(seen, (128,), generator=generator)
                loss = ((emulator(before[at], phi[at]) - after[at]) / scale).square().mean()
            else:
                share = lesson * torch.rand(config.batch, generator=generator) ** 0.5
                far = FAR[0] + lesson * (FAR[1] - FAR[0]) + 1
                loss = cost(nets, starts(share, generator), int(2.3 * far) + 2)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(controller.parameters(), 5.0)
            optimiser.step()


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
