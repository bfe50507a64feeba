"""Layers that draw quantities of a run in the data coordinates of a panel."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self, TypeAlias

import numpy as np
from manim import Animation, Mobject, ValueTracker, smooth
from numpy.typing import ArrayLike, NDArray

from epochreel.errors import ClipError
from epochreel.layers import shapes
from epochreel.layers.layer import Canvas, Layer, Size, to_pixels
from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.marks.kinds import Seat
from epochreel.runs.functions import EPOCH, Function

__all__ = ["DataLayer", "Plane", "Quantity", "View", "Zoom"]

Quantity: TypeAlias = ArrayLike | Callable[..., ArrayLike]
"""An array, a Function, or a plain function from the layer's clocks to an array."""


class View(Mobject):
    """The data limits that a panel shows; invisible, animated by `Zoom`."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        super().__init__()
        self.set_limits(x, y)

    @property
    def limits(self) -> tuple[float, float, float, float]:
        """(x minimum, x maximum, y minimum, y maximum), data units."""
        (left, bottom, _), (right, top, _) = self.points
        return float(left), float(right), float(bottom), float(top)

    def set_limits(self, x: tuple[float, float], y: tuple[float, float]) -> Self:
        """Show x[0]…x[1] from left to right and y[0]…y[1] from bottom to top."""
        for name, (low, high) in (("x", x), ("y", y)):
            if not (np.isfinite([low, high]).all() and low < high):
                raise ClipError(
                    f"The {name} limits {low:g}…{high:g} are empty; put the smaller first."
                )
        self.points = np.array([[x[0], y[0], 0.0], [x[1], y[1], 0.0]])
        return self

    def shift(self, *vectors: Any) -> Self:
        """Do nothing: data limits are no place in the scene."""
        return self


class Zoom(Animation):
    """Ease a view to other limits; the span changes by equal factors in equal times."""

    def __init__(
        self,
        view: View,
        x: tuple[float, float],
        y: tuple[float, float],
        rate_func: Callable[[float], float] = smooth,
        **options: Any,
    ) -> None:
        self.start_limits = view.points.copy()
        self.end_limits = View(x, y).points
        super().__init__(view, rate_func=rate_func, **options)

    def begin(self) -> None:
        """Start from the limits that the view has when the animation is played."""
        self.start_limits = self.mobject.points.copy()
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Put the view where it is at this share of the animation, 0 to 1."""
        fraction = self.rate_func(alpha)
        start, end = self.start_limits[:, :2], self.end_limits[:, :2]
        old, new = start[1] - start[0], end[1] - end[0]
        span = old ** (1 - fraction) * new**fraction
        # Edges move with the span, so that a zoom about a fixed point keeps that point still.
        changed = np.abs(new - old) > 1e-9 * old
        share = np.where(changed, (span - old) / np.where(changed, new - old, 1), fraction)
        self.mobject.points = np.zeros((2, 3))
        self.mobject.points[:, :2] = (1 - share) * start + share * end


class Plane(Protocol):
    """Where a layer lives: a rectangle of the scene, the data limits it shows, and its defaults."""

    view: View
    style: Style
    clock: ValueTracker

    def corners(self) -> NDArray[np.float64]:
        """Bottom left, bottom right and top left corner in scene coordinates, (3, 3)."""


def _clocks(source: Callable[..., Any], plane: Plane) -> list[ValueTracker]:
    """What a source follows of itself: a Function's clocks, or else the plane's own."""
    clocks = source.clocks if isinstance(source, Function) else (EPOCH,)
    return [plane.clock if clock is EPOCH else clock for clock in clocks]


def _follow(layer: DataLayer) -> None:
    layer.follow()


# Where the corners of what stands still are is asked for many times in every frame.


@functools.lru_cache(maxsize=1024)
def _rectangle(points: bytes, size: Size) -> tuple[int, int, int, int]:
    columns, rows = zip(*_corners(points, size).tolist(), strict=True)
    return round(min(columns)), round(min(rows)), round(max(columns)), round(max(rows))


