"""Plans of a tricycle at any epoch, and where it is at any time of its drive."""

import numpy as np

from trainers.tricycle import GOAL

HUES = {"arrive": "gold", "rest": "aqua", "hurry": "violet", "touch": "pink"}
LAWS = {
    "arrive": "C = d_T^2",
    "rest": "C = d_T^2 + s_T^2",
    "hurry": "C = 1/T sum_t d_t^2",
    "touch": "C = -1/beta log sum_t e^(-beta d_t^2)",
}


class Drives:
    """The plans of a run: states (T + 1, 4), controls and slopes (T, 2), by epoch and number."""

    def __init__(self, run, config):
        self.run, self.steps, self.last = run, config.steps, config.epochs
        self.times, self.middles = np.arange(self.steps + 1), np.arange(self.steps) + 0.5
        # What is left of the slopes with which all begin is drawn to one scale.
        self.slopes = run.tensor("slopes", 0)[0] / np.abs(run.tensor("slopes", 0)[0]).max(axis=0)
        self.most = np.abs(run.tensor("u", self.last)).max(axis=(0, 1))

    def states(self, epoch, which):
        """The states of a plan."""
        return self.run.tensor("states", epoch)[int(which)]

    def controls(self, epoch, which):
        """Its controls."""
        return self.run.tensor("u", epoch)[int(which)]

    def path(self, epoch, which):
        """Its places (T + 1, 2)."""
        return self.states(epoch, which)[:, :2]

    def pose(self, epoch, which, time):
        """Where it is at a time, its heading, and how far its front wheel is turned."""
        states, controls = self.states(epoch, which), self.controls(epoch, which)
        place = np.array([np.interp(time, self.times, each) for each in states[:, :2].T])
        heading, phi = (
            np.interp(time, self.middles, each) for each in (states[:-1, 2], controls[:, 0])
        )
        return place, heading, phi

    def far(self, which):
        """The distances (T + 1,) to the goal in the end."""
        return np.hypot(*(self.path(self.last, which) - GOAL).T)

    def speed(self, which):
        """The speeds (T + 1,) in the end."""
        return self.states(self.last, which)[:, 3]

    def returned(self, time):
        """Slopes (T, 2), the largest 1, as far as they have come back after some time."""
        return self.slopes * np.clip(time - np.arange(self.steps)[::-1, None], 0, 1)

    def results(self):
        """What is measured of each plan, a label to a text."""
        found = {}
        for k, name in enumerate(HUES):
            far, speed = self.far(k), self.speed(k)
            found[f"{name}: closest"] = f"{far.min():.2f} at step {far.argmin()}"
            found[f"{name}: in the end"] = f"{far[-1]:.2f} away, at a speed of {speed[-1]:.2f}"
        return found


def until(values, time):
    """Values (T + 1,) over time, as far as that has come, (S, 2)."""
    times = np.linspace(0, time, 65)
    return np.stack([times, np.interp(times, np.arange(len(values)), values)], axis=1)
