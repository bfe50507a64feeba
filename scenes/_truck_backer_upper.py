"""Drives of a run: true ones by its controller, and what its emulator dreams of others."""

import numpy as np
import torch

from trainers._truck import TURN, jackknifed, move, placed
from trainers.truck_backer_upper import SCALE

PICKED = 4  # trucks that are drawn; the others are paths
AHEAD = 14  # controls of a dream
FROM = [[12.5, -4.4, 0.2], [15.5, 2.0, -0.1], [19.0, -1.5, 0.1]]  # x, y and θ of trucks, straight


class Backing:
    """The drives of a run by epoch, `last` being the last one; states are (N, T + 1, 6)."""

    def __init__(self, run, config):
        self.run, self.config, self.last = run, config, config.epochs
        middles = self.drives(self.last)[:, 0, [1, 4]].mean(axis=1)
        wanted = np.linspace(middles.min(), middles.max(), PICKED)
        self.picked = [int(np.abs(middles - y).argmin()) for y in wanted]
        untaught = self.drives(0)[self.picked[2]]
        moved = np.abs(np.diff(untaught, axis=0)).max(axis=1) > 0
        self.untaught = untaught[None, : 1 + moved.sum()]  # until it is jackknifed
        self.phi, self.true = steered(config.seed)

    def drives(self, epoch):
        """True drives by the controller."""
        return self.run.tensor("drives", epoch)

    def states(self, epoch, time):
        """The states (PICKED, 6) of some of them at a time of their drives."""
        return at(self.drives(epoch)[self.picked], time)

    def dreamt(self, epoch):
        """What the emulator takes for the true drives (3, AHEAD + 1, 6)."""
        net, states = self.run.parameters(epoch, "emulator"), [self.true[:, 0]]
        for phi in self.phi.T:
            states.append(foretold(net, states[-1], phi))
        return np.stack(states, axis=1)

    def imagined(self):
        """A drive (1, T + 1, 6) of the untaught controller as the emulator dreams it."""
        nets = (
            self.run.parameters(self.config.emulated, net) for net in ("emulator", "controller")
        )
        (emulator, controller), states = nets, [self.untaught[:, 0]]
        for _ in self.untaught[0, 1:]:
            states.append(foretold(emulator, states[-1], steering(controller, states[-1])))
        return np.stack(states, axis=1)


def foretold(net, states, phi):
    """What an emulator takes for the states after states (N, 6) with controls (N,)."""
    (given, by), (mean, spread) = net["given"], net["change"]
    z = (np.concatenate([phi[:, None], states], axis=1) - given) / by
    h = np.maximum(z @ net["net.0.weight"].T + net["net.0.bias"], 0)
    return states + mean + spread * (h @ net["net.2.weight"].T + net["net.2.bias"])


def steering(net, states):
    """The controls (N,) of a controller in states (N, 6)."""
    h = np.tanh(states / SCALE @ net["net.0.weight"].T + net["net.0.bias"])
    return TURN * np.tanh(h @ net["net.2.weight"].T + net["net.2.bias"])[:, 0]


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
