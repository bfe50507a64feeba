"""States of a Hopfield network around four memories, their energies, and a way down."""

import itertools

import numpy as np

from epochreel.look.hues import paint
from trainers.hopfield import SIDE as PIXELS

BETWEEN = 44  # steps from one memory to the next
BEYOND = 30  # steps out from them, in each of which a neuron more is wrong
SIDE = np.arange(-BEYOND, BETWEEN + BEYOND + 1)


def energy(w, y):
    """−½ yᵀWy of states (…, N)."""
    return -0.5 * ((y @ w) * y).sum(axis=-1)


def steepest(w, y):
    """The states (T + 1, N) from y down, where each time the one neuron that lowers E most flips.

    It ends where none does.
    """
    path = [np.array(y, dtype=float)]
    while (gain := -path[-1] * (w @ path[-1])).max() > 1e-12:
        path.append(path[-1].copy())
        path[-1][gain.argmax()] *= -1
    return np.stack(path)


class Landscape:
    """Energies of true states over a square, of which four memories (4, N) are in the corners.

    They are the top left, the top right, the bottom left and the bottom right one. Between them a
    neuron has the sign that it has in the memory at its side, beyond them ever more signs are
    wrong, in an order in each direction. Beyond the first, to the left, the last ones wrong are
    those that `path` (T + 1, N) puts right first, so that this way down lies in the landscape.
    """

    def __init__(self, w, memories, path, seed):
        generator = np.random.default_rng(seed)
        neurons = len(w)
        self.w, self.memories = w, np.reshape(memories, (2, 2, neurons))
        self.turn = [(generator.permutation(neurons) + 0.5) * BETWEEN / neurons for _ in range(2)]
        self.wrong = [[generator.permutation(neurons) for _ in range(2)] for _ in range(2)]
        right = np.abs(np.diff(path, axis=0)).argmax(axis=1)[::-1]  # flipped last, first
        others = generator.permutation(np.setdiff1d(np.arange(neurons), right))
        self.wrong[0][0] = np.append(right, others).argsort()
        self.heights = energy(w, self.state(*np.meshgrid(SIDE, SIDE)))

    def state(self, x, y):
        """The states (…, N) at whole places x to the right and y upwards, (0, 0) bottom left."""
        x, y = (np.asarray(each)[..., None] for each in (x, y))
        column, row = (x > self.turn[0]).astype(int), (y < self.turn[1]).astype(int)
        states = self.memories[row, column, np.arange(len(self.w))]
        for at, (low, high) in zip((x, y), self.wrong, strict=True):
            flipped = (low < -at) | (high < at - BETWEEN)
            states = np.where(flipped, -states, states)
        return states

    def place(self, x, y):
        """Places (…, 3) on the surface, straight between the states at whole ones."""
        low = [np.clip(np.floor(each).astype(int), SIDE[0], SIDE[-1] - 1) for each in (x, y)]
        z = 0
        for across, up in itertools.product((0, 1), repeat=2):
            column, row = low[0] + across, low[1] + up
            share = (1 - abs(x - column)) * (1 - abs(y - row))
            z = z + share * self.heights[row + BEYOND, column + BEYOND]
        return np.stack([x + 0 * z, y + 0 * z, z], axis=-1)

    def rolling(self, starts, ends, steps, now):
        """Places (K, 3) on the way from starts (K, 2) to ends (K, 2), which takes so many steps."""
        return self.place(*(starts + now / steps * (ends - starts)).T)


def mixed(states, at):
    """One of states (T, N) at a time; a neuron on its way has a value between its signs."""
    first = min(int(at), len(states) - 2)
    return states[first] + (at - first) * (states[first + 1] - states[first])


def until(values, at):
    """The points (S, 2) of a curve up to a place along x."""
    return np.column_stack([x := np.minimum(values[:, 0], at), np.interp(x, *values.T)])


def shade(colour, k, at):
    """A colour (4,) that is there while memory k is stored."""
    share = np.clip(5 * min(at - k, k + 1 - at), 0, 1)
    return np.append(colour[:3], np.rint(255 * share)).astype(np.uint8)


def picture(style, memory, state):
    """Colours (h, w, 3) of neurons (N,): on, off, and red where they are not as in the memory."""
    on, off, bad = (paint(style, hue)[:3].astype(float) for hue in ("y", "cell", "E"))
    lit, wrong = ((1 + state) / 2)[:, None], ((1 - state * memory) / 2)[:, None]
    right = lit * on + (1 - lit) * off
    red = lit * bad + (1 - lit) * (0.4 * bad + 0.6 * off)
    return np.rint((1 - wrong) * right + wrong * red).reshape(PIXELS, -1, 3)
