"""A figure as a standalone LaTeX file, drawn by PGFPlots from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import numpy as np

from epochreel.book import pgfplots_marks
from epochreel.book.figures import MARGIN, Figure, Floats, Label, Mark, Shape
from epochreel.book.pgfplots_marks import POINTS, Inks, number, place, points
from epochreel.look.style import rgba
from epochreel.notation.texmaths import maths_to_tex, words_to_tex
from epochreel.notation.typesetting import turned

__all__ = ["to_tex"]

CAPITAL = 0.683
"""Height of a capital of Latin Modern in units of the size of its type."""


def to_tex(figure: Figure, tables: Mapping[str, str], title: str, stem: str) -> str:
    """Write a figure as LaTeX; `tables` are the files of its marks by their names.

    `title` says what it is and `stem` is the name of the file, for the comment at its head. A Manim
    unit is a centimetre.
    """
    inks = Inks(figure.style)
    corner = figure.box.corner[:2]
    body: list[str] = []
    for one_axis, group in groupby(figure.marks, _seat):
        if one_axis is None:
            for item in group:
                body += _free(item, corner, inks)
        else:
            body += pgfplots_marks.axis(list(group), tables, corner, inks)  # type: ignore[arg-type]
    width, height = (number(side + MARGIN) for side in (figure.box.width, figure.box.height))
    return "\n".join(
        [
            f"% {title}",
            f"% To compile: latexmk -pdf {stem}.tex (or -pdflua)",
            r"\documentclass{standalone}",
            r"\usepackage[T1]{fontenc}",
            r"\usepackage{lmodern}",
            rf"\newcommand*\booktheme{{{figure.style.theme}}}",
            r"\input{maths-preamble.tex}",
            r"\pgfplotsset{compat=1.17}",
            *inks.definitions(),
            r"\begin{document}",
            r"\begin{tikzpicture}",
            rf"\fill[book-background] (-{MARGIN},-{MARGIN}) rectangle ({width},{height});",
            *body,
            r"\end{tikzpicture}",
            r"\end{document}",
            "",
        ]
    )


def _seat(item: Mark | Label | Shape) -> object:
    """What is drawn in one axis has in common; None for what needs none."""
    if not isinstance(item, Mark) or not item.name:
        return None
    return id(item) if pgfplots_marks.grouped(item) else item.plane


def _free(item: Mark | Label | Shape, corner: Floats, inks: Inks) -> list[str]:
    if isinstance(item, Label):
        return _label(item, corner, inks)
    if isinstance(item, Shape):
        return _shape(item, corner, inks)
    return pgfplots_marks.decoration(item, corner, inks)


def _label(label: Label, corner: Floats, inks: Inks) -> list[str]:
    size = f"book label={number(POINTS * label.cap / CAPITAL)}pt"
    centre = label.box.centre[:2]
    at = place(centre + turned([0, label.baseline - centre[1]], label.turn) - corner)
    turn = [f"rotate={number(label.turn)}"] if label.turn else []
    write, around = (maths_to_tex, "${}$") if label.maths else (words_to_tex, "{}")
    style = label.style if label.coloured else None
    nodes = [
        (
            inks.options(label.colour, label.opacity, "text"),
            write(label.source, style, inks.of_text),
        )
    ]
    if label.halo:
        ground = inks.name(rgba(label.style.chrome.background))
        halo = [f"book halo={{{ground}}}{{{points(2 * label.halo)}}}"]
        if label.opacity < 0.999:
            halo.append(f"opacity={number(label.opacity)}")
        nodes.insert(0, (halo, write(label.source)))
    return [
        rf"\node[{', '.join([size, *turn, *options])}] at {at} {{{around.format(words)}}};"
        for options, words in nodes
    ]


def _shape(shape: Shape, corner: Floats, inks: Inks) -> list[str]:
    options = [*(inks.options(shape.fill, 1, "fill") if shape.fill[3] else [])]
    if shape.stroke[3]:
        options += [*inks.options(shape.stroke, 1, "draw"), f"line width={points(shape.width)}"]
    path, last = [], None
    for start, first, second, end in shape.curves - corner:
        if last is None or np.abs(start - last).max() > 1e-6:
            path.append(place(start))
        path.append(f".. controls {place(first)} and {place(second)} .. {place(end)}")
        last = end
    return [rf"\path[{', '.join(options)}] {' '.join(path)};"]
