"""A run as a notebook shows it: what it holds, its scalars as small curves, its config."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from numpy.typing import NDArray

from epochreel.files import ASSETS
from epochreel.runs.listing import size

if TYPE_CHECKING:
    from epochreel.runs.run import Run

__all__ = ["html"]

WIDTH, HEIGHT, MARGIN = 240, 36, 2
COLUMNS = 120
"""Of a curve: where there are more epochs each shows the least and the greatest value of some."""
STEEP = 100
"""A positive scalar whose greatest value is so many times its least is drawn logarithmically."""


@dataclass(frozen=True)
class Curve:
    """A scalar over the epochs, in pixels, and the values that it begins and ends with."""

    name: str
    points: str
    first: str
    last: str
    logarithmic: bool


def html(run: Run) -> str:
    """Return a fragment of HTML that shows a run in the colours of what is around it.

    Raises RunError where the run cannot be read.
    """
    environment = Environment(
        loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined
    )
    epochs = run.epochs
    told = f"{len(epochs)} snapshots from {epochs[0]} to {epochs[-1]}" if len(epochs) else "none"
    scalars = {name: run.scalar(name) for name in run.scalars}
    return environment.get_template("run.html").render(
        run=run,
        size=size(run.size),
        epochs=told,
        held=_held(run),
        curves=[_curve(name, *each) for name, each in scalars.items() if len(each[0])],
        width=WIDTH,
        height=HEIGHT,
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


def _curve(name: str, epochs: NDArray[np.int64], values: NDArray[np.float64]) -> Curve:
    low, high = values.min(), values.max()
    logarithmic = bool(low > 0 and high > STEEP * low)
    heights = np.log(values) if logarithmic else values
    parts = np.array_split(np.arange(len(values)), min(COLUMNS, len(values)))
    extremes = [{part[heights[part].argmin()], part[heights[part].argmax()]} for part in parts]
    chosen = np.unique([0, *(index for pair in extremes for index in pair), len(values) - 1])
    across = (epochs[chosen] - epochs[0]) / max(epochs[-1] - epochs[0], 1)
    reach = np.ptp(heights) or 1.0
    down = (heights.max() - heights[chosen]) / reach
    places = np.stack([across * (WIDTH - 2 * MARGIN), down * (HEIGHT - 2 * MARGIN)], axis=1)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places + MARGIN)
    return Curve(name, points, f"{values[0]:.3g}", f"{values[-1]:.3g}", logarithmic)
