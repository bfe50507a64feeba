"""The free energies of sparse coders, in the plane and on a sphere."""

from functools import partial

import numpy as np
import torch
from manim import Group

from epochreel.runs.functions import Function, between
from trainers.sparse_coding import ANGLES, lift

AROUND = np.radians(np.linspace(0, 360, 361))
CIRCLE = np.stack([np.cos(AROUND), np.sin(AROUND)], axis=1)
FIRST, NEXT = 100, 8  # rounds of inference: at one epoch, and from there at another close by


def free_energy(w, places, price, signed=True):
    """F (S,) of places (S, 2) of the plane for columns (K, 2), exactly.

    What inference leaves of y, y − Wz, is the nearest r with wᵀr ≤ λ/2 for every column: a polygon
    with an edge for each. F is ‖y‖² less the squared distance to it.
    """
    w = np.concatenate([w, -w]) if signed else w
    w = w[np.argsort(np.arctan2(*w.T))]
    ahead = np.roll(w, -1, axis=0)
    ends = price / 2 * (w + ahead) / (1 + (w * ahead).sum(axis=1, keepdims=True))
    starts = np.roll(ends, 1, axis=0)
    ways, away = ends - starts, places[:, None] - starts
    share = (away * ways).sum(axis=2) / np.maximum((ways**2).sum(axis=1), 1e-12)
    apart = ((away - np.clip(share, 0, 1)[..., None] * ways) ** 2).sum(axis=2).min(axis=1)
    inside = (places @ w.T <= price / 2).all(axis=1)
    return (places**2).sum(axis=1) - np.where(inside, 0, apart)


class Lifted:
    """The free energy on the sphere of a run, less its least: from 0 to (1 − λ/2)²."""

    def __init__(self, run, price):
        self.run, self.price, self.epochs = run, price, run.epochs.astype(float)

    def energies(self, places, epochs):
        """It at places (S, 2) of the plane and epochs (E,), (E, S), by one latent after another."""
        y, z, found = lift(torch.as_tensor(places)).numpy().astype(np.float64).T, None, []
        for at in epochs:
            w, rounds = self.run.tensor("w", at), FIRST if z is None else NEXT
            z = np.zeros((len(w), y.shape[1])) if z is None else z
            left = y - w.T @ z
            for k in np.tile(np.arange(len(w)), rounds):
                best = np.maximum(z[k] + w[k] @ left - self.price / 2, 0)
                left -= w[k][:, None] * (best - z[k])
                z[k] = best
            found.append((left**2).sum(axis=0) + self.price * z.sum(axis=0))
        return np.array(found) - (self.price - self.price**2 / 4)

    def over(self, places):
        """It at places (h, w, 2) as a function of the epoch, (h, w)."""
        found = self.energies(places.reshape(-1, 2), self.epochs)
        return partial(between, self.epochs, found.reshape(-1, *places.shape[:2]))

    def at_last(self, places):
        """It at places (S, 2) in the end, (S,)."""
        return self.energies(places, self.epochs[-1:])[0]


def around(clip, w, price):
    """A circle of radius 1 in the clip's plane, and F along half of it; the lines are marked."""
    half = len(CIRCLE) // 2 + 1
    heights = Function(free_energy, w, CIRCLE[:half], price)
    low, top = price - price**2 / 4, heights(0).max()
    floor = low - 0.12 * (top - low)
    graph = clip.graph(
        "second", x=(0, 180), y=(floor, top + 0.3 * (top - low)), name='F "on the circle"',
        x_marks={angle: f'"{angle:.0f}°"' for angle in ANGLES},
    )  # fmt: skip
    curve = np.stack([np.degrees(AROUND[:half]), heights], axis=1)
    graph.add(graph.panel.curve(curve, "F", width="arrow"))
    graph.add(graph.panel.probe([[angle, floor] for angle in ANGLES], "y"))
    return Group(graph, clip.plane.curve(CIRCLE, "title", width="level"))
