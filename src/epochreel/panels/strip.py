"""A recorded scalar as a strip: name, value, and a thin curve with a moving marker."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import UP, Group, ValueTracker, VMobject
from numpy.typing import ArrayLike, NDArray

from epochreel.layers import Counter
from epochreel.layers.areas import Areas
from epochreel.layers.lines import Lines
from epochreel.layers.points import Points
from epochreel.look.style import SHORTER_SIDE, Style, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import baseline, formula, text
from epochreel.panels.panel import Panel
from epochreel.runs.scalars import RecordedScalar

__all__ = ["Strip"]

VERTICES = 500
"""Of a curve: more than a strip has pixels to tell apart would only take time."""
SHARES = (0.1, 0.9)
"""The quantiles between which the band lies."""
WINDOW = 0.04
"""Of the axis: what the band looks at where its epochs stand closer than that."""
SMOOTH = np.hanning(23)[1:-1] / np.hanning(23).sum()
"""Weights of neighbouring vertices in the band's edges, where a quantile goes by steps."""


class Strip(Group):
    """The curve of a scalar over all its epochs, bright up to the clock's epoch and dim after it.

    `name` is a word, or maths between dollar signs. `limits` are those of the value axis, whose
    lower end is drawn as a line. `digits`, `decimals` and `suffix` are those of the `Counter` that
    shows the value at the right, above the curve. A `logarithmic` strip has logarithmic axes: of
    values, and of epochs from 1 on, which suits runs that are played at growing speed. With `mean`,
    curve and value are averages over so many epochs; a faint band behind them holds four fifths of
    the values around each epoch. The curve keeps as far from all edges as its marker reaches.
    """

    def __init__(
        self,
        box: Box,
        name: str,
        scalar: RecordedScalar,
        clock: ValueTracker,
        style: Style,
        *,
        colour: str,
        limits: tuple[float, float],
        digits: int = 1,
        decimals: int = 3,
        suffix: str = "",
        logarithmic: bool = False,
        mean: int = 1,
    ) -> None:
        super().__init__()
        shown = scalar.mean(mean) if mean > 1 else scalar
        words = _words(name, style, colour)
        value = Counter(
            clock,
            style,
            value=shown,
            size=style.type.label,
            colour=colour,
            digits=digits,
            decimals=decimals,
            suffix=suffix,
        )
        cap = style.type.label * SHORTER_SIDE
        words.set_x(box.left + words.width / 2)
        value.set_x(box.right - value.width / 2)
        for mobject in (words, value):
            mobject.shift((box.top - cap - baseline(mobject)) * UP)
        curve = _Curve(shown, logarithmic)
        (first, low), (last, high) = curve.axes(
            [[scalar.epochs[0], limits[0]], [scalar.epochs[-1], limits[1]]]
        )
        place = box.part(0, 0, 1, 0.68)
        reach = (style.size.marker + 1) * SHORTER_SIDE / 1080
        panel = Panel(
            place,
            style,
            x=_with_room(first, last, reach / place.width),
            y=_with_room(low, high, reach / place.height),
            cross=False,
            clock=clock,
        )
        axis = np.array([[first, low], [last, low]])
        paint, ghost = rgba(colour), style.opacity.ghost
        self.add(
            words,
            value,
            Lines(panel, axis, width=style.line.axis, colours=rgba(style.chrome.cross)),
        )
        if mean > 1:
            self.add(Areas(panel, curve.band(scalar, mean), colours=paint, opacity=ghost))
        self.add(
            Lines(panel, curve.whole, width=2, colours=paint, opacity=ghost),
            Lines(panel, curve.until, width=style.line.curve, colours=paint),
            Points(panel, curve.at, radius=style.size.marker, colours=paint),
        )


class _Curve:
    """A scalar's curve in the coordinates of its axes, thinned to what a strip can show."""

    def __init__(self, scalar: RecordedScalar, logarithmic: bool) -> None:
        self.scalar = scalar
        self.logarithmic = logarithmic
        epochs = scalar.epochs
        across = self.axes(scalar.curve)[:, 0]
        chosen = np.searchsorted(across, np.linspace(across[0], across[-1], VERTICES))
        self.epochs = epochs[np.unique(np.minimum(chosen, len(epochs) - 1))]
        self.whole = self.axes([[epoch, scalar(epoch)] for epoch in self.epochs])

    def axes(self, points: ArrayLike) -> NDArray[np.float64]:
        """Epochs and values (N, 2) as they stand on the axes."""
        standing = np.asarray(points, dtype=np.float64)
        if not self.logarithmic:
            return standing
        positive = np.maximum(standing + np.array([1, 0]), 1e-12)
        return np.asarray(np.log10(positive))

    def band(self, scalar: RecordedScalar, width: float) -> NDArray[np.float64]:
        """Corners (S, 2) of what holds the `SHARES` of the values around each vertex.

        Around is within half of `width` epochs, or of a `WINDOW` of the axis where that is more.
        """
        across = self.axes(scalar.curve)[:, 0]
        half = WINDOW * (across[-1] - across[0]) / 2
        near = self.axes(np.stack([self.epochs, self.epochs], axis=1))[:, 0]
        starts = np.minimum(
            np.searchsorted(scalar.epochs, self.epochs - width / 2),
            np.searchsorted(across, near - half),
        )
        ends = np.maximum(
            np.searchsorted(scalar.epochs, self.epochs + width / 2, side="right"),
            np.searchsorted(across, near + half, side="right"),
        )
        edges = [
            np.quantile(scalar.values[start:end], SHARES)
            for start, end in zip(starts, ends, strict=True)
        ]
        beyond = np.pad(edges, ((len(SMOOTH) // 2,) * 2, (0, 0)), mode="edge")
        low, high = (np.convolve(edge, SMOOTH, "valid") for edge in beyond.T)
        upper = np.stack([self.epochs, high], axis=1)
        lower = np.stack([self.epochs, low], axis=1)
        return self.axes(np.concatenate([upper, lower[::-1]]))

    def until(self, epoch: float) -> NDArray[np.float64]:
        """The curve up to a fractional epoch: vertices (≥ 2, 2)."""
        behind = self.whole[: max(int(np.searchsorted(self.epochs, epoch)), 1)]
        return np.concatenate([behind, self.at(epoch)])

    def at(self, epoch: float) -> NDArray[np.float64]:
        """The point of the curve at an epoch, (1, 2)."""
        return self.axes([[epoch, self.scalar(epoch)]])

    def __deepcopy__(self, memo: object) -> Self:
        return self


def _words(name: str, style: Style, colour: str) -> VMobject:
    if name.startswith("$"):
        return formula(name.strip("$"), style, size=style.type.label, colour=colour)
    return text(name, style, size=style.type.label, colour=colour)


def _with_room(low: float, high: float, share: float) -> tuple[float, float]:
    """Limits between which low…high leaves a share of them free at each end."""
    room = (high - low) * share / (1 - 2 * share)
    return low - room, high + room
