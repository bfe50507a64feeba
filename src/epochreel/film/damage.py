"""What of a frame has to be drawn again: the tiles in which it is not as it was the frame before.

A frame is made of parts, each drawn over those before it. A part that is new, gone, or not as it
was damages the tiles that it covers, now and before; the frame is made anew there, and only there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from manim import (
    ImageMobject,
    ImageMobjectFromCamera,
    LineJointType,
    Mobject,
    PMobject,
    VMobject,
)
from numpy.typing import NDArray

from epochreel import raster
from epochreel.layers.layer import Canvas, Layer
from epochreel.notation.maths import STROKE
from epochreel.raster import TILE

__all__ = ["TILE", "Damage", "Piece", "Rectangle", "changed", "outline"]

Rectangle = tuple[int, int, int, int]
"""Left, top, right and bottom in whole pixels, half-open."""

MITRE = 10
"""How many times as far as half its width Cairo lets the corner of a line reach."""

Tiles = NDArray[np.bool_]
"""Of each tile of a frame (rows, columns) whether it is meant."""

Area = Rectangle | Tiles


class Damage:
    """Tiles of a frame of so many pixels, none of them damaged at first."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.tiles: Tiles = np.zeros(raster.tiling(width, height), np.bool_)

    def __bool__(self) -> bool:
        return bool(self.tiles.any())

    def add(self, area: Area | Damage | None = None) -> None:
        """Damage what an area touches, or other damage does; the whole frame by default."""
        if isinstance(area, Damage):
            self.tiles |= area.tiles
        elif isinstance(area, np.ndarray):
            self.tiles |= area
        else:
            self._within(area or (0, 0, self.width, self.height))[...] = True

    def touches(self, area: Area) -> bool:
        """Whether any tile is damaged that an area touches."""
        return bool(self._within(area).any())

    def holds(self, area: Area) -> bool:
        """Whether all tiles are damaged that an area touches."""
        return bool(self._within(area).all())

    def rectangles(self) -> NDArray[np.int64]:
        """The damaged tiles as rectangles (R, 4), none beyond the frame or over another."""
        return raster.areas(self.tiles, self.width, self.height)

    def clear(self) -> None:
        """Begin anew, nothing being damaged."""
        self.tiles[...] = False

    def _within(self, area: Area) -> Tiles:
        if isinstance(area, np.ndarray):
            return self.tiles[area]
        left, top = max(area[0], 0), max(area[1], 0)
        right, bottom = min(area[2], self.width), min(area[3], self.height)
        if left >= right or top >= bottom:
            return self.tiles[:0]
        return self.tiles[top // TILE : -(-bottom // TILE), left // TILE : -(-right // TILE)]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is drawn into a frame: whose it is, what it covers, and what decides how it looks.

    Of a part whose `look` is None nobody knows whether it changed, but for what `shades` say of
    each tile. One that is `whole` cannot be drawn within some tiles only.
    """

    key: Hashable
    covers: Rectangle
    look: Hashable | None = None
    whole: bool = True
    shades: raster.Shades | None = None

    @property
    def area(self) -> Area:
        """All that it touches."""
        return self.covers if self.shades is None else self.shades != 0

    def differs(self, was: Piece) -> Iterable[Area]:
        """Where it may not look as it did."""
        if self.shades is None or was.shades is None or self.covers != was.covers:
            return self.area, was.area
        return ((self.shades != was.shades) | (self.shades < 0),)


def changed(before: Mapping[Hashable, Piece] | None, now: Sequence[Piece], damage: Damage) -> None:
    """Damage all that is not as it was, `before` being the parts of the frame that is there.

    Where that is not known, None, the whole frame is. Afterwards whatever touches the damage is to
    be drawn again, in its order, and nothing else.
    """
    old = dict(before or {})
    new = {part.key for part in now}
    if before is None or [k for k in old if k in new] != [p.key for p in now if p.key in old]:
        damage.add()
        return
    same = []
    for part in now:
        was = old.pop(part.key, None)
        if was is not None and part.look is not None and part.look == was.look:
            same.append(part)
            continue
        for area in [part.area] if was is None else part.differs(was):
            damage.add(area)
    for part in old.values():
        damage.add(part.area)
    _spread(damage, [part for part in same if part.whole])


def _spread(damage: Damage, parts: Iterable[Piece]) -> None:
    """What is drawn as a whole takes with it all that it covers, and what covers that."""
    waiting = list(parts)
    grown = True
    while grown:
        grown, left = False, []
        for part in waiting:
            if not damage.touches(part.area):
                left.append(part)
            elif not damage.holds(part.area):
                damage.add(part.area)
                grown = True
        waiting = left


def outline(mobject: Mobject, canvas: Canvas, before: Piece | None = None) -> Piece:
    """A mobject, none of its submobjects, as a part of a frame; `before` if that is what it is."""
    look, covers = _described(mobject)
    if before is not None and look is not None and look == before.look:
        return before
    if isinstance(mobject, Layer) and mobject.opacity > 0:
        shades = mobject.shades(canvas)
        return Piece(mobject, covers(canvas), look, not mobject.heeds_damage, shades)
    return Piece(mobject, covers(canvas), look)


def _described(mobject: Mobject) -> tuple[Hashable | None, Callable[[Canvas], Rectangle]]:
    """What decides how a mobject looks, and what tells what it covers."""
    if isinstance(mobject, Layer):
        return mobject.look(), mobject.covers if mobject.opacity > 0 else _nothing
    if isinstance(mobject, VMobject) and mobject.background_image is None:
        return _look(mobject), lambda canvas: _covers(mobject, canvas)
    if isinstance(mobject, VMobject | PMobject | ImageMobject | ImageMobjectFromCamera):
        return None, lambda canvas: canvas.everything
    return None, _nothing  # a clock, the limits of a view


def _nothing(canvas: Canvas) -> Rectangle:
    return 0, 0, 0, 0


def _look(mobject: VMobject) -> Hashable:
    """All that Manim's camera reads of a mobject when it draws it."""
    return (
        mobject.points.tobytes(),
        mobject.get_fill_rgbas().tobytes(),
        mobject.get_stroke_rgbas().tobytes(),
        mobject.get_stroke_rgbas(background=True).tobytes(),
        mobject.get_stroke_width(),
        mobject.get_stroke_width(background=True),
        mobject.sheen_direction.tobytes(),
        mobject.joint_type,
        mobject.cap_style,
    )


def _covers(mobject: VMobject, canvas: Canvas) -> Rectangle:
    """What a mobject can reach: its curves stay among their points, its stroke near its curves."""
    points = mobject.points[:, :2]
    ends = canvas.to_pixels(np.stack([points.min(axis=0), points.max(axis=0)]))
    if not np.isfinite(ends).all():  # which Manim draws somewhere else
        return canvas.everything
    width = max(mobject.get_stroke_width(), mobject.get_stroke_width(background=True))
    mitred = mobject.joint_type in (LineJointType.AUTO, LineJointType.MITER)
    beyond = width * STROKE / 2 * canvas.unit * (MITRE if mitred else 2) + 2
    (left, bottom), (right, top) = ends
    near, far = np.floor([left, top]) - beyond, np.ceil([right, bottom]) + beyond
    return int(near[0]), int(near[1]), int(np.ceil(far[0])), int(np.ceil(far[1]))
