"""Frames of a clip in several of its shapes and themes, drawn one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from epochreel.errors import ClipError, choices
from epochreel.film import rendering
from epochreel.film.frames import Reel
from epochreel.look.style import THEMES
from epochreel.panels.compositions import ASPECTS

__all__ = ["Shot", "Variant", "last", "moments", "shots", "variants"]

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
    reel: Reel


def variants(name: str | Path, aspects: str = ALL, themes: str = "dark") -> list[Variant]:
    """The variants that two lists with commas name; "all" are those that the clip is laid out for.

    Raises ClipError for an unknown clip, aspect ratio or theme.
    """
    trees = rendering.clip_class(name).layout.trees
    shapes = [aspect for aspect in ASPECTS if aspect in trees]
    chosen = _listed("aspect", aspects, shapes, ASPECTS), _listed("theme", themes, THEMES, THEMES)
    return [Variant(aspect, theme) for theme, aspect in product(*reversed(chosen))]


def moments(reel: Reel, at: Sequence[str]) -> list[float]:
    """The seconds that texts name: numbers with commas between them, or a beat, where it begins.

    Raises ClipError for what is neither.
    """
    seconds: list[float] = []
    for text in at:
        if text in reel.beats:
            seconds.append(reel.beats[text])
        elif (numbers := _numbers(text)) is not None:
            seconds += numbers
        else:
            raise ClipError(
                f"There is no moment {text!r}: give seconds, such as 17.5,33, or a beat; "
                f"{choices(text, reel.beats)}"
            )
    return seconds


def last(at: Sequence[str]) -> float:
    """The last of the seconds that texts name, infinite where one of them names a beat."""
    numbers = [_numbers(text) for text in at]
    return max((max(each) if each else inf for each in numbers), default=inf)


def shots(
    name: str | Path,
    wanted: Sequence[Variant],
    choose: Callable[[Reel], Sequence[float]],
    *,
    quality: str,
    cut: str = "full",
    until: float = inf,
) -> Iterator[Shot]:
    """Draw the frames at the moments that `choose` takes of each variant, with a bar on stderr.

    No more is played than up to the second `until`. Raises ClipError as Reel does.
    """
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        for variant in wanted:
            task = bar.add_task(f"{name} {variant.aspect} {variant.theme}: playing", total=None)
            reel = Reel.of(
                name,
                aspect=variant.aspect,
                theme=variant.theme,
                quality=quality,
                cut=cut,
                until=until,
            )
            times = choose(reel)
            bar.update(task, description=f"{name} {variant.aspect} {variant.theme}: drawing")
            for number, seconds in enumerate(bar.track(times, task_id=task)):
                pixels, play = reel.frame(seconds)[..., :3], reel.play_at(seconds)
                yield Shot(variant, number, len(times), seconds, play, pixels, reel)


def _numbers(text: str) -> list[float] | None:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return None


def _listed(what: str, text: str, every: Iterable[str], known: Iterable[str]) -> list[str]:
    if text == ALL:
        return list(every)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise ClipError(f"There is no {what} {name!r}; {choices(name, [ALL, *known])}")
    return names
