"""A recorded scalar as a strip: name, value, and a thin curve with a moving marker."""

from __future__ import annotations

from typing import Self

import numpy as np
from manim import UP, Group, ValueTracker, VMobject
from numpy.typing import ArrayLike, NDArray

from epochreel.layers import Counter
from epochreel.layers.lines import Lines
from epochreel.layers.points import Points
from epochreel.look.style import SHORTER_SIDE, Style, rgba
from epochreel.notation.maths import baseline, formula, text
from epochreel.panels.box import Box
from epochreel.panels.panel import Panel
from epochreel.runs.scalars import RecordedScalar

__all__ = ["Strip"]

VERTICES = 500
"""Of a curve: more than a strip has pixels to tell apart would only take time."""


class Strip(Group):
    """The curve of a scalar over all its epochs, bright up to the clock's epoch and dim after it.

    `name` is a word, or maths between dollar signs. `limits` are those of the value axis, whose
    lower end is drawn as a line. `digits`, `decimals` and `suffix` are those of the `Counter` that
    shows the value at the right, above the curve. A `logarithmic` strip has logarithmic axes: of
    values, and of epochs from 1 on, which suits runs that are played at growing speed. With `mean`,
    curve and value are averages over so many epochs, the values themselves a faint band behind.
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
        panel = Panel(
            box.part(0, 0, 1, 0.68),
            style,
            x=(first - 0.02 * (last - first), last + 0.02 * (last - first)),
            y=(low - 0.07 * (high - low), high + 0.07 * (high - low)),
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
            raw = _Curve(scalar, logarithmic).band
            self.add(Lines(panel, raw, width=1, colours=paint, opacity=ghost))
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

    @property
    def band(self) -> NDArray[np.float64]:
        """Upright lines (L, 2, 2) from the least to the largest value around each vertex."""
        bounds = np.searchsorted(self.scalar.epochs, self.epochs)
        values = self.scalar.values
        least, largest = np.minimum.reduceat(values, bounds), np.maximum.reduceat(values, bounds)
        ends = [np.stack([self.epochs, each], axis=1) for each in (least, largest)]
        return np.stack([self.axes(each) for each in ends], axis=1)

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
