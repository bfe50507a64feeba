"""A matrix as cells in a box: its name above, the names of its rows and columns beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import ValueTracker, VGroup
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.layers.data import Quantity
from epochreel.layers.numerals import Numerals
from epochreel.look.ramps import ramp
from epochreel.look.style import SHORTER_SIDE, Style
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset, formula, text
from epochreel.panels.cells import Cells, Table, present, table
from epochreel.runs.functions import Function

__all__ = ["Matrix"]

SPACE = 0.16  # between cells and what is written beside them, in Manim units
GAP = 0.06  # of the shorter side of a cell, between cells
WIDEST = 0.05  # Manim units of a gap
GAPPED = 0.2  # Manim units of a cell from which on there are gaps
PAD, TIGHT = 0.5, 0.25  # caps on either side of a number, and where there is no room for that
SHARE = 0.33  # of a cell's height are the capitals of a number that is not too long
MOST = 0.7  # of it at most
TITLE, NAME = (1.4, 0.7), (1.0, 0.3)  # caps above and below a baseline that most of them need


class Matrix(Cells):
    """`values` (R, C), or a vector (R,) as a column, as cells that fill a box as far as they can.

    They are square, or as wide as their numbers need, or as the box if they are to `fill` it;
    `cell` is how high they are at most, Manim units. `name` is maths in Typst's notation; `rows`
    and `columns` are texts. Values from `low` to `high` wear the colours of `look.ramps.ramp` for a
    `hue`; by default `high` is the largest magnitude, and `low` is `-high` for "signed" and 0 for
    others. `decimals` says how numbers are written, None not at all; `shown` and `lit` are those of
    `Tiles`.

    Raises ClipError where values change and no `high` is given, and where what is to be written
    would be smaller than the stylesheet's small type.
    """

    def __init__(
        self,
        box: Box,
        values: Quantity,
        style: Style,
        clock: ValueTracker,
        *,
        name: str = "",
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
        hue: str = "signed",
        decimals: int | None = None,
        low: float | None = None,
        high: float | None = None,
        cell: float | None = None,
        fill: bool = False,
        shown: Quantity = 1.0,
        lit: Quantity | None = None,
    ) -> None:
        known = name or "of no name"
        cut, shape = _as_rows(table("values", values), clock)
        for side, names, count in (("rows", rows, shape[0]), ("columns", columns, shape[1])):
            if len(names) not in (0, count):
                raise ClipError(
                    f"The matrix {known} has {count} {side} and {len(names)} names for them; "
                    "give one for each, or none."
                )
        low, high = _range(cut, hue, low, high, known)
        numerals = None
        if decimals is not None:
            least, most = (low, high) if isinstance(cut, Function) else _ends(cut)
            numerals = Numerals(least, most, decimals, style)
        title = VGroup(*([_title(name, style, box.width)] if name else []))
        for size in (style.type.label, style.type.small):
            beside, below = (
                VGroup(*(text(each, style, size=size, colour=style.chrome.axis) for each in names))
                for names in (rows, columns)
            )
            plan = _Plan.of(box, shape, title, beside, below, cell, fill, numerals, style)
            if plan.holds(beside, below):
                break
        else:
            raise ClipError(
                f"The names of rows or columns of the matrix {known} do not fit its cells, "
                f"{plan.wide:.2f} × {plan.high:.2f} units: give shorter ones, or a larger slot."
            )
        if numerals is not None and not plan.writes(numerals):
            written = "one decimal" if decimals == 1 else f"{decimals} decimals"
            raise ClipError(
                f"Numbers with {written} do not fit the cells of the matrix {known}, "
                f"{plan.wide:.2f} × {plan.high:.2f} units, in letters that can be read: "
                "take fewer decimals, or a larger slot."
            )
        super().__init__(
            plan.cells,
            cut,
            style,
            clock,
            low=low,
            high=high,
            table=ramp(style, hue),
            numerals=numerals,
            cap=plan.cap,
            gap=min(GAP, WIDEST / plan.high) if plan.high >= GAPPED else 0.0,
            shown=shown,
            lit=lit,
        )
        plan.place(box, title, beside, below)
        # Always three groups more, so that Manim's Transform finds the parts of another matrix.
        self.add(title, beside, below)


@dataclass(frozen=True)
class _Plan:
    """Where cells stand, how large one is, and the capitals of its number, in Manim units."""

    cells: Box
    wide: float
    high: float
    cap: float

    @classmethod
    def of(
        cls,
        box: Box,
        shape: tuple[int, int],
        title: VGroup,
        beside: VGroup,
        below: VGroup,
        cell: float | None,
        fill: bool,
        numerals: Numerals | None,
        style: Style,
    ) -> _Plan:
        """As large as they can be in a box beside their names."""
        rows, columns = shape
        head, left, foot = (
            length + SPACE if length else 0.0
            for length in (sum(_room(title, TITLE)), beside.width, sum(_room(below, NAME)))
        )
        wide, high = (box.width - left) / columns, (box.height - head - foot) / rows
        high, cap = min(high, cell or high), 0.0
        if numerals is None:
            wide, high = wide if fill else min(wide, high), min(wide, high)
        else:
            room = numerals.width + 2 * PAD
            least, most = style.type.small * SHORTER_SIDE, style.type.title * SHORTER_SIDE
            cap = min(max(SHARE * high, least), most)
            wide = wide if fill else min(wide, max(high, room * cap))
            high, cap = min(high, wide), max(min(cap, wide / room), least)
        size = np.array([columns * wide, rows * high])
        low = box.centre[:2] - size / 2 + np.array([left, foot - head]) / 2
        return cls(Box(*low.tolist(), *(low + size).tolist()), wide, high, cap)

    def writes(self, numerals: Numerals) -> bool:
        """Whether numbers stand clear of the edges of their cells."""
        return self.cap * (numerals.width + 2 * TIGHT) <= self.wide and self.cap <= MOST * self.high

    def holds(self, beside: VGroup, below: VGroup) -> bool:
        """Whether names of rows and columns stand clear of each other."""
        high, wide = self.high - SPACE / 2, self.wide - SPACE / 2
        low_enough = all(words.height <= high for words in beside)
        return low_enough and all(words.width <= wide for words in below)

    def place(self, box: Box, title: VGroup, beside: VGroup, below: VGroup) -> None:
        """Put the names where they belong; the title stays within the box."""
        cells = self.cells
        half = title.width / 2
        across = min(max(cells.centre[0], box.left + half), box.right - half)
        _, down = _room(title, TITLE)
        for words in title:
            words.shift([across - words.get_center()[0], 0, 0])
            words.shift([0, cells.top + SPACE + down - words.baseline, 0])
        for r, words in enumerate(beside):
            middle = cells.top - (r + 0.5) * self.high
            words.shift([cells.left - SPACE - words.get_right()[0], 0, 0])
            words.shift([0, middle - words.cap / 2 - words.baseline, 0])
        up, _ = _room(below, NAME)
        for c, words in enumerate(below):
            words.shift([cells.left + (c + 0.5) * self.wide - words.get_center()[0], 0, 0])
            words.shift([0, cells.bottom - SPACE - up - words.baseline, 0])


def _room(names: VGroup, least: tuple[float, float]) -> tuple[float, float]:
    """The room above and below the baseline of names: alike for most, so that matrices align."""
    up, down = 0.0, 0.0
    for words in names:
        up = max(up, words.get_top()[1] - words.baseline, least[0] * words.cap)
        down = max(down, words.baseline - words.get_bottom()[1], least[1] * words.cap)
    return float(up), float(down)


def _title(name: str, style: Style, width: float) -> Typeset:
    """A name no wider than its box, and still legible."""
    words = formula(name, style)
    words.scale(min(1.0, width / words.width))
    if words.cap < 0.99 * style.type.small * SHORTER_SIDE:
        raise ClipError(
            f"The name {name} of a matrix is too long for its slot, {width:.2f} units wide: "
            "give a shorter one, or a larger slot."
        )
    return words


def _as_rows(values: Table, clock: ValueTracker) -> tuple[Table, tuple[int, int]]:
    """Values as rows and columns, and how many there are; a vector is a column."""
    shape = present(values, clock).shape
    if len(shape) == 1:
        return values[:, None], (shape[0], 1)
    if len(shape) != 2 or 0 in shape:
        raise ClipError(f"A matrix takes values (R, C) or (R,), not an array of shape {shape}.")
    return values, (shape[0], shape[1])


def _ends(values: NDArray[Any]) -> tuple[float, float]:
    """The lowest and the highest of 0 and the values that are finite."""
    finite = values[np.isfinite(values)]
    return float(finite.min(initial=0)), float(finite.max(initial=0))


def _range(
    values: Table, hue: str, low: float | None, high: float | None, known: str
) -> tuple[float, float]:
    """The values at the ends of the ramp."""
    if high is None:
        if isinstance(values, Function):
            raise ClipError(f"The values of the matrix {known} change: say by high=… how far.")
        high = max(map(abs, _ends(values))) or 1.0
    return (-high if hue == "signed" else 0.0) if low is None else low, high
