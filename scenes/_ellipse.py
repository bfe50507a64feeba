"""What the clips of the ellipse measure: arrays over their clocks, by the trainer's formulas."""

from itertools import pairwise
from math import inf, pi

import numpy as np
import torch

from epochreel.panels.thermometer import coldness
from trainers.ellipse_ebm import ANGLES, SAMPLES, decode, energy, free_energy, gradient, posterior

X, Y = (-3, 3), (-2, 2)  # of the plane
START = 4.6  # where the descent begins: on the far side
RATE, STEPS = 0.1, 20
AROUND = np.linspace(0, 2 * pi, 721)
FINE = torch.arange(1440, dtype=torch.float64) * (2 * pi / 1440)
TAUGHT = torch.tensor(SAMPLES, dtype=torch.float64)


class Ellipse:
    """A decoder of signed half-axes `w` (2,), and the energies that it gives to points."""

    def __init__(self, w, angles=ANGLES):
        self.w = torch.as_tensor(np.asarray(w, np.float64))
        self.angles = angles

    def drawn(self, z=AROUND):
        """g(z), (…, 2)."""
        return decode(torch.as_tensor(z, dtype=torch.float64), self.w).numpy()

    def free_energy(self, points, beta=inf):
        """F_β of points (…, 2), (…,)."""
        return free_energy(doubles(points), self.w, beta, self.angles).numpy()

    def downhill(self, points, beta=inf):
        """−∇F_β of points (…, 2), (…, 2)."""
        return -gradient(doubles(points), self.w, beta, self.angles)[0].numpy()

    def shares(self, points, beta):
        """p(z|y) of points (N, 2), (N, Z)."""
        return posterior(doubles(points), self.w, beta, self.angles).numpy()

    def latents(self, points, beta):
        """How many latents a point pulls: exp of the entropy of p(z|y), averaged."""
        shares = np.maximum(self.shares(points, beta), 1e-300)
        return float(np.exp(-(shares * np.log(shares)).sum(axis=1)).mean())


class Inference(Ellipse):
    """The angle z over a clock t: once around, back to the start, then a step of descent a unit.

    `w` (2,) are the axes of the decoder, `place` (2,) is the observation y′.
    """

    def __init__(self, w, place):
        super().__init__(w, FINE)
        self.place = np.asarray(place, np.float64)
        path = self.descent()
        self.ready = 4 * pi - path[0]
        self.steps = self.ready + np.arange(len(path))
        self.moments = np.concatenate([[0, 2 * pi], self.steps])
        self.path = np.concatenate([[0, 2 * pi], path])

    def descent(self):
        """Angles (STEPS + 1,) of gradient descent: z ← z − RATE ∂E/∂z."""
        z, path = torch.tensor([START], dtype=torch.float64, requires_grad=True), [START]
        for _ in range(STEPS):
            total = energy(torch.from_numpy(self.place), z, self.w).sum()
            (slope,) = torch.autograd.grad(total, z)
            z = (z - RATE * slope).detach().requires_grad_()
            path.append(z.item())
        return np.array(path)

    def energies(self, z):
        """The points (z, E(y′, z)) of angles (Z,), (Z, 2)."""
        return np.stack([z, energy(doubles(self.place), doubles(z), self.w).numpy()], axis=1)

    def z(self, t):
        """The angle on screen, in [0, 2π], (1,); steps are joined by straight moves."""
        return np.interp([t], self.moments, self.path)

    def energy(self, t):
        """E(y′, z), a number."""
        return float(self.energies(self.z(t))[0, 1])

    def predicted(self, t):
        """ỹ = g(z), (1, 2)."""
        return self.drawn(self.z(t))

    def ends(self, t):
        """The points (z, 0) and (z, E) of the graph, (2, 2)."""
        here = self.energies(self.z(t))
        return np.concatenate([here * [1, 0], here])

    def curve(self, t):
        """E(y′, z) as far as z has come on its way around, (S, 2)."""
        return self.energies(np.minimum(AROUND, t))

    def trail(self, t):
        """The points (z, E) between the steps that are behind, (STEPS + 1, 2)."""
        return self.energies(
            np.interp(np.minimum(self.steps, max(t, self.ready)), self.steps, self.path[2:])
        )


class Pulls:
    """From every place (N, 2) towards its ž: lines that grow, then shrink into arrows."""

    def __init__(self, places, ellipse, arrow):
        self.places, self.downhill, self.arrow = places, ellipse.downhill(places), arrow
        self.moments = 0.75 * (places[:, :1] - places[:, 0].min()) / np.ptp(places[:, 0])

    def __call__(self, sweep, scale):
        """Tips (N, 2): half of −∇F reaches g(ž), and the last column gets there at sweep = 1."""
        grown = np.clip((sweep - self.moments) / 0.25, 0, 1)
        grown = grown * grown * (3 - 2 * grown)
        return self.places + grown * (0.5 + scale * (self.arrow - 0.5)) * self.downhill


class Mix:
    """Colours on their way from some to others, RGBA (…, 4), 0 to 1."""

    def __init__(self, first, second):
        self.first, self.second = first.astype(float), second.astype(float)

    def __call__(self, share):
        return np.rint((1 - share) * self.first + share * self.second).astype(np.uint8)


class Rise:
    """Heights (h, w) that rise from a floor, 0 to 1."""

    def __init__(self, heights):
        self.heights = heights

    def __call__(self, share):
        return share * self.heights


