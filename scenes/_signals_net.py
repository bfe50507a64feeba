"""A small net over a sequence, whose far edges go, whose weights are shared, whose layers stack."""

import numpy as np

SIDE = 6  # samples on each side of the one in the middle
LAYERS = 3


class Lattice:
    """Units above samples at −SIDE … SIDE: `nodes` (V, 2), places and layers, `edges` (E, 2).

    An edge leads from a node up to another. A unit hears three neighbours, in the `small` net that
    sees five samples through three units also the `far` ones, each (E,). Shared weights have the
    number `kind` (E,).
    """

    def __init__(self):
        self.nodes = np.array(
            [(i, j) for j in range(LAYERS + 1) for i in range(j - SIDE, SIDE - j + 1)]
        )
        pairs = np.stack(np.meshgrid(*2 * [np.arange(len(self.nodes))]), axis=-1).reshape(-1, 2)
        (below, layer), (place, upper) = self.nodes[pairs].transpose(1, 2, 0)
        far = np.abs(below - place) > 1
        small = (np.abs(below) + layer < 3) & (np.abs(place) + layer < 2)
        kept = (upper == layer + 1) & (small | ~far)
        self.edges, self.far, self.small = pairs[kept], far[kept], small[kept]
        self.place, self.layer = place[kept], layer[kept]
        self.kind = np.clip(below - place + 1, 0, 2)[kept] * LAYERS + self.layer

    def counts(self):
        """Weights of the small net: all, those between neighbours, and these when shared."""
        near = self.small & ~self.far
        return int(self.small.sum()), int(near.sum()), len(np.unique(self.kind[near]))

    def lit(self, spared, head, deep, seen):
        """How visible each edge is, (E,).

        Of the far ones some are `spared` (0 none, 1 all), a kernel has slid to `head`, the last
        layer is there by a share `deep`, and all is dim but what one unit sees, in layer `seen`.
        """
        gone = np.clip(spared * self.far.sum() - np.cumsum(self.far) + 1, 0, 1)  # one by one
        age = head - self.place - self.layer
        there = np.where(self.far, 1 - gone, np.maximum(self.small, np.clip(age + 1, 0, 1)))
        there = np.where(self.layer == LAYERS - 1, deep, there)
        sliding = np.clip(min(head + SIDE + 1, SIDE + 2 - head), 0, 1)
        inside = np.clip(seen - self.layer - np.abs(self.place), 0, 1)
        dimmed = sliding * np.clip(np.abs(age), 0, 1), min(seen, 1) * (1 - inside)
        return there, (1 - 0.65 * dimmed[0]) * (1 - 0.85 * dimmed[1])

    def most(self, values):
        """The most of values (E,) of the edges at each node, (V,)."""
        found = np.zeros(len(self.nodes))
        for end in self.edges.T:
            np.maximum.at(found, end, values)
        return found
