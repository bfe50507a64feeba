"""A convolution and its gradient: by torch, as a big matrix, and with its tied weights added up."""

import numpy as np
import torch
from torch.nn.functional import conv1d

from epochreel.panels.layout import boxes, centred, column, row, slot

GAP, NAME = 0.3, 0.8  # between matrices, and of a name, in Manim units
# Chosen for numbers that are easily read: weights that differ, no slope 0, few large ones. What is
# claimed of them holds on any seed.
SEED = 39
WIDE, HIGH = 0.95, 0.75  # of a cell, at most


class Tied:
    """A kernel w (K,) over a signal x (N,), and the cost ½‖s − y‖² of s (M,).

    All are whole numbers from a seed, in float64, so that a person can add them up. `dense` (M, N)
    is the matrix W̃ that does the same; its entry (i, i + k) is weight k, which row (i, k) of
    `one_hot` (MK, K), G, says: w̃ = Gw are these entries, row by row. `slopes` (M, N) are those of
    the cost at W̃, where all entries are free, `own` (K,) torch's at w.
    """

    def __init__(self, seed=SEED, count=8, taps=3):
        generator = np.random.default_rng(seed)
        x, w = (
            torch.tensor(generator.choice([-2, -1, 1, 2, 3], many).astype(float))
            for many in (count, taps)
        )
        off = torch.tensor(generator.integers(-2, 3, count + 1 - taps).astype(float))
        y = conv1d(x[None, None], w[None, None])[0, 0] - off
        w.requires_grad_()
        s = conv1d(x[None, None], w[None, None])[0, 0]
        s.retain_grad()
        (0.5 * (s - y).square().sum()).backward()
        self.x, self.w, self.s, self.g, self.own = (
            each.detach().numpy() for each in (x, w, s, s.grad, w.grad)
        )
        self.places = np.array([(i, i + k) for i in range(len(s)) for k in range(taps)])
        self.one_hot = np.tile(np.eye(taps), (len(s), 1))
        dense = np.zeros((len(s), count))
        dense[tuple(self.places.T)] = self.one_hot @ self.w
        free = torch.tensor(dense, requires_grad=True)
        (0.5 * (free @ x - y).square().sum()).backward()
        self.dense, self.slopes = dense, free.grad.numpy()

    def added(self, rows):
        """The slopes of the tied weights after so many rows of W̃, also between two, (K,)."""
        parts = self.slopes[tuple(self.places.T)][:, None] * self.one_hot
        each = parts.reshape(len(self.s), -1, len(self.w)).sum(axis=1)
        return np.clip(rows - np.arange(len(each)), 0, 1) @ each


def places(box, wide_frame, rows, columns, taps):
    """The boxes of x, the matrix and s, and of the kernel and its slopes beside or below them."""
    beside = taps if wide_frame else 0
    room = box.width - (4 if wide_frame else 1) * GAP  # and a little for the names
    wide = min(WIDE, room / (columns + 1 + beside))
    lines = rows + (1 if wide_frame else 2)
    names = NAME * (2 if wide_frame else 3)
    high = min(HIGH, (box.height - names - GAP * lines / rows) / lines)
    above = row(slot("x", length=columns * wide), "rest", length=high + NAME, gap=GAP)
    below = row(
        slot("W", length=columns * wide), slot("s", length=wide), length=rows * high + NAME, gap=GAP
    )
    small = [slot(name, length=taps * wide) for name in ("w", "slope")]
    whole = columns * wide + GAP + wide
    if wide_frame:
        left = column(
            "rest", *(slot(each.name, length=high + NAME) for each in small), "rest", gap=0.5
        )
        both = column("rest", above, below, "rest", gap=0.1)
        both = row(
            row(left, gap=0, length=taps * wide), row(both, gap=0, length=whole), gap=2 * GAP,
            length=taps * wide + 2 * GAP + whole,
        )  # fmt: skip
        tree = row("rest", both, "rest", gap=0)
    else:
        inner = [
            centred(row(each, gap=0, length=whole), gap=0, length=each.length)
            for each in (above, below)
        ]
        kernels = centred(*small, gap=2 * GAP, length=high + NAME)
        tree = column("rest", *inner, kernels, "rest", gap=0.1)
    return boxes(tree, box), high
