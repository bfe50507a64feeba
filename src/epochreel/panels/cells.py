"""Cells of a matrix in a box, and what is taken out of them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from manim import Group, Rectangle, ValueTracker
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.layers.data import Quantity
from epochreel.layers.shapes import as_array
from epochreel.layers.tiles import Tiles
from epochreel.look.hues import colour_of
from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.marks.kinds import PIXEL
from epochreel.notation.maths import STROKE
from epochreel.panels.frame import Frame
from epochreel.runs.functions import EPOCH, Function, varying

__all__ = ["Cells", "Table", "present", "table"]

Table: TypeAlias = Function | NDArray[Any]
"""A quantity that can be cut: an array, or a Function whose values are one."""


def table(name: str, quantity: Quantity) -> Table:
    """A quantity of a matrix that can be cut; a plain function is one of the plane's clock.

    Raises ClipError for what is no array of numbers.
    """
    if isinstance(quantity, Function):
        return quantity
    if callable(quantity):
        return varying(quantity, EPOCH)
    return as_array("Matrix", name, quantity)


def present(quantity: Table, clock: ValueTracker) -> NDArray[Any]:
    """The value of a quantity now, where `clock` shows the epoch."""
    if not isinstance(quantity, Function):
        return quantity
    clocks: Any = (clock if each is EPOCH else each for each in quantity.clocks)
    return np.asarray(quantity(*(each.get_value() for each in clocks)))


class Cells(Group):
    """Tiles that fill a box: `values` (R, C), row 0 on top; `options` are those of `Tiles`.

    Moved and scaled, it takes along what is measured in it: `outline`, and the cells, rows and
    columns that are taken out of it.
    """

    def __init__(
        self,
        box: Box,
        values: Table,
        style: Style,
        clock: ValueTracker,
        *,
        shown: Quantity = 1.0,
        lit: Quantity | None = None,
        **options: Any,
    ) -> None:
        rows, columns = present(values, clock).shape
        self.plane = Frame(box, style, (0, columns), (0, rows), clock)
        self.tiles = Tiles(self.plane, values, shown=table("shown", shown), lit=lit, **options)
        super().__init__(self.plane, self.tiles)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of columns."""
        rows, columns = self.tiles.values["values"].shape
        return rows, columns

    def cell(self, row: int, column: int) -> Cells:
        """One cell, lying over its own, to be moved; it follows the same values."""
        return self._part(_run(row), _run(column))

    def row(self, row: int) -> Cells:
        """A row, lying over its own, to be moved; it follows the same values."""
        return self._part(_run(row), _run(None))

    def column(self, column: int) -> Cells:
        """A column, lying over its own, to be moved; it follows the same values."""
        return self._part(_run(None), _run(column))

    def outline(
        self,
        *,
        rows: int | slice | None = None,
        columns: int | slice | None = None,
        hue: str = "gold",
    ) -> Rectangle:
        """A frame around some rows and columns, all by default, in a hue."""
        box, style = self._box(_run(rows), _run(columns)), self.plane.style
        width = style.line.outline * PIXEL / STROKE
        frame = Rectangle(
            width=box.width, height=box.height, color=colour_of(style, hue), stroke_width=width
        )
        return frame.move_to(box.centre)

    def _box(self, rows: slice, columns: slice) -> Box:
        count, width = self.shape
        (top, bottom, _), (left, right, _) = rows.indices(count), columns.indices(width)
        if top >= bottom or left >= right:
            raise ClipError(
                f"A matrix of {count} rows and {width} columns has no cells there; "
                "both are counted from 0."
            )
        low, high = (
            self.plane.to_scene(left, count - bottom),
            self.plane.to_scene(right, count - top),
        )
        return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))

    def _part(self, rows: slice, columns: slice) -> Cells:
        tiles, now = self.tiles, self.tiles.values
        values, shown = (
            table(name, tiles.sources.get(name, now[name])) for name in ("values", "shown")
        )
        return Cells(
            self._box(rows, columns),
            values[rows, columns],
            self.plane.style,
            self.plane.clock,
            shown=shown[rows, columns] if now["shown"].ndim else shown,
            low=float(now["low"]),
            high=float(now["high"]),
            table=now["table"],
            gap=tiles.gap,
            numerals=tiles.numerals,
            cap=tiles.cap * tiles.magnification,
        )


def _run(which: int | slice | None) -> slice:
    if which is None:
        return slice(None)
    return slice(which, which + 1 or None) if isinstance(which, int) else which
