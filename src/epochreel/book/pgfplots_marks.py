"""What PGFPlots is told for each kind of mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from epochreel.book.figures import still
from epochreel.book.tables import FEW, palette, table_of
from epochreel.look import colour_maps
from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.marks.kinds import (
    PIXEL,
    Arrowheads,
    Bytes,
    Discs,
    Floats,
    Heat,
    Mark,
    Mesh,
    Pillars,
    Polygons,
    Strokes,
)

__all__ = ["Inks", "axis", "decoration", "grouped", "number", "place", "points"]

POINTS = 72.27 / 2.54
"""TeX's points in a centimetre."""

FAR = 20
"""Widths of a seat beyond it from which on nothing is drawn: TeX knows no length above 5.75 m."""


def number(value: float) -> str:
    """A length in centimetres or points, to a thousandth."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if abs(value) >= 5e-5 else "0"


def points(length: float) -> str:
    """A length in centimetres as one in points."""
    return f"{number(POINTS * length)}pt"


def place(at: Floats) -> str:
    """A place (2,) in centimetres as TikZ writes it."""
    return f"({number(at[0])}cm,{number(at[1])}cm)"


class Inks:
    """The names of colours: those of the stylesheet, and new ones for others."""

    def __init__(self, style: Style) -> None:
        self.style, self.new = style, dict[str, str]()
        classes = {f"class-{k}": colour for k, colour in enumerate(style.classes(5))}
        known = {**style.palette, **classes, **asdict(style.chrome)}
        self.known: dict[str, str] = {}
        for name, colour in known.items():
            self.known.setdefault(colour, f"book-{name.replace('_', '-')}")

    def name(self, colour: Bytes) -> str:
        """The name of a colour, whatever its alpha."""
        return self.of_text(f"#{bytes(colour[:3]).hex()}")

    def of_text(self, colour: str) -> str:
        """The name of a colour #rrggbb."""
        if colour not in self.known:
            self.known[colour] = self.new[colour] = f"figure-{len(self.new) + 1}"
        return self.known[colour]

    def options(self, colour: Bytes, opacity: float, key: str) -> list[str]:
        """Options of TikZ for a colour of a fill, a stroke or a text."""
        share = opacity * float(colour[3]) / 255
        names = {"fill": "fill opacity", "draw": "draw opacity", "text": "text opacity"}
        faint = [f"{names[key]}={number(share)}"] if share < 0.999 else []
        return [f"{key}={self.name(colour)}", *faint]

    def definitions(self) -> list[str]:
        """What defines the new colours."""
        return [
            rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}"
            for colour, name in self.new.items()
        ]


def grouped(mark: Mark) -> bool:
    """Whether a mark is composited as a whole, so that what overlaps in it is not seen twice."""
    return isinstance(mark, Polygons | Heat)


def axis(marks: list[Mark], tables: Mapping[str, str], corner: Floats, inks: Inks) -> list[str]:
    """An axis with marks of one seat, clipped to it."""
    seat, first = marks[0].seat, marks[0]
    keys = {
        "at": f"{{{place(seat.box.corner[:2] - corner)}}}",
        "width": f"{number(seat.box.width)}cm",
        "height": f"{number(seat.box.height)}cm",
        **{f"{name}{end}": f"{value:.9g}" for name, limits in (("x", seat.x), ("y", seat.y))
           for end, value in zip(("min", "max"), limits, strict=True)},
    }  # fmt: skip
    options = ["book plane", *(f"{key}={value}" for key, value in keys.items())]
    for name, (low, high) in (("x", seat.x), ("y", seat.y)):
        reach = FAR * (high - low)
        if any(_reach(mark, name, low, high) > reach for mark in marks):
            domain = f"{low - reach:.9g}:{high + reach:.9g}"
            options.append(f"restrict {name} to domain={{{domain}}}")
    lines = [rf"\begin{{axis}}[{', '.join(options)}]"]
    for mark in marks:
        draw = DRAWING[type(mark)]
        lines += draw(mark, tables[mark.name], inks)
    lines.append(r"\end{axis}")
    group = ""
    if grouped(first) and first.opacity < 0.999:
        group = f"[opacity={number(first.opacity)}, transparency group]"
    return [
        rf"\begin{{scope}}{group}",
        _clip(seat.box, corner),
        *lines,
        r"\end{scope}",
    ]


