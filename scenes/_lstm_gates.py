"""What a net with gates makes of a string, by hand, also with gates that are held."""

import numpy as np

from epochreel.runs.functions import Function, Instant
from trainers.lstm_gates import CLASSES, SYMBOLS, strings

UNITS = 4


def told(config):
    """A string of numbers (T,) that nobody was taught, and the two places where X or Y stands."""
    x = strings(1, config.seed + 3)[0][0].numpy()
    return x, np.flatnonzero(x < 2)


def heard(x, places, first, second):
    """The string of numbers (T,) with Y at its two places where these say so, else X, (T, 8)."""
    found = x.copy()
    found[places] = first, second
    return np.eye(len(SYMBOLS))[found]


def sigmoid(s):
    """Squash to (0, 1)."""
    return 1 / (1 + np.exp(-s))


def answer(net, x, opened=False, closed=False):
    """What a net (its parameters) makes of strings (…, T, 8): its steps, and what it says.

    Steps (…, T, 4H) are the gates i, f and o and the memory, 2σ(c) − 1; then come the
    probabilities (…, 4) of the classes. All input gates may be held open, all that keep closed.
    """
    h = c = np.zeros((*x.shape[:-2], len(net["state"])))
    found = []
    for t in range(x.shape[-2]):
        sums = x[..., t, :] @ net["symbols"] + net["bias"][0] + h @ net["state"]
        *gates, candidate = np.split(sums, 4, axis=-1)
        i, f, o = (sigmoid(gate) for gate in gates)
        i, f = np.maximum(i, opened), f * (not closed)
        c = f * c + i * np.tanh(candidate)
        h = o * np.tanh(c)
        found.append(np.concatenate([i, f, o, 2 * sigmoid(c) - 1], axis=-1))
    said = np.exp(h @ net["readout"] + net["readout_bias"][0])
    return np.stack(found, axis=-2), said / said.sum(axis=-1, keepdims=True)


def mixed(net, x, places, turned, held):
    """The steps (T, 4H), and below them, in each column, what it says: a mix of answers.

    They are on their way between the four strings as far as `turned` says of each place, and to
    gates held open, or closed, as far as `held` does.
    """
    strings = np.stack([heard(x, places, *which) for which in np.ndindex(2, 2)])
    shares = np.outer(*([1 - share, share] for share in turned)).ravel()
    ways = [(1 - sum(held), {}), (held[0], {"opened": True}), (held[1], {"closed": True})]
    total = 0
    for share, way in ways:
        if share:
            both = answer(net, strings, **way)
            total = total + share * np.concatenate(
                [np.tensordot(shares, part, 1).ravel() for part in both]
            )
    return total


def answered(net, x, places, turned, held):
    """What the net of a clip makes of a string, by names; `turned` and `held` are clocks."""
    names = "symbols", "state", "bias", "readout", "readout_bias"
    clocks = ([Instant(clock) for clock in pair] for pair in (turned, held))
    found = Function(mixed, {name: net[name] for name in names}, x, places, *clocks)
    steps = found[: -len(CLASSES)].reshape(len(x), 4 * UNITS)
    rows = {name: steps[:, k * UNITS : (k + 1) * UNITS] for k, name in enumerate("ifoc")}
    return rows | {"said": found[-len(CLASSES) :]}


def right(net, x, y, **held):
    """Which share of strings of numbers (N, T) it tells by their classes (N,)."""
    _, said = answer(net, np.eye(len(SYMBOLS))[x], **held)
    return (said.argmax(axis=1) == y).mean()


def kept(net, x, places):
    """How far the memory is from what another first symbol leaves, when heard, and at the end."""
    ways = [answer(net, heard(x, places, first, 0))[0] for first in (0, 1)]
    far = np.linalg.norm((ways[1] - ways[0])[:, -UNITS:], axis=1)
    return far[places[0]], far[-1]
