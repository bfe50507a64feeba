"""A rectangle of the frame with data limits in three directions, around which one can walk."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import ValueTracker, VGroup
from numpy.typing import ArrayLike, NDArray

from epochreel.layers.layer import Canvas
from epochreel.layers.space import Orbit, SpaceLayer, View3D
from epochreel.layers.stage import Names, Stage
from epochreel.look.style import SHORTER_SIDE, Style
from epochreel.marks.box import Box
from epochreel.notation.maths import formula
from epochreel.panels.drawing import ranked
from epochreel.panels.drawing3d import Drawing3D
from epochreel.panels.panel import Panel

__all__ = ["Panel3D"]


class Panel3D(Drawing3D):
    """Space: data limits, a viewer, a clip rectangle, a floor, labels, a title inside.

    What it draws are its methods (see `Drawing3D`): `panel.surface(heights)`; any layer in space is
    placed by handing it the panel. `x`, `y` and `z` are data limits; `size` are the sides of
    the box, of which the proportions matter (by default those of x and y, z half the longer one).
    It is seen from `azimuth` (degrees from the x axis towards the y axis) and `elevation` (degrees
    above the floor), two ValueTrackers; `orbit` animates them. The whole box is seen from all
    around; one that turns little leaves its corners empty, and may be so many times `closer`.
    Labels are maths in Typst's notation; they face the viewer and move over to the edges in front.
    Layers follow `clock` where they name no other.
    """

    def __init__(
        self,
        box: Box,
        style: Style,
        *,
        x: tuple[float, float],
        y: tuple[float, float],
        z: tuple[float, float],
        clock: ValueTracker | None = None,
        azimuth: float = -60.0,
        elevation: float = 30.0,
        size: tuple[float, float, float] | None = None,
        closer: float = 1.0,
        title: str = "",
        x_label: str = "",
        y_label: str = "",
        z_label: str = "",
        stage: bool = True,
    ) -> None:
        super().__init__(box.enlarged(closer))
        self.style = style
        self.view = View3D(x, y, z, azimuth=azimuth, elevation=elevation, size=size)
        self.clock = ValueTracker(0) if clock is None else clock
        if stage:
            self.add(ranked(Stage(self), "cross"))
        self.add(Names(self, x_label, y_label, z_label))
        self.labels = VGroup()
        if title:
            label = formula(title, style, size=style.type.title)
            corner = np.array([box.left, box.top, 0])
            self.labels.add(label.move_to(corner + Panel.inset(label)))
        self.add(self.labels)

    @property
    def azimuth(self) -> ValueTracker:
        """Where one stands around the box, degrees from the x axis towards the y axis."""
        return self.view.azimuth

    @property
    def elevation(self) -> ValueTracker:
        """How high one stands, degrees above the floor."""
        return self.view.elevation

    def to_scene(self, points: ArrayLike) -> NDArray[np.float64]:
        """Where points (N, 3) of the data are seen in the scene from the present angles, (N, 3)."""
        # A frame of one pixel a unit.
        sheet = Canvas(np.zeros((8, 8, 4), np.uint8), SHORTER_SIDE, SHORTER_SIDE)
        x, y, _ = SpaceLayer(self).place(sheet, points).T
        return np.stack([x - SHORTER_SIDE / 2, SHORTER_SIDE / 2 - y, 0 * x], axis=1)

    def orbit(
        self, azimuth: float | None = None, elevation: float | None = None, **options: Any
    ) -> Orbit:
        """The animation that walks around the box, eased, to other angles in degrees."""
        return Orbit(self.view, azimuth, elevation, **options)
