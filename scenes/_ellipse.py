"""What the clips of the ellipse measure: arrays over their clocks, by the trainer's formulas."""

from itertools import pairwise
from math import inf, pi

import numpy as np
import torch

from epochreel.panels.thermometer import coldness
from epochreel.runs.recorded import recorded
from trainers.ellipse_ebm import ANGLES, SAMPLES, decode, gradient, posterior

X, Y = (-3, 3), (-2, 2)  # of the plane
AROUND = np.linspace(0, 2 * pi, 721)
TAUGHT = torch.tensor(SAMPLES, dtype=torch.float64)


class Ellipse:
    """A decoder of signed half-axes `w` (2,), and the energies that it gives to points."""

    def __init__(self, w, angles=ANGLES):
        self.w = torch.tensor(np.asarray(w), dtype=torch.float64)
        self.angles = angles

    def drawn(self, z=AROUND):
        """g(z), (…, 2)."""
        return decode(torch.as_tensor(z, dtype=torch.float64), self.w).numpy()

    def free_energy(self, points, beta=inf):
        """F_β of points (…, 2), (…,): the trainer's formula, with ‖y − g‖² multiplied out.

        A surface asks for those of thousands of points at every frame, and one product of matrices
        takes a tenth of the time.
        """
        y, g = doubles(points), decode(self.angles, self.w)
        relative = g.square().sum(-1) - 2 * y @ g.T
        least = relative.amin(-1)
        if beta == inf:
            warmth = 0.0
        elif beta == 0:
            warmth = (least[..., None] - relative).mean(-1)
        else:
            excess = relative - least[..., None]
            warmth = torch.log1p(torch.expm1(-beta * excess).mean(-1)) / beta
        return (y.square().sum(-1) + least - warmth).numpy()

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
        self.beta, self.w = beta, recorded(run, "w")

    def at(self, epoch):
        """The ellipse at an epoch."""
        return Ellipse(self.w(epoch))

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


def largest_turn(ellipse, beta, path, step):
    """The largest change of the pull ∇F over a step of this length on a straight path (2, 2)."""
    count = round(np.linalg.norm(np.subtract(*path)) / step) + 1
    slopes = ellipse.downhill(np.linspace(*path, count), beta)
    return float(np.linalg.norm(np.diff(slopes, axis=0), axis=1).max())
