"""From the names of clips to every file that a lecture and a feed need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from epochreel.crew.crew import Crew
from epochreel.errors import EpochreelError, PublishError
from epochreel.files import tidy
from epochreel.look.style import load
from epochreel.media.ffmpeg import Observer
from epochreel.publish import targets
from epochreel.publish.publication import Publication, Rendering
from epochreel.publish.shared import render_shared

__all__ = ["publish"]

Work = Callable[[Observer], Path | None]
"""What writes a file, if it is not there, and returns its path then."""


def publish(
    names: Sequence[str],
    *,
    to: Iterable[str] | None = None,
    theme: str = "dark",
    jobs: int = 1,
    dry_run: bool = False,
    progress: bool = True,
    crew: Crew | None = None,
) -> list[Path]:
    """Render what is missing of these clips and derive their files; return what was written.

    The files are those of the targets `to` (rows of `assets/platforms.toml`, and "captions"), by
    default all, in `renders/NAME/published`, or `published-THEME` where that is not dark. `jobs`
    files are written at once, beside the rendering; a `crew` renders all that is missing before
    that, to the same bytes. A `dry_run` writes nothing and returns what
    would be written, as far as is known before the clips are played. `progress` draws on stderr.

    What is there and made from the same is left alone; every file is read back and held to its
    row, every rendering to the clip check. A failure does not keep the others from being made.
    Raises PublishError for an unknown target or a broken table before anything is made, and in the
    end with a sentence for everything that failed; ClipError for an unknown clip.
    """
    rows, words = targets.choose(to, targets.read())
    load(theme)
    if jobs < 1:
        raise PublishError(f"The number of jobs must be at least 1, not {jobs}.")
    clips = [Publication(name, rows, words, theme) for name in dict.fromkeys(names)]
    if dry_run:
        return [path for clip in clips for path in clip.missing()]
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with (
        Progress(*columns, console=Console(stderr=True), disable=not progress) as bar,
        ThreadPoolExecutor(jobs) as pool,
    ):
        steps = _Steps(bar, pool)
        for clip in clips:
            tidy(clip.folder)
        try:
            if crew is not None:
                steps.faults += render_shared(clips, crew, bar)
            for clip in clips:
                _publish(clip, steps)
            steps.wait()
        except BaseException:
            steps.stop()
            raise
    if steps.faults:
        raise PublishError("\n".join(steps.faults))
    return steps.written


class _Steps:
    """What is done in one call: who works, what is shown of it, what came out, what went wrong."""

    def __init__(self, bar: Progress, pool: ThreadPoolExecutor) -> None:
        self.bar, self.pool = bar, pool
        self.stopped = Event()
        self.pending: list[Future[bool]] = []
        self.written: list[Path] = []
        self.faults: list[str] = []

    def do(self, title: str, work: Work) -> bool:
        """Do a piece of work, say whether it succeeded, and note what a person can put right."""
        task = self.bar.add_task(title, total=1.0)

        def observer(share: float) -> None:
            if self.stopped.is_set():
                raise PublishError(f"{title} is interrupted; the next run goes on from there.")
            self.bar.update(task, completed=share)

        try:
            observer(0.0)
            if (path := work(observer)) is not None:
                self.written.append(path)
                size = f"{path.stat().st_size / 1e6:.3g} MB"
                self.bar.console.print(f"{path}  {size}", markup=False, soft_wrap=True)
        except EpochreelError as error:
            self.faults.append(str(error))
            return False
        finally:
            self.bar.remove_task(task)
        return True

    def submit(self, title: str, work: Work) -> None:
        """Do the same beside what goes on."""
        self.pending.append(self.pool.submit(self.do, title, work))

    def wait(self) -> None:
        """Let all that was submitted end."""
        for future in self.pending:
            future.result()

    def stop(self) -> None:
        """Drop what has not begun, and interrupt what has."""
        self.stopped.set()
        self.pool.shutdown(wait=True, cancel_futures=True)


def _publish(clip: Publication, steps: _Steps) -> None:
    """Render a clip's variants one after the other, and leave their files to the pool."""

    def measure(_: Observer) -> None:
        steps.bar.stop()  # a training draws a bar of its own
        try:
            clip.record()
        finally:
            steps.bar.start()
        clip.variants(clip.length)

    def check(variant: Rendering, _: Observer) -> None:
        clip.check(variant)

    if not steps.do(f"{clip.name}: how long it is", measure):
        return
    variants, faults = clip.variants(clip.known_length)
    steps.faults += faults
    for variant, rows in variants.items():
        if variant in clip.failed:
            continue
        title = f"{clip.name} {variant}"
        if steps.do(f"{title}: rendering", partial(clip.render, variant)):
            for product in clip.products(variant, rows):
                if not clip.is_made(product):
                    name = f"{clip.name}: {product.path.name}"
                    steps.submit(name, partial(clip.make, product))
            steps.do(f"{title}: check", partial(check, variant))
