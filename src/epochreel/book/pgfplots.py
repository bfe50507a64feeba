"""A figure as a standalone LaTeX file, drawn by PGFPlots from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import numpy as np

from epochreel.book import pgfplots_marks
from epochreel.book.figures import MARGIN, Figure
from epochreel.book.pgfplots_marks import POINTS, Inks, number, place, points
from epochreel.marks.kinds import Drawn, Floats, Mark, Shape, Words
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


def _seat(item: Drawn) -> object:
    """What is drawn in one axis has in common; None for what needs none."""
    if not isinstance(item, Mark) or not item.name:
        return None
    return id(item) if pgfplots_marks.grouped(item) else item.seat


def _free(item: Drawn, corner: Floats, inks: Inks) -> list[str]:
    if isinstance(item, Words):
        return _words(item, corner, inks)
    if isinstance(item, Shape):
        return _shape(item, corner, inks)
    return pgfplots_marks.decoration(item, corner, inks)


def _words(words: Words, corner: Floats, inks: Inks) -> list[str]:
    size = f"book label={number(POINTS * words.cap / CAPITAL)}pt"
    centre = words.box.centre[:2]
    at = place(centre + turned([0, words.baseline - centre[1]], words.turn) - corner)
    turn = [f"rotate={number(words.turn)}"] if words.turn else []
    write, around = (maths_to_tex, "${}$") if words.maths else (words_to_tex, "{}")
    style = words.style if words.coloured else None
    nodes = [
        (
            inks.options(words.colour, words.opacity, "text"),
            write(words.source, style, inks.of_text),
        )
    ]
    if words.halo:
        ground = inks.name(words.ground)
        halo = [f"book halo={{{ground}}}{{{points(2 * words.halo)}}}"]
        if words.opacity < 0.999:
            halo.append(f"opacity={number(words.opacity)}")
        nodes.insert(0, (halo, write(words.source)))
    return [
        rf"\node[{', '.join([size, *turn, *options])}] at {at} {{{around.format(written)}}};"
        for options, written in nodes
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
