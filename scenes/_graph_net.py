"""A graph beside the plane of what its nodes have measured, or of what a net makes of that."""

from dataclasses import asdict, replace

import networkx
import numpy as np
from manim import Group

from epochreel import Reading, varying
from epochreel.look.hues import paint
from epochreel.look.style import rgba
from epochreel.runs import training
from epochreel.runs.functions import Function
from epochreel.runs.recorded import Recording
from trainers.graph_net import data

SEED = 3  # of where nodes stand, which says nothing of them but who is joined
REACH = 1.22  # of a plane of tanh
DISC = 1.3  # of a node of the graph, in markers


def between(start, end, clock):
    """What is on its straight way from a start to an end, a share that a clock tells."""
    return start + varying(float, clock) * (end - start)


def mixed(shares, colours):
    """A colour for each row of shares (N, K) of colours (K, 4), bytes (N, 4)."""
    return np.rint(shares @ colours).astype(np.uint8)


def alone(config):
    """The same run with no edges."""
    return Recording(training.record("graph_net", **asdict(replace(config, edges=False))))


def reading(run):
    """How often a net is right with those that are not told."""
    return Reading("accuracy", "right", percent=True, decimals=0, run=run)


def told_right(recordings, epoch):
    """How often nets are right then with those that are not told, in words."""
    return [f"{100 * each.recorded('accuracy')(epoch):.0f} %" for each in recordings]


class Society:
    """The nodes of a run: where they stand, `places` (N, 2), and who is joined, `pairs` (E, 2).

    `x` (N, 2) is what they have measured, `means` (N, 2) the same of their neighbours on average,
    `told` (N,) who is told its community, `labels` (N,) the communities.
    """

    def __init__(self, config):
        graph = data(config)
        self.x, self.labels, joined, self.told = (each.numpy() for each in graph)
        self.joined = joined.astype(bool)
        self.means = joined @ self.x / joined.sum(axis=1, keepdims=True)
        self.pairs = np.argwhere(np.triu(joined))
        seen = networkx.spring_layout(networkx.from_numpy_array(joined), seed=SEED, iterations=200)
        self.places = np.array([seen[node] for node in range(len(joined))])

    def off(self, points):
        """How far points (N, 2) are from the mean of their community, on average."""
        centres = np.array([points[self.labels == k].mean(axis=0) for k in np.unique(self.labels)])
        return float(np.linalg.norm(points - centres[self.labels], axis=1).mean())

    def into(self, node):
        """The edges that lead to a node, (D, 2)."""
        return np.stack(
            [np.flatnonzero(self.joined[node]), [node] * self.joined[node].sum()], axis=1
        )

    def colours(self, style, p=None):
        """Colours of nodes (N, 4): of probabilities p (N, K), or grey where none is told."""
        marks = style.marks(np.unique(self.labels))
        if p is not None:
            return Function(mixed, p, marks.astype(float))
        return np.where(self.told[:, None], marks[self.labels], paint(style, "muted"))

    def dots(self, hue, *panels):
        """Nodes in panels, pairs of one and of positions (N, 2), those that are told with a rim."""
        shown = Group()
        for (panel, at), large in zip(panels, (DISC, 1), strict=True):
            size = large * panel.style.size.marker
            shown.add(panel.scatter(at[self.told], "title", size=1.45 * size, rank="curves"))
            shown.add(panel.scatter(at, hue, size=size, halo=rgba(panel.ink.chrome.background)))
        return shown
