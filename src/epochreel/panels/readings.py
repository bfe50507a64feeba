"""What is read off a training: the epoch, and scalars as strips, fitted into one slot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group, ValueTracker
from numpy.typing import NDArray

from epochreel.layers.counter import Counter
from epochreel.look.hues import colour_of
from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.notation.maths import baseline, text
from epochreel.panels.strip import SHARES, Strip
from epochreel.runs.run import Run
from epochreel.runs.scalars import RecordedScalar

__all__ = ["EpochCounter", "Reading", "readings"]

GAP = 0.35
HEAD = 0.8
"""Of the epoch's line, at most."""
ROOMY = 2.5, 0.75
"""Width and height of a strip in which everything can be read."""
TALLEST = 1.25, 1.7
"""Of a strip among several, and of one alone, in Manim units."""


@dataclass(frozen=True)
class Reading:
    """A recorded scalar as it is to be read.

    `name` is what is written, a word or maths between dollar signs, by default the scalar's own;
    `hue` is the colour of a role or of the palette. `limits` of the value axis are by default those
    of the values, from 0 where they do not come near it; with `percent`, 0 to 100. With
    `logarithmic` both axes are; `mean` averages over so many epochs. What comes after the epoch
    `until` is left out. `digits` and `decimals` are those of the number, by default enough.
    """

    scalar: str
    name: str = ""
    hue: str = "loss"
    limits: tuple[float, float] | None = None
    percent: bool = False
    logarithmic: bool = False
    mean: int = 1
    until: float | None = None
    digits: int | None = None
    decimals: int | None = None
    run: Run | None = None
    """Another run than the clip's own."""

    def strip(self, box: Box, run: Run, clock: ValueTracker, style: Style) -> Strip:
        """Draw it into a box; raises RunError where the run has no such scalar."""
        share: Callable[[NDArray[np.float64]], NDArray[np.float64]]
        share = (lambda values: 100 * values) if self.percent else np.asarray
        scalar = RecordedScalar(self.run or run, self.scalar, share)
        if self.until is not None:
            kept = scalar.epochs <= self.until
            scalar.epochs, scalar.values = scalar.epochs[kept], scalar.values[kept]
        shown = scalar.mean(self.mean) if self.mean > 1 else scalar
        seen = shown.values
        if self.mean > 1:  # and the band behind them
            seen = np.append(seen, np.quantile(scalar.values, SHARES))
        low, high = self.limits or self._limits(seen)
        largest = max(abs(low), abs(high))
        digits = self.digits or max(len(f"{largest:.0f}"), 1) + bool(low < 0)
        decimals = self.decimals
        if decimals is None:
            decimals = 1 if self.percent else max(4 - digits, 0) if not self.logarithmic else 3
        return Strip(
            box,
            self.name or self.scalar.replace("_", " "),
            scalar,
            clock,
            style,
            colour=colour_of(style, self.hue),
            limits=(low, high),
            digits=3 if self.percent else digits,
            decimals=decimals,
            suffix=" %" if self.percent else "",
            logarithmic=self.logarithmic,
            mean=self.mean,
        )

    def _limits(self, values: NDArray[np.float64]) -> tuple[float, float]:
        if self.percent:
            return 0.0, 100.0
        low, high = float(values.min()), float(values.max())
        if self.logarithmic:
            return low / 1.3, high * 1.3
        return (min(low, 0.0) if low < high / 2 else low), high if high > low else low + 1


class EpochCounter(Group):
    """The epoch on screen: a word at the left and a number at the right of a box's top.

    In a narrow box the number stands below the word, at the right.
    """

    def __init__(self, box: Box, clock: ValueTracker, style: Style, last: int) -> None:
        digits = len(str(last))
        number = Counter(clock, style, digits=digits)
        word = text("epoch", style, size=style.type.label, colour=style.chrome.muted)
        super().__init__(word, number)
        beside = word.width + 0.3 + number.width <= box.width
        # The number gives way; the word keeps the size in which it can be read.
        room = box.height if beside else box.height - word.height - 0.2
        number.scale(min(1, box.width / number.width, max(room, word.height) / number.height))
        if beside:
            word.align_to([box.left, 0, 0], LEFT)
            number.align_to([box.right, 0, 0], RIGHT)
            word.shift((baseline(number) - baseline(word)) * UP)
        else:
            number.next_to(word, DOWN, buff=0.2, aligned_edge=RIGHT)
        self.align_to([box.right, box.top, 0], UP + RIGHT)


def readings(
    wanted: Sequence[str | Reading],
    box: Box,
    run: Run,
    clock: ValueTracker,
    style: Style,
    *,
    epoch_box: Box | None = None,
) -> Group:
    """The epoch and its strips: below each other in a tall box, beside each other in a wide one.

    The epoch may have a box of its own. A name alone is a `Reading` with its defaults.
    """
    specs = [Reading(each) if isinstance(each, str) else each for each in wanted]
    last = int(run.epochs[-1]) if len(run.epochs) else 0
    places = _places(box, len(specs), own=epoch_box is not None)
    counter = EpochCounter(epoch_box or places.pop(0), clock, style, last)
    strips = [
        spec.strip(place, run, clock, style) for spec, place in zip(specs, places, strict=True)
    ]
    return Group(counter, *strips)


def _places(box: Box, count: int, *, own: bool) -> list[Box]:
    """Boxes of the epoch, unless it has one of its `own`, and of so many strips."""
    if own or not count or box.height > 0.5 * box.width:
        return _column(box, count, head=not own)
    choices = [_row(box, count), _headed_row(box, count), _column(box, count, head=True)]
    return max(choices, key=lambda boxes: _legibility(boxes[1]))


def _legibility(strip: Box) -> float:
    """How well a name, a number and a curve can be read in a strip, up to 1."""
    return min(1.0, strip.width / ROOMY[0]) * min(1.0, strip.height / ROOMY[1])


def _column(box: Box, count: int, *, head: bool) -> list[Box]:
    """One below the other, from the top."""
    heads = [min(HEAD, 0.4 * box.height)] * head
    room = box.height - sum(heads) - GAP * max(count + len(heads) - 1, 0)
    heights = [*heads, *([min(room / max(count, 1), TALLEST[count == 1])] * count)]
    tops = [box.top - sum(heights[:i]) - i * GAP for i in range(len(heights))]
    return [
        Box(box.left, top - height, box.right, top)
        for top, height in zip(tops, heights, strict=True)
    ]


def _headed_row(box: Box, count: int) -> list[Box]:
    """The epoch above strips that stand beside each other."""
    head = min(HEAD, 0.3 * box.height)
    top = Box(box.left, box.top - head, box.right, box.top)
    below = Box(box.left, box.bottom, box.right, top.bottom - 0.7 * GAP)
    return [top, *_beside(below, [1.0] * count)]


def _row(box: Box, count: int) -> list[Box]:
    """All beside each other, the epoch first."""
    return _beside(box, [0.75, *([1.0] * count)])


def _beside(box: Box, shares: Sequence[float]) -> list[Box]:
    width = (box.width - GAP * (len(shares) - 1)) / sum(shares)
    lefts = [box.left + width * sum(shares[:i]) + i * GAP for i in range(len(shares))]
    low = max(box.bottom, box.top - TALLEST[0])
    return [
        Box(left, low, left + width * share, box.top)
        for left, share in zip(lefts, shares, strict=True)
    ]