class Bowl:
    """The surface of F_β less its least, cut off cleanly at `top`: vertices on rays from 0."""

    def __init__(self, ellipse, top):
        self.ellipse, self.top = ellipse, top
        corner = np.arctan2(Y[1], X[1])
        corners = np.array([-pi, -pi + corner, -corner, corner, pi - corner, pi])
        turns = np.concatenate([np.linspace(a, b, 25)[:-1] for a, b in pairwise(corners)])
        rays = np.stack([np.cos(turns), np.sin(turns)], axis=1)
        self.rays = np.append(rays, rays[:1], axis=0)
        self.edges = 1 / np.abs(self.rays / [X[1], Y[1]]).max(axis=1)
        self.shares = np.linspace(0, 1, 61)

    def heights(self, at, places):
        """F_β above its least over all rays, of places (…, 2), (…,)."""
        beta = coldness(at)
        least = self.ellipse.free_energy(self.places(self.edges), beta).min()
        return self.ellipse.free_energy(places, beta) - least

    def places(self, reaches):
        """Places (rays, radii, 2) on the rays, evenly as far as each reaches (rays,)."""
        return (reaches[:, None] * self.shares)[..., None] * self.rays[:, None]

    def surface(self, at):
        """Vertices (rays, radii, 3)."""
        heights = self.heights(at, self.places(self.edges))
        places = self.places(self.edges * [self.crossing(ray) for ray in heights])
        return np.concatenate([places, self.heights(at, places)[..., None]], axis=2)

    def crossing(self, heights):
        """The last place, a share of the ray, where the heights (S,) along it pass the top.

        Past the hill inside the ellipse the energy only grows.
        """
        last = np.flatnonzero(heights <= self.top)[-1]
        if last == len(heights) - 1:
            return 1.0
        low, high = heights[last : last + 2]
        return (last + (self.top - low) / (high - low)) / (len(heights) - 1)

    def valley(self, at):
        """The manifold as it lies on the surface, (S, 3)."""
        places = self.ellipse.drawn()
        heights = self.heights(at, places)
        return np.column_stack([places, np.where(heights <= self.top, heights, np.nan)])


class Training:
    """A run's ellipse, its free energy and the pulls on the ellipse, as functions of the epoch."""

    def __init__(self, run, beta):
        self.beta = beta
        self.epochs = np.asarray(run.epochs, dtype=np.float64)
        self.path = np.stack([run.tensor("w", int(epoch)) for epoch in run.epochs])

    def w(self, epoch, axis):
        """One of the signed half-axes."""
        return float(np.interp(epoch, self.epochs, self.path[:, axis]))

    def at(self, epoch):
        """The ellipse at an epoch."""
        return Ellipse([self.w(epoch, 0), self.w(epoch, 1)])

    def first(self, epoch):
        """w₁."""
        return self.w(epoch, 0)

    def second(self, epoch):
        """w₂."""
        return self.w(epoch, 1)

    def manifold(self, epoch):
        """g(z) once around, (S, 2)."""
        return self.at(epoch).drawn()

    def spots(self, epoch):
        """g(z) of the latents that there are, (Z, 2)."""
        return self.at(epoch).drawn(ANGLES)

    def energy(self, epoch, points):
        """F of points (N, 2) above its least among them, (N,)."""
        values = self.at(epoch).free_energy(points, self.beta)
        return values - values.min()

    def pulls(self, epoch):
        """The mean of all samples' pulls on each spot, 2 p(z|y) (y − g(z)), (Z, 2)."""
        weights = self.at(epoch).shares(TAUGHT, self.beta)[..., None]
        return (2 * weights * (TAUGHT.numpy()[:, None] - self.spots(epoch))).mean(0)

    def pulled(self, epoch):
        """How many of the spots a sample pulls at all."""
        return int((self.at(epoch).shares(TAUGHT, self.beta).sum(axis=0) > 1e-3).sum())


class Pull:
    """A point's pull on an ellipse: lines from its spots half way there, as strong as p(z|y)."""

    def __init__(self, ellipse, colour):
        self.ellipse, self.colour = ellipse, colour
        self.spots = ellipse.drawn(ANGLES)

    def tips(self, place):
        """Half way to the place (2,), (Z, 2)."""
        return (self.spots + place) / 2

    def weights(self, place, beta):
        """p(z|y) over the largest of them, (Z,)."""
        shares = self.ellipse.shares(np.atleast_2d(place), beta)[0]
        return shares / shares.max()

    def colours(self, place, beta):
        """The colour (4,), as opaque as the spots weigh, (Z, 4)."""
        paint = np.tile(self.colour, (len(self.spots), 1))
        paint[:, 3] = np.rint(255 * self.weights(place, beta))
        return paint


def doubles(points):
    """Points, whatever they come as, as float64."""
    return torch.as_tensor(np.asarray(points, dtype=np.float64))


def squares(limits, step=0.25):
    """The centres (N, 2) of the squares of this side that fill limits from the origin."""
    left, right, bottom, top = limits
    across, up = (
        np.arange(np.ceil(low / step), np.floor(high / step)) * step + step / 2
        for low, high in ((left, right), (bottom, top))
    )
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)


def largest_turn(ellipse, beta, path, step):
    """The largest change of the pull ∇F over a step of this length on a straight path (2, 2)."""
    count = round(np.linalg.norm(np.subtract(*path)) / step) + 1
    slopes = ellipse.downhill(np.linspace(*path, count), beta)
    return float(np.linalg.norm(np.diff(slopes, axis=0), axis=1).max())
