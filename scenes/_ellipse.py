"""What the clips of the ellipse measure: arrays over their clocks, by the trainer's formulas."""

from math import pi

import numpy as np
import torch

from epochreel.layers import lattice
from trainers.ellipse_ebm import (
    ANGLES,
    SAMPLES,
    Config,
    decode,
    energy,
    free_energy,
    gradient,
    posterior,
)

START = 4.6  # where the descent begins: on the far side
RATE, STEPS = 0.1, 20
AROUND = np.linspace(0, 2 * pi, 721)
X, Y = (-3, 3), (-2, 2)  # of the plane
COLUMNS, ROWS = 91, 61
PLACES = torch.from_numpy(lattice(X, Y, COLUMNS, ROWS)).double()
TURN = torch.linspace(0, 2 * pi, 361, dtype=torch.float64)
TAUGHT = torch.tensor(SAMPLES, dtype=torch.float64)


class Latent:
    """The angle z over a clock t: once around, back to the start, then a step of descent a unit.

    `w` (2,) are the axes of the decoder, `place` (2,) is the observation y′.
    """

    def __init__(self, w, place):
        self.w, self.place = np.asarray(w, np.float64), np.asarray(place, np.float64)
        path = self.descent()
        self.ready = 4 * pi - path[0]
        self.steps = self.ready + np.arange(len(path))
        self.moments = np.concatenate([[0, 2 * pi], self.steps])
        self.angles = np.concatenate([[0, 2 * pi], path])

    def descent(self):
        """Angles (STEPS + 1,) of gradient descent: z ← z − RATE ∂E/∂z."""
        z, path = torch.tensor([START], dtype=torch.float64, requires_grad=True), [START]
        for _ in range(STEPS):
            total = energy(torch.from_numpy(self.place), z, torch.from_numpy(self.w)).sum()
            (slope,) = torch.autograd.grad(total, z)
            z = (z - RATE * slope).detach().requires_grad_()
            path.append(z.item())
        return np.array(path)

    def prediction(self, z):
        """g(z), (…, 2)."""
        return decode(torch.as_tensor(z, dtype=torch.float64), torch.from_numpy(self.w)).numpy()

    def energies(self, z):
        """The points (z, E(y′, z)) of angles (Z,), (Z, 2)."""
        y, w = torch.from_numpy(self.place), torch.from_numpy(self.w)
        return np.stack([z, energy(y, torch.from_numpy(z), w).numpy()], axis=1)

    def z(self, t):
        """The angle on screen, in [0, 2π], (1,); steps are joined by straight moves."""
        return np.interp([t], self.moments, self.angles)

    def energy(self, t):
        """E(y′, z), a number."""
        return float(self.energies(self.z(t))[0, 1])

    def predicted(self, t):
        """ỹ = g(z), (1, 2)."""
        return self.prediction(self.z(t))

    def distance(self, t):
        """The line from y′ to ỹ, whose squared length is E."""
        return np.stack([self.place, self.predicted(t)[0]])

    def ends(self, t):
        """The points (z, 0) and (z, E) of the graph, (2, 2)."""
        here = self.energies(self.z(t))
        return np.concatenate([here * [1, 0], here])

    def curve(self, t):
        """E(y′, z) as far as z has come on its way around, (S, 2)."""
        return self.energies(np.minimum(AROUND, t))

    def trail(self, t):
        """The points (z, E) between the steps that are behind, (STEPS + 1, 2)."""
        behind = np.minimum(self.steps, max(t, self.ready))
        return self.energies(np.interp(behind, self.moments, self.angles))

    def manifold(self, t):
        """g(z) for z from 0 to t, (S, 2)."""
        return self.prediction(np.minimum(AROUND, t))


class Pulls:
    """From every point y of a grid towards its ž: lines that grow, then shrink into arrows."""

    def __init__(self, places, downhill, shortest, cold, pale):
        self.places, self.downhill, self.shortest = places, downhill, shortest
        self.cold, self.pale = cold.astype(float), pale.astype(float)
        across = (places[:, :1] - places[0, 0]) / np.ptp(places[:, 0])
        self.moments = 0.75 * across

    def tips(self, sweep, scale):
        """Tips (N, 2): half of −∇F reaches g(ž), and the last column gets there at sweep = 1."""
        grown = np.clip((sweep - self.moments) / 0.25, 0, 1)
        grown = grown * grown * (3 - 2 * grown)
        return self.places + grown * (0.5 + scale * (self.shortest - 0.5)) * self.downhill

    def colours(self, sweep, scale):
        """From the colour of what is cold to a pale one that shows on any other, (4,)."""
        return np.rint((1 - scale) * self.cold + scale * self.pale).astype(np.uint8)