def _reach(mark: Mark, name: str, low: float, high: float) -> float:
    """How far finite coordinates of a mark are beyond these limits."""
    columns = dict(table_of(mark).columns)
    if "right" in columns or name not in columns:
        return 0.0
    values = np.asarray(columns[name], np.float64)
    values = values[np.isfinite(values)]
    return float(np.maximum(low - values, values - high).max(initial=0))


def _clip(box: Box, corner: Floats) -> str:
    low, high = np.array([[box.left, box.bottom], [box.right, box.top]]) - corner
    return rf"\clip {place(low)} rectangle {place(high)};"


def decoration(mark: Mark, corner: Floats, inks: Inks) -> list[str]:
    """Lines without data, drawn where they stand and clipped to their seat."""
    assert isinstance(mark, Strokes)
    lines = []
    for line, colour in zip(mark.lines, mark.colours, strict=True):
        options = [*inks.options(colour, mark.opacity, "draw"), f"line width={points(mark.width)}"]
        way = " -- ".join(place(at) for at in mark.seat.to_scene(line) - corner)
        lines.append(rf"\draw[{', '.join(options)}] {way};")
    return [r"\begin{scope}", _clip(mark.seat.box, corner), *lines, r"\end{scope}"]


def _plot(options: list[str], columns: str, file: str, kind: str = "addplot") -> str:
    return rf"\{kind}[{', '.join(options)}] table[{columns}] {{{file}}};"


def _shares(mark: Discs | Strokes) -> list[tuple[list[str], float]]:
    """Filters and opacities: what is hidden before what is seen, where that is told apart."""
    if mark.seen is None:
        return [([], mark.opacity)]
    hidden = not mark.seen.all() and mark.hidden > 0
    return [
        *([(["book only={seen}{0}"], mark.hidden * mark.opacity)] if hidden else []),
        *([(["book only={seen}{1}"], mark.opacity)] if mark.seen.any() else []),
    ]


def _classes(colours: Bytes) -> list[tuple[list[str], Bytes]]:
    """Filters and colours of the classes of a table."""
    different, _ = palette(colours)
    if len(different) == 1:
        return [([], different[0])]
    return [([f"book only={{class}}{{{k}}}"], colour) for k, colour in enumerate(different)]


def _discs(mark: Discs, file: str, inks: Inks) -> list[str]:
    columns = "x=x, y=y" if mark.data is None else "x=right, y=up"
    plots = []
    for filters, opacity in _shares(mark):
        common = ["only marks", "book scatter", "mark=book disc", *filters]
        if mark.halo is not None:
            grown, ground = mark.halo
            paint = inks.options(ground, opacity, "fill")
            plots.append(_plot([*common, *_sizes(mark, grown, paint)], columns, file))
        if len(palette(mark.colours)[0]) > FEW:
            paint = [f"fill opacity={number(opacity)}"]
            options = [*_sizes(mark, 0, paint), "book painted points"]
            plots.append(_plot([*common, *options], columns, file))
            continue
        for chosen, colour in _classes(mark.colours):
            paint = inks.options(colour, opacity, "fill")
            plots.append(_plot([*common, *chosen, *_sizes(mark, 0, paint)], columns, file))
    return plots


def _sizes(mark: Discs, grown: float, paint: list[str]) -> list[str]:
    """How large and of which colour points are, `grown` centimetres larger than they are."""
    options = [f"mark options={{{', '.join(paint)}}}"]
    if mark.radius.min() == mark.radius.max():
        return [f"mark size={points(mark.radius[0] + grown)}", *options]
    return [f"book sizes={{{number(POINTS * PIXEL)}}}{{{points(grown)}}}", *options]


def _strokes(mark: Strokes, file: str, inks: Inks) -> list[str]:
    if not mark.lines:
        return []
    columns = "x=x, y=y" if mark.data is None else "x=right, y=up"
    classes = _classes(mark.colours)
    if mark.levels is not None and len(classes) > 1:
        pairs = {
            f"{level:.9g}": colour for level, colour in zip(mark.levels, mark.colours, strict=True)
        }
        classes = [([f"book only={{level}}{{{level}}}"], colour) for level, colour in pairs.items()]
    return [
        _plot(
            [
                *inks.options(colour, opacity, "draw"),
                f"line width={points(mark.width)}",
                *chosen,
                *filters,
            ],
            columns,
            file,
        )
        for filters, opacity in _shares(mark)
        for chosen, colour in classes
    ]


