"""Words and numbers beside points of the data, which they follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from manim import ValueTracker
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.layers.crowding import make_room
from epochreel.layers.data import DataLayer, Plane, Quantity
from epochreel.layers.layer import Canvas
from epochreel.layers.numerals import LETTERS, spelled
from epochreel.look.style import SHORTER_SIDE, Style, rgba
from epochreel.marks.box import Box
from epochreel.marks.kinds import Drawn, Floats, Words, each
from epochreel.notation.lettering import Sheet, corners, lettering
from epochreel.notation.typesetting import (
    Writing,
    character,
    formula_writing,
    number_writing,
    rounded,
)

__all__ = ["Labels", "Numbers"]

GAP = 0.6  # caps from a position to what is written beside it
HALO = 0.12  # caps


class _Written(DataLayer):
    """What stamps a short text beside each of its positions; see `Labels`."""

    maths: ClassVar[bool]

    quantity_shapes: ClassVar = {
        "positions": "(N, 2)",
        "towards": "(2,) or (N, 2)",
        "colours": "(4,) or (N, 4)",
        "numbers": "(N,)",
    }

    def __init__(
        self,
        plane: Plane,
        positions: Quantity,
        *,
        towards: Quantity = (0, 1),
        size: float | None = None,
        colours: Quantity | None = None,
        style: Style | None = None,
        clocks: Sequence[ValueTracker] | None = None,
        opacity: float = 1.0,
        **quantities: Quantity,
    ) -> None:
        self.style = style or plane.style
        self.size = float(size or self.style.type.small)
        super().__init__(
            plane, clocks=clocks, opacity=opacity,
            positions=positions, towards=towards, colours=colours, **quantities,
        )  # fmt: skip
        self._writings()  # what cannot be set is told now

    @property
    def texts(self) -> Sequence[str]:
        """What is written now, N texts."""
        raise NotImplementedError

    def writing(self, source: str) -> Writing:
        """How one of them is written."""
        raise NotImplementedError

    def draw(self, canvas: Canvas) -> None:
        """Stamp each text, in its halo, over those before it."""
        writings = self._writings()
        if not writings:
            return
        pens, shown = self._places(writings)
        cap, ground = self._cap * canvas.unit, rgba(self.style.chrome.background)
        sheet, owner, places = self._masks(writings, canvas.to_pixels(pens), cap)
        inks = sheet.colours
        if "colours" in self.values:
            inks = each(self.values["colours"], len(writings))[owner]
        colours = np.where(sheet.halo[:, None], ground, inks).astype(np.uint8)
        colours[:, 3] = np.rint(colours[:, 3] * shown[owner])
        sheet.stamp(canvas.pixels, self.clip(canvas), places, colours, self.opacity)

    def _masks(
        self, writings: tuple[Writing, ...], pens: Floats, cap: float
    ) -> tuple[Sheet, NDArray[np.int64], Floats]:
        """What is stamped with pens (N, 2) in pixels, the text of each mask (M,), and the pens."""
        plain = "colours" in self.values
        sheet = lettering(writings, round(cap, 2), round(HALO * cap, 2), plain)
        return sheet, sheet.owner, pens

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The texts that can be seen, as words."""
        texts, writings = self.texts, self._writings()
        if not writings:
            return ()
        pens, shown = self._places(writings)
        inks = [None] * len(texts)
        if "colours" in self.values:
            inks = [*each(self.values["colours"], len(texts))]
        return tuple(
            Words(
                source=source,
                maths=self.maths,
                baseline=float(pen[1]),
                cap=self._cap,
                ink=rgba(self.style.chrome.maths),
                style=self.style,
                glyphs=tuple(
                    (outline.curves * self._cap + pen, colour if ink is None else ink)
                    for outline, colour in writing.shapes
                ),
                opacity=self.opacity * float(share),
                halo=HALO * self._cap,
                slots=self._slots(writing, pen),
            )
            for source, writing, pen, share, ink in zip(
                texts, writings, pens, shown, inks, strict=True
            )
            if share > 0
        )

    def _slots(self, writing: Writing, pen: Floats) -> Box | None:
        """The rectangle in which a number counts, whose pen is at a place (2,)."""
        return None

    def _writings(self) -> tuple[Writing, ...]:
        return tuple(map(self.writing, self.texts))

    @property
    def _cap(self) -> float:
        return self.size * SHORTER_SIDE * self.magnification

    def _places(self, writings: tuple[Writing, ...]) -> tuple[Floats, Floats]:
        """Where each pen stands (N, 2), in Manim units, and how much of its text is seen (N,)."""
        box, cap, extents = self.box, self._cap, corners(writings)
        low, high = np.array([[box.left, box.bottom], [box.right, box.top]])
        at = self.seat.to_scene(np.asarray(self.values["positions"], np.float64))
        # All stand as if they were a cap tall, so that texts in a row have one baseline.
        ends = extents.copy()
        ends[:, :, 1] = [0, 1]
        away = np.asarray(self.values["towards"]) * ((ends[:, 1] - ends[:, 0]) / 2 + GAP)
        pens = at + cap * (away - ends.mean(axis=1))
        held = np.clip(pens, low - cap * extents[:, 0], high - cap * extents[:, 1])
        beyond = np.maximum(low - at, at - high).max(axis=1)
        shown = np.nan_to_num(np.clip(1 - beyond / cap, 0, 1))
        spans = cap * (extents[:, 1] - extents[:, 0])
        make_room(shown, held + cap * extents.mean(axis=1), spans / 2)
        return held, shown


