"""Space in a rectangle of the frame: limits in three directions, seen from where one stands."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol, Self

import numpy as np
from manim import Animation, Mobject, ValueTracker, smooth
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers.data import DataLayer, Quantity, View
from epochreel.layers.layer import Canvas
from epochreel.look.style import Style
from epochreel.marks.kinds import Seat

__all__ = ["Orbit", "Space", "SpaceLayer", "View3D", "bias", "lattice_limits"]

DISTANCE = 5.0  # of the viewer, in radii of the ball around the box: a mild perspective
BIAS = 2.5  # pixels of the stylesheet by which what lies on a surface is brought before it
ROOM = 2.5  # caps of a label around the turning box, where its names stand


class View3D(Mobject):
    """The data limits of a box and where it is seen from; invisible, turned by `Orbit`.

    `azimuth` and `elevation` hold degrees: from the x axis towards the y axis, and above the floor.
    `size` are the sides of the box in the picture's space, of which the proportions matter.
    """

    def __init__(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        z: tuple[float, float],
        *,
        azimuth: float,
        elevation: float,
        size: tuple[float, float, float] | None = None,
    ) -> None:
        super().__init__()
        left, right, bottom, top = View(x, y).limits
        if not (np.isfinite(z).all() and z[0] < z[1]):
            raise ClipError(f"The z limits {z[0]:g}…{z[1]:g} are empty; put the smaller first.")
        self.low, self.high = np.array([left, bottom, z[0]]), np.array([right, top, z[1]])
        if size is None:
            width, depth = right - left, top - bottom
            size = width, depth, max(width, depth) / 2
        if not (np.isfinite(size).all() and min(size) > 0):
            raise ClipError(f"The sides of a box must be positive numbers, not {size}.")
        self.half = np.array(size) / 2
        self.azimuth, self.elevation = ValueTracker(azimuth), ValueTracker(elevation)

    def world(self, data: ArrayLike) -> NDArray[np.float64]:
        """Data coordinates (…, 3) to those of the box about its centre (…, 3)."""
        middle = (self.low + self.high) / 2
        scale = 2 * self.half / (self.high - self.low)
        return np.asarray((np.asarray(data, dtype=np.float64) - middle) * scale)

    @property
    def angles(self) -> tuple[float, float]:
        """Elevation and azimuth, radians."""
        elevation, azimuth = self.elevation.get_value(), self.azimuth.get_value()
        return math.radians(elevation), math.radians(azimuth)

    def shift(self, *vectors: Any) -> Self:
        """Do nothing: where one stands is no place in the scene."""
        return self


class Orbit(Animation):
    """Walk around a view, to other angles in degrees; what is not given stays."""

    def __init__(
        self,
        view: View3D,
        azimuth: float | None = None,
        elevation: float | None = None,
        rate_func: Callable[[float], float] = smooth,
        **options: Any,
    ) -> None:
        self.targets = azimuth, elevation
        self.starts = 0.0, 0.0
        super().__init__(view, rate_func=rate_func, **options)

    def begin(self) -> None:
        """Start from where the view is seen from when the animation is played."""
        self.starts = self.mobject.azimuth.get_value(), self.mobject.elevation.get_value()
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Stand where one is at this share of the animation, 0 to 1."""
        share = self.rate_func(alpha)
        trackers = self.mobject.azimuth, self.mobject.elevation
        for tracker, start, target in zip(trackers, self.starts, self.targets, strict=True):
            if target is not None:
                tracker.set_value(start + share * (target - start))


class Space(Protocol):
    """Where a layer in space lives: a rectangle of the scene, what it shows, and its defaults."""

    view: View3D
    style: Style
    clock: ValueTracker

    def corners(self) -> NDArray[np.float64]:
        """Bottom left, bottom right and top left corner in scene coordinates, (3, 3)."""


