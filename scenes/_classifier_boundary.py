"""Boundaries of a classifier: straight where its last layer draws them, and pulled back."""

import contourpy
import numpy as np

from epochreel import varying
from epochreel.layers import lattice

FAR = 1e3  # where a boundary without an end is cut off, in units of the embedding


def edges(weights, biases, pairs):
    """The ends (P, 2, 2) of the boundaries between pairs of classes of a linear classifier.

    They are where two classes' scores weights (K, 2) · h + biases (K,) are equal and above all
    others, and NaN where that is nowhere.
    """
    return np.stack([_edge(weights, biases, pair) for pair in pairs])


def _edge(weights, biases, pair):
    slopes, heights = weights[pair[0]] - weights, biases[pair[0]] - biases
    normal, height = slopes[pair[1]], heights[pair[1]]
    foot = -height * normal / (normal @ normal)
    along = np.array([-normal[1], normal[0]]) / np.linalg.norm(normal)
    rising, above = (np.delete(each, pair) for each in (slopes @ along, slopes @ foot + heights))
    crossed = rising != 0  # by the others' scores, on the way along the line
    crossings = -above[crossed] / rising[crossed]
    start = max(crossings[rising[crossed] > 0], default=-FAR)
    end = min(crossings[rising[crossed] < 0], default=FAR)
    ends = foot + np.outer(np.clip([start, end], -FAR, FAR), along)
    return ends if start < end and (above[~crossed] >= 0).all() else np.full((2, 2), np.nan)


def borders(scores, across, up, pairs):
    """Where scores (R, C, K) of pairs of classes are equal and above all others: a line (S, 2).

    The scores are those at the places `across` (C,) and `up` (R,), straight in between; NaN parts
    the pieces of the line.
    """
    pieces = [np.full((1, 2), np.nan)]
    for pair in pairs:
        gap = scores[..., pair[0]] - scores[..., pair[1]]
        for line in contourpy.contour_generator(across, up, gap).lines(0):
            here = _between(scores, across, up, line)
            lead = here[:, pair].min(axis=1) - np.delete(here, pair, axis=1).max(axis=1)
            ends = np.flatnonzero(lead[:-1] * lead[1:] < 0)
            shares = (lead[ends] / (lead[ends] - lead[ends + 1]))[:, None]
            met = (1 - shares) * line[ends] + shares * line[ends + 1]
            whole, leads = np.insert(line, ends + 1, met, axis=0), np.insert(lead, ends + 1, 0)
            pieces += [np.where(leads[:, None] >= 0, whole, np.nan), pieces[0]]
    return np.concatenate(pieces)


def _between(scores, across, up, places):
    """Scores (R, C, K) at places (N, 2) between those where they are known, (N, K)."""
    at = (places - [across[0], up[0]]) / [across[1] - across[0], up[1] - up[0]]
    column, row = low = np.clip(at.astype(int).T, 0, [[len(across) - 2], [len(up) - 2]])
    right, top = (at.T - low)[..., None]
    below = (1 - right) * scores[row, column] + right * scores[row, column + 1]
    above = (1 - right) * scores[row + 1, column] + right * scores[row + 1, column + 1]
    return (1 - top) * below + top * above


def longest(line, reach):
    """The longest piece (S, 2) of a line (N, 2), with NaN, within a distance of the origin."""
    kept = np.linalg.norm(line, axis=1) <= reach  # which NaN is not
    ends = np.flatnonzero(np.diff(kept, prepend=False, append=False))
    pieces = [line[start:end] for start, end in ends.reshape(-1, 2)]
    return max(pieces, key=length, default=line[:0])


def length(line):
    """How long a line (S, 2) is."""
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def detour(line):
    """How much longer a line (S, 2) is than the straight way between its ends; 1 if straight."""
    return length(line) / float(np.linalg.norm(line[-1] - line[0]))


def along(path, line, clock):
    """A place (1, 2) on a line (S, 2) while an even walk along a path (S, 2) goes from 0 to 1."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    shares = np.concatenate([[0], np.cumsum(steps)]) / steps.sum()
    return varying(lambda now: [[np.interp(now, shares, each) for each in line.T]], clock)


def sampled(net, limits, samples=240):
    """What a net says all over a plane with limits, (R, C, K), a function of the epoch; and where.

    There are so many samples along the shorter side. The places are those across and those up.
    """
    left, right, bottom, top = limits
    step = min(right - left, top - bottom) / samples
    columns, rows = (round(side / step) for side in (right - left, top - bottom))
    points = lattice((left, right), (bottom, top), columns, rows)
    ticks = np.linspace(left, right, columns), np.linspace(bottom, top, rows)
    return net(points).reshape(rows, columns, -1), ticks


def carried(places, source, target, growth):
    """Where places (N, 2) of a panel stand in the frame, and where in another, so much larger."""
    ends = []
    for panel, size in ((source, 1), (target, growth)):
        origin, one = (panel.to_scene(at, 0)[:2] for at in (0, 1))
        ends.append(origin + size * (one - origin)[0] * places)
    return ends
