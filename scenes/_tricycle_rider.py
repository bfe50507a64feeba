"""The tricycle, seen from above."""

import numpy as np
from manim import Group

from epochreel import varying
from epochreel.panels.drawing import ranked

BODY = np.array([[-0.12, 0.3], [-0.12, -0.3], [0.86, -0.06], [0.86, 0.06]])
WHEEL = np.array([[-0.2, 0.07], [-0.2, -0.07], [0.2, -0.07], [0.2, 0.07]])
AXLES = np.array([[0.0, 0.36], [0.0, -0.36], [1.0, 0.0]])  # of the wheels; the last one steers


class Rider(Group):
    """The tricycle on a `road`, seen from above, whose `pose` follows clocks; see `Drives`.

    Through one that is `bare` others are seen.
    """

    def __init__(self, road, hue, pose, *clocks, bare=False):
        def wheels(*now):
            place, heading, _ = pose(*now)
            cos, sin = np.cos(heading), np.sin(heading)
            return place + AXLES @ np.array([[cos, sin], [-sin, cos]])

        def turned(*now):
            _, heading, phi = pose(*now)
            return np.degrees(heading + np.array([0, 0, phi]))

        body = {
            "at": varying(lambda *now: pose(*now)[0], *clocks),
            "turn": varying(lambda *now: np.degrees(pose(*now)[1]), *clocks),
        }
        given = {"at": varying(wheels, *clocks), "turn": varying(turned, *clocks)}
        parts = [road.polygons(WHEEL, hue, **given)]
        if bare:
            parts += [road.polygons(BODY, hue, outline=True, fill=0, **body)]
        else:
            parts += [road.polygons(BODY, "background", **body)]
            parts += [road.polygons(BODY, hue, outline=True, **body)]
        super().__init__(*(ranked(part, "probes") for part in parts))
