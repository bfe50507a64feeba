"""A small net above the samples of a wave, as marks that follow clocks."""

import numpy as np
from _signals_net import LAYERS
from manim import Group

from epochreel import varying
from epochreel.look.hues import paint
from epochreel.panels.panel import Panel

RADIUS = 2.8  # of a unit, in those of a marker
NEARER = 0.8  # by how much larger units are while few are seen


class Drawn:
    """A lattice in a panel whose places are samples, at heights that follow clocks.

    Its samples rise from the wave's `heights` (2 SIDE + 1,) by `rise`; layers stand from `ground`
    to `top`. `share` is 0 for all weights, 1 for local ones, 2 for shared ones; units are larger
    while `near` is 1; for the other clocks see `Lattice.lit`.
    """

    def __init__(self, net, plane, heights, ground, top, clocks):
        self.net, self.heights, self.ground, self.top = net, heights, ground, top
        rise, share, head, deep, seen, near = clocks
        style, told = plane.style, (share, head, deep, seen)
        self.bare, back = paint(style, "axis"), paint(style, "background")
        self.shared = paint(style, np.arange(net.kind.max() + 1))[net.kind]
        layer = net.nodes[:, 1]
        self.roles = np.stack([paint(style, each) for each in "xhhh"])[layer]
        at = varying(self.places, rise, deep)
        ink, size = varying(self.colours, *told), varying(self.sizes, *told)
        size = RADIUS * style.size.marker * size * varying(lambda near: 1 + NEARER * near, near)
        below, above = layer == 0, layer > 0
        self.lines = plane.curve(
            at[net.edges], varying(self.wires, *told), width="arrow", rank="segments"
        )
        self.inputs, self.units = (
            plane.scatter(at[each], ink[each], size=size[each], halo=back)
            for each in (below, above)
        )
        feet = np.column_stack([net.nodes[below, 0], heights])
        ends = np.stack([feet, at[below]], axis=1)
        ink = varying(self.stems, *told)
        stems = plane.curve(ends, ink, width="level", rank="segments")
        self.risen = Group(stems, plane.scatter(feet, ink, size="point_large"))
        # Names stand where they are while samples come closer.
        margin = Panel(plane.box, style, x=(0, 1), y=(0, plane.box.height), cross=False)
        self.names = [
            margin.words(
                varying(lambda deep, j=j: [(0.02, self.row(j, deep))], deep), [name],
                towards=(0, 0), size="formula",
            )
            for j, name in enumerate(["bold(x)", *(f"bold(h)_{k + 1}" for k in range(LAYERS))])
        ]  # fmt: skip
        self.marks = self.lines, self.inputs, self.units, self.risen, *self.names

    def row(self, layer, deep):
        """How high a layer stands."""
        return self.ground + layer * (self.top - self.ground) / (LAYERS - 1 + deep)

    def places(self, rise, deep):
        """Where the nodes stand, (V, 2)."""
        place, layer = self.net.nodes.T
        up = self.row(layer, deep)
        up[layer == 0] += (1 - rise) * (self.heights - self.ground)
        return np.column_stack([place, up])

    def lit(self, share, *now):
        """How far each edge is there, and how bright, (E,) each."""
        return self.net.lit(min(share, 1), *now)

    def wires(self, share, *now):
        """Colours of the edges, (E, 4)."""
        there, bright = self.lit(share, *now)
        ink = self.bare + np.clip(share - 1, 0, 1) * (self.shared.astype(float) - self.bare)
        ink[:, 3] = 255 * there * bright
        return np.rint(ink).astype(np.uint8)

    def colours(self, *now):
        """Colours of the nodes, (V, 4)."""
        ink = self.roles.copy()
        ink[:, 3] = np.rint(255 * self.net.most(np.prod(self.lit(*now), axis=0)))
        return ink

    def sizes(self, *now):
        """How large the nodes are, (V,)."""
        return self.net.most(self.lit(*now)[0])

    def stems(self, *now):
        """Colours of what ties a node to its sample, (2 SIDE + 1, 4)."""
        below = self.net.nodes[:, 1] == 0
        ink = self.colours(*now)[below]
        ink[:, 3] = np.rint(self.sizes(*now)[below] * ink[:, 3])
        return ink
