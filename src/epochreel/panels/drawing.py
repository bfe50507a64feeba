"""What a panel draws, by what it means: a mark's colour, width and place in the order follow.

    points = panel.scatter(embedding(data), hue=labels)
    curve = panel.curve(decoder(span), "ytilde")

Each returns its layer, which the scene fades in, moves and fades out. Layers are drawn in the order
of `RANKS`, whenever they are added. A quantity is an array or a function of clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from manim import Group, Mobject
from numpy.typing import ArrayLike, NDArray

from epochreel.layers.areas import Areas
from epochreel.layers.arrows import Arrows
from epochreel.layers.bars import Bars
from epochreel.layers.data import Quantity
from epochreel.layers.fields import Field, LevelLines
from epochreel.layers.images import Image
from epochreel.layers.labels import Labels
from epochreel.layers.lattice import lattice
from epochreel.layers.lines import Lines, ScaleBar
from epochreel.layers.points import Points
from epochreel.layers.regions import Regions
from epochreel.layers.spectrum import decibels
from epochreel.layers.stems import Stems
from epochreel.layers.vectors import VectorField
from epochreel.layers.waveform import Waveform
from epochreel.look.hues import Hue, paint
from epochreel.look.ramps import ramp
from epochreel.look.style import Style, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset, formula, text
from epochreel.panels.frame import Frame
from epochreel.panels.legend import ColourBar, ScaleArrow

if TYPE_CHECKING:
    from epochreel.panels.network import Network

__all__ = ["RANKS", "Drawing", "EnergyMap", "ranked"]

RANKS = {
    name: index - 6
    for index, name in enumerate(
        [
            *("cross", "field", "regions", "levels", "grid", "ghosts", "others"),  # these are 0
            *("curves", "segments", "points", "arrows", "probes", "names"),
        ]
    )
}
"""From the ground up; what the scene adds without a panel is among the others."""

SAMPLES = 65
"""Of a field along the shorter side of its panel."""

Marked = TypeVar("Marked", bound=Mobject)


def ranked(mobject: Marked, rank: str) -> Marked:
    """Give a mobject and its parts their place in the order of drawing."""
    mobject.set_z_index(RANKS[rank])
    return mobject


class EnergyMap(Group):
    """A `field`, its level `lines` and its colour `bar`; the last two may be None."""

    def __init__(self, field: Field, lines: LevelLines | None, bar: ColourBar | None) -> None:
        super().__init__(*(part for part in (field, lines, bar) if part is not None))
        self.field, self.lines, self.bar = field, lines, bar


class Drawing(Frame):
    """A panel as its marks see it; `mapped` ones wear the dark theme's colours and a dark rim."""

    ink: Style
    mapped: bool
    bar_box: Box | None

    def scatter(
        self,
        positions: Quantity,
        hue: Hue | Callable[..., ArrayLike] = "maths",
        *,
        size: str | Quantity = "point",
        rank: str = "points",
        **options: Any,
    ) -> Points:
        """Discs at positions (N, 2); `size` is a name in the stylesheet's table, or radii."""
        radius = getattr(self.style.size, size) if isinstance(size, str) else size
        halo = rgba(self.ink.chrome.background) if self.mapped else None
        layer = Points(
            self, positions, radius=radius, colours=self._paint(hue), **({"halo": halo} | options)
        )
        return ranked(layer, rank)

    def probe(self, positions: Quantity, hue: Hue = "yprime", **options: Any) -> Points:
        """One point, or a few, to be looked at: large, and above all others."""
        return self.scatter(positions, hue, size="marker", rank="probes", **options)

    def curve(
        self,
        vertices: Quantity,
        hue: Hue | Callable[..., ArrayLike] = "ytilde",
        *,
        width: str | Quantity = "curve",
        rank: str = "curves",
        **options: Any,
    ) -> Lines:
        """A line through vertices (S, 2), or several (L, S, 2); `width` as in the stylesheet."""
        thick = getattr(self.style.line, width) if isinstance(width, str) else width
        layer = Lines(self, vertices, width=thick, colours=self._paint(hue), **options)
        return ranked(layer, rank)

    def segments(self, starts: Quantity, ends: Quantity, hue: Hue = "E", **options: Any) -> Lines:
        """Straight lines from starts (N, 2) to ends (N, 2)."""
        pairs: Quantity = np.stack(cast(list[NDArray[np.float64]], [starts, ends]), axis=-2)
        return self.curve(pairs, hue, **({"width": "level", "rank": "segments"} | options))

    def grid(self, vertices: Quantity, *, faint: bool = False, **options: Any) -> Lines:
        """The lines (L, S, 2) of a grid, which a net may have bent; `faint` where it is at rest."""
        opacity = self.style.opacity.grid if faint else 1.0
        given: dict[str, Any] = {"width": "warped_grid", "rank": "grid", "opacity": opacity}
        return self.curve(vertices, "warped_grid", **(given | options))

    def arrows(
        self,
        tails: Quantity,
        tips: Quantity,
        hue: Hue | Callable[..., ArrayLike] = "maths",
        *,
        width: str | Quantity = "curve",
        **options: Any,
    ) -> Arrows:
        """Arrows from tails (N, 2) to tips (N, 2), set off from what they lie on."""
        thick = getattr(self.style.line, width) if isinstance(width, str) else width
        halo = rgba(self.ink.chrome.background, 0.6)
        layer = Arrows(
            self, tails, tips, width=thick, colours=self._paint(hue), **({"halo": halo} | options)
        )
        return ranked(layer, "arrows")

    def network(
        self, positions: Quantity, edges: ArrayLike, weights: Quantity | None = None, **hues: Hue
    ) -> Network:
        """Nodes at positions (N, 2), edges (E, 2) between their numbers; see `Network`."""
        from epochreel.panels.network import Network

        return Network(self, positions, edges, weights, **hues)

    def vectors(
        self,
        positions: Quantity,
        vectors: Quantity,
        hue: Hue = "maths",
        *,
        scale: float,
        **options: Any,
    ) -> VectorField:
        """Vectors (N, 2) as arrows at positions (N, 2), `scale` data units for each of theirs."""
        halo = rgba(self.ink.chrome.background, 0.5)
        layer = VectorField(
            self, positions, vectors, scale=scale, colours=self._paint(hue),
            **({"halo": halo} | options),
        )  # fmt: skip
        return ranked(layer, "arrows")

    def scale_arrow(self, length: float, label: str, *, scale: float) -> ScaleArrow:
        """What an arrow of `vectors` stands for, in a corner of the panel."""
        key = ScaleArrow(self, length, scale=scale, label=label, plated=self.mapped)
        return ranked(key, "names")

    def ruler(self, length: float) -> Group:
        """A bar of a length of the data in the bottom left corner; it tells what a zoom does."""
        at, ink = (0.045, 0.04), self.ink.chrome.axis
        bar = ScaleBar(self, length, at=at, width=self.style.line.axis, colours=rgba(ink))
        unit = text(f"{length:g}", self.ink, size=self.style.type.small, colour=ink)
        unit.set_stroke(self.ink.chrome.background, 2, background=True)
        unit.move_to(self.box.part(*at, 1, 1).corner + np.array([unit.width / 2, 0.28, 0]))
        return ranked(Group(bar, unit), "names")

    def regions(self, weights: Quantity, biases: Quantity, **options: Any) -> Regions:
        """The decision regions of a linear classifier, weights (K, 2) and biases (K,)."""
        return ranked(Regions(self, weights, biases, **options), "regions")

    def bars(self, heights: Quantity, hue: Hue | None = None, **options: Any) -> Bars:
        """A vector's numbers (K,) as bars at 0 … K − 1, by default in the colours of K classes."""
        colours = None if hue is None else self._paint(hue)
        return ranked(Bars(self, heights, colours=colours, **options), "curves")

    def stems(
        self,
        values: Quantity,
        hue: Hue | Callable[..., ArrayLike] = "maths",
        positions: Quantity | None = None,
        **options: Any,
    ) -> Stems:
        """A sequence's numbers (N,) as points on stems, at 0 … N − 1 or at positions (N,)."""
        layer = Stems(self, values, positions, colours=self._paint(hue), **options)
        return ranked(layer, "curves")

    def waveform(
        self,
        samples: Quantity,
        hue: Hue = "maths",
        *,
        x: tuple[float, float] | None = None,
        shown: Quantity | None = None,
        width: str | Quantity = "curve",
    ) -> Waveform:
        """A signal's samples (N,), however many, from x[0] to x[1], by default across the panel.

        Of it only what lies between the two places `shown` is drawn: a playing head is the second.
        """
        thick = getattr(self.style.line, width) if isinstance(width, str) else width
        layer = Waveform(self, samples, x=x, shown=shown, width=thick, colours=self._paint(hue))
        return ranked(layer, "curves")

    def spectrogram(
        self,
        samples: ArrayLike,
        *,
        rate: float,
        window: int,
        step: int,
        low: float = -80.0,
        high: float = 0.0,
    ) -> Field:
        """How loud a signal's samples (N,) are at each time and frequency, as a map of colours.

        Across are seconds from the first sample on, upwards hertz to half of the `rate`, in samples
        a second. `window` samples are looked at, every `step` of them, each time standing at the
        middle of its window. Colours run from `low` to `high` decibels, of which a sine of
        amplitude 1 has 0.
        """
        values = decibels(samples, window, step)
        first, frames = window / 2 / rate, values.shape[1]
        x, y = (first, first + (frames - 1) * step / rate), (0.0, rate / 2)
        return ranked(Field(self, values, low=low, high=high, x=x, y=y), "field")

    def polygons(
        self,
        shapes: Quantity,
        hue: Hue | Callable[..., ArrayLike] = "maths",
        *,
        at: Quantity | None = None,
        turn: Quantity | None = None,
        outline: bool = False,
        fill: float | None = None,
        **options: Any,
    ) -> Areas:
        """Polygons (S, 2) or (L, S, 2), turned by degrees and then moved `at` places; see `Areas`.

        With an `outline` their inside is faint; `fill` is its opacity, 0 for none.
        """
        width = self.style.line.outline if outline else 0.0
        if fill is None:
            fill = self.style.opacity.region if outline else 1.0
        layer = Areas(
            self, shapes, at=at, turn=turn, fill=fill, width=width,
            colours=self._paint(hue), **options,
        )  # fmt: skip
        return ranked(layer, "curves")

    def image(
        self,
        values: Quantity,
        hue: str = "grey",
        *,
        high: float = 1.0,
        low: float | None = None,
        **options: Any,
    ) -> Image:
        """Numbers (h, w) as a picture, the first row at the top, sharp; see `Image`.

        It fills the squares of the data from (0, 0) to (w, h), or `x` and `y`. Its colours go from
        a zero's at `low` to the `hue` at `high`, those of "signed" from `-high` on. Bytes (h, w, 3)
        are red, green and blue.
        """
        table, lowest = ramp(self.ink, hue), -high if hue == "signed" else 0.0
        layer = Image(
            self, values, table=table, low=lowest if low is None else low, high=high, **options
        )
        return ranked(layer, "field")

    def words(
        self,
        positions: Quantity,
        sources: Sequence[str],
        hue: Hue | Callable[..., ArrayLike] | None = None,
        *,
        towards: Quantity = (0, 1),
        size: str = "small",
        **options: Any,
    ) -> Labels:
        """A label in Typst's notation for each of positions (N, 2), which it follows.

        It stands `towards` a direction from its position, on it for (0, 0). Symbols wear their own
        colours where there is no `hue`.
        """
        colours = None if hue is None else self._paint(hue)
        layer = Labels(
            self, positions, sources, towards=towards, size=getattr(self.style.type, size),
            colours=colours, style=self.ink, **options,
        )  # fmt: skip
        return ranked(layer, "names")

    def energy(
        self,
        function: Callable[[NDArray[np.float32]], Any],
        *,
        high: float,
        low: float = 0.0,
        levels: ArrayLike = (),
        numbers: bool = True,
        bar: str = "",
        ticks: Sequence[float] | None = None,
        colour_map: str = "energy",
        samples: int = SAMPLES,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        ray: ArrayLike | None = None,
        opacity: float = 1.0,
    ) -> EnergyMap:
        """A function of the plane as a map of colours from `low` to `high`, with level lines.

        `function(points)` gives, for points (N, 2), values (N,) or a function of clocks to such. It
        is sampled over the panel's limits, or over `x` and `y`. `levels` carry their `numbers`,
        where they cross a `ray`; `bar` is the function's symbol beside the panel's colour bar.
        """
        left, right, bottom, top = self.view.limits
        x, y = x or (left, right), y or (bottom, top)
        across, up = x[1] - x[0], y[1] - y[0]
        columns, rows = (round(samples * side / min(across, up)) for side in (across, up))
        values = function(lattice(x, y, columns, rows)).reshape(rows, columns)
        limits = {"x": x, "y": y}
        field = Field(
            self, values, low=low, high=high, colour_map=colour_map, opacity=opacity, **limits
        )
        lines = None
        if np.size(levels):
            lines = LevelLines(
                self, values, levels, labels=numbers, ray=ray, opacity=0.55 * opacity, **limits
            )
            ranked(lines, "levels")
        beside = None
        if bar and self.bar_box is not None:
            beside = ColourBar(
                self.bar_box, self.style, low=low, high=high, colour_map=colour_map,
                symbol=bar, ticks=ticks,
            )  # fmt: skip
        return EnergyMap(ranked(field, "field"), lines, beside)

    def symbol(
        self, source: str, at: Sequence[float], towards: Sequence[float] = (1, 1), **options: Any
    ) -> Typeset:
        """A symbol in Typst's notation beside a place of the data, in a direction from it."""
        words = formula(source, self.ink, size=self.style.type.label, **options)
        return self._beside(words, at, towards)

    def note(
        self, source: str, at: Sequence[float], towards: Sequence[float] = (1, 1), **options: Any
    ) -> Typeset:
        """A few small words beside a place of the data, in a direction from it."""
        options = {"colour": self.ink.chrome.axis} | options
        words = text(source, self.ink, size=self.style.type.small, **options)
        return self._beside(words, at, towards)

    def _beside(self, words: Typeset, at: Sequence[float], towards: Sequence[float]) -> Typeset:
        words.set_stroke(self.ink.chrome.background, 4, background=True)
        half = np.array([words.width / 2, words.height / 2, 0.0])
        away = np.array([*towards, 0.0])
        words.move_to(self.to_scene(*at) + away * (half + 0.14))
        return ranked(words, "names")

    def _paint(self, hue: Hue | Callable[..., ArrayLike]) -> Quantity:
        return hue if callable(hue) else paint(self.ink, hue)
