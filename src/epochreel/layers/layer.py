"""What every layer is: a Manim mobject that paints itself into the frame's pixels.

A layer fades, shifts, scales, orders and caches like any other mobject. Its `points` are anchors
in scene coordinates, so whatever Manim does to points moves the picture with them.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

import numpy as np
from manim import Mobject, RendererType, config
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.marks.kinds import Drawn

__all__ = ["Canvas", "Depth", "Layer", "Size", "to_pixels"]

Size: TypeAlias = tuple[int, int, float, float]
"""Width and height of a frame in pixels, then in Manim units."""

if config.renderer == RendererType.OPENGL:
    raise SystemExit("Error: Layers are drawn by Manim's Cairo renderer; drop --renderer opengl.")


@dataclass
class Depth:
    """What hides things in a space: a depth buffer of its clip rectangle.

    `opacity` is that of the least transparent surface in it, through which hidden things shine.
    """

    buffer: NDArray[np.float32]
    opacity: float = 0.0

    def copy(self) -> Depth:
        """One that can be drawn into without changing this."""
        return Depth(self.buffer.copy(), self.opacity)


@dataclass(frozen=True)
class Canvas:
    """The frame that a layer paints on.

    `pixels` is uint8 (height, width, 4), premultiplied RGBA; `frame_width` and `frame_height` are
    the same frame in Manim units, its centre at the scene's origin. `depths` are the depth buffers
    of this frame. Of its tiles only the `damaged` ones, (rows, columns), have to be painted, all
    where that is None.
    """

    pixels: NDArray[np.uint8]
    frame_width: float
    frame_height: float
    depths: dict[Hashable, Depth] = field(default_factory=dict)
    damaged: NDArray[np.bool_] | None = None

    @property
    def unit(self) -> float:
        """Pixels in one Manim unit."""
        return float(self.pixels.shape[1] / self.frame_width)

    @property
    def line(self) -> float:
        """Pixels in one pixel of the stylesheet, whose lines are measured at 1080p."""
        return float(min(self.pixels.shape[:2]) / 1080)

    @property
    def size(self) -> Size:
        """All that decides where a place of the scene is in pixels."""
        height, width = self.pixels.shape[:2]
        return width, height, self.frame_width, self.frame_height

    @property
    def everything(self) -> tuple[int, int, int, int]:
        """The clip rectangle that clips nothing."""
        return 0, 0, self.pixels.shape[1], self.pixels.shape[0]

    def depth(self, space: Hashable, clip: tuple[int, int, int, int]) -> Depth:
        """What has been drawn into a space in this frame; empty when it is first asked for."""
        key = space, clip
        if key not in self.depths:
            self.depths[key] = Depth(raster.depth_buffer(clip))
        return self.depths[key]

    def to_pixels(self, points: ArrayLike) -> NDArray[np.float64]:
        """Scene coordinates (N, 2 or 3) to pixel coordinates (N, 2), y downwards."""
        return to_pixels(np.asarray(points, dtype=np.float64), self.size)

    def to_scene(self, places: ArrayLike) -> NDArray[np.float64]:
        """Pixel coordinates (…, 2 or more) to scene coordinates (…, 2)."""
        pixels = np.asarray(places, dtype=np.float64)[..., :2]
        height, width = self.pixels.shape[:2]
        shares = (pixels / [width, height] - 0.5) * [1, -1]
        return np.asarray(shares * [self.frame_width, self.frame_height])


def to_pixels(points: NDArray[np.float64], size: Size) -> NDArray[np.float64]:
    """Scene coordinates (N, 2 or 3) to pixel coordinates (N, 2) of a canvas of this size."""
    width, height, frame_width, frame_height = size
    places = np.empty((len(points), 2))
    places[:, 0] = (points[:, 0] / frame_width + 0.5) * width
    places[:, 1] = (0.5 - points[:, 1] / frame_height) * height
    return places


class Layer(Mobject):
    """A mobject drawn by a kernel instead of by Cairo.

    A subclass implements `draw`, and `marks`, which says what that paints, and reads nothing but
    its own attributes there, which makes every frame a function of the layer's state.
    """

    # Names of attributes that copies share: clocks and views go on ticking for copy and original.
    shared: tuple[str, ...] = ()
    # Names of those that are worked out from the others, when they are asked for: whether they
    # have been makes no other picture, and so no other key in the cache.
    derived: tuple[str, ...] = ()
    # Whether only the damaged tiles of a canvas are painted, where not all are.
    heeds_damage = False

    def __init__(self, anchors: ArrayLike, opacity: float = 1.0) -> None:
        super().__init__()
        self.points = np.array(anchors, dtype=np.float64).reshape(-1, 3)
        self.opacity = float(opacity)

    @property
    def space(self) -> Hashable:
        """What layers have in common that hide each other: all of them move when one does."""
        return None

    def draw(self, canvas: Canvas) -> None:
        """Paint this layer on the canvas."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is drawn.")

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...] | None:
        """What this layer draws now, as plain data; None where it does not say.

        The canvas tells what is hidden in a space: layers are asked in the order of drawing.
        """
        return None

    def covers(self, canvas: Canvas) -> tuple[int, int, int, int]:
        """The rectangle that holds all that is painted: left, top, right, bottom, half-open.

        The whole frame, where a layer does not say.
        """
        return canvas.everything

    def shades(self, canvas: Canvas) -> raster.Shades | None:
        """What is painted into each tile, as `raster.Shades` has it; None where it does not say."""
        return None

    def look(self) -> Hashable | None:
        """What decides how it looks now: while that is the same, a frame is not drawn again.

        None, where a layer does not say: it is drawn in every frame of a play in which it moves.
        """
        return None

    def is_moved_by(self, animated: set[Mobject]) -> bool:
        """Whether this layer changes while these mobjects are animated (itself not among them)."""
        return False

    def set_opacity(self, opacity: float, family: bool = True) -> Self:
        """Set the opacity, 0 to 1, with which the whole layer is composited."""
        self.opacity = float(opacity)
        return self

    def fade(self, darkness: float = 0.5, family: bool = True) -> Self:
        """Multiply the opacity by 1 − darkness; Manim's FadeIn and FadeOut call this."""
        self.opacity *= 1 - darkness
        return self

    def interpolate_color(self, start: Layer, target: Layer, alpha: float) -> Self:
        """Blend opacity; Manim's Transform calls this beside interpolating the anchors."""
        self.opacity = (1 - alpha) * start.opacity + alpha * target.opacity
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Layer:
        for name in self.shared:
            value = getattr(self, name)
            memo.setdefault(id(value), value)
        copied: Layer = super().__deepcopy__(memo)
        return copied
