"""A figure drawn by Matplotlib in the project's style."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from epochreel.book.figures import MARGIN, Figure, picture
from epochreel.book.tables import palette
from epochreel.look import formats
from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.marks.kinds import (
    Arrowheads,
    Bytes,
    Discs,
    Floats,
    Heat,
    Mesh,
    Pillars,
    Polygons,
    Shape,
    Strokes,
    Words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path as Outline

__all__ = ["MISSING", "draw", "installed"]

INCH = 2.54
POINTS = 72 / INCH  # in a centimetre
RESOLUTION = 300  # dots an inch

MISSING = (
    "Matplotlib is not installed, so its pictures are left out; `pip install matplotlib` brings it."
)


def installed() -> bool:
    """Whether Matplotlib is there."""
    return importlib.util.find_spec("matplotlib") is not None


def draw(figure: Figure, paths: Iterable[Path]) -> None:
    """Draw a figure into files, whose kind their names tell: PDF, PNG, SVG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Sheet

    box = figure.box
    size = box.width + 2 * MARGIN, box.height + 2 * MARGIN
    with _dressed(figure.style):
        sheet = Sheet(figsize=(size[0] / INCH, size[1] / INCH), dpi=RESOLUTION)
        FigureCanvasAgg(sheet)
        axes = sheet.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_autoscale_on(False)
        axes.set_xlim(box.left - MARGIN, box.right + MARGIN)
        axes.set_ylim(box.bottom - MARGIN, box.top + MARGIN)
        for order, mark in enumerate(figure.marks):
            DRAWING[type(mark)](axes, mark, order)
        for path in paths:
            # No date: the same figure is the same file.
            dated = {"CreationDate": None} if path.suffix == ".pdf" else None
            sheet.savefig(path, metadata=dated)


@contextmanager
def _dressed(style: Style) -> Iterator[None]:
    """Let Matplotlib follow the stylesheet."""
    import matplotlib

    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "book.mplstyle"
        sheet.write_text(formats.mpl(style), encoding="utf-8")
        settings = matplotlib.rc_params_from_file(sheet, use_default_template=False)
    with matplotlib.rc_context(settings):
        yield


def _put(axes: Axes, artist: Any, box: Box | None, order: int) -> None:
    """Add an artist above those before it, clipped to a box."""
    artist.set_zorder(order)
    (axes.add_collection if hasattr(artist, "set_paths") else axes.add_patch)(artist)
    if box is not None:
        _clip(axes, artist, box)


def _tint(colours: Bytes, opacity: float) -> Floats:
    """Colours for Matplotlib, from 0 to 1."""
    return np.asarray(np.asarray(colours) / 255 * [1, 1, 1, opacity])


def _shares(mark: Discs | Strokes, seen: Any) -> Any:
    """The opacity of each part of a mark, what is hidden fainter."""
    return mark.opacity * np.where(seen, 1, mark.hidden)


def _discs(axes: Axes, mark: Discs, order: int) -> None:
    x, y = mark.seat.to_scene(mark.points).T
    seen = np.ones(len(x), bool) if mark.seen is None else mark.seen
    shares = _shares(mark, seen)
    layers = [(0.0, mark.colours), *([mark.halo] if mark.halo else [])][::-1]
    for grown, colours in layers:
        paint = _tint(np.broadcast_to(colours, (len(x), 4)), 1)
        paint[:, 3] *= shares
        sizes = (2 * POINTS * (mark.radius + grown)) ** 2
        dots = axes.scatter(x, y, sizes, paint, linewidths=0, zorder=order)
        _clip(axes, dots, mark.box)


def _clip(axes: Axes, artist: Any, box: Box) -> None:
    from matplotlib.patches import Rectangle

    corner = box.left, box.bottom
    artist.set_clip_path(Rectangle(corner, box.width, box.height, transform=axes.transData))


