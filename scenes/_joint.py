"""What copies, adds, picks the largest or many at once: its numbers by torch, and as cells."""

import numpy as np
import torch
from torch.autograd.functional import jacobian

HIGH = 5.0  # the number whose colour is full
SMALL = 0.6  # of a number that travels, in numbers that stand
PICKED = 0, 1, 0, 2, 0  # which of three inputs each of many outputs takes
ACTS = {
    "node": lambda x: x.expand(3),
    "sum": lambda x: x.sum(0, keepdim=True),
    "max": lambda x: x.amax(0, keepdim=True),
    "many": lambda x: x[list(PICKED)],
}


class Joint:
    """What an operation makes of x (N,) is s (M,); of slopes g (M,) of a cost at s it makes `back`.

    All by torch, in float64: `back` (N,) is x's gradient, and G (M, N) the operation's Jacobian.
    """

    def __init__(self, name, x, g):
        x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        s = ACTS[name](x)
        (s @ torch.tensor(g, dtype=torch.float64)).backward()  # a cost whose slopes at s are g
        self.name = name
        self.x, self.s, self.back = (each.detach().numpy() for each in (x, s, x.grad))
        self.g, self.G = np.array(g, float), jacobian(ACTS[name], x).numpy()

    def added(self, rows):
        """The slopes at x after so many of those at s have come back, also between two, (N,)."""
        return np.clip(rows - np.arange(len(self.g)), 0, 1) * self.g @ self.G


def cells(clip, box, values, *, slope=False, **options):
    """Numbers as cells that fill a box, slopes in a green frame."""
    given = {"fill": True, "high": HIGH, "decimals": 0} | options
    matrix = clip.matrix(box, values, **given)
    return matrix.add(matrix.outline(hue="green")) if slope else matrix


def small(matrix, row, column, slope=False):
    """A cell of a matrix, to travel."""
    cell = matrix.cell(row, column)
    return (cell.add(cell.outline(hue="green")) if slope else cell).scale(SMALL)
