"""The plays of a clip among processes of this machine, which draw into one folder of segments.

Frames are pure, so a clip may be cut anywhere; it is cut between plays. Each process plays the
whole clip, which costs little where nothing is drawn, and asks play by play which is to be its
next: who is done first takes more. The last word is the caller's, who renders as ever, finds the
segments drawn, and joins them to the bytes that one process would have written.

A play is drawn by one process: the longest one bounds what is gained by more of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

from epochreel.film.camera import FrameWriter

__all__ = ["Job", "draw_plays", "undrawn"]


@dataclass(frozen=True)
class Job:
    """What a process is to draw plays of: a clip in a variant, as Manim is configured for it."""

    scene: Path
    theme: str
    cut: str
    run: Path | None
    redraw: bool
    settings: Any
    """A copy of Manim's `config`."""


def undrawn(keys: Iterable[str | None], writer: FrameWriter, force: bool) -> list[int]:
    """The numbers of the plays that have no sound segment, or of all, and of like ones the first.

    `keys` are those of all plays of a clip, in their order.
    """
    first: dict[str, int] = {}
    for number, key in enumerate(keys):
        assert key is not None
        first.setdefault(key, number)
    return [play for key, play in first.items() if force or not writer.is_drawn(key, None)]


def draw_plays(
    job: Job, plays: Sequence[int], *, jobs: int, observer: Callable[[int], None]
) -> bool:
    """Draw plays, given by their numbers in rising order, in so many processes at the most.

    One play alone is left to the caller, who can draw it as soon. `observer` is called with the
    number of frames whenever some are drawn. Returns whether all is drawn; where a process was
    killed, its play is not. What a scene raises in one of them is raised here, and whatever is
    raised here ends all of them.
    """
    if len(plays) < 2:
        return False
    left = list(plays)
    with ExitStack() as stack:
        workers = dict(stack.enter_context(_worker(job)) for _ in range(min(jobs, len(left))))
        pipes = list(workers)
        while pipes:
            for pipe in wait(pipes):
                assert isinstance(pipe, Connection)
                try:
                    match pipe.recv():
                        case "drawn", frames:
                            observer(frames)
                        case "next", number:
                            play = next((play for play in left if play >= number), None)
                            pipe.send(play)
                            left = [other for other in left if other != play]
                        case error:
                            raise error
                except (EOFError, ConnectionError):  # it has ended
                    pipes.remove(pipe)
        statuses = [process.wait() for process in workers.values()]
        return not left and not any(statuses)


@contextmanager
def _worker(job: Job) -> Iterator[tuple[Connection, Popen[bytes]]]:
    """Start a process that draws, give the way to talk to it, and see that it ends."""
    here, there = Pipe()
    program = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        f"from epochreel.film.worker import work; work({there.fileno()})"
    )
    # In a session of its own no Ctrl-C reaches it: who started it ends it. What a scene prints is
    # printed once, there.
    process = Popen(
        [sys.executable, "-c", program],
        pass_fds=[there.fileno()],
        stdin=DEVNULL,
        stdout=DEVNULL,
        start_new_session=True,
    )
    there.close()
    with process, here:
        try:
            with suppress(ConnectionError):
                here.send(job)
            yield here, process
        finally:
            process.kill()
