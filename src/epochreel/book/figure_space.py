"""Read what stands in space: where it is seen in the picture, and what of it is hidden."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel import layers, raster
from epochreel.book.figures import (
    DOTS,
    PIXEL,
    Bytes,
    Curves,
    Discs,
    Floats,
    Label,
    Mark,
    Mesh,
    Plane,
    rows,
)
from epochreel.layers.layer import Canvas
from epochreel.layers.solids import BIAS
from epochreel.layers.space import SpaceLayer
from epochreel.layers.stage import GAP, Names, Stage
from epochreel.look.style import SHORTER_SIDE, rgba
from epochreel.marks.box import Box
from epochreel.notation.typesetting import formula_writing

__all__ = ["Scenery"]

WIDE = 3.0  # shorter sides: a sheet on which every frame has room
SIDE = 1080


class Scenery:
    """The spaces of a figure, and the depths of what has been read of them."""

    def __init__(self) -> None:
        pixels = np.zeros((SIDE, round(WIDE * SIDE), 4), np.uint8)
        self.sheet = Canvas(pixels, WIDE * SHORTER_SIDE, SHORTER_SIDE)

    def marks(self, layer: Any, plane: Plane, name: str) -> list[Mark | Label]:
        """What a layer draws; layers are to be read in the order of drawing."""
        if isinstance(layer, layers.Surface):
            return [self._surface(layer, plane, name)]
        if isinstance(layer, layers.Points3D):
            return [self._discs(layer, plane, name)]
        if isinstance(layer, layers.Curves3D):
            return [self._curves(layer, plane, name)]
        if isinstance(layer, Stage):
            return _stage(layer, plane, self.sheet)
        return _names(layer, self.sheet)

    def to_scene(self, places: ArrayLike) -> Floats:
        """Pixels of the sheet (…, 2 or 3) to places in Manim units (…, 2)."""
        pixels = np.asarray(places, np.float64)[..., :2] / [1, -1] / self.sheet.unit
        middle = np.array([self.sheet.frame_width, -self.sheet.frame_height]) / 2
        return np.asarray(pixels - middle)

    def _surface(self, layer: layers.Surface, plane: Plane, name: str) -> Mark:
        layer.draw(self.sheet)
        places = layer.project(self.sheet, layer.world)
        return Mesh(
            plane,
            name,
            layer.opacity,
            layer.vertices(),
            self.to_scene(places),
            places[..., 2] / self.sheet.unit,
            _picture(layer, plane.box),
        )

    def _discs(self, layer: layers.Points3D, plane: Plane, name: str) -> Mark:
        data = np.asarray(layer.values["positions"], np.float64)
        places = layer.place(self.sheet, data)
        radius = np.asarray(layer.values["radius"], np.float64) * PIXEL * layer.magnification
        radius = np.broadcast_to(radius, len(data))
        # A disc faces the viewer, so a slanted surface may hide its middle alone: most counts.
        turns = np.arange(8) * np.pi / 4
        around = np.stack([np.cos(turns), np.sin(turns), 0 * turns], axis=1)
        around = 0.8 * self.sheet.unit * radius[:, None, None] * np.vstack([0 * around[:1], around])
        parts, hidden = self._seen(layer, (places[:, None] + around).reshape(-1, 3))
        seen = parts.reshape(-1, len(turns) + 1).mean(axis=1) > 0.5
        order = np.argsort(-places[:, 2], kind="stable")  # the nearest on top
        return Discs(
            plane,
            name,
            layer.opacity,
            self.to_scene(places)[order],
            radius[order],
            rows(layer.values["colours"], len(data))[order],
            data=data[order],
            seen=seen[order],
            hidden=hidden,
        )

    def _curves(self, layer: layers.Curves3D, plane: Plane, name: str) -> Mark:
        if isinstance(layer, layers.LevelLines3D):
            vertices, offsets, which = layer.traced
            levels: Floats | None = layer.levels[which]
            colours = rows(layer.values["colours"], len(layer.levels))[which]
            lines = np.split(vertices, offsets[1:-1]) if len(which) else []
        else:
            vertices = np.asarray(layer.values["vertices"], np.float64)
            lines = list(vertices[None] if vertices.ndim == 2 else vertices)
            levels, colours = None, rows(layer.values["colours"], len(lines))
        places = [layer.place(self.sheet, line) for line in lines]
        cuts = [_stretches(self._seen(layer, each)[0]) for each in places]
        _, hidden = self._seen(layer, np.empty((0, 3)))
        count = [len(each) for each in cuts]
        stretches = [(i, stretch, shown) for i, cut in enumerate(cuts) for stretch, shown in cut]
        return Curves(
            plane,
            name,
            layer.opacity,
            tuple(self.to_scene(places[i][stretch]) for i, stretch, _ in stretches),
            float(layer.values["width"]) * PIXEL,
            np.repeat(colours, count, axis=0),
            None if levels is None else np.repeat(levels, count),
            tuple(lines[i][stretch] for i, stretch, _ in stretches),
            np.array([shown for _, _, shown in stretches], bool),
            hidden,
        )

    def _seen(self, layer: SpaceLayer, places: Floats) -> tuple[NDArray[np.bool_], float]:
        """Which places (N, 3) no surface hides, and the opacity of what is hidden."""
        clip = layer.clip(self.sheet)
        depth = self.sheet.depth(layer.space, clip)
        rows_, columns = depth.buffer.shape
        across = np.clip(places[:, 0].astype(int) - clip[0], 0, columns - 1)
        down = np.clip(places[:, 1].astype(int) - clip[1], 0, rows_ - 1)
        seen = places[:, 2] - BIAS <= depth.buffer[down, across]
        return seen, max(getattr(layer, "hidden", 0.0), 1 - depth.opacity)


def _picture(surface: layers.Surface, box: Box) -> Bytes:
    """A surface as it is seen in a box, whatever else there is."""
    dots = 2 * DOTS  # its edge is sharp, as lines are
    height, width = round(SHORTER_SIDE * dots), round(WIDE * SHORTER_SIDE * dots)
    pixels = np.zeros((height, width, 4), np.uint8)
    canvas = Canvas(pixels, width / dots, height / dots)
    surface.draw(canvas)
    corners = canvas.to_pixels([[box.left, box.top], [box.right, box.bottom]])
    (left, top), (right, bottom) = np.rint(corners).astype(int).tolist()
    return raster.straight(np.ascontiguousarray(pixels[top:bottom, left:right]))


def _stretches(seen: NDArray[np.bool_]) -> list[tuple[slice, bool]]:
    """Runs of what is seen or hidden, each up to the first vertex of the next."""
    starts = np.flatnonzero(np.diff(seen, prepend=not seen[0]))
    ends = np.append(starts[1:] + 1, len(seen))
    return [
        (slice(start, end), bool(seen[start]))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if end - start > 1
    ]


class _Lines(Stage):
    """A stage that notes its lines instead of painting them."""

    def __init__(self, stage: Stage) -> None:
        self.__dict__.update(stage.__dict__)
        self.noted: list[tuple[Floats, float, Floats]] = []

    def _lines(self, canvas: Canvas, ends: Floats, width: float, weights: Floats) -> None:
        self.noted.append((ends, width, weights))


def _stage(stage: Stage, plane: Plane, sheet: Canvas) -> list[Mark | Label]:
    noting, scenery = _Lines(stage), Scenery()
    noting.draw(sheet)
    cross = rgba(stage.style.chrome.cross)
    marks: list[Mark | Label] = []
    for ends, width, weights in noting.noted:
        colours = np.tile(cross, (len(weights), 1))
        colours[:, 3] = np.rint(255 * weights)
        lines = scenery.to_scene(ends).reshape(-1, 2, 2)[weights > 0]
        marks.append(
            Curves(plane, "", stage.opacity, tuple(lines), width * PIXEL, colours[weights > 0])
        )
    return marks


class _Stamps(Names):
    """Names that note where they stand instead of painting themselves."""

    def __init__(self, names: Names) -> None:
        self.__dict__.update(names.__dict__)
        self.noted: list[tuple[str, Floats, float]] = []

    def _stamp(self, canvas: Canvas, name: str, way: Floats, weight: float) -> None:
        self.noted.append((name, way, weight))


def _names(names: Names, sheet: Canvas) -> list[Mark | Label]:
    noting, scenery, style = _Stamps(names), Scenery(), names.style
    noting.draw(sheet)
    labels: list[Mark | Label] = []
    cap = names.cap(sheet) / sheet.unit
    for name, ends, weight in noting.noted:
        writing = formula_writing(name, style)
        start, end = scenery.to_scene(ends)
        away = end - start
        direction = away / max(float(np.linalg.norm(away)), 1e-9)
        room = GAP * cap + cap / 2 * float(np.abs(direction) @ (writing.extent - 1).clip(min=0))
        pen = end + room * direction - cap * writing.centre
        glyphs = tuple((outline.curves * cap + pen, ink) for outline, ink in writing.shapes)
        ink, opacity = rgba(style.chrome.maths), names.opacity * weight
        labels.append(
            Label(name, True, float(pen[1]), cap, ink, style, True, glyphs, opacity, 0.2 * cap)
        )
    return labels
