"""Read what stands in a clip's main figure off its mobjects, each of which says what it draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from manim import Mobject

from epochreel.book.figures import Figure
from epochreel.errors import ClipError
from epochreel.film.clip import Clip
from epochreel.layers import Canvas
from epochreel.layers.drawn import drawing_order, drawn_by
from epochreel.look.style import SHORTER_SIDE
from epochreel.marks.box import Box
from epochreel.marks.kinds import Discs, Drawn, Mark

__all__ = ["read"]

NEAR = 0.05  # Manim units by which what belongs to an area may reach beyond it
SIDE, WIDE = 1080, 3.0  # pixels, and shorter sides: a sheet on which every frame has room


def read(scene: Clip) -> Figure:
    """Read what a scene shows now in the areas of its `figure`, in the order of drawing.

    Raises ClipError for a layer that does not say what it draws.
    """
    boxes = [scene.slot(name) for name in scene.figure]
    pixels = np.zeros((SIDE, round(WIDE * SIDE), 4), np.uint8)
    canvas = Canvas(pixels, WIDE * SHORTER_SIDE, SHORTER_SIDE)
    marks: list[Drawn] = []
    for mobject in drawing_order(scene.mobjects):
        at = next((i for i, box in enumerate(boxes) if _stands(mobject, box)), None)
        if at is None:
            continue
        area = f"{scene.figure[at]}-" if len(boxes) > 1 else ""
        for mark in _marks(mobject, canvas):
            if isinstance(mark, Mark) and mark.name:
                mark = replace(mark, name=area + mark.name)
            marks.append(mark)
    return Figure(_around(marks), scene.style, tuple(marks)).numbered()


def _marks(mobject: Mobject, canvas: Canvas) -> list[Drawn]:
    """What a mobject draws, without points of which there are none."""
    if (marks := drawn_by(mobject, canvas)) is None:
        kind = type(mobject).__name__
        raise ClipError(f"A book has no form for {kind} layers; name areas in `figure` without it.")
    return [mark for mark in marks if not (isinstance(mark, Discs) and not len(mark.points))]


def _around(marks: list[Drawn]) -> Box:
    """The rectangle that holds all marks."""
    if not marks:
        return Box(0, 0, 0, 0)
    boxes = [mark.box for mark in marks]
    edges = np.array([[box.left, box.bottom, box.right, box.top] for box in boxes])
    return Box(*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist())


def _stands(mobject: Mobject, box: Box) -> bool:
    """Whether a mobject lies in a box."""
    points = [member.points for member in mobject.get_family() if len(member.points)]
    if not points:
        return False
    places = np.concatenate(points)[:, :2]
    low, high = np.array([box.left, box.bottom]) - NEAR, np.array([box.right, box.top]) + NEAR
    return bool((places >= low).all() and (places <= high).all())
