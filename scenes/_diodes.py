"""Two diodes and a resistor: of two voltages the higher wins, or turned around the lower."""

import numpy as np

UP, BUS, TAP, END, FOOT = 0.8, 1.9, 2.4, 3.4, -1.15  # places of the circuit, from its inputs on
ZIGZAG = np.array([0, *([1, -1] * 3), 0]) * 0.15
DOTS, ROUNDS, EVEN = 9, 9, 0.08  # dots of a current, how often they advance; a tie in voltage


def voltages(at):
    """Two voltages (2,) that walk round once: each is the higher one for half of the time."""
    angle = 2 * np.pi * at - 0.9
    return 0.5 + 0.42 * np.array([np.cos(angle), np.sin(angle)])


def output(points, turned):
    """The higher of two voltages (…, 2), or once the diodes are turned around the lower."""
    return (1 - turned) * points.max(axis=-1) + turned * points.min(axis=-1)


def winning(at, turned):
    """How much of the current goes through each diode, (2,)."""
    lead = np.subtract(*voltages(at)) * (1 - 2 * turned) / EVEN
    first = np.clip(0.5 + lead / 2, 0, 1)
    return np.array([first, 1 - first])


def resistor(turned):
    """Its zigzag with both of its wires (10, 2), down to 0 or up to 1."""
    heights = np.r_[0, np.linspace(0.25, 0.75, len(ZIGZAG)), 1] * FOOT * (1 - 2 * turned)
    return np.stack([TAP + np.r_[0, ZIGZAG, 0], heights], axis=1)


def current(at, turned):
    """Dots (2 DOTS, 2) from each input to the end of the resistor, or backward."""
    sign = 1 if turned < 0.5 else -1
    shares = (np.arange(DOTS) + sign * ROUNDS * at) % DOTS / DOTS
    found = []
    for y in (UP, -UP):
        way = np.array([(0, y), (BUS, y), (BUS, 0), (TAP, 0), resistor(turned)[-1]])
        steps = np.r_[0, np.cumsum(np.hypot(*np.diff(way, axis=0).T))]
        found += [np.stack([np.interp(shares * steps[-1], steps, each) for each in way.T], axis=1)]
    return np.concatenate(found)


def levels(turned):
    """Where what comes out has some values, (3, 3, 2): corners on the diagonal."""
    end = -1.5 + 4 * turned
    return np.array([[[v, end], [v, v], [end, v]] for v in (0.25, 0.5, 0.75)])
