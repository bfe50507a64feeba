"""A few lines of Python on screen, of which one is lit while the others are dimmed."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from manim import VGroup

from epochreel.errors import ClipError, choices
from epochreel.look.style import SHORTER_SIDE, Style
from epochreel.marks.box import Box
from epochreel.notation.highlighting import highlighted
from epochreel.notation.maths import code
from epochreel.notation.typesetting import character

__all__ = ["Listing"]

PITCH = 2.2  # caps from one baseline to the next
DEPTH, ASCENT = 0.4, 1.1  # caps below the last baseline, and above the first


class Listing(VGroup):
    """The lines of `source` in a box, as large as fits but no larger than a formula.

    `source` is Python, or a function, whose own source is shown: what is on screen is the code
    that ran. `lines` are the first and the last of its lines to show, counted from 1. Kinds of
    tokens wear the stylesheet's colours, names that are symbols those of the symbols. Each line is
    a part, blank ones left out.

    Raises ClipError where the source of a function cannot be read, there are no such lines, or
    they do not fit in letters that a phone can show.
    """

    def __init__(
        self,
        box: Box,
        source: str | Callable[..., Any],
        style: Style,
        *,
        lines: tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        text = _chosen(_text(source), lines)
        size = _size(box, text, style)
        self.written = {number: line for number, line in enumerate(text, 1) if line}
        """Each line that is no blank one, by its number, the first shown being 1."""
        self.colours: list[list[str]] = []
        """Of each glyph of each part, where all are lit."""
        self.muted = style.chrome.muted
        cap, (_, advance) = size * SHORTER_SIDE, _letter("m", style)
        width, height = advance * max(map(len, text)), _height(len(text))
        left, top = box.centre[:2] + cap / 2 * np.array([-width, height])
        tokens = highlighted("\n".join(text), style)
        for number, line in self.written.items():
            words = code(tokens[number - 1], style, size=size)
            indent = len(line) - len(line.lstrip())
            bearing, _ = _letter(line[indent], style)
            across = left + cap * (indent * advance + bearing) - words.get_left()[0]
            up = top - cap * (ASCENT + PITCH * (number - 1)) - words.baseline
            self.add(words.shift([across, up, 0]))
            self.colours.append([c for piece, c in tokens[number - 1] for _ in _glyphs(piece)])

    def light(self, *wanted: int | str) -> Any:
        """The animation that dims all but some lines, by number, or phrases, wherever they stand.

        Without any, all are lit again. Raises ClipError for a line or a phrase that there is not.
        """
        lit = [[not wanted] * len(colours) for colours in self.colours]
        for each in wanted:
            for part, begin, end in self._places(each):
                lit[part][begin:end] = [True] * (end - begin)
        target = self.copy()
        for line, colours, bright in zip(target, self.colours, lit, strict=True):
            for glyph, colour, lights in zip(line, colours, bright, strict=True):
                glyph.set_fill(colour if lights else self.muted)
        return self.animate.become(target)

    def _places(self, wanted: int | str) -> list[tuple[int, int, int]]:
        """Where a line or a phrase stands: the part, its first glyph, and that behind its last."""
        if isinstance(wanted, int):
            numbers = list(self.written)
            if wanted not in numbers:
                raise ClipError(
                    f"There is no line {wanted} to light: {choices(wanted, map(str, numbers))}"
                )
            part = numbers.index(wanted)
            return [(part, 0, len(self.colours[part]))]
        places = [
            (part, len(_glyphs(line[:at])), len(_glyphs(line[: at + len(wanted)])))
            for part, line in enumerate(self.written.values())
            for at in range(len(line))
            if wanted and line.startswith(wanted, at)
        ]
        if not places:
            lines = [line.strip() for line in self.written.values()]
            raise ClipError(f"The code nowhere says {wanted!r}; {choices(wanted, lines)}")
        return places


def _text(source: str | Callable[..., Any]) -> str:
    """Python as it is shown."""
    if callable(source):
        try:
            source = inspect.getsource(source)
        except (OSError, TypeError) as error:
            raise ClipError(
                f"The source of {source!r} cannot be read: hand over a function that stands in a "
                "file, or the lines themselves."
            ) from error
    return textwrap.dedent(source.expandtabs(4)).strip("\n")


def _chosen(text: str, lines: tuple[int, int] | None) -> list[str]:
    """The chosen ones of the lines of a text, as far left as they go."""
    every = text.splitlines()
    first, last = lines or (1, len(every))
    chosen = textwrap.dedent("\n".join(every[first - 1 : last])).splitlines()
    if not (1 <= first <= last <= len(every) and any(map(str.strip, chosen))):
        raise ClipError(
            f"There is no code from line {first} to line {last} of {len(every)} to be shown."
        )
    return [line.rstrip() for line in chosen]


def _letter(letter: str, style: Style) -> tuple[float, float]:
    """How far from its pen a letter begins, and where the next one's pen is, in caps."""
    capital = float(character("H", style.font.code)[0].high[1])
    outline, advance = character(letter, style.font.code)
    return float(outline.low[0]) / capital, advance / capital


def _height(count: int) -> float:
    """Of so many lines, in caps."""
    return ASCENT + PITCH * (count - 1) + DEPTH


def _size(box: Box, text: list[str], style: Style) -> float:
    """The cap height that fits, as a share of the frame's shorter side."""
    _, advance = _letter("m", style)
    longest, smallest = max(map(len, text)), style.type.small * SHORTER_SIDE
    cap = min(box.width / (advance * longest), box.height / _height(len(text)))
    if cap < smallest:
        rows = max(int((box.height / smallest - _height(0)) / PITCH), 0)
        columns = int(box.width / smallest / advance)
        raise ClipError(
            f"{len(text)} lines of code, the longest of {longest} characters, do not fit: in the "
            f"smallest letters that a phone can show there is room for {rows} of {columns}; show "
            "fewer, break them, or give their slot a larger share."
        )
    return min(cap / SHORTER_SIDE, style.type.formula)


def _glyphs(piece: str) -> str:
    """The characters that leave a mark."""
    return "".join(piece.split())
