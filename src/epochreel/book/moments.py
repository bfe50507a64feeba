"""The moment at which a clip's main figure shows an epoch, found by playing without drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from epochreel import Run
from epochreel.book.figure_reading import read
from epochreel.book.figures import Figure
from epochreel.errors import ClipError
from epochreel.film import rendering
from epochreel.film.clip import Train
from epochreel.film.timeline import Pace

__all__ = ["Telling", "tell"]


@dataclass(frozen=True)
class Telling:
    """What a clip's main figure shows at some epochs, and the runs that it is filmed from.

    `runs` holds a clip's own run under "".
    """

    figures: dict[float, Figure]
    runs: dict[str, Run]


def tell(
    name: str,
    epochs: Sequence[float] | None = None,
    *,
    theme: str = "dark",
    run: Run | None = None,
) -> Telling:
    """Play the short cut of a clip, and read its figure where training first passes each epoch.

    Without `epochs` it is the last one. A clip that shows no training shows its figure as it is
    last, at the last epoch of its run. Raises ClipError for an unknown clip, one that names no
    figure, and an epoch that is not shown.
    """
    with rendering.configured(name, theme=theme, quality="low", cut="short"):
        plain = rendering.clip_class(name)
        if not plain.figure:
            raise ClipError(
                f'{plain.__name__} names no figure; set `figure = ("…",)` to areas of its layout.'
            )
        wanted = None if epochs is None else sorted(epochs)
        passed: list[float] = []
        figures: dict[float, Figure] = {}
        last: list[Figure] = []

        def seek(self: Any, time: float) -> None:
            for train in self.animations:
                if isinstance(train, Train):
                    low, high = sorted((train.start, train.end))
                    passed.extend((low, high))
                    stops = [train.end] if wanted is None else wanted
                    if wanted is None:
                        figures.clear()
                    for epoch in stops:
                        if low <= epoch <= high and epoch not in figures:
                            plain.seek(self, train.run_time * _share(train, epoch))
                            self.epoch.set_value(epoch)
                            self.update_mobjects(0)
                            figures[epoch] = read(self)
            plain.seek(self, time)

        def play(self: Any, *animations: Any, **options: Any) -> None:
            plain.play(self, *animations, **options)
            if not passed and (figure := read(self)).marks:
                last[:] = [figure]

        watched = type(plain.__name__, (plain,), {"seek": seek, "play": play})
        scene: Any = rendering.rehearse(watched, theme=theme, run=run, cut="short")
    # Asked for, a run would be recorded; a clip that never did is not about one.
    own = {"": scene.__dict__["run"]} if "run" in scene.__dict__ else {}
    runs: dict[str, Run] = getattr(scene, "runs", own)
    if not passed:
        end = max((float(each.epochs[-1]) for each in runs.values()), default=0.0)
        passed, figures = [end, end], {} if not last else {end: last[0]}
    for epoch in wanted or ():
        if epoch not in figures:
            raise ClipError(_unseen(name, epoch, passed))
    return Telling(figures, runs)


def _share(train: Train, epoch: float) -> float:
    """The share of the time, 0 to 1, after which a training reaches an epoch between its ends."""
    if epoch == train.end:
        return 1.0
    return _inverse(train.pace, (epoch - train.start) / (train.end - train.start))


def _inverse(pace: Pace, progress: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if pace(middle) < progress else (low, middle)
    return low


def _unseen(name: str, epoch: float, passed: list[float]) -> str:
    first, last = min(passed), max(passed)
    if first == last:
        return f"{name} shows epoch {last:g} alone, not {epoch:g}; leave --epoch out."
    return f"{name} shows epochs {first:g} to {last:g}, not {epoch:g}; choose one of those."
