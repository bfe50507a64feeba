"""Render many variants of clips by a crew, to the bytes that one process would write.

The crew plays and draws; here what comes back is kept in the caches of segments and joined. What
is drawn already is not drawn again, so that a production that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epochreel import files
from epochreel.crew.crew import Crew, Died, Raised, Returned
from epochreel.errors import EpochreelError
from epochreel.film import clip_json, rendering
from epochreel.film.asking import fatal, lend
from epochreel.film.dealing import Dealing, Task, grouped
from epochreel.film.encoding import at_work, kept_by_disk, note
from epochreel.film.requests import CutList, Request, Segment, draw, plan
from epochreel.film.writer import FrameWriter
from epochreel.runs.training import RunMissingError

__all__ = ["Footage", "Observer", "produce"]

SECONDS_PER_PIXEL = 15e-9
"""Of processor time, to draw and encode: 31 ms for 1920×1080 (see `make bench`)."""


class Observer:
    """Hears of a production; by default nothing comes of it."""

    def planned(self, request: Request, planned: CutList, tasks: Sequence[Task[Segment]]) -> None:
        """A request is to be drawn as planned, of which these tasks are not drawn already."""

    def drew(self, request: Request, frames: int) -> None:
        """So many frames more are drawn."""

    def finished(self, request: Request, film: Path) -> None:
        """The film of a request is there."""

    def failed(self, request: Request, error: Exception) -> None:
        """A request came to nothing."""

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Meanwhile something else is shown, such as a training."""
        yield


