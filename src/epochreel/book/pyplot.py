"""A figure drawn by Matplotlib in the project's style."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from epochreel.book.figures import (
    MARGIN,
    Arrowheads,
    Bars,
    Bytes,
    Curves,
    Discs,
    Figure,
    Floats,
    Heat,
    Label,
    Mesh,
    Patches,
    Shape,
    palette,
)
from epochreel.look import formats
from epochreel.look.style import Style, rgba
from epochreel.marks.box import Box

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


def _shares(mark: Discs | Curves, seen: Any) -> Any:
    """The opacity of each part of a mark, what is hidden fainter."""
    return mark.opacity * np.where(seen, 1, mark.hidden)


def _discs(axes: Axes, mark: Discs, order: int) -> None:
    x, y = mark.plane.to_scene(mark.points).T
    seen = np.ones(len(x), bool) if mark.seen is None else mark.seen
    shares = _shares(mark, seen)
    layers = [(0.0, mark.colours), *([mark.halo] if mark.halo else [])][::-1]
    for grown, colours in layers:
        paint = _tint(np.broadcast_to(colours, (len(x), 4)), 1)
        paint[:, 3] *= shares
        sizes = (2 * POINTS * (mark.radius + grown)) ** 2
        dots = axes.scatter(x, y, sizes, paint, linewidths=0, zorder=order)
        _clip(axes, dots, mark.plane.box)


def _clip(axes: Axes, artist: Any, box: Box) -> None:
    from matplotlib.patches import Rectangle

    corner = box.left, box.bottom
    artist.set_clip_path(Rectangle(corner, box.width, box.height, transform=axes.transData))


def _curves(axes: Axes, mark: Curves, order: int) -> None:
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
            outlines = [Outline(mark.plane.to_scene(mark.lines[i])) for i in chosen]
            patch = PathPatch(
                Outline.make_compound_path(*outlines),
                fill=False,
                edgecolor=_tint(colour, _shares(mark, told)),
                linewidth=POINTS * mark.width,
                capstyle="round",
                joinstyle="round",
            )
            _put(axes, patch, mark.plane.box, order)


def _heat(axes: Axes, mark: Heat, order: int) -> None:
    (left, bottom), (right, top) = mark.plane.to_scene(np.array([mark.x, mark.y]).T)
    picture = _still(axes, mark.picture, (left, right, bottom, top), mark.opacity, order)
    _clip(axes, picture, mark.plane.box)


def _arrows(axes: Axes, mark: Arrowheads, order: int) -> None:
    from matplotlib.collections import PolyCollection

    tails, tips = mark.plane.to_scene(mark.tails), mark.plane.to_scene(mark.tips)
    layers = [(0.0, mark.colours), *([mark.halo] if mark.halo else [])][::-1]
    for grown, colours in layers:
        outlines = [
            _arrow(tail, tip, size * (mark.width + grown), size * mark.head,
                   size * (3.4 * mark.width + grown))
            for tail, tip, size in zip(tails, tips, mark.shrink, strict=True)
        ]  # fmt: skip
        paint = _tint(np.broadcast_to(colours, (len(tips), 4)), mark.opacity)
        _put(axes, PolyCollection(outlines, facecolors=paint, linewidths=0), mark.plane.box, order)


def _arrow(tail: Floats, tip: Floats, shaft: float, head: float, wide: float) -> Floats:
    """The outline (7, 2) of an arrow."""
    length = max(float(np.linalg.norm(tip - tail)), 1e-9)
    along = (tip - tail) / length
    aside = along[::-1] * [-1, 1]
    places = [(0, 1, 0), (1, 1, 0), (1, 0, 1), (2, 0, 0), (1, 0, -1), (1, -1, 0), (0, -1, 0)]
    reach = [0.0, length - head, length]
    return np.array(
        [
            tail + reach[at] * along + (narrow * shaft + broad * wide) / 2 * aside
            for at, narrow, broad in places
        ]
    )


def _patches(axes: Axes, mark: Patches, order: int) -> None:
    from matplotlib.collections import PolyCollection

    outlines = [mark.plane.to_scene(polygon) for polygon in mark.polygons]
    paint = _tint(mark.colours, mark.opacity)
    fills = PolyCollection(outlines, facecolors=paint, linewidths=0)
    _put(axes, fills, mark.plane.box, order)


def _bars(axes: Axes, mark: Bars, order: int) -> None:
    from matplotlib.collections import PolyCollection

    half = mark.width / 2
    corners = [
        np.array([[k - half, 0], [k + half, 0], [k + half, height], [k - half, height]])
        for k, height in enumerate(mark.heights)
    ]
    outlines = [mark.plane.to_scene(corner) for corner in corners]
    fills = PolyCollection(outlines, facecolors=_tint(mark.colours, mark.opacity), linewidths=0)
    _put(axes, fills, mark.plane.box, order)


def _mesh(axes: Axes, mark: Mesh, order: int) -> None:
    box = mark.plane.box
    _still(axes, mark.picture, (box.left, box.right, box.bottom, box.top), 1, order)


def _still(
    axes: Axes, pixels: Bytes, extent: tuple[float, float, float, float], opacity: float, order: int
) -> Any:
    return axes.imshow(
        pixels,
        extent=extent,
        alpha=opacity,
        zorder=order,
        aspect="auto",
        interpolation="bilinear",
    )


def _label(axes: Axes, label: Label, order: int) -> None:
    from matplotlib.patches import PathPatch

    if label.halo:
        ground = rgba(label.style.chrome.background)
        for curves, _ in label.glyphs:
            around = PathPatch(
                _outline(curves),
                facecolor=_tint(ground, label.opacity),
                edgecolor=_tint(ground, label.opacity),
                linewidth=2 * POINTS * label.halo,
                joinstyle="round",
            )
            _put(axes, around, None, order)
    for curves, ink in label.glyphs:
        shape = PathPatch(_outline(curves), facecolor=_tint(ink, label.opacity), linewidth=0)
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
    Bars: _bars,
    Curves: _curves,
    Discs: _discs,
    Heat: _heat,
    Label: _label,
    Mesh: _mesh,
    Patches: _patches,
    Shape: _shape,
}
