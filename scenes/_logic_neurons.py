"""Gates as neurons: the sigmoid of a weighted sum of two bits."""

from itertools import product

import numpy as np

CORNERS = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
GATES = {"and": (1, 1, -1.5), "or": (1, 1, -0.5), "not": (-1, 0, 0.5), "nand": (-1, -1, 1.5)}
AND, OR, NOT, NAND = map(np.array, GATES.values())
XOR = np.array([False, True, True, False])  # of the corners
SOFT, SHARP = 1.5, 10.0


def neuron(points, weights, k=SHARP):
    """σ(k (w₁x₁ + w₂x₂ + b)) at points (…, 2), for weights (w₁, w₂, b)."""
    return 1 / (1 + np.exp(-k * (points @ weights[:2] + weights[2])))


def hidden(points):
    """What OR and NAND make of points (…, 2): where they come to lie."""
    return np.stack([neuron(points, OR), neuron(points, NAND)], axis=-1)


def exclusive(points):
    """Two layers: AND of OR and NAND."""
    return neuron(hidden(points), AND)


def weights(at):
    """From AND, at 0, to OR, NOT and OR again, at 3; then its line turns once round the square."""
    if at > 3:
        w = np.exp(2j * np.pi * (at - 3)) * (1 + 1j)
        return np.array([w.real, w.imag, 0.5 - (w.real + w.imag) / 2])
    stops = np.stack([AND, OR, NOT, OR])
    return np.stack([np.interp(at, range(4), each) for each in stops.T])


def boundary(at):
    """Where the sum is zero, a line (2, 2) beyond every panel."""
    *w, b = weights(at)
    along = 4 * np.array([-w[1], w[0]]) / np.hypot(*w)
    return -b * np.array(w) / (w[0] ** 2 + w[1] ** 2) + np.stack([along, -along])


def right(at):
    """At which corners the line says what XOR does, (4,)."""
    w = weights(at)
    return (CORNERS @ w[:2] + w[2] > 0) == XOR


def most_right(angles=360, shifts=101):
    """How many corners any line gets right, of so many lines in all directions."""
    turns = 2 * np.pi * np.arange(angles) / angles
    sums = CORNERS @ np.stack([np.cos(turns), np.sin(turns)])
    on = sums[..., None] + np.linspace(-1.5, 1.5, shifts) > 0
    return int((on == XOR[:, None, None]).sum(axis=0).max())


def sums():
    """All sums of two bits a and b: (a, b, carry, sum), as neurons have them."""
    bits = [np.array(each) for each in product((0, 1), (0, 1))]
    return [(*each, round(neuron(each, AND)), round(exclusive(each))) for each in bits]


def results():
    """What is measured, a label to a text."""
    told = exclusive(CORNERS)
    return {
        "AND of two ones": f"{neuron(CORNERS[3], AND):.3f}",
        "Most corners of XOR that a line gets right": str(most_right()),
        "Two layers where XOR is 1": f"{told[XOR].min():.3f}",
        "Two layers where it is 0": f"{told[~XOR].max():.3f}",
    }


def summed(kind):
    """The weighted sum of a gate as it is written."""
    *w, b = GATES[kind]
    parts = zip((*w, b), ("x_1", "x_2", f"{abs(b):g}"), strict=True)
    return " ".join(f"{'-' if w < 0 else '+'} {name}" for w, name in parts if w).removeprefix("+ ")