class Labels(_Written):
    """Labels beside `positions` (N, 2), data coordinates, which they follow.

    The N `sources` are maths in Typst's notation, a word in quotes. `towards`, (2,) or (N, 2), is
    the direction from a position to its text, which is centred on it where that is 0. `size` is the
    cap height as a fraction of the frame's shorter side, by default the style's `small`; `colours`
    are straight RGBA bytes, (4,) or (N, 4), by default those of the symbols. A text stays within
    the panel, and fades as its position leaves it; one that comes to lie on an earlier one fades,
    too. `style`, the plane's by default, says what the text's ground is.

    Raises ClipError for a source that Typst cannot set, and where there are not N of them.
    """

    maths = True

    def __init__(
        self, plane: Plane, positions: Quantity, sources: Sequence[str], **options: Any
    ) -> None:
        self.written = tuple(sources)
        super().__init__(plane, positions, **options)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is written, one text for each position."""
        count = len(self.values["positions"])
        if len(self.written) != count:
            raise ClipError(
                f"Labels takes a source for each position, {count}, not {len(self.written)}."
            )
        return self.written

    def writing(self, source: str) -> Writing:
        """Inline maths, each symbol in its colour."""
        return formula_writing(source, self.style)


class Numbers(_Written):
    """`numbers` (N,) beside `positions` (N, 2), rounded to so many `decimals`.

    Otherwise they are as `Labels` are.
    """

    maths = False

    def __init__(
        self, plane: Plane, positions: Quantity, numbers: Quantity, *, decimals: int, **options: Any
    ) -> None:
        self.decimals = decimals
        super().__init__(plane, positions, numbers=numbers, **options)

    @property
    def texts(self) -> tuple[str, ...]:
        """The numbers as they are now."""
        return tuple(rounded(number, self.decimals) for number in self.values["numbers"].tolist())

    def writing(self, source: str) -> Writing:
        """Its characters as a `Counter` shows them."""
        return number_writing(source, self.style)

    def _masks(
        self, writings: tuple[Writing, ...], pens: Floats, cap: float
    ) -> tuple[Sheet, NDArray[np.int64], Floats]:
        """Each character by itself, over the halos of its number: there is always another one."""
        texts, style = self.texts, self.style
        letters = "".join(dict.fromkeys(LETTERS + "".join(texts)))
        advances = np.array([character(letter, style.font.text)[1] for letter in letters])
        which, owner, along = spelled(texts, letters, advances)
        sheet, _, _ = super()._masks(tuple(number_writing(a, style) for a in letters), pens, cap)
        kinds = [kind for kind in map(np.flatnonzero, (sheet.halo, ~sheet.halo)) if len(kind)]
        places = pens[owner] + cap * np.outer(along, [1, 0])
        # Halos come first in every number: the sort is stable.
        order = np.argsort(np.tile(owner, len(kinds)), kind="stable")
        masks = np.concatenate([kind[which] for kind in kinds])[order]
        character_of = order % len(which)
        return sheet.of(masks), owner[character_of], places[character_of]

    def _slots(self, writing: Writing, pen: Floats) -> Box:
        """The rectangle of its digits."""
        low, high = pen + self._cap * np.array([writing.whole.low, writing.whole.high])
        return Box(low[0], pen[1], high[0], pen[1] + self._cap)
