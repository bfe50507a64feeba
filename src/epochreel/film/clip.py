"""`Clip`: a Manim scene that knows its run, its shape and its theme."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
from manim import (
    Animation,
    ValueTracker,
    config,
    linear,
)

from epochreel import Run
from epochreel.errors import ClipError, EpochreelError
from epochreel.film.camera import FrameRenderer
from epochreel.film.cues import CueSheet
from epochreel.film.encoding import kept_by_disk
from epochreel.film.staging import aspect_of
from epochreel.film.story import Story
from epochreel.film.timeline import Pace, Timeline
from epochreel.film.values import fields
from epochreel.layers import Layer
from epochreel.look.style import SHORTER_SIDE, Style, load

__all__ = ["CUTS", "Clip", "Train"]

CUTS = ("full", "short")
"""The short cut plays no optional beats."""


class Train(Animation):
    """Let a clock run to an epoch at a pace."""

    def __init__(self, clock: ValueTracker, to: float, pace: Pace, **options: Any) -> None:
        self.start = self.end = float(to)
        self.pace = pace
        super().__init__(clock, rate_func=linear, **options)

    def begin(self) -> None:
        """Start from the epoch that the clock shows when the animation is played."""
        self.start = self.mobject.get_value()
        super().begin()

    def interpolate_mobject(self, alpha: float) -> None:
        """Put the clock where it is at this share of the animation, 0 to 1."""
        self.mobject.set_value(self.start + (self.end - self.start) * self.pace(alpha))


class Clip(Story):
    """A scene filmed from a run, laid out for its aspect ratio.

    A subclass names its `trainer` and its `layout` (a composition, whose slots it fills) and tells
    its story in methods that are beats (see `beat`), after `measure`; or it has a `construct`.
    The run is recorded when it is first asked for and missing; a subclass with a `run_path`
    instead films the run in that folder, whoever recorded it. `epoch` is the clock that layers
    follow; `train` lets it run.

    What is said about a clip comes from it too: its `title`, its docstring as the story, the
    parts of the story (see `beat`), the `results` that it measures (a label to a text) and the
    `poster`, the seconds into the full cut of the frame that stands for it, by default the last.
    For a book its main figure is what stands in the areas that `figure` names; a clip of several
    runs gives their names in a dict `runs`.

    `manim scenes/NAME.py` takes the shape from Manim's resolution and the theme from the
    environment variable EPOCHREEL_THEME; `epochreel render` has options for both.
    """

    poster: ClassVar[float | None] = None
    figure: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *,
        theme: str | None = None,
        run: Run | None = None,
        cut: str = "full",
        observer: Callable[[int], None] | None = None,
    ) -> None:
        with _sentences(theme is None):
            self.style: Style = load(theme or os.environ.get("EPOCHREEL_THEME", "dark"))
            self.aspect = aspect_of(config.pixel_width, config.pixel_height)
            if cut not in CUTS:
                raise ClipError(f"There is no cut {cut!r}; choose from {', '.join(CUTS)}.")
            if self.aspect not in self.layout.trees:
                raise ClipError(
                    f"{type(self).__name__} has no layout for {self.aspect}; "
                    f"it has {', '.join(self.layout.trees)}."
                )
        unit = SHORTER_SIDE / min(config.pixel_width, config.pixel_height)
        config.frame_width = config.pixel_width * unit
        config.frame_height = config.pixel_height * unit
        config.background_color = self.style.chrome.background
        first, last = config.from_animation_number, config.upto_animation_number
        to_the_end = last < 0 or last == float("inf")
        if (first > 0 or not to_the_end) and not config.output_file:
            # Some plays alone are not the clip, and must not take its name.
            config.output_file = f"{type(self).__name__}_{first}-{'' if to_the_end else last}"
        super().__init__(renderer=FrameRenderer(observer))
        if run is not None:
            self.run = run
        self.epoch = ValueTracker(0.0)
        self.timeline = Timeline()
        self.cut = cut
        self.cues = CueSheet(config.frame_rate)
        self.results: dict[str, str] = {}
        self._bare = {*vars(self), "_bare"}  # the last line: what a clip has before its story

    def train(
        self, to: float, run_time: float, *animations: Animation, pace: Pace | None = None
    ) -> None:
        """Let the run go on to an epoch within `run_time` seconds, beside other animations."""
        pace = pace or Pace()
        self.play(Train(self.epoch, to, pace), *animations, run_time=run_time)

    def play(self, *animations: Any, **options: Any) -> None:
        """Play animations and note in the timeline and the cue sheet what it does to the epoch."""
        before = self.epoch.get_value()  # which may have been set to another since the last play
        shown = self._shows_epoch()
        super().play(*animations, **options)
        shown = shown or self._shows_epoch()
        after = self.epoch.get_value()
        moving = [a for a in self.animations or () if a.mobject is self.epoch]
        if moving and after != before:
            pace = moving[0].pace if isinstance(moving[0], Train) else moving[0].rate_func
            self.timeline = self.timeline.train(after, self.duration, pace, start=before)
        else:
            self.timeline = self.timeline.hold(self.duration, at=after)
        stretch = self.timeline.stretches[-1]
        times = np.arange(round(self.duration * config.frame_rate)) / config.frame_rate
        self.cues.play(float(stretch.epoch(time)) if shown else None for time in times)

    def _shows_epoch(self) -> bool:
        """Whether anything on screen follows the epoch."""
        layers = (m for m in self.get_mobject_family_members() if isinstance(m, Layer))
        return any(layer.is_moved_by({self.epoch}) for layer in layers)

    def __digest__(self) -> Any:
        # What a play may draw from that is closed over a clip, without what plays and films it.
        kept = {*self._bare, *vars(Story)}
        own = {name: each for name, each in fields(self).items() if name not in kept}
        return type(self), self.epoch, self.style, self.aspect, self.cut, vars(self).get("run"), own

    def render(self, preview: bool = False) -> bool:
        """Render as the command `manim` does: an error of the user's is one sentence."""
        with _sentences(True), kept_by_disk(self.movie.parent):
            return self.perform(preview)


@contextmanager
def _sentences(wanted: bool) -> Iterator[None]:
    """Turn an error of the user's into one sentence and exit status 1."""
    try:
        yield
    except EpochreelError as error:
        if not wanted:
            raise
        raise SystemExit(f"Error: {error}") from error
