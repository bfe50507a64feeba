"""What a picture shows in words, for those who do not see it: made from its marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from manim import config

from epochreel.film.clip import Clip
from epochreel.layers import Canvas
from epochreel.layers.drawn import drawing_order, drawn_by
from epochreel.marks.kinds import (
    Arrowheads,
    Discs,
    Drawn,
    Mark,
    Pillars,
    Polygons,
    Strokes,
    Words,
)
from epochreel.notation.plain import plain

__all__ = ["shown", "tell"]

GHOST = 0.1
"""Marks more transparent than this are not told of."""
MOST = 16
"""Texts that are read out; of more, the first ones."""


def shown(scene: Clip) -> str:
    """What a scene shows now, as `tell` has it.

    Call it while Manim is configured as it was for the scene.
    """
    pixels = np.zeros((config.pixel_height, config.pixel_width, 4), np.uint8)
    canvas = Canvas(pixels, config.frame_width, config.frame_height)
    return tell(
        mark for each in drawing_order(scene.mobjects) for mark in drawn_by(each, canvas) or ()
    )


def tell(marks: Iterable[Drawn]) -> str:
    """Say in a sentence or two how many marks of each kind there are, and what is written.

    Decoration is left out, and so are points outside their seat or behind a surface, and of many
    texts the later ones.
    """
    counts: Counter[str] = Counter()
    written: dict[str, None] = {}
    for mark in marks:
        if isinstance(mark, Words) and mark.opacity >= GHOST and not mark.turn:
            written[plain(f"${mark.source}$" if mark.maths else mark.source)] = None
        elif isinstance(mark, Mark) and mark.name and mark.opacity >= GHOST:
            counts[_kind(mark)] += _count(mark)
    things = [_counted(count, kind) for kind, count in counts.items() if count]
    sentences = [f"It shows {_listed(things)}."] if things else []
    if written:
        read = [f"“{words}”" for words in written]
        if len(read) > MOST:
            read[MOST - 1 :] = [f"{len(read) - MOST + 1} more"]
        sentences.append(f"It reads {_listed(read)}.")
    return " ".join(sentences)


def _kind(mark: Mark) -> str:
    """What the parts of a mark are called, several of them."""
    if isinstance(mark, Strokes) and mark.levels is not None:
        return "level lines"
    return mark.name if mark.name.endswith("s") else f"{mark.name}s"


def _count(mark: Mark) -> int:
    match mark:
        case Discs():
            box, at = mark.box, mark.seat.to_scene(mark.points)
            inside = (at >= [box.left, box.bottom]) & (at <= [box.right, box.top])
            seen = inside.all(axis=1) if mark.seen is None else inside.all(axis=1) & mark.seen
            return int(seen.sum())
        case Strokes():
            return len(mark.lines if mark.levels is None else np.unique(mark.levels))
        case Polygons():
            return len(mark.polygons)
        case Pillars():
            return len(mark.heights)
        case Arrowheads():
            return len(mark.tips)
    return 1


def _counted(count: int, kind: str) -> str:
    return f"{count:,} {kind}" if count > 1 else f"one {kind.removesuffix('s')}"


def _listed(things: list[str]) -> str:
    *first, last = things
    return f"{', '.join(first)} and {last}" if first else last
