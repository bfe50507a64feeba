"""Read what stands in a clip's main figure off its layers and texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from manim import Mobject, VMobject
from manim.utils.family import extract_mobject_family_members

from epochreel import layers, raster
from epochreel.book.figure_space import Scenery
from epochreel.book.figures import (
    PIXEL,
    Arrowheads,
    Bars,
    Bytes,
    Curves,
    Discs,
    Figure,
    Floats,
    Heat,
    Label,
    Mark,
    Patches,
    Plane,
    Shape,
    rows,
)
from epochreel.book.gaps import Gap, outside
from epochreel.book.sources import Source, Sources
from epochreel.errors import ClipError
from epochreel.film.clip import Clip
from epochreel.layers import Counter
from epochreel.layers.data import DataLayer
from epochreel.layers.level_labels import GAP, label_cap, level_name, level_writing, place_labels
from epochreel.layers.space import SpaceLayer
from epochreel.look.style import SHORTER_SIDE, Style, load, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset
from epochreel.notation.typesetting import character, turned

__all__ = ["read"]

STROKE = 0.01  # of a unit of Manim's stroke width, in Manim units
NEAR = 0.05  # Manim units by which what belongs to an area may reach beyond it

NAMES: dict[type[DataLayer], str] = {
    layers.Areas: "areas",
    layers.Arrows: "arrows",
    layers.Bars: "bars",
    layers.LevelLines3D: "levels",
    layers.Curves3D: "curves",
    layers.Field: "field",
    layers.LevelLines: "levels",
    layers.Lines: "lines",
    layers.Points: "points",
    layers.Points3D: "points",
    layers.Regions: "regions",
    layers.Surface: "surface",
}
"""What a layer is called in the name of a file; those that are not here are decoration."""


def read(scene: Clip, sources: Sources) -> Figure:
    """Read what a scene shows now in the areas of its `figure`, in the order of drawing."""
    boxes = [scene.area(name) for name in scene.figure]
    members = extract_mobject_family_members(scene.mobjects, only_those_with_points=False)
    inner = {part for member in members if isinstance(member, Typeset | Counter)
             for part in member.get_family()[1:]}  # fmt: skip
    marks: list[Mark | Label | Shape] = []
    scenery = Scenery()
    for mobject in members:
        at = next((i for i, box in enumerate(boxes) if _stands(mobject, box)), None)
        if at is None or mobject in inner:
            continue
        if isinstance(mobject, DataLayer):
            if mobject.opacity > 0:
                plane = _plane(mobject)
                name = _name(mobject, scene.figure[at] if len(boxes) > 1 else "")
                marks += _marks(mobject, plane, name, scenery)
        elif isinstance(mobject, Typeset):
            marks += _text(mobject, sources.of(mobject), scene.style)
        elif isinstance(mobject, Counter):
            marks += _counter(mobject, sources, scene.style)
        elif isinstance(mobject, VMobject) and len(mobject.points):
            marks += _shape(mobject)
    return Figure(_around(marks), scene.style, tuple(marks)).numbered()


def _around(marks: list[Mark | Label | Shape]) -> Box:
    """The rectangle that holds planes, texts and shapes."""
    boxes = [mark.plane.box if isinstance(mark, Mark) else mark.box for mark in marks]
    if not boxes:
        return Box(0, 0, 0, 0)
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


def _plane(layer: DataLayer) -> Plane:
    """The rectangle in which a layer is drawn; of a space, its own coordinates are the limits."""
    (left, bottom), (right, top) = layer.points[:, :2].min(axis=0), layer.points[:, :2].max(axis=0)
    box = Box(float(left), float(bottom), float(right), float(top))
    if isinstance(layer, SpaceLayer):
        return Plane(box, (box.left, box.right), (box.bottom, box.top))
    x0, x1, y0, y1 = layer.view.limits
    return Plane(box, (x0, x1), (y0, y1))


def _name(layer: DataLayer, area: str) -> str:
    """What a layer is, behind its area where there are several; "" where it is decoration."""
    kind = next((name for each, name in NAMES.items() if isinstance(layer, each)), "")
    return f"{area}-{kind}" if area and kind else kind


def _marks(layer: DataLayer, plane: Plane, name: str, scenery: Scenery) -> list[Mark | Label]:
    """What a layer draws."""
    if isinstance(layer, SpaceLayer):
        return scenery.marks(layer, plane, name)
    for kind, reader in READERS.items():
        if isinstance(layer, kind):
            return reader(layer, plane, name)
    raise ClipError(
        f"A book has no form for {type(layer).__name__} layers; name areas in `figure` without it."
    )


def _discs(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    points = np.asarray(layer.values["positions"], np.float64).reshape(-1, 2)
    scale = PIXEL * layer.magnification
    radius = np.broadcast_to(np.asarray(layer.values["radius"], np.float64) * scale, len(points))
    halo = (1.2 * scale, layer.values["halo"]) if "halo" in layer.values else None
    colours = rows(layer.values["colours"], len(points))
    discs = Discs(plane, name, layer.opacity, points, radius, colours, halo)
    return [discs] if len(points) else []


def _curves(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    vertices = np.asarray(layer.values["vertices"], np.float64)
    lines = vertices[None] if vertices.ndim == 2 else vertices
    colours = rows(layer.values["colours"], len(lines))
    width = float(layer.values["width"]) * PIXEL
    return [Curves(plane, name, layer.opacity, tuple(lines), width, colours)]


def _cross(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    (left, right), (bottom, top) = plane.x, plane.y
    axes = [[[left, 0], [right, 0]], [[0, bottom], [0, top]]]
    within = [bottom <= 0 <= top, left <= 0 <= right]
    lines = tuple(np.array(axis, float) for axis, seen in zip(axes, within, strict=True) if seen)
    return [_line_work(layer, plane, lines)]


def _scale_bar(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    (left, right), (bottom, top) = plane.x, plane.y
    across, up = layer.values["at"]
    start = np.array([left + across * (right - left), bottom + up * (top - bottom)])
    end = start + np.array([float(layer.values["length"]), 0])
    tick = np.array([0, 6 * PIXEL / plane.box.height * (top - bottom)])
    lines = np.array([[start, end], [start - tick, start + tick], [end - tick, end + tick]])
    return [_line_work(layer, plane, tuple(lines))]


def _line_work(layer: Any, plane: Plane, lines: tuple[Floats, ...]) -> Curves:
    """Decoration of straight lines."""
    width = float(layer.values["width"]) * PIXEL
    return Curves(plane, "", layer.opacity, lines, width, rows(layer.values["colours"], len(lines)))


def _heat(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    (left, right), (bottom, top) = layer.extent.tolist()
    values = np.asarray(layer.values["values"], np.float64)
    limits = (left, right), (bottom, top), layer.low, layer.high
    return [Heat(plane, name, layer.opacity, values, *limits, layer.table)]


def _levels(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    values = np.asarray(layer.values["values"], np.float64)
    rows_, columns = values.shape
    (left, right), (bottom, top) = layer.extent.tolist()
    xs, ys = np.linspace(left, right, columns), np.linspace(bottom, top, rows_)
    found = [
        (line, level, colour)
        for level, colour in zip(
            layer.levels, rows(layer.values["colours"], len(layer.levels)), strict=True
        )
        for line in raster.level_paths(values, xs, ys, level)
    ]
    numbers = _numbers(layer, plane, values) if layer.labels else []
    for label, gap in numbers:
        if label.opacity < layer.opacity / 2:
            continue
        found = [
            (part, level, colour)
            for line, level, colour in found
            for part in outside(line, plane.to_scene(line), gap)
        ]
    lines, levels, colours = zip(*found, strict=True) if found else ((), (), ())
    curves = Curves(
        plane,
        name,
        layer.opacity,
        lines,
        float(layer.values["width"]) * PIXEL,
        np.array(colours, np.uint8).reshape(-1, 4),
        np.array(levels, np.float64),
    )
    return [curves, *(label for label, _ in numbers)]


def _numbers(layer: Any, plane: Plane, values: Floats) -> list[tuple[Label, Gap]]:
    """The numbers in level lines, where the clip has them and as faint, and their gaps."""
    style: Style = layer.style
    cap = label_cap(style, SHORTER_SIDE * layer.magnification)
    bounds = np.array([[plane.box.left, plane.box.bottom], [plane.box.right, plane.box.top]])
    colours = rows(layer.values["colours"], len(layer.levels))
    numbers = []
    for at in place_labels(
        values,
        layer.extent,
        layer.levels,
        layer.ray,
        plane.to_scene,
        bounds,
        bounds[0] + layer.words * (bounds[1] - bounds[0]),
        cap,
        style,
    ):
        writing, colour = level_writing(layer.levels[at.index], style), colours[at.index]
        curves = turned(cap * (writing.whole.curves - writing.centre), at.turn) + at.centre
        label = Label(
            source=level_name(layer.levels[at.index]),
            maths=False,
            baseline=float(at.centre[1] - cap * writing.centre[1]),
            cap=cap,
            colour=colour,
            style=style,
            coloured=False,
            glyphs=((curves, colour),),
            opacity=layer.opacity * at.weight,
            turn=at.turn,
        )
        numbers.append((label, Gap(at.centre, cap * (writing.extent / 2 + GAP), at.turn)))
    return numbers


def _arrows(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    start, end = (np.asarray(ends, np.float64).reshape(-1, 2) for ends in layer.ends())
    width = float(layer.values["width"]) * PIXEL
    halo = (4 * PIXEL, layer.values["halo"]) if "halo" in layer.values else None
    colours = rows(layer.values["colours"], len(end))
    tails = np.broadcast_to(start, end.shape)
    return [Arrowheads(plane, name, layer.opacity, tails, end, width, colours, halo)]


def _regions(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    weights = np.asarray(layer.values["weights"], np.float64)
    biases = np.asarray(layer.values["biases"], np.float64)
    colours = rows(layer.values["colours"], len(weights))
    (left, right), (bottom, top) = plane.x, plane.y
    found = []
    for k, colour in enumerate(colours):
        polygon = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
        for other in range(len(weights)):
            polygon = _half_plane(polygon, weights[k] - weights[other], biases[k] - biases[other])
        if len(polygon):
            found.append((polygon, colour))
    polygons, paints = zip(*found, strict=True)
    return [Patches(plane, name, layer.opacity, polygons, np.array(paints))]


def _areas(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    corners = np.asarray(layer.values["corners"], np.float64)
    polygons = corners[None] if corners.ndim == 2 else corners
    colours = rows(layer.values["colours"], len(polygons))
    return [Patches(plane, name, layer.opacity, tuple(polygons), colours)]


def _half_plane(polygon: Floats, normal: Floats, offset: float) -> Floats:
    """The part of a convex polygon (S, 2) where normal · x + offset ≥ 0.

    Source: I. Sutherland and G. Hodgman, Reentrant polygon clipping, 1974.
    """
    kept = []
    heights = polygon @ normal + offset
    for i, (point, height) in enumerate(zip(polygon, heights, strict=True)):
        before, last = polygon[i - 1], heights[i - 1]
        if (height < 0) != (last < 0):
            kept.append(before + last / (last - height) * (point - before))
        if height >= 0:
            kept.append(point)
    return np.array(kept).reshape(-1, 2)


def _bars(layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
    heights = np.asarray(layer.values["heights"], np.float64)
    colours = rows(layer.values["colours"], len(heights))
    return [Bars(plane, name, layer.opacity, heights, float(layer.values["width"]), colours)]


READERS: dict[type[DataLayer], Callable[[Any, Plane, str], list[Mark | Label]]] = {
    layers.Points: _discs,
    layers.Lines: _curves,
    layers.Cross: _cross,
    layers.ScaleBar: _scale_bar,
    layers.Field: _heat,
    layers.LevelLines: _levels,
    layers.Arrows: _arrows,
    layers.Regions: _regions,
    layers.Areas: _areas,
    layers.Bars: _bars,
}


def _text(text: Typeset, source: Source | None, style: Style) -> list[Mark | Label | Shape]:
    opacity = max(glyph.get_fill_opacity() for glyph in text.submobjects)
    if opacity <= 0:
        return []
    if source is None:  # a copy, of which nothing but its shape is known
        return [shape for glyph in text.submobjects for shape in _shape(glyph)]
    glyphs = tuple((_beziers(glyph), _ink(glyph, 1)) for glyph in text.submobjects)
    inks = np.array([ink for _, ink in glyphs])
    return [
        Label(
            source=source.markup,
            maths=source.maths,
            baseline=text.baseline,
            cap=text.cap,
            # What was painted over is of one colour, whatever its symbols mean.
            colour=inks[0] if (inks == inks[0]).all() else rgba(source.ink),
            style=load(source.theme),
            coloured=bool((inks != inks[0]).any()),
            glyphs=glyphs,
            opacity=float(opacity),
            halo=text.submobjects[0].get_stroke_width(background=True) * STROKE / 2,
        )
    ]


def _counter(counter: Counter, sources: Sources, style: Style) -> list[Mark | Label | Shape]:
    """A number as it is shown now, and the words beside it."""
    if counter.opacity <= 0:
        return []
    words = [mark for text in counter.submobjects for mark in _text(text, sources.of(text), style)]
    number, (left, bottom), cap = counter.shown(), counter.points[0, :2], counter.cap
    width = float(np.ptp(counter.points[:, 0]))
    glyphs = []
    for letter, edge in zip(number, counter.right_edges[-len(number) :], strict=True):
        outline, advance = character(letter, counter.font)
        pen = left + width * edge / counter.right_edges[-1] - cap * advance
        glyphs.append((outline.curves * cap + [pen, bottom], counter.colour))
    shown = tuple(glyph for glyph in glyphs if len(glyph[0]))
    return [
        *words,
        Label(
            number, False, float(bottom), cap, counter.colour, style, False, shown, counter.opacity
        ),
    ]


def _shape(mobject: VMobject) -> list[Mark | Label | Shape]:
    fill = _ink(mobject, mobject.get_fill_opacity())
    width = mobject.get_stroke_width()
    stroke = rgba(mobject.get_stroke_color().to_hex().lower(), mobject.get_stroke_opacity())
    stroke[3] *= bool(width > 0)
    if not fill[3] and not stroke[3]:
        return []
    return [Shape(_beziers(mobject), fill, stroke, float(width) * STROKE)]


def _beziers(mobject: VMobject) -> Floats:
    return np.asarray(mobject.points[:, :2], np.float64).reshape(-1, 4, 2)


def _ink(mobject: VMobject, opacity: float) -> Bytes:
    return rgba(mobject.get_fill_color().to_hex().lower(), float(opacity))