class SpaceLayer(DataLayer):
    """A layer in space, hidden by and hiding the other layers of its panel."""

    view: View3D

    def __init__(
        self,
        panel: Space,
        *,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
        **quantities: Quantity | None,
    ) -> None:
        self.label = panel.style.type.label
        super().__init__(panel, clocks=clocks, opacity=opacity, **quantities)

    @property
    def space(self) -> Hashable:
        """The view that the layers of one panel share."""
        return self.view

    def is_moved_by(self, animated: set[Mobject]) -> bool:
        """Whether a clock or the viewer is among the animated mobjects."""
        viewer = {self.view, self.view.azimuth, self.view.elevation}
        return bool(viewer & animated) or super().is_moved_by(animated)

    def project(self, canvas: Canvas, world: ArrayLike) -> NDArray[np.float64]:
        """Coordinates of the box (…, 3) to pixels and depth (…, 3)."""
        left, top, right, bottom = self.bounds(canvas)
        elevation, azimuth = self.view.angles
        sides = tuple(float(side) for side in self.view.half)
        extent, low, high = _reach(sides, elevation)
        room = 2 * ROOM * self.cap(canvas)
        width, height = max(right - left - room, 1), max(bottom - top - room, 1)
        scale = min(width / (2 * extent), height / (high - low))
        centre = (left + right) / 2, (top + bottom) / 2 + scale * (low + high) / 2
        places = raster.project(world, elevation, azimuth, _distance(sides), centre, scale)
        return np.asarray(places, dtype=np.float64)

    def cap(self, canvas: Canvas) -> float:
        """Cap height of a label in pixels."""
        return float(self.label * min(canvas.pixels.shape[:2]) * self.magnification)

    def bounds(self, canvas: Canvas) -> tuple[float, float, float, float]:
        """The panel's rectangle in pixels: left, top, right, bottom."""
        corners = canvas.to_pixels(self.points)
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def place(self, canvas: Canvas, data: ArrayLike) -> NDArray[np.float64]:
        """Data coordinates (…, 3) to pixels and depth (…, 3)."""
        return self.project(canvas, self.view.world(data))

    @property
    def seat(self) -> Seat:
        """Where its marks stand, whose coordinates are those of the frame."""
        box = self.box
        return Seat(box, (box.left, box.right), (box.bottom, box.top))

    def seen(self, canvas: Canvas, places: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which pixels with their depth (…, 3) nothing hides that has been drawn so far, (…)."""
        left, top, _, _ = clip = self.clip(canvas)
        buffer = canvas.depth(self.space, clip).buffer
        rows, columns = buffer.shape
        across = np.clip(np.nan_to_num(places[..., 0]).astype(int) - left, 0, columns - 1)
        down = np.clip(np.nan_to_num(places[..., 1]).astype(int) - top, 0, rows - 1)
        return np.asarray(places[..., 2] - bias(canvas) <= buffer[down, across])

    def shining(self, canvas: Canvas, hidden: float) -> float:
        """The share of its opacity with which is drawn what surfaces hide, `hidden` at least."""
        return max(hidden, 1 - canvas.depth(self.space, self.clip(canvas)).opacity)


def bias(canvas: Canvas) -> float:
    """Pixels by which what lies on a surface is brought before it."""
    return max(BIAS * canvas.line, 1.5)


def lattice_limits(
    panel: Space, x: tuple[float, float] | None, y: tuple[float, float] | None
) -> NDArray[np.float64]:
    """The limits ((left, right), (bottom, top)) of a lattice: the box's, where none are given."""
    low, high = panel.view.low, panel.view.high
    return np.array([x or (low[0], high[0]), y or (low[1], high[1])], dtype=np.float64)


def _distance(sides: tuple[float, ...]) -> float:
    return DISTANCE * math.hypot(*sides)


@functools.lru_cache(maxsize=1024)
def _reach(sides: tuple[float, ...], elevation: float) -> tuple[float, float, float]:
    """How far a box reaches while it turns: to either side, and its lowest and highest ordinate.

    Seen from an elevation, over all azimuths, so that nothing grows or sinks as the box turns.
    """
    azimuths = np.linspace(0, math.tau, 96, endpoint=False)
    signs = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, 8).T
    corners = signs * np.array(sides)
    turned = [raster.project(corners, elevation, azimuth, _distance(sides)) for azimuth in azimuths]
    x, y, _ = np.moveaxis(np.array(turned), -1, 0)
    return float(np.abs(x).max()), float(-y.max()), float(-y.min())
