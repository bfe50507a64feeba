"""Numbers that change every frame and sit still."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterator
from typing import Self

import numpy as np
from manim import Mobject, ValueTracker

from epochreel.errors import ClipError
from epochreel.layers.layer import Canvas, Layer
from epochreel.look import formats
from epochreel.look.style import SHORTER_SIDE, Style, load, rgba
from epochreel.marks.box import Box
from epochreel.marks.kinds import Drawn, Words
from epochreel.notation.maths import Typeset
from epochreel.notation.typesetting import Outline, character, set_glyphs

__all__ = ["Counter"]


class Counter(Layer):
    """A number that changes every frame and sits still: each digit has its own slot.

    It shows `value(tracker.get_value())`, rounded to `decimals`, at the right of `digits` slots;
    five digits and more are grouped in threes, and a minus takes a slot. `size` is the cap height
    as a fraction of the frame's shorter side (the style's `counter`); `prefix` and `suffix` are
    Typst markup, set on the same baseline.

    Raises ClipError, when it is drawn, for a value that is not finite or has too many digits.
    """

    shared = ("tracker", "value")

    def __init__(
        self,
        tracker: ValueTracker,
        style: Style,
        *,
        value: Callable[[float], float] = float,
        digits: int = 4,
        decimals: int = 0,
        size: float | None = None,
        colour: str | None = None,
        prefix: str = "",
        suffix: str = "",
        opacity: float = 1.0,
    ) -> None:
        if digits < 1 or decimals < 0:
            raise ClipError(
                f"A counter cannot have {digits} digits and {decimals} decimals:"
                " it needs at least one digit, and decimals from 0."
            )
        self.tracker, self.value = tracker, value
        self.digits, self.decimals, self.font = digits, decimals, style.font.text
        self.colour, self.theme = rgba(colour or style.chrome.maths), style.theme
        slots = self._grouped("0" * digits) + ("." + "0" * decimals if decimals else "")
        self.right_edges = np.cumsum([character(slot, self.font)[1] for slot in slots])
        cap, width = (size or style.type.counter) * SHORTER_SIDE, float(self.right_edges[-1])
        super().__init__(np.array([[0, 0, 0], [width * cap, cap, 0]]), opacity)
        for source, before in ((prefix, True), (suffix, False)):
            if source.strip():
                preamble = formats.typst(style, None, colour)
                body = f"#mark;{source}#mark"
                _, *glyphs, end = set_glyphs(source, preamble, body, self.font, cap)
                ink = colour or style.chrome.maths
                words = Typeset(glyphs, 0.0, cap, source=source, maths=False, ink=ink, style=style)
                words.shift([-end.get_left()[0] if before else width * cap, 0, 0])
                self.add(words)
        self.center()

    @property
    def baseline(self) -> float:
        """Height of the baseline in scene coordinates."""
        return float(self.points[0, 1])

    @property
    def cap(self) -> float:
        """Height of its digits in scene units."""
        return float(np.ptp(self.points[:, 1]))

    def is_moved_by(self, animated: set[Mobject]) -> bool:
        """Whether the tracker is among the animated mobjects."""
        return self.tracker in animated

    def set_opacity(self, opacity: float, family: bool = True) -> Self:
        """Set the opacity, 0 to 1, of the number, its prefix and its suffix."""
        for words in self.submobjects:
            words.set_opacity(opacity)
        return super().set_opacity(opacity)

    def fade(self, darkness: float = 0.5, family: bool = True) -> Self:
        """Multiply the opacity of the number, its prefix and its suffix by 1 − darkness."""
        for words in self.submobjects:
            words.fade(darkness)
        return super().fade(darkness)

    def shown(self) -> str:
        """Return the number as it is drawn now."""
        value = self.value(self.tracker.get_value())
        if not math.isfinite(value):
            raise ClipError(f"A counter cannot show {value}: the value must be a finite number.")
        whole, point, fraction = f"{round(value, self.decimals) + 0.0:.{self.decimals}f}".partition(
            "."
        )
        number = self._grouped(whole.replace("-", "−")) + point + fraction
        if len(number) > len(self.right_edges):
            raise ClipError(
                f"A counter of {self.digits} digits cannot show {number}: give it more."
            )
        return number

    def _grouped(self, whole: str) -> str:
        """Part thousands by thin spaces where there are slots for five digits or more."""
        if self.digits < 5:
            return whole
        return re.sub(r"(?<=\d)(?=(\d{3})+$)", "\N{THIN SPACE}", whole)

    def draw(self, canvas: Canvas) -> None:
        """Paint each character at its exact place, which is not a whole pixel."""
        (left, bottom), (right, top) = canvas.to_pixels(self.points)
        cap = bottom - top
        if cap <= 0:
            return
        for outline, pen in self._set(self.shown(), left, right, cap):
            outline.stamp(
                canvas.pixels, canvas.everything, (pen, bottom), cap, self.colour, self.opacity
            )

    def covers(self, canvas: Canvas) -> tuple[int, int, int, int]:
        """Its slots and a cap around them: no character reaches farther."""
        (left, bottom), (right, top) = canvas.to_pixels(self.points).tolist()
        cap = max(bottom - top, 0)
        return int(left - cap), int(top - cap), int(right + cap) + 1, int(bottom + cap) + 1

    def look(self) -> Hashable:
        """The number, and where and how strong it stands."""
        return self.shown(), self.points.tobytes(), self.opacity

    def marks(self, canvas: Canvas) -> tuple[Drawn, ...]:
        """The number as it is now; what stands beside it is a text of its own."""
        number = self.shown()
        (left, bottom), (right, top) = self.points[:, :2].tolist()
        if self.opacity <= 0 or self.cap <= 0:
            return ()
        words = Words(
            source=number,
            maths=False,
            baseline=bottom,
            cap=self.cap,
            ink=self.colour,
            style=load(self.theme),
            glyphs=tuple(
                (outline.curves * self.cap + [pen, bottom], self.colour)
                for outline, pen in self._set(number, left, right, self.cap)
                if not outline.empty
            ),
            opacity=self.opacity,
            slots=Box(left, bottom, right, top),
        )
        return (words,)

    def _set(
        self, number: str, left: float, right: float, cap: float
    ) -> Iterator[tuple[Outline, float]]:
        """The shape of each character and where its pen stands between these edges."""
        for letter, edge in zip(number, self.right_edges[-len(number) :], strict=True):
            outline, advance = character(letter, self.font)
            yield outline, left + (right - left) * edge / self.right_edges[-1] - cap * advance
