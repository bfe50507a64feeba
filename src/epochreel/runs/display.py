"""A run as a notebook shows it: what it holds, its scalars as small curves, its config."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from numpy.typing import NDArray

from epochreel.files import ASSETS
from epochreel.runs.listing import size

if TYPE_CHECKING:
    from epochreel.runs.run import Run

__all__ = ["html", "readings"]

WIDTH, HEIGHT, MARGIN = 240, 36, 2
COLUMNS = 120
"""Of a curve: where there are more epochs each shows the least and the greatest value of some."""
STEEP = 100
"""A positive scalar whose greatest value is so many times its least is drawn logarithmically."""


@dataclass(frozen=True)
class Curve:
    """A scalar over the epochs, in pixels, and the values that it begins and ends with.

    `place` is where it is at an epoch, and `now` its value there, "–" where it was not given.
    """

    name: str
    points: str
    first: str
    last: str
    logarithmic: bool
    now: str = ""
    place: tuple[str, str] | None = None


def html(run: Run) -> str:
    """Return a fragment of HTML that shows a run in the colours of what is around it.

    Raises RunError where the run cannot be read.
    """
    epochs = run.epochs
    told = f"{len(epochs)} snapshots from {epochs[0]} to {epochs[-1]}" if len(epochs) else "none"
    return _filled(run, size=size(run.size), epochs=told, held=_held(run))


def readings(run: Run, epoch: float) -> str:
    """Return a fragment of HTML that shows the scalars of a run, and what they are at an epoch.

    Raises RunError where the run cannot be read.
    """
    return _filled(run, epoch)


def _filled(run: Run, epoch: float | None = None, **told: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined
    )
    scalars = {name: run.scalar(name) for name in run.scalars}
    return environment.get_template("run.html").render(
        run=run,
        epoch=epoch,
        curves=[_curve(name, *each, epoch) for name, each in scalars.items() if len(each[0])],
        width=WIDTH,
        height=HEIGHT,
        **told,
    )


def _held(run: Run) -> list[tuple[str, str]]:
    """The name of each net and tensor, and how large it is."""
    if run.layout is None:
        return []
    counts = {
        name: sum(math.prod(field.shape) for field in fields.values())
        for name, fields in run.layout.nets.items()
    }
    nets = [(name, f"net of {count:,} numbers") for name, count in counts.items()]
    return nets + [(name, f"tensor, {field}") for name, field in run.layout.tensors.items()]


def _curve(
    name: str, epochs: NDArray[np.int64], values: NDArray[np.float64], epoch: float | None
) -> Curve:
    low, high = values.min(), values.max()
    logarithmic = bool(low > 0 and high > STEEP * low)
    heights = np.log(values) if logarithmic else values
    parts = np.array_split(np.arange(len(values)), min(COLUMNS, len(values)))
    extremes = [{part[heights[part].argmin()], part[heights[part].argmax()]} for part in parts]
    chosen = np.unique([0, *(index for pair in extremes for index in pair), len(values) - 1])

    def place(epoch: float, height: float) -> tuple[str, str]:
        across = (epoch - epochs[0]) / max(epochs[-1] - epochs[0], 1)
        down = (heights.max() - height) / (np.ptp(heights) or 1.0)
        x, y = MARGIN + across * (WIDTH - 2 * MARGIN), MARGIN + down * (HEIGHT - 2 * MARGIN)
        return f"{x:.1f}", f"{y:.1f}"

    points = " ".join(",".join(place(epochs[index], heights[index])) for index in chosen)
    curve = Curve(name, points, f"{values[0]:.3g}", f"{values[-1]:.3g}", logarithmic)
    if epoch is None:
        return curve
    if not epochs[0] <= epoch <= epochs[-1]:
        return replace(curve, now="–")
    value = np.interp(epoch, epochs, values)
    height = np.log(value) if logarithmic else value
    return replace(curve, now=f"{value:.3g}", place=place(epoch, height))
