"""Nets as they are before any training, and how far from affine they are."""

from functools import cache
from itertools import pairwise

import numpy as np
import torch
from _activations import cloud

from epochreel import grid
from epochreel.layers.morph import similarity

POINTS = cloud()
GRID = grid((-3, 3), (-3, 3), step=1, samples=61)
SEEN = np.concatenate([POINTS, GRID.reshape(-1, 2)])
WIDTH, DEPTHS = 5, (1, 2, 3, 4)
FUNCTIONS = {"tanh": np.tanh, "ReLU": lambda s: np.maximum(s, 0)}
COUNT = 100  # nets of each kind that are measured


def widths(depth):
    """How many numbers there are in each layer."""
    return [2, *[WIDTH] * depth, 2]


def weights(depth, seed):
    """Weights and biases of the layers of a net 2 → 5 → … → 2, as PyTorch makes them."""
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(*pair) for pair in pairwise(widths(depth))]
    return [(each.weight.detach().numpy(), each.bias.detach().numpy()) for each in layers]


def net(depth, function, seed, points):
    """Where a net with so many hidden layers takes points (N, 2)."""
    *hidden, (last, bias) = weights(depth, seed)
    for each, shift in hidden:
        points = FUNCTIONS[function](points @ each.T + shift)
    return points @ last.T + bias


def affine_r2(inputs, outputs):
    """R² of the best affine map from inputs (N, 2) to outputs (N, 2); NaN where these are one."""
    basis, _ = np.linalg.qr(np.column_stack([inputs, np.ones(len(inputs))]))
    spread = ((outputs - outputs.mean(axis=0)) ** 2).sum()
    missed = ((outputs - basis @ (basis.T @ outputs)) ** 2).sum()
    return 1 - missed / spread if spread > 1e-12 else np.nan


@cache
def spread_of_r2(depth, function, first=0):
    """R² (COUNT,) of nets of one kind."""
    seeds = range(first, first + COUNT)
    return np.array([affine_r2(POINTS, net(depth, function, seed, POINTS)) for seed in seeds])


def median_r2(function):
    """The median R² over the DEPTHS, as points (4, 2)."""
    return np.array([(depth, np.nanmedian(spread_of_r2(depth, function))) for depth in DEPTHS])


def comparable(outputs, reach):
    """What a net makes of all that is SEEN, in the middle, turned, and as large as the reach.

    Turned, it looks like the inputs. All of this is a similarity, which leaves R² as it is.
    """
    u, _, vt = np.linalg.svd(similarity(outputs, SEEN))
    turned = outputs @ u @ vt
    low, high = turned.min(axis=0), turned.max(axis=0)
    return (turned - (low + high) / 2) * 2 * reach / (high - low).max()


def sketch(depth, seed):
    """A net's nodes (N, 2), layer by layer from left to right, their roles, edges (E, 2), weights.

    Of these only how large they are, where the largest of each layer is 1.
    """
    sizes = widths(depth)
    nodes = [(k, i - (size - 1) / 2) for k, size in enumerate(sizes) for i in range(size)]
    first, edges, strengths = 0, [], []
    for (before, behind), (matrix, _) in zip(pairwise(sizes), weights(depth, seed), strict=True):
        edges += [(first + j, first + before + i) for i in range(behind) for j in range(before)]
        strengths.append(np.abs(matrix).ravel() / np.abs(matrix).max())
        first += before
    roles = np.repeat(["x", *["h"] * depth, "ytilde"], sizes)
    return np.array(nodes), roles, np.array(edges), np.concatenate(strengths)