def _strokes(axes: Axes, mark: Strokes, order: int) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    if not mark.lines:
        return
    seen = np.ones(len(mark.lines), bool) if mark.seen is None else mark.seen
    different, which = palette(mark.colours)
    for k, colour in enumerate(different):
        for told in (False, True):
            chosen = np.flatnonzero((which == k) & (seen == told))
            if not len(chosen) or not (told or mark.hidden):
                continue
            # One path, so that crossings are no brighter than the rest.
            outlines = [Outline(mark.seat.to_scene(mark.lines[i])) for i in chosen]
            patch = PathPatch(
                Outline.make_compound_path(*outlines),
                fill=False,
                edgecolor=_tint(colour, _shares(mark, told)),
                linewidth=POINTS * mark.width,
                capstyle="round",
                joinstyle="round",
            )
            _put(axes, patch, mark.box, order)


def _heat(axes: Axes, mark: Heat, order: int) -> None:
    (left, bottom), (right, top) = mark.seat.to_scene(np.array([mark.x, mark.y]).T).tolist()
    _still(axes, picture(mark), Box(left, bottom, right, top), mark.opacity, mark.box, order)


def _mesh(axes: Axes, mark: Mesh, order: int) -> None:
    _still(axes, picture(mark), mark.box, 1, mark.box, order)


def _still(axes: Axes, pixels: Bytes, at: Box, opacity: float, clip: Box, order: int) -> None:
    """Put a picture into a rectangle, clipped to another."""
    image = axes.imshow(
        pixels,
        extent=(at.left, at.right, at.bottom, at.top),
        alpha=opacity,
        zorder=order,
        aspect="auto",
        interpolation="bilinear",
    )
    _clip(axes, image, clip)


def _arrows(axes: Axes, mark: Arrowheads, order: int) -> None:
    if mark.halo is not None:
        grown, ground = mark.halo
        _fill(axes, mark, mark.outlines(grown), ground, order)
    _fill(axes, mark, mark.outlines(), mark.colours, order)


def _outlined(axes: Axes, mark: Pillars | Polygons, order: int) -> None:
    _fill(axes, mark, mark.outlines(), mark.colours, order)


def _fill(
    axes: Axes,
    mark: Arrowheads | Pillars | Polygons,
    outlines: list[Floats],
    colours: Bytes,
    order: int,
) -> None:
    from matplotlib.collections import PolyCollection

    paint = _tint(np.broadcast_to(colours, (len(outlines), 4)), mark.opacity)
    _put(axes, PolyCollection(outlines, facecolors=paint, linewidths=0), mark.box, order)


def _words(axes: Axes, words: Words, order: int) -> None:
    from matplotlib.patches import PathPatch

    if words.halo:
        ground = _tint(words.ground, words.opacity)
        for curves, _ in words.glyphs:
            around = PathPatch(
                _outline(curves),
                facecolor=ground,
                edgecolor=ground,
                linewidth=2 * POINTS * words.halo,
                joinstyle="round",
            )
            _put(axes, around, None, order)
    for curves, ink in words.glyphs:
        shape = PathPatch(_outline(curves), facecolor=_tint(ink, words.opacity), linewidth=0)
        _put(axes, shape, None, order)


def _shape(axes: Axes, shape: Shape, order: int) -> None:
    from matplotlib.patches import PathPatch

    patch = PathPatch(
        _outline(shape.curves),
        facecolor=_tint(shape.fill, 1),
        edgecolor=_tint(shape.stroke, 1),
        linewidth=POINTS * shape.width if shape.stroke[3] else 0,
    )
    _put(axes, patch, None, order)


def _outline(curves: Floats) -> Outline:
    """Cubic Béziers (N, 4, 2) as a path, a new part where one does not begin at the last's end."""
    from matplotlib.path import Path as Outline

    places: list[Floats] = []
    codes: list[int] = []
    for start, first, second, end in curves:
        if not places or np.abs(places[-1] - start).max() > 1e-6:
            places.append(start)
            codes.append(int(Outline.MOVETO))
        places += [first, second, end]
        codes += [int(Outline.CURVE4)] * 3
    return Outline(np.array(places), codes)


DRAWING: dict[type, Any] = {
    Arrowheads: _arrows,
    Pillars: _outlined,
    Strokes: _strokes,
    Discs: _discs,
    Heat: _heat,
    Words: _words,
    Mesh: _mesh,
    Polygons: _outlined,
    Shape: _shape,
}
