"""Gates on the edges of a graph, of whose nodes some are broken: how open they are over epochs."""

from dataclasses import asdict, replace
from functools import partial

import numpy as np
from _graph_net import DISC, reading, told_right
from manim import Group

from epochreel import varying
from epochreel.look.hues import colour_of
from epochreel.look.style import rgba
from epochreel.runs import training
from epochreel.runs.functions import EPOCH
from epochreel.runs.recorded import Recording
from trainers.gated_graph_net import Config, data

TRAINER = "gated_graph_net"
HIGH = 0.6  # of the graph of gates, which stand half open at first
FAR = 3.2  # of the plane of what is measured where some are broken
RIM = 1.75  # of a broken node, in its own radius
HUES = {"healthy": "a", "broken": "E"}


def so_far(epochs, values, now):
    """The line (S, 2) through what was recorded until now."""
    at = np.minimum(epochs, now)
    return np.stack([at, np.interp(at, epochs, values)], axis=1)


def halves(places, pairs):
    """Edges between nodes at places (N, 2), pairs (E, 2), as halves from a speaker to the middle.

    Returned are points (N + 2E, 2), which of them a half joins (2E, 2), and who speaks, who hears.
    """
    speakers, hearers = np.concatenate([pairs, pairs[:, ::-1]]).T
    middles = (places[speakers] + places[hearers]) / 2
    lines = np.stack([speakers, len(places) + np.arange(len(speakers))], axis=1)
    return np.concatenate([places, middles]), lines, (speakers, hearers)


class Gates:
    """A net that learns to open gates, and the same whose gates are held half open.

    `x` (N, 2) is measured, `broken` (N,) says whose is noise, `right` how often both are right.
    """

    def __init__(self, config, nodes):
        own = Config(epochs=config.epochs, seed=config.seed, told=config.told)
        self.recording, held = (
            Recording(training.record(TRAINER, **asdict(own) | {"gated": gated}), TRAINER)
            for gated in (True, False)
        )
        seen, self.nodes, self.last = data(own)[0].numpy(), nodes, config.epochs
        self.x, self.broken = seen[:, :2], seen[:, 2] > 0
        self.right = told_right((self.recording, held), self.last)

    def edges(self, panel):
        """Edges whose half at a speaker is as opaque as the gate for what it says is open."""
        points, lines, (speakers, hearers) = halves(self.nodes.places, self.nodes.pairs)
        opened = self.recording.recorded("open")[hearers, speakers]
        return panel.network(points, lines, opened, edge_hue="a").lines

    def rimmed(self, panel, positions, hue, large=DISC):
        """Nodes at positions (N, 2), with a red rim for those that are broken."""
        size = large * panel.style.size.marker
        rims = panel.scatter(positions[self.broken], "E", size=RIM * size, rank="segments")
        own = panel.scatter(positions, hue, size=size, halo=rgba(panel.ink.chrome.background))
        return Group(rims, own)

    def measured(self, clip):
        """The nodes in the graph, and what they have measured in a wider plane."""
        plane, colours = clip.panel("right", reach=FAR, equal=False), self.nodes.colours(clip.style)
        far = Group(plane, self.rimmed(plane, self.x, colours, 1))
        return self.rimmed(clip.left, self.nodes.places, colours), far

    def decided(self, clip):
        """The nodes in the graph as the net colours them, its edges, and how both change."""
        colours = self.nodes.colours(clip.style, self.recording.recorded("p"))
        nodes = self.rimmed(clip.left, self.nodes.places, colours)
        right = clip.readings(reading(self.recording.run), slot="legend")
        return nodes, self.edges(clip.left), self.curves(clip, "right"), right

    def curves(self, clip, slot):
        """How open the gates for what healthy and for what broken nodes say are, on average."""
        box, marks = clip.slot(slot), {0: "0", self.last: f"{self.last}"}
        inner = replace(box, right=box.right - 0.1)  # the last number stands out
        given = {"x": (0, self.last), "x_marks": marks, "y_marks": {0: "0", 0.5: "0.5"}}
        graph = clip.graph(inner, y=(0, HIGH), **given)
        shown, panel = Group(graph), graph.panel
        for name, hue in HUES.items():
            epochs, values = self.recording.run.scalar(name)
            line = varying(partial(so_far, epochs, values), EPOCH)
            label = clip.text(name, "label", colour=colour_of(clip.style, hue))
            at = np.array([panel.to_scene(*each) for each in zip(epochs, values, strict=True)])
            right = at[-1, 0]
            below = at[at[:, 0] > right - label.width - label.height, 1].max()
            label.move_to([right - label.width / 2, below + label.height, 0])
            shown.add(panel.curve(line, hue), panel.probe(line[-1:], hue), label)
        return shown
