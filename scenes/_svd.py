"""Matrices of the plane taken apart: the way through their factors, and a circle that goes it."""

import numpy as np
from manim import Group, ValueTracker

from epochreel import varying
from epochreel.look.style import rgba

ROTATED, STRETCHED, DONE, MIRRORED, MOVED = range(1, 6)  # what is done at these places of the way
AROUND = np.linspace(0, 2 * np.pi, 181)
CIRCLE = np.stack([np.cos(AROUND), np.sin(AROUND)], axis=1)
ARC = CIRCLE[5:41] / 2  # most of the way from v₁ to v₂
WAY = 0, 0.5, 1, 1.5, 2, 2.4, 2.6, 3, 3.4, 3.6, 4
LIT = {
    "= bold(U)": (1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1),
    "Sigma": (1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1),
    "bold(V)^top": (1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1),
}
"""How far each factor is lit along the way: while it works, and all of them at rest."""


def rotation(angle):
    """The matrix (2, 2) that rotates by radians, anticlockwise."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, -sine], [sine, cosine]])


def angles(matrix):
    """A matrix (2, 2) as five numbers: the angle of V, σ₁, σ₂, the angle of U, the sign of det U.

    V rotates, by less than a quarter turn; U may mirror before it rotates.
    """
    u, sigma, vt = np.linalg.svd(matrix)
    first = 1 if vt[0, 0] >= 0 else -1
    # A column of U and its column of V may change their signs together.
    signs = np.array([first, first * np.sign(np.linalg.det(vt))])
    (v_1, u_1), mirror = ((each * signs)[:, 0] for each in (vt.T, u)), np.linalg.det(u * signs)
    return [np.arctan2(*v_1[::-1]), *sigma, np.arctan2(*u_1[::-1]), round(mirror)]


class Maps:
    """Affine maps of the plane, one after the other: matrices (K, 2, 2) and shifts (K, 2)."""

    def __init__(self, matrices, shifts):
        both = zip(matrices, shifts, strict=True)
        self.known = np.array([[*angles(matrix), *shift] for matrix, shift in both])  # (K, 7)

    def now(self, which):
        """The seven numbers of a map, or of what lies between two."""
        return [np.interp(which, np.arange(len(self.known)), each) for each in self.known.T]

    def factors(self, which):
        """U, Σ and Vᵀ."""
        turn, *stretches, end, mirror, _, _ = self.now(which)
        return rotation(end) @ np.diag([1, mirror]), np.diag(stretches), rotation(-turn)

    def matrix(self, which):
        """Their product."""
        return np.linalg.multi_dot(self.factors(which))

    def shift(self, which):
        """What is added behind it, (2,)."""
        return np.array(self.now(which)[5:])

    def along(self, at, which):
        """The matrix (2, 2) and the shift (2,) of what is done at a place of the way, 0 to MOVED.

        Vᵀ rotates, Σ stretches, U rotates, then mirrors where its determinant is −1.
        """
        turn, *stretches, end, mirror, _, _ = self.now(which)
        first, second, third, fourth, fifth = np.clip(at - np.arange(5), 0, 1)
        stretched = np.diag(1 + second * (np.array(stretches) - 1)) @ rotation(-first * turn)
        # It mirrors at the axis that u₁ is by then.
        back = rotation(third * end) @ np.diag([1, 1 + fourth * (mirror - 1)])
        return back @ stretched, fifth * self.shift(which)


class Going:
    """What goes the way through maps, in a panel.

    Its clocks say how far along the way it is, through `which` map, and how far it is carried by
    the `whole` map at one stroke instead.
    """

    def __init__(self, panel, maps, at, which, whole):
        self.panel, self.maps, self.style = panel, maps, panel.style
        self.clocks = at, which, whole
        self.tips, self.centre = self.carried(np.eye(2), own=True), self.carried(np.zeros((1, 2)))
        away = self.tips - self.centre
        self.away = away / np.sqrt((away**2).sum(axis=1, keepdims=True))
        first, last = (rgba(self.style.role(name, "svd")).astype(float) for name in "vu")

        def ink(at, _, whole):
            share = max(whole, min(at / DONE, 1))
            return np.rint((1 - share) * first + share * last).astype(np.uint8)

        self.ink = varying(ink, *self.clocks)

    def carried(self, points, rest=0.0, own=False):
        """Points (…, 2) on their way, in axes of their `own`, v₁ and v₂, or those of the plane.

        Behind the affine map comes a `rest`, what a net adds to it.
        """
        maps = self.maps

        def now(at, which, whole):
            matrix, shift = maps.along(at, which)
            matrix = (1 - whole) * matrix + whole * maps.matrix(which)
            matrix = matrix @ maps.factors(which)[2].T if own else matrix
            return points @ matrix.T + shift + np.clip(at - MOVED, 0, 1) * rest

        return varying(now, *self.clocks)

    def circle(self):
        """A circle with its axes, and an arrow that tells which way round it goes."""
        panel, arc = self.panel, self.carried(ARC, own=True)
        return Group(
            panel.polygons(self.carried(CIRCLE), self.ink, outline=True),
            panel.curve(arc, self.ink),
            panel.arrows(arc[-5:-4], arc[-1:], self.ink),
            panel.arrows(self.centre, self.tips, self.ink, width="arrow"),
        )

    def goal(self):
        """The ellipse that it is to become, with its axes, faint."""
        there = Going(self.panel, self.maps, ValueTracker(MOVED), *self.clocks[1:])
        ink = rgba(self.style.role("u", "svd"))
        faint = {"opacity": 2 * self.style.opacity.ghost}
        axes = self.panel.arrows(there.centre, there.tips, ink, **faint)
        return Group(self.panel.curve(there.carried(CIRCLE), ink, **faint), axes)

    def named(self, role, *sources):
        """Labels at the tips of the axes."""
        ink = rgba(self.style.role(role, "svd"))
        return self.panel.words(self.tips, sources, ink, towards=self.away, size="formula")