class Training:
    """A run: its ellipse, its free energy and the pulls on the ellipse, as functions of clocks."""

    def __init__(self, run):
        self.beta = Config(**run.config).beta
        self.epochs = np.asarray(run.epochs, dtype=np.float64)
        self.path = np.stack([run.tensor("w", int(epoch)) for epoch in run.epochs])
        self.last = int(run.epochs[-1])

    def w(self, epoch):
        """The signed half-axes at an epoch, (2,)."""
        axes = [np.interp(epoch, self.epochs, axis) for axis in self.path.T]
        return torch.tensor(axes, dtype=torch.float64)

    def first(self, epoch):
        """w₁."""
        return float(self.w(epoch)[0])

    def second(self, epoch):
        """w₂."""
        return float(self.w(epoch)[1])

    def manifold(self, epoch):
        """g(z) once around, (S, 2)."""
        return decode(TURN, self.w(epoch)).numpy()

    def spots(self, epoch):
        """g(z) of the latents that there are, (Z, 2)."""
        return decode(ANGLES, self.w(epoch)).numpy()

    def energy(self, epoch):
        """F less its least value over the plane, (h, w)."""
        values = free_energy(PLACES, self.w(epoch), self.beta).numpy().reshape(ROWS, COLUMNS)
        return values - values.min()

    def pulls(self, epoch):
        """The mean of all samples' pulls on each spot, 2 p(z|y) (y − g(z)), (Z, 2)."""
        weights = posterior(TAUGHT, self.w(epoch), self.beta)[..., None]
        towards = TAUGHT[:, None] - decode(ANGLES, self.w(epoch))
        return (2 * weights * towards).mean(0).numpy()

    def shares(self, points, epoch):
        """p(z|y) of points (N, 2), (N, Z)."""
        return posterior(torch.as_tensor(points), self.w(epoch), self.beta).numpy()

    def latents(self, points, epoch):
        """How many latents a point pulls: exp of the entropy of p(z|y), averaged."""
        shares = np.maximum(self.shares(points, epoch), 1e-300)
        return float(np.exp(-(shares * np.log(shares)).sum(axis=1)).mean())

    def pulled(self, epoch):
        """How many of the spots a sample pulls at all."""
        return int((self.shares(TAUGHT, epoch).sum(axis=0) > 1e-3).sum())


class Pull:
    """One sample's pull: lines from the spots half way to it, as strong as p(z|y)."""

    def __init__(self, training, start, end, colour):
        self.training = training
        self.ends = np.array([start, end], dtype=np.float64)
        self.colour = colour

    def place(self, share):
        """Where the sample is, (1, 2), a share 0…1 of its way."""
        return ((1 - share) * self.ends[:1] + share * self.ends[1:]).astype(np.float64)

    def tails(self, epoch, share):
        """The spots, (Z, 2)."""
        return self.training.spots(epoch)

    def tips(self, epoch, share):
        """Half way to the sample, (Z, 2)."""
        return (self.training.spots(epoch) + self.place(share)) / 2

    def colours(self, epoch, share):
        """One colour, its opacity p(z|y) over the largest of them, (Z, 4)."""
        weights = self.training.shares(self.place(share), epoch)[0]
        paint = np.tile(self.colour, (len(weights), 1))
        paint[:, 3] = np.rint(255 * weights / weights.max())
        return paint

    def turn(self, epoch, step):
        """The largest change of the total pull ∇F over a step of this length on the way."""
        count = round(np.linalg.norm(self.ends[1] - self.ends[0]) / step) + 1
        points = torch.from_numpy(np.linspace(*self.ends, count))
        slopes, _ = gradient(points, self.training.w(epoch), self.training.beta)
        return float(slopes.diff(dim=0).norm(dim=1).max())
