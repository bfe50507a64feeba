"""What a recurrent net makes of bits, by hand, so that one bit can be on its way to another."""

from functools import partial

import numpy as np

from epochreel.runs.functions import Function
from trainers.rnn_echo import LAGS, STEPS, TESTS, bits


def bits_heard(config):
    """The bits (shown,) of which states are recorded."""
    return bits(TESTS, STEPS, config.seed + 2)[0, : config.shown].numpy()


def flipped(x, at, share):
    """The same bits (T,), one of them on its way to the other."""
    now = x.copy()
    now[at] += share * (1 - 2 * x[at])
    return now


def points(rates):
    """How many bits are said right at each lag (LAGS,), as places (LAGS, 2)."""
    return np.stack([np.array(LAGS), rates], axis=1)


def states(net, x):
    """States (T, H) of a net that hears bits (T,), by hand."""
    cell, bias = net
    h, found = np.zeros(cell.shape[1]), []
    for bit in x:
        h = np.tanh(np.concatenate([[bit], h]) @ cell + bias[0])
        found.append(h)
    return np.array(found)


def sayings(net, h):
    """How probable a 1 is to it in states (T, H), (T,)."""
    readout, bias = net
    return 1 / (1 + np.exp(-(h @ readout[:, 0] + bias[0, 0])))


def answer(run, epoch, lag, x):
    """States and what is said, as functions of bits, of the net of a lag at an epoch."""
    names = "cell", "cell_bias", "readout", "readout_bias"
    learnt = run.parameters(epoch)
    cell, bias, *readout = (learnt[name][LAGS.index(lag)] for name in names)
    h = Function(partial(states, (cell, bias)), x)
    return h, Function(partial(sayings, tuple(readout)), h)
