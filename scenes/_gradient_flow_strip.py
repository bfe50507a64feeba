"""How long slopes are, over the layers that they flow back through."""

from functools import partial

import numpy as np
from _gradient_flow import GAINS, LAYERS, travelled
from _gradient_flow_picture import HUES
from manim import Group

from epochreel import varying
from epochreel.look.hues import paint

NAMES = {"plain": "plain", "residual": "residual", "gated": "gate"}
AXES = {
    "x": (0, LAYERS), "x_marks": {0: "bold(h)_0", LAYERS: f"bold(h)_{LAYERS}"},
    "y": (-3, 3), "y_marks": {-3: "10^(-3)", 0: "1", 3: "10^3"},
}  # fmt: skip
SIDES = {"small": -1, "unit": 1, "large": 1}  # of its line on which a gain is written
STOP = LAYERS // 2  # and where


class Strip(Group):
    """Powers of ten over the layers, for nets of one kind whose slopes are `at` layers back."""

    def __init__(self, clip, slot, kind, at):
        graph, self.at = clip.graph(slot, **AXES), at
        self.panel, name = graph.panel, [f'"{NAMES[kind]}"']
        line = self.panel.curve([[0, 0], [LAYERS, 0]], "cross", width="axis", rank="grid")
        place = {"towards": (-1, 0), "size": "label"}
        super().__init__(graph, line, self.panel.words([[LAYERS, -2]], name, "axis", **place))

    def follow(self, name, flow, bound=False):
        """The slopes of a net, as far as they have come."""
        line = varying(partial(travelled, flow.norms), self.at)
        found = [self.panel.curve(line, HUES[name], width="arrow")]
        found += [self.panel.probe(line[-1:], HUES[name]), *([self.bound(flow)] if bound else [])]
        return Group(*found)

    def bound(self, flow):
        """The bound of a net, as far as slopes have come."""
        return self.panel.curve(varying(partial(travelled, flow.bounds), self.at), "title")

    def keep(self, name, flow):
        """Let the slopes of a net stay."""
        self.add(self.panel.curve(travelled(flow.norms, LAYERS), HUES[name]))

    def gains(self, flows):
        """The gains of nets, each beside its line."""
        places = [[LAYERS - STOP, np.log10(flow.norms[STOP])] for flow in flows.values()]
        hues = np.stack([paint(self.panel.style, HUES[name]) for name in flows])
        sides = np.array([[0, SIDES[name]] for name in flows])
        written = [f'"× {GAINS[name]:g}"' for name in flows]
        return self.panel.words(places, written, hues, towards=sides, size="label")