@functools.lru_cache(maxsize=1024)
def _transformation(
    points: bytes, size: Size, limits: tuple[float, float, float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    left, right, bottom, top = limits
    corner, along_x, along_y = _corners(points, size)
    matrix = np.stack(
        [(along_x - corner) / (right - left), (along_y - corner) / (top - bottom)], axis=1
    )
    offset = corner - matrix @ np.array([left, bottom])
    matrix.flags.writeable = offset.flags.writeable = False
    return matrix, offset


def _corners(points: bytes, size: Size) -> NDArray[np.float64]:
    return to_pixels(np.frombuffer(points).reshape(-1, 3), size)


COMMON = frozenset(vars(Layer(np.zeros((3, 3)))))
"""What every layer has, whatever it draws: these of its attributes Manim animates."""


class DataLayer(Layer):
    """A layer placed in a panel whose quantities may depend on clocks.

    A quantity is an array, or a function of clocks that returns one. A `Function` brings its own
    clocks, `EPOCH` being the plane's; a plain function is one of the plane's clock. Where `clocks`
    are given, each quantity is a function of their values, in their order. Nothing else changes a
    layer from frame to frame, so a frame is a function of (run, time). A subclass says in
    `quantity_shapes` what shape each quantity has, as `shapes.check` reads it; another shape is a
    ClipError. A quantity that is None is left out.

    While one layer turns into another of its kind, by Manim's Transform, it draws what lies between
    both, or what it drew if a quantity has another shape; then it goes on as the other.
    """

    quantity_shapes: ClassVar[Mapping[str, str]] = {}

    shared: tuple[str, ...] = ("view", "clocks", "followed", "sources")
    derived: tuple[str, ...] = ("_values", "instants")

    def __init__(
        self,
        plane: Plane,
        *,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
        **given: Quantity | None,
    ) -> None:
        super().__init__(plane.corners(), opacity)
        quantities = {name: q for name, q in given.items() if q is not None}
        self.placed_width = self.points[1, 0] - self.points[0, 0]
        self.view = plane.view
        self.sources = {name: q for name, q in quantities.items() if callable(q)}
        self.followed = {
            name: tuple(_clocks(source, plane) if clocks is None else clocks)
            for name, source in self.sources.items()
        }
        followed = (clock for each in self.followed.values() for clock in each)
        self.clocks = tuple(dict.fromkeys(followed)) if clocks is None else tuple(clocks)
        self.fixed = {
            name: shapes.as_array(self._kind, name, quantity)
            for name, quantity in quantities.items()
            if not callable(quantity)
        }
        self._values: dict[str, NDArray[Any]] = {}
        self.instants: tuple[float, ...] | None = None
        self.between: tuple[Self, Self, float] | None = None
        self.evaluate()
        self.add_updater(_follow)

    @property
    def values(self) -> dict[str, NDArray[Any]]:
        """The quantities as of the last update; now, where Manim suspends updaters."""
        self.refresh()
        return self._values

    def fix(self, name: str, value: NDArray[Any]) -> None:
        """Give a quantity that the others leave open, and that stays as it is."""
        self.fixed[name] = self._values[name] = value

    def follow(self) -> None:
        """Note the clocks' present values; quantities are evaluated once they are asked for."""
        if self.between is None:
            self.wanted = tuple(float(clock.get_value()) for clock in self.clocks)
            return
        for layer in self.between[:2]:
            layer.follow()

    def refresh(self) -> None:
        """Bring every quantity to the clocks' values that were noted last."""
        if self.between is not None or self.updating_suspended:
            self.follow()
        if self.between is not None:
            start, target, share = self.between
            written = self.quantity_shapes
            self._values = shapes.between(start.values, target.values, share, written)
        elif self.wanted != self.instants:
            shown = dict(zip(self.clocks, self.wanted, strict=True))
            self._values = dict(self.fixed)
            for name, source in self.sources.items():
                own = (shown[clock] for clock in self.followed[name])
                self._values[name] = shapes.as_array(self._kind, name, source(*own))
            shapes.check(self._kind, self.quantity_shapes, self._values)
            self.instants = self.wanted

    def evaluate(self) -> None:
        """Bring every quantity to the clocks' present values."""
        self.follow()
        self.refresh()

    def update(self, dt: float = 0, recursive: bool = True) -> Self:
        """Follow; Manim's way, for others' updaters, asks each for its signature every time."""
        if self.updaters != [_follow] or self.submobjects:
            super().update(dt, recursive)
        elif not self.updating_suspended:
            self.follow()
        return self

    @property
    def _kind(self) -> str:
        """What a person knows the layer by."""
        names = (each.__name__ for each in type(self).__mro__)
        return next(name for name in names if not name.startswith("_"))

    def interpolate_color(self, start: Layer, target: Layer, alpha: float) -> Self:
        """Blend what is drawn, as its opacity; Manim's Transform calls this at every frame."""
        super().interpolate_color(start, target, alpha)
        self.between = None
        if isinstance(start, type(self)) and isinstance(target, type(self)):
            if alpha in (0, 1):
                self._go_on_as(target if alpha else start)
            elif shapes.alike(start.values, target.values):
                self.between = start, target, alpha
        return self

    def _go_on_as(self, other: Self) -> None:
        """Draw from now on what another draws, at this layer's own place."""
        for name in vars(self).keys() & vars(other).keys() - COMMON:
            value = getattr(other, name)
            setattr(self, name, dict(value) if isinstance(value, dict) else value)

    def is_moved_by(self, animated: set[Mobject]) -> bool:
        """Whether a clock or the view of this layer is among the animated mobjects."""
        if self.between is not None:
            return any(layer.is_moved_by(animated) for layer in self.between[:2])
        return self.view in animated or any(clock in animated for clock in self.clocks)

    @property
    def magnification(self) -> float:
        """How much wider the layer has been scaled since it was made; points scale with it."""
        if self.between is not None:
            start, target, share = self.between
            return (1 - share) * start.magnification + share * target.magnification
        return float((self.points[1, 0] - self.points[0, 0]) / self.placed_width)

    @property
    def data_limits(self) -> tuple[float, float, float, float]:
        """The data limits of its box: those of its view."""
        if self.between is None:
            return self.view.limits
        start, target, share = self.between
        both = np.array([start.data_limits, target.data_limits])
        left, right, bottom, top = (np.array([1 - share, share]) @ both).tolist()
        return left, right, bottom, top

    @property
    def box(self) -> Box:
        """The rectangle of the frame that clips it."""
        low, high = self.points[:, :2].min(axis=0), self.points[:, :2].max(axis=0)
        return Box(*low.tolist(), *high.tolist())

    @property
    def seat(self) -> Seat:
        """Where its marks stand."""
        left, right, bottom, top = self.data_limits
        return Seat(self.box, (left, right), (bottom, top))

    def to_pixels(self, canvas: Canvas, data: ArrayLike) -> NDArray[np.float64]:
        """Data coordinates (..., 2) to pixel coordinates (N, 2)."""
        matrix, offset = self.transformation(canvas)
        places: NDArray[np.float64] = np.asarray(data, np.float64).reshape(-1, 2) @ matrix.T
        for axis in (0, 1):  # each by itself, which takes NumPy half of the time
            places[:, axis] += offset[axis]
        return places

    def transformation(self, canvas: Canvas) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Matrix (2, 2) and offset (2,) of the affine map from data to pixel coordinates."""
        return _transformation(self._anchors, canvas.size, self.data_limits)

    def clip(self, canvas: Canvas) -> tuple[int, int, int, int]:
        """The panel's rectangle in whole pixels: left, top, right, bottom, half-open."""
        return _rectangle(self._anchors, canvas.size)

    @property
    def _anchors(self) -> bytes:
        return np.asarray(self.points, np.float64).tobytes()

    def covers(self, canvas: Canvas) -> tuple[int, int, int, int]:
        """The panel's rectangle, which clips whatever is painted."""
        return self.clip(canvas)
