"""The plane of a spiral, in space, where it bends onto a sphere; and rays from its middle."""

from functools import partial

import numpy as np
import torch
from manim import Group, ValueTracker, smooth

from epochreel import varying
from epochreel.look import colour_maps
from epochreel.look.hues import paint
from epochreel.look.style import load
from trainers.sparse_coding import lift

REACH = 1.2  # of the disc of the plane, and of a ray
ALONG, TURN = np.linspace(0, REACH, 121), np.linspace(0, 2 * np.pi, 145)
DISC = ALONG[::3, None, None] * np.stack([np.cos(TURN), np.sin(TURN)], axis=-1)


def bent(places, share):
    """Places (…, 2) on their way from the plane, at 0, to the sphere, (…, 3)."""
    flat = np.concatenate([places, 0 * places[..., :1]], axis=-1)
    return (1 - share) * flat + share * lift(torch.as_tensor(places)).numpy()


def tinted(table, before, after, share, at):
    """Colours of a table (256, 4) on their way from shares (h, w) of it to those of an epoch."""
    shares = (1 - share) * before + share * after(at)
    return table[np.rint(255 * np.clip(shares, 0, 1)).astype(int)]


class Sphere:
    """A disc of the plane and points (N, 2) on it, seen from above where a panel has them.

    The clock `bend` takes them onto the sphere. With the clock `turned` the colours go from the
    first of two energies, of places (S, 2), to the second, a `Lifted`; `highs` have the last ones.
    """

    def __init__(self, clip, plane, points, energies, highs):
        self.bend, self.turned = ValueTracker(0), ValueTracker(0)
        x = -REACH, REACH
        given = {"x": x, "y": x, "z": (-0.2, 1), "size": (2, 2, 1), "stage": False}
        given |= {"azimuth": -90, "elevation": 90}
        edges = [[-REACH, 0, 0], [REACH, 0, 0]]
        across = (plane.to_scene(REACH, 0) - plane.to_scene(-REACH, 0))[0]
        closer = 1.0
        for _ in range(3):  # what is written around a box does not grow with it
            self.space = clip.panel3d(plane.box, closer=closer, **given)
            closer *= across / np.ptp(self.space.to_scene(edges)[:, 0])
        table = colour_maps.colours(clip.style, "energy")
        before, after = energies
        shares = before(DISC.reshape(-1, 2)).reshape(DISC.shape[:2]) / highs[0]
        later = after.over(DISC)
        tint = partial(tinted, table, shares, lambda at: later(at) / highs[1])
        light = paint(load("dark"), "y")  # on a map of colours, the same in both themes
        dots = {"size": 1.4 * clip.style.size.point, "hidden": 0.4}
        sheet, places = (varying(partial(bent, each), self.bend) for each in (DISC, points))
        surface = self.space.surface(sheet, colours=varying(tint, self.turned, clip.epoch))
        self.drawn = Group(self.space, surface, self.space.scatter(places, light, **dots))

    def to(self, share, **angles):
        """Animations that bend it, and walk around it."""
        return self.bend.animate(rate_func=smooth).set_value(share), self.space.orbit(**angles)

    def rays(self, w):
        """From the middle of the sphere through it, along columns (K, 3)."""
        ends = np.stack([0 * w, 1.2 * w], axis=1)
        return self.space.curve(ends, "W", hidden=0.35, width="arrow")


def tip(turn):
    """Where a ray from 0 ends in a direction, in turns from the top, (2,)."""
    return REACH * np.array([np.sin(2 * np.pi * turn), np.cos(2 * np.pi * turn)])


def crossing(turn):
    """How far out the spiral crosses it, as a share of it."""
    return (0.2 + 0.8 * turn) / REACH


def along(clip, energy, high, turn, name="F"):
    """A ray in the clip's plane, and its energy over how far out one is; `turn` is a clock."""
    graph = clip.graph("second", x=(0, REACH), y=(0, high), x_marks={0: "0", 1: "1"}, name=name)

    def profile(at):
        radii = np.append(ALONG, REACH * crossing(at))
        return np.stack([radii, energy(radii[:, None] / REACH * tip(at))], axis=1)

    shown = varying(profile, turn)
    graph.add(graph.panel.curve(shown[:-1], "F", width="arrow"))
    graph.add(graph.panel.probe(shown[-1:], "y"))
    ray = clip.plane.curve(varying(lambda at: [[0, 0], tip(at)], turn), "maths", width="arrow")
    place = varying(lambda at: crossing(at) * tip(at)[None], turn)
    return Group(graph, ray, clip.plane.probe(place, "y"))
