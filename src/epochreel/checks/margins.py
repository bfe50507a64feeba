"""Safe areas: nothing but background near the edges, where a platform cuts or lays its buttons."""

from __future__ import annotations

import math

import numpy as np

from epochreel.checks.rules import Finding, spans
from epochreel.film.staging import SAFE
from epochreel.look.style import rgba
from epochreel.media.video import Picture, Video

__all__ = ["Margins"]

EVERYWHERE = (0.05, 0.05, 0.95, 0.95)
SLACK = 0.004
"""Share of the frame by which an outline that lies on the border of the safe area may stand out."""
TOLERANCE = 20
"""Levels of luma that compression may add to the background around a mark."""


class Margins:
    """Watch the luma of the four strips outside the safe area of the film's aspect ratio."""

    def __init__(self, film: Video) -> None:
        left, bottom, right, top = SAFE.get(film.aspect, EVERYWHERE)
        self.margins = {"left": left, "right": 1 - right, "top": 1 - top, "bottom": bottom}
        self.ground = luma(film.style.chrome.background)
        self.gap = 2 * film.frame
        self.reached: dict[str, list[tuple[float, float]]] = {side: [] for side in self.margins}

    def see(self, frame: Picture) -> None:
        """Note how close to each edge anything but background is."""
        plane = frame.planes[0]
        sides = {"left": plane.T, "right": plane.T[::-1], "top": plane, "bottom": plane[::-1]}
        for side, lines in sides.items():
            # What ends at the border of the safe area covers a part of one pixel beyond.
            depth = max(math.floor((self.margins[side] - SLACK) * len(lines)) - 1, 0)
            strip = lines[:depth]
            if (
                not strip.size
                or max(self.ground - int(strip.min()), int(strip.max()) - self.ground) <= TOLERANCE
            ):
                continue
            drawn = np.abs(strip.astype(np.int16) - self.ground).max(axis=1) > TOLERANCE
            self.reached[side].append((frame.seconds, float(drawn.argmax() / len(lines))))

    def findings(self) -> list[Finding]:
        """Every stretch of time in which something reaches into a margin."""
        found = []
        for side, reached in self.reached.items():
            for start, end in spans((seconds for seconds, _ in reached), self.gap):
                closest = min(share for seconds, share in reached if start <= seconds <= end)
                sentence = (
                    f"Something stands {closest:.1%} from the {side} edge (until {end:.1f} s), "
                    f"where {self.margins[side]:.0%} is kept free: move it inwards."
                )
                found.append(Finding("safe area", start, closest, self.margins[side], sentence))
        return found


def luma(colour: str) -> int:
    """Luma of limited range of a colour #rrggbb (Recommendation ITU-R BT.709-6)."""
    red, green, blue = rgba(colour)[:3] / 255
    return round(16 + 219 * float(0.2126 * red + 0.7152 * green + 0.0722 * blue))
