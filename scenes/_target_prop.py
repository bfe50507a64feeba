"""Inference at every epoch of a run: where latents begin, how they slide, where they end."""

import numpy as np

from epochreel.runs.functions import between
from epochreel.runs.recorded import recorded

AROUND = np.linspace(0, 2 * np.pi, 361)


class Inference:
    """The paths of all latents over a run's epochs, each without jumps by whole turns."""

    def __init__(self, run):
        self.epochs = run.epochs.astype(float)
        self.w = recorded(run, "w")
        self.paths = np.array([run.tensor("path", at) for at in self.epochs])
        for before, paths in zip(self.paths, self.paths[1:], strict=False):
            paths += 2 * np.pi * np.round((before[:, :1] - paths[:, :1]) / (2 * np.pi))
        self.last = self.paths.shape[2] - 1

    def latents(self, at, share):
        """The latents (N,) at an epoch after a share of the steps."""
        step = share * self.last
        first = min(int(step), self.last - 1)
        path = between(self.epochs, self.paths, at)
        return path[:, first] + (step - first) * (path[:, first + 1] - path[:, first])

    def pairs(self, at, share):
        """Where each latent began, and where it is, (N, 2)."""
        return np.stack([self.latents(at, 0), self.latents(at, share)], axis=1)

    def drawn(self, at, z):
        """g(z) at an epoch, (…, 2)."""
        return self.w(at) * np.stack([np.cos(z), np.sin(z)], axis=-1)

    def curve(self, at):
        """All that the decoder can draw, (S, 2)."""
        return self.drawn(at, AROUND)

    def heads(self, at, share):
        """Where the latents are, (N, 2)."""
        return self.drawn(at, self.latents(at, share))

    def trails(self, at, share):
        """Where they came along, (N, S, 2)."""
        ways = np.linspace(self.latents(at, 0), self.latents(at, share), 40, axis=1)
        return self.drawn(at, ways)
