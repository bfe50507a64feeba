"""How a clip tells its story: beats in order, captions that stand until they can be read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from math import ceil
from typing import Any, ClassVar

from manim import RIGHT, UP, Animation, FadeIn, FadeOut, Mobject, smooth, squish_rate_func

from epochreel.film.camera import EndSceneEarlyException
from epochreel.film.cues import CueSheet
from epochreel.film.reading import reading_time
from epochreel.film.staging import Staging
from epochreel.film.timeline import Timeline
from epochreel.notation.maths import Typeset
from epochreel.notation.plain import plain

__all__ = ["Story", "beat"]

LEAVE, ARRIVE = (0.0, 0.45), (0.45, 1.0)
"""Shares of a change of captions, one after the other: two texts in one place are illegible."""
OPENING, CLOSING = 2.0, 1.6
"""Seconds that the first frame, and the last, are at rest."""
STEP = 15
"""Waits are whole frames at this rate, and so at 30 and 60 a second."""
NARROW = 6.5
"""Manim units of a slot whose captions are set flush left, as in a column."""


Method = Callable[..., Any]


def beat(
    name: str, *, optional: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a method of a clip a part of its story, which the short cut leaves out if `optional`.

    What follows must not need an optional part. Parts are played in the order in which the class
    defines them, after `measure`, unless the class has a `construct` of its own.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def played(self: Story, *arguments: Any, **options: Any) -> Any:
            if optional and self.cut == "short":
                return None
            self.beat(name, optional=optional)
            return method(self, *arguments, **options)

        played.is_beat = True  # type: ignore[attr-defined]
        return played

    return decorate


class Story(Staging):
    """A scene told in beats and captions."""

    title: ClassVar[str] = ""

    cut: str
    cues: CueSheet
    timeline: Timeline
    _caption: Typeset | None = None
    _headline: Typeset | None = None
    _unread: float = 0.0
    """The second until which the caption is to stand."""
    _speaks: bool = False

    def measure(self) -> None:
        """Read the run, and compute every number that the story says; a clip overrides it."""

    def construct(self) -> None:
        """Measure, then play the beats in the order in which the class defines them."""
        self.measure()
        for kind in reversed(type(self).__mro__):
            for method in vars(kind).values():
                if getattr(method, "is_beat", False):
                    method(self)

    def tear_down(self) -> None:
        """Let the last words be read, and the last frame be seen."""
        with suppress(EndSceneEarlyException):  # where only some plays are asked for
            if self._speaks:
                self.let_read()
                self.wait(CLOSING)

    def beat(self, name: str, *, optional: bool = False) -> bool:
        """Begin a part of the story, and say whether this cut plays it; see the decorator."""
        if optional and self.cut == "short":
            return False
        self.next_section(name)
        self.cues.beat(name, optional)
        return True

    def open(self, *subject: Mobject) -> None:
        """Begin with the subject under the clip's title, at rest and composed as a thumbnail."""
        self.add(*subject)
        if self.title:
            box, beside = self.slot("title"), self.aspect == "16:9"
            align = "left" if beside else "center"
            words = self.text(
                self.title, "headline", width=box.width, align=align, balanced=True,
                colour=self.style.chrome.title,
            )  # fmt: skip
            self._headline = self.fitted(words, box, align=align)
            self.add(self._headline)
        self.wait(OPENING)

    def say(self, source: str, *animations: Animation, run_time: float = 0.8) -> None:
        """Let a caption follow the one before, as soon as that is read, beside other animations.

        It stays until the next, and what is played meanwhile, training too, counts as time to
        read it in. "" clears it.
        """
        self._speaks = True
        self.let_read()
        self.caption(source, *animations, run_time=run_time)
        words = plain(source) if source else ""
        shown = self.timeline.duration - run_time * (1 - ARRIVE[0])
        self._unread = shown + reading_time(words) + 0.3 if words else 0.0

    @staticmethod
    def swap(old: Mobject | None, new: Mobject) -> list[Animation]:
        """Animations that put one thing in another's place, which is empty in between.

        Where `old` is None the place is that of the caption, or of the title.
        """
        gone = [] if old is None else [FadeOut(old, rate_func=squish_rate_func(smooth, *LEAVE))]
        return [*gone, FadeIn(new, rate_func=squish_rate_func(smooth, *ARRIVE))]

    def let_read(self) -> None:
        """Wait until the caption on screen can have been read."""
        missing = ceil((self._unread - self.timeline.duration) * STEP - 1e-6) / STEP
        if missing > 0:
            self.wait(missing)

    def caption(self, source: str, *animations: Animation, run_time: float = 0.8) -> None:
        """Replace the caption at once while other animations play; "" clears it."""
        old, self._caption = self._caption, None
        headline, self._headline = self._headline, None
        changes = [
            FadeOut(words, rate_func=squish_rate_func(smooth, *LEAVE))
            for words in (old, headline)
            if words is not None
        ]
        if old is not None:
            self.cues.hide(run_time * LEAVE[1])
        if source:
            self.cues.show(source, run_time * ARRIVE[0])
            self._caption = self._set(source)
            changes.append(FadeIn(self._caption, rate_func=squish_rate_func(smooth, *ARRIVE)))
        if changes or animations:
            self.play(*changes, *animations, run_time=run_time)

    def _set(self, source: str) -> Typeset:
        """A caption in its slot."""
        box = self.slot("caption")
        flush = self.aspect == "16:9" and box.width < NARROW
        align = "left" if flush else "center"
        words = self.text(source, width=box.width, align=align, balanced=True)
        words.move_to(box.centre)
        if flush:
            words.shift((box.left - words.get_left()[0]) * RIGHT)
        # A line more than the slot holds grows into the frame rather than out of it.
        below = self.safe.bottom - words.get_bottom()[1]
        above = words.get_top()[1] - self.safe.top
        words.shift((max(below, 0) - max(above, 0)) * UP)
        return words
