"""Frames of a clip in several of its shapes and themes, drawn one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from epochreel.crew.alone import Alone
from epochreel.crew.crew import Crew, Raised
from epochreel.errors import ClipError, choices
from epochreel.film import rendering
from epochreel.film.asking import ask
from epochreel.film.moments import Moments
from epochreel.film.requests import Request, expose
from epochreel.look.style import THEMES
from epochreel.marks.box import Box
from epochreel.panels.compositions import ASPECTS

__all__ = ["Shot", "Variant", "shots", "variants"]

ALL = "all"


@dataclass(frozen=True)
class Variant:
    """A clip in one of its shapes and themes."""

    aspect: str
    theme: str


@dataclass(frozen=True)
class Shot:
    """A frame of a variant: the `number`th of `count` that are shown of it, at `seconds`.

    `pixels` are RGB, uint8 (height, width, 3): a clip's background is opaque.
    """

    variant: Variant
    number: int
    count: int
    seconds: float
    play: int
    pixels: NDArray[np.uint8]
    slots: dict[str, Box]
    """What the layout gives to names, in shares of the frame from its bottom left corner."""


def variants(name: str | Path, aspects: str = ALL, themes: str = "dark") -> list[Variant]:
    """The variants that two lists with commas name; "all" are those that the clip is laid out for.

    Raises ClipError for an unknown clip, aspect ratio or theme.
    """
    trees = rendering.clip_class(name).layout.trees
    shapes = [aspect for aspect in ASPECTS if aspect in trees]
    chosen = _listed("aspect", aspects, shapes, ASPECTS), _listed("theme", themes, THEMES, THEMES)
    return [Variant(aspect, theme) for theme, aspect in product(*reversed(chosen))]


def shots(
    name: str | Path,
    wanted: Sequence[Variant],
    moments: Moments,
    *,
    quality: str,
    cut: str = "full",
    crew: Crew | None = None,
) -> Iterator[Shot]:
    """Draw the frames of each variant at some moments, with a bar on stderr.

    No more is played than up to the last moment. A `crew` draws the variants side by side, and
    they come in whatever order. Raises ClipError as Reel does.
    """
    requests = [
        Request.of(name, aspect=each.aspect, theme=each.theme, quality=quality, cut=cut)
        for each in wanted
    ]
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{requests[0].path.stem}: drawing", total=len(wanted))
        for index, answer in ask(requests, crew or Alone(), expose, moments):
            if isinstance(answer, Raised):
                raise answer.error
            slots, frames = answer.value
            for number, (seconds, play, pixels) in enumerate(frames):
                yield Shot(wanted[index], number, len(frames), seconds, play, pixels, slots)
            bar.advance(task)


def _listed(what: str, text: str, every: Iterable[str], known: Iterable[str]) -> list[str]:
    if text == ALL:
        return list(every)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise ClipError(f"There is no {what} {name!r}; {choices(name, [ALL, *known])}")
    return names
