"""What of a frame has to be drawn again: the tiles in which it is not as it was the frame before.

A frame is made of parts, each drawn over those before it. A part that is new, gone, or not as it
was damages the tiles that it covers, now and before; the frame is made anew there, and only there.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

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

from epochreel.layers.layer import Canvas, Layer
from epochreel.notation.maths import STROKE

__all__ = ["Damage", "Piece", "Rectangle", "changed", "outline"]

Rectangle = tuple[int, int, int, int]
"""Left, top, right and bottom in whole pixels, half-open."""

MITRE = 10
"""How many times as far as half its width Cairo lets the corner of a line reach."""

TILE = 16
"""Pixels: an encoder's blocks are as large, and samples of colour never lie in two tiles."""


class Damage:
    """Tiles of a frame of so many pixels, none of them damaged at first."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._tiles: NDArray[np.bool_] = np.zeros((-(-height // TILE), -(-width // TILE)), np.bool_)

    def __bool__(self) -> bool:
        return bool(self._tiles.any())

    def add(self, area: Rectangle | Damage | None = None) -> None:
        """Damage what a rectangle touches, or other damage does; the whole frame by default."""
        if isinstance(area, Damage):
            self._tiles |= area._tiles
        else:
            self._within(area or (0, 0, self.width, self.height))[...] = True

    def touches(self, rectangle: Rectangle) -> bool:
        """Whether any tile is damaged that a rectangle touches."""
        return bool(self._within(rectangle).any())

    def holds(self, rectangle: Rectangle) -> bool:
        """Whether all tiles are damaged that a rectangle touches."""
        return bool(self._within(rectangle).all())

    def rectangles(self) -> list[Rectangle]:
        """The damaged tiles as rectangles that do not overlap, none of them beyond the frame."""
        return list(_rectangles(self._tiles.tobytes(), self.width, self.height))

    def clear(self) -> None:
        """Begin anew, nothing being damaged."""
        self._tiles[...] = False

    def _within(self, rectangle: Rectangle) -> NDArray[np.bool_]:
        left, top = max(rectangle[0], 0), max(rectangle[1], 0)
        right, bottom = min(rectangle[2], self.width), min(rectangle[3], self.height)
        if left >= right or top >= bottom:
            return self._tiles[:0]
        return self._tiles[top // TILE : -(-bottom // TILE), left // TILE : -(-right // TILE)]


@functools.lru_cache(maxsize=256)  # the same parts move in many frames
def _rectangles(tiles: bytes, width: int, height: int) -> tuple[Rectangle, ...]:
    damaged = np.frombuffer(tiles, np.bool_).reshape(-(-height // TILE), -1)
    found = []
    changes = np.flatnonzero((damaged[1:] != damaged[:-1]).any(axis=1)) + 1
    edges = [0, *changes.tolist(), len(damaged)]
    for first, last in pairwise(edges):
        row = np.concatenate([[False], damaged[first], [False]])
        ends = np.flatnonzero(row[1:] != row[:-1]).tolist()
        for left, right in zip(ends[::2], ends[1::2], strict=True):
            bottom, end = min(TILE * last, height), min(TILE * right, width)
            found.append((TILE * left, TILE * first, end, bottom))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Piece:
    """What is drawn into a frame: whose it is, what it covers, and what decides how it looks.

    Of a part whose `look` is None nobody knows whether it changed. One that is `whole` cannot be
    drawn within some rectangles only.
    """

    key: Hashable
    covers: Rectangle
    look: Hashable | None = None
    whole: bool = True


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
        damage.add(part.covers)
        if was is not None:
            damage.add(was.covers)
    for part in old.values():
        damage.add(part.covers)
    _spread(damage, [part for part in same if part.whole])


def _spread(damage: Damage, parts: Iterable[Piece]) -> None:
    """What is drawn as a whole takes with it all that it covers, and what covers that."""
    waiting = list(parts)
    grown = True
    while grown:
        grown, left = False, []
        for part in waiting:
            if not damage.touches(part.covers):
                left.append(part)
            elif not damage.holds(part.covers):
                damage.add(part.covers)
                grown = True
        waiting = left


def outline(mobject: Mobject, canvas: Canvas, before: Piece | None = None) -> Piece:
    """A mobject, none of its submobjects, as a part of a frame; `before` if that is what it is."""
    look, covers = _described(mobject)
    if before is not None and look is not None and look == before.look:
        return before
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