@dataclass
class Footage:
    """What a request comes to here: the writer of its film, and its cut list once it is known."""

    request: Request
    writer: FrameWriter
    movie: Path
    plan: CutList | None = None

    @classmethod
    def of(cls, request: Request) -> Footage:
        """The film of a request; the clip is not played for it, nor a run asked for."""
        with request.configured():
            scene = rendering.clip_class(request.path)(theme=request.theme, cut=request.cut)
        return cls(request, scene.renderer.file_writer, scene.movie)

    def keep(self, segment: Segment, content: bytes) -> None:
        """Keep a segment that was drawn elsewhere."""
        path = self.writer.output_plan.segment_path(segment.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.whole(path) as aside:
            aside.write_bytes(content)
        note(path, len(segment.frames))

    def tasks(self, variant: int, plan: CutList, force: bool = False) -> list[Task[Segment]]:
        """The segments of a plan that are not kept here, or all, like ones once, as tasks."""
        different = {segment.name: segment for segment in plan.segments}
        pixels = self.request.settings.pixel_width * self.request.settings.pixel_height
        return grouped(
            variant,
            (
                (segment, SECONDS_PER_PIXEL * pixels * len(segment.frames))
                for segment in different.values()
                if force or not self.writer.is_drawn(segment.name, len(segment.frames))
            ),
        )

    def finish(self) -> Path:
        """Join the segments, all of which are there, and say what the film is and shows."""
        assert self.plan is not None
        for segment in self.plan.segments:
            self.writer.add_partial_movie_file(segment.name)
        self.writer.finish()
        clip_json.write(self.plan.described, self.movie.parent)
        return self.movie


def produce(
    requests: Sequence[Request],
    crew: Crew,
    *,
    observer: Observer | None = None,
    force: bool = False,
) -> list[Path | None]:
    """Render requests and return their films, None for what failed, of which the observer heard.

    `force` draws everything again. A scene that raises fails its own film alone, and so does a
    segment over which workers die again and again. A run that a clip asks for and that is missing
    is recorded here. Raises ClipError for a disk that refuses to be written to, and CrewError for a
    crew that cannot be had.
    """
    with kept_by_disk(files.ROOT / "renders"):
        production = _Production(requests, crew, observer or Observer(), force)
        with production.stack:
            production.run()
        return production.films


class _Production:
    """What goes on in one call of `produce`."""

    def __init__(
        self, requests: Sequence[Request], crew: Crew, observer: Observer, force: bool
    ) -> None:
        self.crew, self.observer, self.force = crew, observer, force
        self.stack = ExitStack()
        self.dealing: Dealing[Segment] = Dealing(len(requests))
        self.films: list[Path | None] = [None] * len(requests)
        self._films = [Footage.of(request) for request in requests]
        self._open = [ExitStack() for _ in requests]
        self._failed: set[int] = set()

    def run(self) -> None:
        """Have everything done."""
        for stack in self._open:
            self.stack.enter_context(stack)
        for worker in range(self.crew.count):
            self._send(worker)
        while self.dealing.doing:
            for worker, outcome in self.crew.wait():
                self._take(worker, outcome)
            for worker in range(self.crew.count):
                if worker not in self.dealing.doing:
                    self._send(worker)

    def _send(self, worker: int) -> None:
        task = self.dealing.next(worker)
        if task is None:
            return
        request = self._films[task.variant].request
        if task.parts:
            self.crew.call(worker, draw, request, task.parts)
        else:
            self.crew.call(worker, plan, request)

    def _take(self, worker: int, outcome: Any) -> None:
        match outcome:
            case Died(reason=reason):
                if (task := self.dealing.died(worker)) is not None:
                    self._fail(task.variant, fatal(self._films[task.variant].request, reason))
            case Raised(error=RunMissingError() as missing):
                self._lend(self.dealing.returned(worker), missing)
            case Raised(error=error):
                self._fail(self.dealing.returned(worker).variant, error)
            case Returned(value=value):
                task = self.dealing.returned(worker)
                if task.parts:
                    self._keep(task, value)
                else:
                    self._plan(task.variant, value)
                self._finish(task.variant)

    def _plan(self, variant: int, planned: CutList) -> None:
        """Deal what is missing of a variant, like segments once."""
        film = self._films[variant]
        tasks = film.tasks(variant, planned, self.force)
        self.observer.planned(film.request, planned, tasks)
        film.plan = planned
        kept = (
            not film.request.alpha
        )  # nobody draws gigabytes again and again while they are written
        folder = film.writer.partial_movie_directory
        self._open[variant].enter_context(at_work(folder, kept))
        self.dealing.plan(variant, tasks)

    def _keep(self, task: Task[Segment], contents: list[bytes]) -> None:
        film = self._films[task.variant]
        for segment, content in zip(task.parts, contents, strict=True):
            film.keep(segment, content)
            self.observer.drew(film.request, len(segment.frames))

    def _finish(self, variant: int) -> None:
        """Make the film of a variant if nothing is left to draw of it."""
        film = self._films[variant]
        if film.plan is None or not self.dealing.is_done(variant):
            return
        if film.plan.segments:
            path = film.finish()
        else:  # of one piece: a process draws it as ever
            path = rendering.render(film.request.path, **_shape(film.request), force=self.force)
        self._open[variant].close()
        self.films[variant] = path
        self.observer.finished(film.request, path)

    def _lend(self, task: Task[Segment], missing: RunMissingError) -> None:
        """Lend a run that a clip asks for, recorded if it must be, and begin again."""
        film = self._films[task.variant]
        try:
            film.request = lend(film.request, missing, self.crew, self.observer.paused)
        except EpochreelError as error:
            self._fail(task.variant, error)
        else:
            self.dealing.again(task)

    def _fail(self, variant: int, error: Exception) -> None:
        """Give a request up; what is drawn of it stays for the next time."""
        if variant in self._failed:
            return
        self._failed.add(variant)
        self.dealing.drop(variant)
        self._open[variant].close()
        self._films[variant].plan = None
        self.observer.failed(self._films[variant].request, error)


def _shape(request: Request) -> dict[str, Any]:
    return {
        "aspect": request.aspect,
        "theme": request.theme,
        "quality": request.quality,
        "cut": request.cut,
        "alpha": request.alpha,
        "progress": False,
    }
