"""`Clip`: a Manim scene that knows its run, its shape and its theme."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from manim import (
    RIGHT,
    UP,
    Animation,
    FadeIn,
    FadeOut,
    Mobject,
    Scene,
    ValueTracker,
    VMobject,
    config,
    linear,
    smooth,
    squish_rate_func,
)

from epochreel import Run
from epochreel.errors import ClipError, EpochreelError
from epochreel.film.camera import FrameRenderer, moved_by
from epochreel.film.cues import CueSheet
from epochreel.film.timeline import Pace, Timeline
from epochreel.layers import Layer
from epochreel.look.style import SHORTER_SIDE, Style, load
from epochreel.marks.box import Box
from epochreel.notation import maths
from epochreel.panels.panel import Panel
from epochreel.panels.panel3d import Panel3D
from epochreel.runs import training
from epochreel.runs.functions import Function

if TYPE_CHECKING:  # a clip that plays no net does not wait for torch
    from epochreel.runs.recorded import Recording

__all__ = ["ASPECTS", "CUTS", "Clip", "Train"]

ASPECTS = {"16:9": 16 / 9, "1:1": 1.0, "4:5": 4 / 5, "9:16": 9 / 16}
"""Width over height."""

CUTS = ("full", "short")
"""The short cut plays no optional beats."""

LEAVE, ARRIVE = (0.0, 0.45), (0.45, 1.0)
"""Shares of a change of captions, one after the other: two texts in one place are illegible."""

SAFE = {"9:16": (0.05, 0.20, 0.95, 0.88)}
"""Left, bottom, right, top of the area for content; 9:16 leaves room for a platform's buttons."""


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


