"""Numbers as cells of a table: what a matrix, a kernel or an attention looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from manim import ValueTracker

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.layers.numerals import Numerals
from epochreel.look.ramps import ink_on
from epochreel.look.style import Style, rgba
from epochreel.marks.box import Box
from epochreel.marks.kinds import Bytes, Drawn, Floats, Heat, Polygons, Words
from epochreel.notation.typesetting import number_writing

__all__ = ["Tiles"]

DIM = 0.3  # of its colour is left to a cell that is not lit
FAINT = 0.6  # of its opacity is left to its number


@dataclass(frozen=True)
class _Written:
    """N numbers in cells, about `centres` (N, 2) of the data, and how much of them is there.

    Their inks (N, 4) are straight RGBA, as faint as they are.
    """

    texts: list[str]
    centres: Floats
    inks: Bytes


class Tiles(DataLayer):
    """`values` (R, C) as cells, row 0 on top, coloured from `low` to `high`; beyond is held there.

    Cell (r, c) covers x from c to c + 1 and y from R − r − 1 to R − r, but for the `gap` between
    cells, a share of the shorter side of one. The colours are those of a `table` (K, 4), such as
    `look.ramps.ramp` gives. A cell is there as far as it is `shown`, from 0 to 1, and lit or dimmed
    towards the ground as `lit` says; both are a number or (R, C). What is not finite leaves its
    cell out.

    `reveal` and `light`, (R, C) or None, are what an animation has of both for as long as it runs.

    With `numerals`, numbers stand in the cells, capitals `cap` tall, Manim units; their digits do
    not move when the values change.
    """

    shared = (*DataLayer.shared, "style", "numerals")

    quantity_shapes: ClassVar = {
        "values": "(R, C)",
        "shown": "a number or (R, C)",
        "lit": "a number or (R, C)",
        "low": "a number",
        "high": "a number",
        "table": "(K, 4)",
    }

    def __init__(
        self,
        plane: Plane,
        values: Quantity,
        *,
        low: float,
        high: float,
        table: Bytes,
        shown: Quantity = 1.0,
        lit: Quantity | None = None,
        gap: float = 0.0,
        numerals: Numerals | None = None,
        cap: float = 0.0,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
    ) -> None:
        if not (np.isfinite([low, high]).all() and low < high):
            raise ClipError(f"The range {low:g}…{high:g} of tiles is empty; put the lower first.")
        self.style: Style = plane.style
        self.gap, self.cap = float(gap), float(cap)
        self.reveal: Floats | None = None
        self.light: Floats | None = None
        self.numerals = numerals
        super().__init__(
            plane,
            values=values,
            shown=shown,
            lit=1.0 if lit is None else lit,
            low=low,
            high=high,
            table=table,
            clocks=clocks,
            opacity=opacity,
        )

    def draw(self, canvas: Canvas) -> None:
        """Paint the cells and the numbers in them."""
        colours = self.colours()
        rows, columns, _ = colours.shape
        (left, bottom), (right, top) = self.to_pixels(canvas, [[0, 0], [columns, rows]]).tolist()
        gap = self.gap * min((right - left) / columns, (bottom - top) / rows)
        clip = self.clip(canvas)
        raster.tiles(canvas.pixels, clip, left, top, right, bottom, colours, gap, self.opacity)
        if self.numerals is None:
            return
        numbers, cap = self._written(colours, self.numerals), self._cap * canvas.unit
        which, owner, pens = self.numerals.letters(numbers.texts)
        places = self.to_pixels(canvas, numbers.centres)[owner]
        places += cap * np.stack([pens, np.full(len(pens), 0.5)], axis=1)
        letters = self.numerals.sheet(cap).of(which)
        letters.stamp(canvas.pixels, clip, places, numbers.inks[owner], self.opacity)

    def clip(self, canvas: Canvas) -> tuple[int, int, int, int]:
        """All pixels that the panel has a share in: the edges of cells are not to be cut off."""
        corners = canvas.to_pixels(self.points)
        left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
        right, bottom = np.ceil(corners.max(axis=0)).astype(int).tolist()
        return left, top, right, bottom

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The cells that are there, and each of their numbers; what is dense is one picture."""
        colours = self.colours()
        seat, there = self.seat, colours[..., 3] > 0
        if not there.any():
            return ()
        if self.gap == 0 and self.numerals is None and self._plain:
            return (self._heat(),)
        size = seat.to_scene(np.ones(2)) - seat.to_scene(np.zeros(2))
        half = self.gap / 2 * size.min() / size
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (1 - 2 * half) + half
        at = np.argwhere(there)
        places = np.stack([at[:, 1], len(there) - 1 - at[:, 0]], axis=1)
        outlines = tuple(places[:, None] + corners)
        cells = Polygons(seat, "cells", self.opacity, outlines, colours[there])
        if self.numerals is None:
            return (cells,)
        return cells, *self._words(colours, self.numerals)

    def colours(self) -> Bytes:
        """The straight colours of all cells (R, C, 4), faint where they are not quite there."""
        quantities = self.values
        values = np.asarray(quantities["values"], np.float64)
        low, high = float(quantities["low"]), float(quantities["high"])
        table, ground = quantities["table"], rgba(self.style.chrome.background).astype(np.float64)
        finite = np.isfinite(values)
        share = np.where(finite, values - low, 0) / (high - low)
        places = np.rint(share.clip(0, 1) * (len(table) - 1)).astype(int)
        if self._plain and finite.all():
            return np.asarray(table[places], np.uint8)
        colours = table[places].astype(np.float64)
        dark = (1 - DIM) * (1 - self._share("lit", self.light))
        colours[..., :3] += dark[..., None] * (ground - colours)[..., :3]
        colours[..., 3] *= self._share("shown", self.reveal) * finite
        return np.asarray(np.rint(colours), np.uint8)

    def _share(self, name: str, animated: Floats | None) -> Floats:
        """How far each cell is shown or lit (R, C)."""
        quantities = self.values
        share = np.broadcast_to(quantities[name], quantities["values"].shape).clip(0, 1)
        return np.asarray(share if animated is None else share * animated, np.float64)

    @property
    def _plain(self) -> bool:
        """Whether every cell is there and lit."""
        shares = self._share("shown", self.reveal), self._share("lit", self.light)
        return bool(np.min(shares, initial=1) == 1)

    def _heat(self) -> Heat:
        """Cells that touch, by their values, rows from below."""
        values = np.asarray(self.values["values"][::-1], np.float64)
        (rows, columns), (low, high) = values.shape, (self.values[end] for end in ("low", "high"))
        limits = (0, columns), (0, rows), float(low), float(high)
        table = self.values["table"]
        return Heat(self.seat, "table", self.opacity, values, *limits, table, smooth=False)

    @property
    def _cap(self) -> float:
        """Height of the capitals now, Manim units."""
        return self.cap * self.magnification

    def _written(self, colours: Bytes, numerals: Numerals) -> _Written:
        """What is written in cells of these colours (R, C, 4), where they are there at all."""
        values, there = self.values["values"], colours[..., 3] > 0
        rows, columns = np.nonzero(there)
        centres = np.stack([columns + 0.5, len(values) - rows - 0.5], axis=1)
        lit = FAINT + (1 - FAINT) * self._share("lit", self.light)[there]
        inks = ink_on(self.style, colours[there])
        inks[:, 3] = np.rint(lit * colours[there][:, 3])
        return _Written([numerals.text(value) for value in values[there].tolist()], centres, inks)

    def _words(self, colours: Bytes, numerals: Numerals) -> Iterator[Words]:
        """The numbers as texts, each in a place of its own."""
        numbers, cap = self._written(colours, numerals), self._cap
        _, owner, pens = numerals.letters(numbers.texts)
        starts = pens[np.searchsorted(owner, np.arange(len(numbers.texts)))]
        middles = self.seat.to_scene(numbers.centres) - [0, cap / 2]
        for text, (x, baseline), pen, ink in zip(
            numbers.texts, middles.tolist(), starts.tolist(), numbers.inks, strict=True
        ):
            curves = cap * number_writing(text, self.style).whole.curves
            place = np.array([x + cap * pen, baseline])
            solid, half = np.array([*ink[:3], 255], np.uint8), cap * numerals.width / 2
            yield Words(
                source=text,
                maths=False,
                baseline=baseline,
                cap=cap,
                ink=solid,
                style=self.style,
                glyphs=((curves + place, solid),),
                opacity=self.opacity * float(ink[3]) / 255,
                slots=Box(x - half, baseline, x + half, baseline + cap),
            )
