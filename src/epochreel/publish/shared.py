"""What is to be rendered of publications, shared out among a crew before anything else is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress

from epochreel.crew.crew import Crew, Returned
from epochreel.film.asking import ask
from epochreel.film.dealing import Task
from epochreel.film.production import Observer, produce
from epochreel.film.requests import CutList, Request, Segment, plan
from epochreel.film.series import told
from epochreel.publish.publication import Publication, Rendering

__all__ = ["render_shared"]


def render_shared(clips: Sequence[Publication], crew: Crew, bar: Progress) -> list[str]:
    """Render what is missing of clips, noted in their ledgers; return a sentence for each failure.

    First the clips whose lengths are not known are played. Raises CrewError where no crew can be
    had, and ClipError for a disk that refuses to be written to.
    """
    watcher = _Watcher(bar)
    while asked := [(clip, *each) for clip in clips for each in clip.unknown_lengths()]:
        known = 0
        requests = [clip.request(Rendering(aspect, "high", cut)) for clip, aspect, cut in asked]
        for number, answer in ask(requests, crew, plan, paused=watcher.paused):
            if isinstance(answer, Returned):
                clip, aspect, cut = asked[number]
                clip.note_length(aspect, cut, answer.value.described["duration"])
                known += 1
        if known < len(asked):  # who publishes plays these again, and tells what is wrong
            clips = [clip for clip in clips if not clip.unknown_lengths()]
    for clip in clips:
        for variant in clip.unrendered():
            watcher.wanted[clip.request(variant)] = clip, variant
    produce(list(watcher.wanted), crew, observer=watcher)
    return watcher.errors


class _Watcher(Observer):
    """Notes what is rendered, and shows how far that is."""

    def __init__(self, bar: Progress) -> None:
        self.bar, self.errors = bar, list[str]()
        self.wanted: dict[Request, tuple[Publication, Rendering]] = {}
        self._frames = 0
        self._task = bar.add_task("rendering", total=None)

    def planned(self, request: Request, planned: CutList, tasks: Sequence[Task[Segment]]) -> None:
        """Have more to draw."""
        self._frames += sum(len(segment.frames) for task in tasks for segment in task.parts)
        self.bar.update(self._task, total=self._frames)

    def drew(self, request: Request, frames: int) -> None:
        """Move the bar."""
        self.bar.advance(self._task, frames)

    def finished(self, request: Request, film: Path) -> None:
        """Note the film."""
        clip, variant = self.wanted[request]
        clip.note_rendered(variant, film)
        self.bar.console.print(film, markup=False, soft_wrap=True)

    def failed(self, request: Request, error: Exception) -> None:
        """Keep what went wrong."""
        clip, variant = self.wanted[request]
        clip.failed.add(variant)
        self.errors.append(told(request, error))

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the screen to a training."""
        self.bar.stop()
        try:
            yield
        finally:
            self.bar.start()