class Clip(Scene):
    """A scene filmed from a run, laid out for its aspect ratio.

    A subclass names its `trainer`, gives `layouts` (for each aspect ratio the named areas of the
    frame, as left, bottom, right, top in shares of the safe area) and implements `construct`.
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

    trainer: ClassVar[str] = ""
    run_path: ClassVar[str] = ""
    layouts: ClassVar[Mapping[str, Mapping[str, tuple[float, float, float, float]]]] = {}
    title: ClassVar[str] = ""
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
            self.aspect = _aspect(config.pixel_width, config.pixel_height)
            if cut not in CUTS:
                raise ClipError(f"There is no cut {cut!r}; choose from {', '.join(CUTS)}.")
            if self.layouts and self.aspect not in self.layouts:
                raise ClipError(
                    f"{type(self).__name__} has no layout for {self.aspect}; "
                    f"it has {', '.join(self.layouts)}."
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
        self._caption: VMobject | None = None

    @cached_property
    def run(self) -> Run:
        """The run in the folder `run_path`, or the trainer's, recorded now if there is none."""
        if self.run_path:
            return Run.open(Path(self.run_path))
        if not self.trainer:
            raise ClipError(
                f'{type(self).__name__} names no run; set `trainer = "…"` or `run_path = "…"`.'
            )
        return training.record(self.trainer)

    @cached_property
    def recording(self) -> Recording:
        """The run with its trainer."""
        from epochreel.runs.recorded import Recording

        return Recording(self.run, self.trainer)

    @cached_property
    def config(self) -> Any:
        """The trainer's Config of this run."""
        return self.recording.config

    def nets(self, *names: Any, **options: Any) -> Any:
        """Nets of the run as functions that compose; see `Recording.nets`."""
        return self.recording.nets(*names, **options)

    def recorded(self, name: str) -> Function:
        """A scalar or a tensor of the run as a function of the epoch."""
        return self.recording.recorded(name)

    @property
    def frame(self) -> Box:
        """The whole frame."""
        width, height = config.frame_width, config.frame_height
        return Box(-width / 2, -height / 2, width / 2, height / 2)

    @property
    def safe(self) -> Box:
        """The part of the frame that may hold more than background."""
        return self.frame.part(*SAFE.get(self.aspect, (0.05, 0.05, 0.95, 0.95)))

    def area(self, name: str) -> Box:
        """The area that the layout of this aspect ratio gives to a name."""
        areas = self.layouts.get(self.aspect, {})
        if name not in areas:
            raise ClipError(
                f"The {self.aspect} layout of {type(self).__name__} has no area {name!r}; "
                f"it has {', '.join(areas) or 'none'}."
            )
        return self.safe.part(*areas[name])

    def panel(self, area: str | Box, **options: Any) -> Panel:
        """Axes in a named area, or in a box; see `Panel` for the options."""
        box = self.area(area) if isinstance(area, str) else area
        return Panel(box, self.style, clock=self.epoch, **options)

    def panel3d(self, area: str | Box, **options: Any) -> Panel3D:
        """Space in a named area, or in a box; see `Panel3D` for the options."""
        box = self.area(area) if isinstance(area, str) else area
        return Panel3D(box, self.style, clock=self.epoch, **options)

    def formula(self, source: str, size: str = "formula") -> VMobject:
        """Maths in Typst's notation; `size` is a name in the stylesheet's table `type`."""
        return maths.formula(source, self.style, size=getattr(self.style.type, size))

    def text(self, source: str, size: str = "caption", **options: Any) -> VMobject:
        """Words with maths between dollar signs; `size` is a name in the table `type`."""
        return maths.text(source, self.style, size=getattr(self.style.type, size), **options)

    def beat(self, name: str, *, optional: bool = False) -> bool:
        """Begin a part of the story, and say whether this cut plays it.

        An optional part begins with `if not self.beat("The net", optional=True): return`, and
        what follows must not need it.
        """
        if optional and self.cut == "short":
            return False
        self.next_section(name)
        self.cues.beat(name, optional)
        return True

    def caption(self, source: str, *animations: Animation, run_time: float = 0.8) -> None:
        """Replace the caption in the area "caption" while other animations play; "" clears it."""
        old, self._caption = self._caption, None
        changes = []
        if old is not None:
            changes.append(FadeOut(old, rate_func=squish_rate_func(smooth, *LEAVE)))
            self.cues.hide(run_time * LEAVE[1])
        if source:
            self.cues.show(source, run_time * ARRIVE[0])
            box = self.area("caption")
            beside = self.aspect == "16:9"
            align = "left" if beside else "center"
            self._caption = self.text(source, width=box.width, align=align)
            self._caption.move_to(box.centre)
            if beside:
                self._caption.shift((box.left - self._caption.get_left()[0]) * RIGHT)
            # A line more than the area holds grows into the frame rather than out of it.
            below = self.safe.bottom - self._caption.get_bottom()[1]
            above = self._caption.get_top()[1] - self.safe.top
            self._caption.shift((max(below, 0) - max(above, 0)) * UP)
            changes.append(FadeIn(self._caption, rate_func=squish_rate_func(smooth, *ARRIVE)))
        if changes or animations:
            self.play(*changes, *animations, run_time=run_time)

    def train(
        self, to: float, run_time: float, *animations: Animation, pace: Pace | None = None
    ) -> None:
        """Let the run go on to an epoch within `run_time` seconds, beside other animations."""
        pace = pace or Pace()
        self.play(Train(self.epoch, to, pace), *animations, run_time=run_time)

    def play(self, *animations: Any, **options: Any) -> None:
        """Play animations and note in the timeline and the cue sheet what it does to the epoch."""
        before = self.timeline.last_epoch
        shown = self._shows_epoch()
        super().play(*animations, **options)
        shown = shown or self._shows_epoch()
        after = self.epoch.get_value()
        training_now = [a for a in animations if isinstance(a, Train)]
        if training_now and after != before:
            self.timeline = self.timeline.train(after, self.duration, training_now[0].pace)
        else:
            self.timeline = self.timeline.hold(self.duration)
        stretch = self.timeline.stretches[-1]
        times = np.arange(round(self.duration * config.frame_rate)) / config.frame_rate
        self.cues.play(float(stretch.epoch(time)) if shown else None for time in times)

    def _shows_epoch(self) -> bool:
        """Whether anything on screen follows the epoch."""
        layers = (m for m in self.get_mobject_family_members() if isinstance(m, Layer))
        return any(layer.is_moved_by({self.epoch}) for layer in layers)

    def render(self, preview: bool = False) -> bool:
        """Render as the command `manim` does: an error of the user's is one sentence."""
        with _sentences(True):
            return bool(super().render(preview))

    def get_moving_mobjects(self, *animations: Animation) -> list[Mobject]:
        """All mobjects from the first one on that changes while the animations play."""
        moved = moved_by(animations, self.mobjects)
        mobjects = self.get_mobject_family_members()
        first = next((i for i, mobject in enumerate(mobjects) if mobject in moved), len(mobjects))
        return list(mobjects[first:])

    def get_time_progression(self, run_time: float, *args: Any, **options: Any) -> Any:
        """Frame times, whole frames to the nearest, without the drift of added steps."""
        progression = super().get_time_progression(run_time, *args, **options)
        if not self.renderer.skip_animations:
            count = max(round(run_time * config.frame_rate), 1)
            progression.iterable = np.arange(count) / config.frame_rate
        return progression


@contextmanager
def _sentences(wanted: bool) -> Iterator[None]:
    """Turn an error of the user's into one sentence and exit status 1."""
    try:
        yield
    except EpochreelError as error:
        if not wanted:
            raise
        raise SystemExit(f"Error: {error}") from error


def _aspect(width: int, height: int) -> str:
    """The name of a resolution's aspect ratio, to within a pixel or two."""
    for name, ratio in ASPECTS.items():
        if abs(width / height - ratio) < 0.01 * ratio:
            return name
    raise ClipError(
        f"A resolution of {width}×{height} has none of the aspect ratios {', '.join(ASPECTS)}."
    )
