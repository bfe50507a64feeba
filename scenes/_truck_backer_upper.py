"""Drives of a run: true ones by its controller, and what its emulator dreams of others."""

import numpy as np
import torch

from trainers._truck import TURN, jackknifed, move, placed

PICKED = 4  # trucks that are drawn; the others are paths
AHEAD = 14  # controls of a dream
FROM = [[12.5, -4.4, 0.2], [15.5, 2.0, -0.1], [19.0, -1.5, 0.1]]  # x, y and θ of trucks, straight


def percent(share):
    """A share, in words."""
    return f"{100 * share:.0f} %"


class Backing:
    """The drives of a run by epoch, `last` being the last one; states are (N, T + 1, 6)."""

    def __init__(self, recording):
        self.run, self.config = recording.run, recording.config
        self.last = self.config.epochs
        self.emulator, self.controller = recording.nets("emulator", "controller")
        middles = self.drives(self.last)[:, 0, [1, 4]].mean(axis=1)
        wanted = np.linspace(middles.min(), middles.max(), PICKED)
        self.picked = [int(np.abs(middles - y).argmin()) for y in wanted]
        untaught = self.drives(0)[self.picked[2]]
        moved = np.abs(np.diff(untaught, axis=0)).max(axis=1) > 0
        self.untaught = untaught[None, : 1 + moved.sum()]  # until it is jackknifed
        self.phi, self.true = steered(self.config.seed)

    def drives(self, epoch):
        """True drives by the controller."""
        return self.run.tensor("drives", epoch)

    def states(self, epoch, time):
        """The states (PICKED, 6) of some of them at a time of their drives."""
        return at(self.drives(epoch)[self.picked], time)

    def dreamt(self, epoch):
        """What the emulator takes for the true drives (3, AHEAD + 1, 6)."""
        return self.dream(epoch, self.true[:, 0], AHEAD, lambda step, _: self.phi[:, step])

    def imagined(self):
        """A drive (1, T + 1, 6) of the untaught controller as the emulator dreams it."""
        epoch, start, steps = self.config.emulated, self.untaught[:, 0], self.untaught.shape[1] - 1
        return self.dream(epoch, start, steps, lambda _, now: self.controller(now)(epoch))

    def dream(self, epoch, start, steps, steered):
        """What the emulator takes for the states (N, steps + 1, 6) from a start (N, 6) on.

        `steered` gives the controls (N,) of a step and the states at it.
        """
        states = [start]
        for step in range(steps):
            states.append(self.emulator(states[-1], steered(step, states[-1]))(epoch))
        return np.stack(states, axis=1)


def at(states, time):
    """States (N, …, 6) of drives (N, T + 1, 6) at times (…), straight between two steps."""
    before = np.minimum(np.asarray(time, dtype=int), states.shape[1] - 2)
    share = (time - before)[..., None]
    return (1 - share) * states[:, before] + share * states[:, before + 1]


def until(states, time):
    """Paths (N, S, 2) of the trailers' ends, as far as they have come."""
    return at(states, np.linspace(0, time, 29))[..., 3:5]


def steered(seed):
    """Random controls (3, AHEAD), a few steps alike, and where they lead; none is jackknifed."""
    generator = np.random.default_rng(seed)
    x, y, theta = torch.tensor(FROM, dtype=torch.float64).T
    start = placed(x, y, theta, theta)
    while True:
        phi = generator.uniform(-TURN, TURN, (3, AHEAD // 2)).repeat(2, axis=1)
        states = [start]
        for each in phi.T:
            states.append(move(states[-1], torch.from_numpy(each)))
        if not any(jackknifed(each * 1.3).any() for each in states):
            return phi, torch.stack(states, dim=1).numpy()