def _heat(mark: Heat, file: str, inks: Inks) -> list[str]:
    shown = still(mark, file, inks.style.theme)
    if not mark.smooth:
        return [_graphics(shown, mark.x, mark.y)]
    known = ("energy", "cold_warm")
    tables = {name: colour_maps.colours(inks.style, name) for name in known}
    name = next(name for name in known if np.array_equal(tables[name], mark.table))
    surface = ["surf", "shader=interp", f"mesh/rows={len(mark.values)}", "point meta=explicit"]
    surface += [f"point meta min={mark.low:.9g}", f"point meta max={mark.high:.9g}"]
    surface += [f"colormap name=book-{name.replace('_', '-')}"]
    values = _plot(surface, "x=x, y=y, meta=value", file)
    return _picture(shown, mark.x, mark.y, values)


def _mesh(mark: Mesh, file: str, inks: Inks) -> list[str]:
    surface = ["surf", f"mesh/rows={len(mark.depth)}"]
    values = _plot(surface, "x=x, y=y, z=z", file, "addplot3")
    return _picture(still(mark, file, inks.style.theme), mark.seat.x, mark.seat.y, values)


def _picture(file: str, x: tuple[float, float], y: tuple[float, float], values: str) -> list[str]:
    """A picture between limits; how to draw its numbers instead stands beside it."""
    return [
        "% A picture, since what is smooth would take more numbers than TeX's memory holds.",
        f"% To draw the numbers themselves: {values}",
        _graphics(file, x, y),
    ]


def _graphics(file: str, x: tuple[float, float], y: tuple[float, float]) -> str:
    edges = f"xmin={x[0]:.9g}, xmax={x[1]:.9g}, ymin={y[0]:.9g}, ymax={y[1]:.9g}"
    return rf"\addplot graphics[{edges}] {{{file}}};"


def _arrows(mark: Arrowheads, file: str, inks: Inks) -> list[str]:
    plots = []
    shapes = [(0.0, None), *([mark.halo] if mark.halo else [])][::-1]
    for grown, ground in shapes:
        shaft, head, wide = mark.width + grown, mark.head, 3.4 * mark.width + grown
        shape = f"book arrows={{{points(shaft)}}}{{{points(head)}}}{{{points(wide)}}}"
        if ground is None and len(palette(mark.colours)[0]) > FEW:
            options = [shape, "book painted arrows", f"opacity={number(mark.opacity)}"]
            plots.append(_plot(options, "x=x, y=y", file))
            continue
        for chosen, colour in [([], ground)] if ground is not None else _classes(mark.colours):
            share = mark.opacity * float(colour[3]) / 255
            faint = [f"opacity={number(share)}"] if share < 0.999 else []
            options = [shape, f"color={inks.name(colour)}", *faint, *chosen]
            plots.append(_plot(options, "x=x, y=y", file))
    return plots


def _polygons(mark: Polygons, file: str, inks: Inks) -> list[str]:
    plots = []
    for k, colour in enumerate(palette(mark.colours)[0]):
        # An outline closes seams between neighbours; the group keeps it from being seen twice.
        seam = [f"draw={inks.name(colour)}", "line width=0.1pt"]
        options = [*inks.options(colour, 1, "fill"), *(seam if colour[3] == 255 else ["draw=none"])]
        plots.append(_plot([*options, f"book only={{class}}{{{k}}}"], "x=x, y=y", file))
    return plots


def _pillars(mark: Pillars, file: str, inks: Inks) -> list[str]:
    way, columns = ("xbar", "x=height, y=y") if mark.lying else ("ybar", "x=x, y=height")
    common = [way, f"bar width={mark.width:g}", "draw=none"]
    return [
        _plot([*common, *inks.options(colour, mark.opacity, "fill"), *chosen], columns, file)
        for chosen, colour in _classes(mark.colours)
    ]


DRAWING: dict[type[Mark], Callable[[Any, str, Inks], list[str]]] = {
    Discs: _discs,
    Strokes: _strokes,
    Heat: _heat,
    Arrowheads: _arrows,
    Polygons: _polygons,
    Pillars: _pillars,
    Mesh: _mesh,
}
