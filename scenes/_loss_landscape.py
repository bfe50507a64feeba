"""The loss of a classifier over a plane through three of the points of its walk."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import vector_to_parameters

from epochreel.layers import lattice
from epochreel.runs.playback import one_thread
from trainers.classifier_unwarp import build, data

COLUMNS = 41  # of the samples, along v₁
HALF = 0.6, 0.3  # of the ground, either way from the middle of the walk, in lengths of the walk


def plane_through(start, between, end):
    """Two directions (2, P) of the plane through three points: to the end, and aside to between.

    They are of length 1 and at right angles.
    """
    forth, aside = end - start, between - start
    forth = forth / np.linalg.norm(forth)
    aside = aside - (aside @ forth) * forth
    return np.stack([forth, aside / np.linalg.norm(aside)])


class Landscape:
    """A run's `walk` (T, P) through its parameters, and the loss over a plane through `pauses`.

    These are three epochs, the first and the last among them, at which the loss on the plane is
    that of the run.

    `places` (T, 2) are the walk's shadow on that plane, `share` how much of its variance lies
    there, `way` (T,) how much of its length is behind at each epoch. `heights` (h, w) are the loss
    of the net itself on the trainer's data, over the limits `x` and `y`.
    """

    def __init__(self, run, config, pauses):
        self.net, (self.points, self.labels) = build(config), data(config)
        self.epochs = run.epochs
        self.walk = np.stack(
            [
                np.concatenate([each.ravel() for each in run.parameters(epoch).values()])
                for epoch in self.epochs
            ]
        ).astype(np.float64)
        self.origin, between, end = (self.walk[run.epochs == epoch][0] for epoch in pauses)
        self.plane = plane_through(self.origin, between, end)
        self.places = (self.walk - self.origin) @ self.plane.T
        left_out = self.walk - self.origin - self.places @ self.plane
        self.share = 1 - (left_out**2).sum() / ((self.walk - self.walk.mean(axis=0)) ** 2).sum()
        steps = np.linalg.norm(np.diff(self.walk, axis=0), axis=1)
        self.way = np.append(0, steps.cumsum()) / steps.sum()
        middle = (self.places.min(axis=0) + self.places.max(axis=0)) / 2
        out = np.ptp(self.places[:, 0]) * np.array(HALF)
        self.x, self.y = zip(middle - out, middle + out, strict=True)
        rows = round(COLUMNS * HALF[1] / HALF[0])
        self.heights = self.loss(lattice(self.x, self.y, COLUMNS, rows)).reshape(rows, COLUMNS)

    @one_thread()
    @torch.no_grad()
    def loss(self, places):
        """The net's loss at places (N, 2) of the plane, (N,)."""
        found = []
        for at in np.asarray(places, np.float64):
            vector = torch.from_numpy(self.origin + at @ self.plane).float()
            vector_to_parameters(vector, self.net.parameters())
            found.append(float(cross_entropy(self.net(self.points), self.labels)))
        return np.array(found)

    def lying(self, count=101):
        """The shadow of the walk on the surface, at so many epochs from first to last, (count, 4).

        Each is the epoch, and where it lies: along the plane, and the loss there.
        """
        at = np.unique(np.rint(np.linspace(0, len(self.epochs) - 1, count)).astype(int))
        places = self.places[at]
        return np.column_stack([self.epochs[at], places, self.loss(places)])


def walked(lying, epoch, samples=161):
    """The way on the surface as far as an epoch, (samples, 3)."""
    times = np.linspace(lying[0, 0], epoch, samples)
    return np.stack([np.interp(times, lying[:, 0], each) for each in lying[:, 1:].T], axis=1)
