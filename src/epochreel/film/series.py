"""Many clips in many variants, drawn by a crew under one display, or counted beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from epochreel.crew.crew import Crew, Raised
from epochreel.errors import EpochreelError
from epochreel.film import rendering
from epochreel.film.asking import ask
from epochreel.film.dealing import Task
from epochreel.film.production import Footage, Observer
from epochreel.film.requests import CutList, Request, Segment, plan
from epochreel.film.shots import variants

__all__ = ["Display", "count", "series", "told"]

ALL = "all"


def series(
    names: Iterable[str | Path], *, aspects: str = "16:9", themes: str = "dark", **variant: object
) -> list[Request]:
    """The requests for clips, or "all" of them, in shapes and themes as `variants` lists them.

    Raises ClipError for what is unknown.
    """
    every = [clip for name in names for clip in (rendering.clips() if name == ALL else [name])]
    return list(
        dict.fromkeys(
            Request.of(name, aspect=each.aspect, theme=each.theme, **variant)
            for name in every
            for each in variants(name, aspects, themes)
        )
    )


class Display(Observer):
    """One bar on stderr over all that is drawn, and each film's path as soon as it is there.

    What failed is told at once.
    """

    def __init__(self, films: int) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("frame {task.completed} of {task.total}"),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        self.bar = Progress(*columns, console=Console(stderr=True))
        self.screen = Console()
        self.films, self.done = films, 0
        self.errors: list[str] = []
        self._frames = self._drawn = 0
        self._task = self.bar.add_task("playing", total=None)

    def __enter__(self) -> Display:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def planned(self, request: Request, planned: CutList, tasks: Sequence[Task[Segment]]) -> None:
        """Have more to draw."""
        self._frames += planned.frames
        self._show(planned.frames - _frames(tasks))

    def drew(self, request: Request, frames: int) -> None:
        """Move the bar."""
        self._show(frames)

    def finished(self, request: Request, film: Path) -> None:
        """Print the film's path."""
        self.done += 1
        self._show(0)
        self.screen.print(film, markup=False, highlight=False, soft_wrap=True)

    def failed(self, request: Request, error: Exception) -> None:
        """Print what went wrong."""
        self.errors.append(told(request, error))
        self.bar.console.print(self.errors[-1], markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the screen to a training."""
        self.bar.stop()  # a training draws a bar of its own
        try:
            yield
        finally:
            self.bar.start()

    def _show(self, frames: int) -> None:
        self._drawn += frames
        self.bar.update(
            self._task,
            description=f"{self.done} of {self.films} films",
            completed=self._drawn,
            total=max(self._frames, self._drawn),
        )


def told(request: Request, error: Exception) -> str:
    """What a person is told of an error: one sentence, or where in the scene it arose."""
    if isinstance(error, EpochreelError):
        return str(error)
    notes = "\n".join(getattr(error, "__notes__", []))
    return f"{notes}\n{request.title} cannot be drawn: {type(error).__name__}: {error}".lstrip()


def count(
    requests: Sequence[Request], crew: Crew, *, force: bool = False
) -> tuple[Table, list[str]]:
    """What a production would do and cost, as a table, and what would go wrong.

    Each clip is played, and some of its frames are drawn to learn what one takes.
    """
    table = Table(box=None, header_style="bold", pad_edge=False, show_footer=True)
    table.add_column("clip", no_wrap=True)
    for column in ("tasks", "frames", "drawn", "film", "a frame", "core-hours"):
        table.add_column(column, justify="right")
    sums, errors = np.zeros(5), []
    for number, answer in ask(requests, crew, plan, True):
        request = requests[number]
        if isinstance(answer, Raised):
            errors.append(told(request, answer.error))
            continue
        planned: CutList = answer.value
        tasks = Footage.of(request).tasks(number, planned, force)
        left = _frames(tasks)
        seconds = planned.frames / planned.described["frame_rate"]
        hours = (planned.ready + planned.frame * left) / 3600 if left else 0.0
        row = np.array([len(tasks), left, planned.frames - left, seconds, hours])
        sums += row
        table.add_row(request.title, *_texts(row, f"{1e3 * planned.frame:.1f} ms"))
    for each, text in zip(table.columns, ["together", *_texts(sums, "")], strict=True):
        each.footer = text
    return table, errors


def _frames(tasks: Sequence[Task[Segment]]) -> int:
    return sum(len(segment.frames) for task in tasks for segment in task.parts)


def _texts(row: NDArray[np.float64], frame: str) -> list[str]:
    tasks, left, drawn, seconds, hours = row
    return [
        f"{tasks:.0f}",
        f"{left:.0f}",
        f"{drawn:.0f}",
        f"{seconds:.1f} s",
        frame,
        f"{hours:.3f}",
    ]
