"""Ellipses of slopes, among rings that tell how long they are."""

from functools import partial

import numpy as np
from _gradient_flow import CIRCLE, LAYERS, RING
from manim import Group

from epochreel import varying
from epochreel.look.hues import paint
from epochreel.runs.functions import Function

LENGTHS = (np.array([1, 2, 5]) * 10.0 ** np.arange(-4, 5)[:, None]).ravel()  # of the rings
ASIDE = np.array([np.cos(1.0), np.sin(1.0)])  # from the middle to their numbers
RAYS = slice(None, None, len(CIRCLE) // 8)
HUES = {"small": "blue", "unit": "green", "large": "red"}


def side(sizes, at):
    """How long is what fills the picture, of which sizes (LAYERS + 1,) are to be seen.

    What grows is seen to grow and what shrinks to shrink, but less and less, so that it neither
    leaves the picture nor becomes too small to be seen: rings tell how large it is.
    """
    size = np.interp(at, np.arange(LAYERS + 1), np.log10(sizes))
    return 10**size / (0.1 + 0.88 / (1 + 0.35 * np.exp(-0.9 * size)))


def rings(sizes, at):
    """Rings of LENGTHS, in a picture of half side 1, (N, 97, 2)."""
    return (LENGTHS / side(sizes, at))[:, None, None] * RING


def shades(ink, lines):
    """Colours (L, 4) of lines (L, S, 2) around the middle, which fade at the picture's rim."""
    far = np.linalg.norm(lines, axis=-1).max(axis=-1)
    colours = np.tile(ink, (len(lines), 1))
    colours[:, 3] = np.rint(ink[3] * np.clip((1 - far) / 0.15, 0, 1))
    return colours


def numbers(sizes, at):
    """Where the rings' numbers stand, (N, 2), those that are not to be seen far away."""
    radius = LENGTHS / side(sizes, at)
    seen = (radius > 0.25) & (radius < 0.93)
    return np.where(seen, radius, 9)[:, None] * ASIDE


class Picture:
    """Ellipses in the middle of a plane, of slopes that are `at` layers from the last."""

    def __init__(self, clip, box, at):
        self.plane, self.style, self.at = clip.panel(box, reach=1.0, cross=False), clip.style, at

    def now(self, function, *given):
        """A quantity that follows how far back slopes are."""
        return varying(partial(function, *given), self.at)

    def fading(self, lines, hue, width, alpha=1.0, **options):
        """Lines around the middle, which fade at the picture's rim."""
        ink = Function(shades, paint(self.style, hue, alpha), lines)
        return self.plane.curve(lines, ink, width=width, **options)

    def ellipses(self, flows, bound=False):
        """Those of nets, by their names, and of the layers before; rings tell how long they are."""
        plane, sizes = self.plane, np.max([flow.norms for flow in flows.values()], axis=0)
        scale, alone = self.now(side, sizes), len(flows) == 1
        found = Group(self.fading(self.now(rings, sizes), "axis", "axis", 0.7, rank="grid"))
        for name, flow in flows.items():
            now, hue = RING @ self.now(flow.stretch) / scale, HUES[name]
            found.add(self.fading(self.now(flow.passed) / scale, hue, "level", 0.5))
            found.add(plane.curve(now, hue, width="arrow"))
            if alone:
                tips = now[:-1][RAYS]
                found.add(plane.polygons(now, hue, fill=self.style.opacity.region))
                found.add(plane.arrows(0 * tips, tips, hue))
        if bound:
            found.add(*map(self.bound, flows.values()))
        place, written = self.now(numbers, sizes), [f"{length:.10g}" for length in LENGTHS]
        return found.add(plane.words(place, written, "axis", towards=(0, 0), size="label"))

    def bound(self, flow):
        """The bound of a net as a circle."""
        around = self.now(flow.bound) / self.now(side, flow.norms) * RING
        return self.fading(around[None], "title", "curve")
