"""A graph whose nodes have places in the data: edges by their weights, and messages on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from manim import Group, ValueTracker
from numpy.typing import ArrayLike, NDArray

from epochreel.errors import ClipError
from epochreel.layers.data import Quantity
from epochreel.layers.points import Points
from epochreel.look.hues import Hue, paint
from epochreel.runs.functions import EPOCH, Function, varying

if TYPE_CHECKING:
    from epochreel.panels.drawing import Drawing

__all__ = ["Network"]

LARGE = 1.8
"""Radius of a node, in those of a marker."""


class Network(Group):
    """Nodes at positions (N, 2), as `nodes`, and the edges (E, 2) between their numbers, `lines`.

    Weights (E,), 0 to 1, by default 1, are the opacities of the edges. Raises ClipError for edges
    between nodes that there are not.
    """

    def __init__(
        self,
        panel: Drawing,
        positions: Quantity,
        edges: ArrayLike,
        weights: Quantity | None = None,
        *,
        hue: Hue = "maths",
        edge_hue: Hue = "violet",
    ) -> None:
        self.panel = panel
        pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
        places = _composed(positions)
        if not isinstance(places, Function):
            wrong = pairs[(pairs < 0) | (pairs >= len(places))]
            if len(wrong):
                raise ClipError(
                    f"An edge joins node {wrong[0]} of a network of {len(places)}: number the "
                    f"nodes from 0 to {len(places) - 1}."
                )
        self.ends = places[pairs]
        colours: Quantity = paint(panel.ink, edge_hue)
        if weights is not None:
            colours = Function(_weighed, colours, _composed(weights))
        self.lines = panel.curve(self.ends, colours, rank="segments")
        self.nodes = panel.scatter(positions, hue, size=LARGE * panel.style.size.marker)
        super().__init__(self.lines, self.nodes)

    def messages(self, clock: ValueTracker, hue: Hue = "h") -> Points:
        """A disc on each edge, at its first node where the clock is 0, at its second where it is 1.

        They come out from under the nodes.
        """
        share = varying(float, clock)
        at = (1 - share) * self.ends[:, 0] + share * self.ends[:, 1]
        return self.panel.scatter(at, hue, size="marker", rank="segments")


def _composed(quantity: Quantity) -> Any:
    """An array, or a Function; what is a plain function is one of the panel's clock."""
    if callable(quantity):
        return quantity if isinstance(quantity, Function) else varying(quantity, EPOCH)
    return np.asarray(quantity)


def _weighed(colour: NDArray[np.uint8], weights: ArrayLike) -> NDArray[np.uint8]:
    """A colour (4,) with each of the opacities (E,)."""
    colours = np.tile(colour, (len(np.asarray(weights)), 1))
    colours[:, 3] = np.rint(255 * np.clip(weights, 0, 1))
    return colours
