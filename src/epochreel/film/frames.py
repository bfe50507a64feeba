"""Any frame of a clip on demand, without rendering what comes before it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import floor, inf
from pathlib import Path
from typing import Any

import numpy as np
from manim import config
from numpy.typing import NDArray

from epochreel import Run
from epochreel.errors import ClipError
from epochreel.film import rendering
from epochreel.film.camera import EndSceneEarlyException
from epochreel.film.clip import Clip
from epochreel.film.memento import Memento
from epochreel.marks.box import Box
from epochreel.notation.plain import plain

__all__ = ["Reel", "frame"]

Frame = NDArray[np.uint8]

SETTINGS = ("pixel_width", "pixel_height", "frame_width", "frame_height", "frame_rate")


@dataclass(frozen=True)
class _Play:
    """A play as it begins: the number of its first frame in the clip, and all that it changes."""

    start: int
    frames: int
    memento: Memento


class Reel:
    """A clip that was played once without drawing: any frame of it, in any order.

    The clip is played in the shape, size and frame rate that Manim is configured for; `Reel.of`
    takes its name instead. A frame is byte for byte the one that the renderer hands to the encoder,
    and costs little more than drawing it. `until` are the seconds after which no frame will be
    asked for, so that the rest need not be played. The keys of the plays are worked out if `keyed`.
    Raises ClipError for a clip that plays nothing.
    """

    def __init__(
        self,
        scene_class: type[Clip],
        *,
        theme: str = "dark",
        run: Run | None = None,
        cut: str = "full",
        until: float = inf,
        keyed: bool = False,
    ) -> None:
        self.frame_rate = float(config.frame_rate)
        self._plays: list[_Play] = []
        self._showing: _Play | None = None
        self._shown = -1

        def note(scene: Clip, frames: int) -> None:
            if self.seconds <= until:  # else its last words still want to be read
                before = self._plays[-1].memento if self._plays else None
                self._plays.append(_Play(self.frames, frames, Memento(scene, before)))
            if self.seconds > until:
                raise EndSceneEarlyException

        self.scene = rendering.rehearse(
            scene_class, theme=theme, run=run, cut=cut, keyed=keyed, watch=note
        )
        self.scene.renderer.skip_animations = False
        self._settings = {name: config[name] for name in SETTINGS}

    @classmethod
    def of(
        cls,
        name: str | Path | type[Clip],
        *,
        aspect: str = "16:9",
        theme: str = "dark",
        quality: str = "high",
        **options: Any,
    ) -> Reel:
        """The reel of a variant of a clip, by the clip's name, its file or its class.

        Raises ClipError for an unknown clip, aspect ratio, quality or cut.
        """
        with rendering.configured(name, aspect, theme, quality):
            return cls(rendering.clip_class(name), theme=theme, **options)

    @property
    def frames(self) -> int:
        """The number of frames."""
        return self._plays[-1].start + self._plays[-1].frames if self._plays else 0

    @property
    def seconds(self) -> float:
        """The length of what was played."""
        return self.frames / self.frame_rate

    @property
    def beats(self) -> dict[str, float]:
        """The names of the beats, plain, and the seconds at which they begin."""
        return {plain(beat.text): beat.start for beat in self.scene.cues.beats}

    @property
    def slots(self) -> dict[str, Box]:
        """What the layout gives to names, in shares of the frame from its bottom left corner."""
        with self._configured():
            return {name: self._shares(box) for name, box in self.scene.slots().items()}

    @property
    def safe(self) -> Box:
        """The part of the frame that may hold more than background, in the same shares."""
        with self._configured():
            return self._shares(self.scene.safe)

    def _shares(self, box: Box) -> Box:
        frame = self.scene.frame
        return Box(
            (box.left - frame.left) / frame.width,
            (box.bottom - frame.bottom) / frame.height,
            (box.right - frame.left) / frame.width,
            (box.top - frame.bottom) / frame.height,
        )

    def play_at(self, seconds: float) -> int:
        """The number, from 0, of the play that is on screen at a moment."""
        return self._play_of(self._number(seconds))

    @property
    def plays(self) -> list[range]:
        """The frames of each play, counted from the first of the clip."""
        return [range(play.start, play.start + play.frames) for play in self._plays]

    def frame(self, seconds: float) -> Frame:
        """The frame that is on screen at a moment, premultiplied RGBA (height, width, 4), uint8.

        Raises ClipError for a moment that is not within the clip.
        """
        return self.draw(self._number(seconds)).copy()

    def passing(self, epoch: float) -> Frame:
        """The frame as training first passes an epoch, at that very epoch; as `frame` gives it.

        Raises ClipError for an epoch that no training in the clip comes to.
        """
        number = self._passing(epoch)
        self.draw(number)
        scene, renderer = self.scene, self.scene.renderer
        with self._configured():
            scene.epoch.set_value(epoch)
            scene.update_mobjects(0)
            renderer.update_frame(scene, scene.moving_mobjects)
        self._showing = None  # what is there now is no frame of the clip
        picture: Frame = renderer.camera.pixel_array
        return picture.copy()

    def draw(self, number: int) -> Frame:
        """The frame of this number, from 0, in an array that the next one is drawn into."""
        play = self._plays[self._play_of(number)]
        scene, renderer = self.scene, self.scene.renderer
        shown, self._showing = self._showing, None
        with self._configured():
            if play is not shown or number < self._shown:
                play.memento.restore()  # backwards too: a Succession only goes on
            if play is not shown:
                renderer.save_static_frame_data(scene, scene.static_mobjects)
            if not scene.is_current_animation_frozen_frame():
                scene.seek((number - play.start) / self.frame_rate)
            renderer.update_frame(scene, scene.moving_mobjects)
        self._showing, self._shown = play, number
        picture: Frame = renderer.camera.pixel_array
        return picture

    def stands_still(self, number: int) -> bool:
        """Whether the frames of the play of this one are all the same; it must be drawn."""
        assert self._showing is self._plays[self._play_of(number)]
        return bool(self.scene.is_current_animation_frozen_frame())

    @contextmanager
    def _configured(self) -> Iterator[None]:
        """Set Manim up as when the clip was played; `tempconfig` would take as long as a frame."""
        before = {name: config[name] for name in SETTINGS}
        config.update(self._settings)
        try:
            yield
        finally:
            config.update(before)

    def _play_of(self, number: int) -> int:
        return bisect_right(self._plays, number, key=lambda play: play.start) - 1

    def _passing(self, epoch: float) -> int:
        """The number of the frame nearest to an epoch in the first play that trains past it."""
        trainings = [
            (play, stretch)
            for play, stretch in zip(self._plays, self.scene.timeline.stretches, strict=True)
            if stretch.start != stretch.end
        ]
        for play, stretch in trainings:
            if min(stretch.start, stretch.end) <= epoch <= max(stretch.start, stretch.end):
                shown = self.scene.cues.epochs[play.start : play.start + play.frames]
                distances = [inf if each is None else abs(each - epoch) for each in shown]
                return play.start + distances.index(min(distances))
        name = type(self.scene).__name__
        if not trainings:
            raise ClipError(f"{name} shows no training; ask for a moment instead of an epoch.")
        ends = [end for _, stretch in trainings for end in (stretch.start, stretch.end)]
        raise ClipError(
            f"{name} shows epochs {min(ends):g} to {max(ends):g}, not {epoch:g}; "
            "choose one of those."
        )

    def _number(self, seconds: float) -> int:
        """The number of the frame on screen at a moment."""
        if not 0 <= seconds <= self.seconds:
            end = f"{floor(100 * self.seconds) / 100:g}"
            raise ClipError(
                f"{type(self.scene).__name__} lasts {end} s; "
                f"choose a moment from 0 to {end}, not {seconds:g}."
            )
        # A moment that is a frame's may come out a little before it.
        return min(int(seconds * self.frame_rate + 1e-6), self.frames - 1)


def frame(name: str | Path, seconds: float, **variant: Any) -> Frame:
    """The frame of a clip that is on screen at a moment; for `variant` see `Reel.of`.

    Only what comes before is played, without drawing. Raises ClipError for an unknown clip or
    variant, and for a moment that is not within the clip.
    """
    return Reel.of(name, until=seconds, **variant).frame(seconds)
