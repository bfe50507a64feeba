"""A landscape of energies in space, with places for the four images in its corners."""

from functools import partial

import numpy as np
from _hopfield import BETWEEN, SIDE
from manim import Group

from epochreel import varying
from epochreel.marks.box import Box

PLACES = np.array([[0, BETWEEN], [BETWEEN, BETWEEN], [0, 0], [BETWEEN, 0]])
ROOM = 0.15  # of the width, for an image


class Terrain(Group):
    """A `land` in a box of a clip; `corners` are the boxes of four images, tied to their pits."""

    def __init__(self, clip, box, land):
        low, high, limits = land.heights.min(), land.heights.max(), (SIDE[0], SIDE[-1])
        self.land, self.size = land, 2 * clip.style.size.marker
        self.space = clip.panel3d(
            box, x=limits, y=limits, z=(low - 2, high + 1), size=(1, 1, 0.5), azimuth=-66,
            elevation=66, closer=1.15, stage=False,
        )  # fmt: skip
        surface = self.space.surface(land.heights)
        levels = self.space.levels(land.heights, np.arange(-45, 0, 5))
        room, places = ROOM * box.width, PLACES / BETWEEN
        lows = box.corner[:2] + places * (box.width - room, box.height - room)
        self.corners = [Box(*low, *(low + room)) for low in lows]
        pits = self.space.to_scene(land.place(*PLACES.T.astype(float)))[:, :2]
        frame = clip.panel(box, x=(box.left, box.right), y=(box.bottom, box.top), cross=False)
        super().__init__(
            self.space, surface, levels, frame.segments(lows + room / 2, pits, "title")
        )

    def balls(self, clock, steps, starts, ends):
        """States on their way from starts (K, 2) to ends (K, 2), where they are after the steps."""
        rolling = partial(self.land.rolling, starts, ends, steps)
        return self.space.scatter(varying(rolling, clock), "gold", size=self.size, hidden=1)
