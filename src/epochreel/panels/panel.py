"""A rectangle of the frame with data limits: the axes that layers live in."""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Group, Mobject, ValueTracker, VGroup
from numpy.typing import ArrayLike, NDArray

from epochreel.layers.data import Zoom
from epochreel.layers.lines import Cross
from epochreel.look.style import Style, load, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import formula
from epochreel.panels.drawing import Drawing, ranked
from epochreel.panels.legend import plate
from epochreel.panels.limits import Limits, filling, holding

__all__ = ["Panel"]

INSIDE = 0.2
"""Manim units between a panel's corner and the name inside it."""


class Panel(Drawing):
    """Axes: data limits, a clip rectangle, a cross through the origin, labels, a title inside.

    What it draws are its methods (see `Drawing`): `panel.scatter(positions, hue=labels)`; any layer
    is placed by handing it the panel. Labels are maths in Typst's notation, so each symbol wears
    its role's colour: `x_label="h_1"`. `x` and `y` are data limits; with `equal` they are widened
    until the panel is filled at equal units, and so are those of `zoom`. A panel is `mapped` where
    a map of colours will lie under its marks, which then wear the dark theme's colours whatever the
    theme, since the map is dark in all of them. Layers follow `clock` where they name no other.
    `bar_box` is the place of its colour bar.
    """

    def __init__(
        self,
        box: Box,
        style: Style,
        *,
        x: Limits,
        y: Limits,
        clock: ValueTracker | None = None,
        title: str = "",
        x_label: str = "",
        y_label: str = "",
        cross: bool = True,
        outline: bool = False,
        equal: bool = False,
        mapped: bool = False,
        bar_box: Box | None = None,
    ) -> None:
        limits = filling(x, y, box) if equal else (x, y)
        super().__init__(box, style, *limits, clock)
        self.equal, self.mapped, self.bar_box = equal, mapped, bar_box
        self.ink = load("dark", style.sheet) if mapped else style
        if outline:
            self.rectangle.set_stroke(style.chrome.frame, 1.5)
        if cross:
            axes = Cross(self, width=style.line.cross, colours=rgba(style.chrome.cross))
            self.add(ranked(axes, "cross"))
        self.labels = VGroup()
        self._write(title, x_label, y_label)
        self.add(ranked(self.labels, "names"))

    @staticmethod
    def inset(label: Mobject) -> NDArray[np.float64]:
        """From a panel's top left corner to the centre of a label that stands inside it."""
        return np.array([INSIDE + label.width / 2, -INSIDE - label.height / 2, 0.0])

    def zoom(
        self,
        x: Limits | None = None,
        y: Limits | None = None,
        *,
        fit: ArrayLike | None = None,
        **options: Any,
    ) -> Zoom:
        """The animation that eases the view to other data limits, or to those that hold `fit`."""
        if fit is not None:
            x, y = holding(fit)
        left, right, bottom, top = self.view.limits
        x, y = x or (left, right), y or (bottom, top)
        return Zoom(self.view, *(filling(x, y, self.box) if self.equal else (x, y)), **options)

    def transfer(self, box: Box, *layers: Mobject) -> list[Any]:
        """Animations that move the panel and its layers into another box, as large as fits.

        The title and the labels shrink no further than to a label's size.
        """
        scale = min(box.width / self.box.width, box.height / self.box.height)
        corner = box.centre + scale * (np.array([self.box.left, self.box.top, 0]) - self.box.centre)
        labels = self.labels
        self.remove(labels)
        small = labels.copy().scale(max(scale, self.style.type.label / self.style.type.title))
        if len(labels):
            small.move_to(corner + np.array([small.width / 2, -small.height / 2, 0]))
        moved = Group(self, *layers)
        return [moved.animate.scale(scale).move_to(box.centre), labels.animate.become(small)]

    def _write(self, title: str, x_label: str, y_label: str) -> None:
        """Set the title in the top left corner and the labels at the ends of the cross."""
        style, box, gap = self.style, self.box, 0.12
        across, up, _ = self.to_scene(0, 0)
        # The cross, kept inside the panel.
        across, up = np.clip(across, box.left, box.right), np.clip(up, box.bottom, box.top)
        places = {
            title: (style.type.title, np.array([box.left, box.top, 0.0]), (1, -1), INSIDE),
            x_label: (style.type.label, np.array([box.right, up, 0.0]), (-1, -1), gap),
            y_label: (style.type.label, np.array([across, box.top, 0.0]), (1, -1), gap),
        }
        for source, (size, corner, towards, room) in places.items():
            if source:
                label = formula(source, style, size=size)
                half = np.array([room + label.width / 2, room + label.height / 2, 0.0])
                label.move_to(corner + half * np.array([*towards, 0.0]))
                if self.mapped:
                    self.labels.add(plate(label, style))
                self.labels.add(label)
        if not self.mapped:
            # A halo keeps a label legible on whatever the layers put behind it.
            self.labels.set_stroke(style.chrome.background, 2, background=True)
