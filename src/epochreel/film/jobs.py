"""The plays of a clip among processes of this machine, which draw into one folder of segments.

Frames are pure, so a clip may be cut anywhere; it is cut between plays. Each process plays the
whole clip, which costs little where nothing is drawn, and asks play by play which is to be its
next: who is done first helps the others. The last word is the caller's, who renders as ever, finds
the segments drawn, and joins them to the bytes that one process would have written.

A play is drawn by one process: the longest one bounds what is gained by more of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

from epochreel.film.camera import FrameWriter

__all__ = ["Job", "draw_plays", "shares", "undrawn"]


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


def shares(plays: Mapping[int, int], count: int) -> list[list[int]]:
    """Deal plays, their numbers to their frames: the longest first, each to who has the least."""
    dealt: list[list[int]] = [[] for _ in range(count)]
    for play in sorted(plays, key=plays.__getitem__, reverse=True):
        min(dealt, key=lambda share: sum(plays[each] for each in share)).append(play)
    return [sorted(share) for share in dealt]


def draw_plays(
    job: Job, plays: Mapping[int, int], *, jobs: int, observer: Callable[[int], None]
) -> bool:
    """Draw plays, their numbers to their frames, in so many processes at the most.

    One play alone is left to the caller, who can draw it as soon. `observer` is called with the
    number of frames whenever some are drawn. Returns whether all is drawn; where a process was
    killed, its play is not. What a scene raises in one of them is raised here, and whatever is
    raised here ends all of them.
    """
    if len(plays) < 2:
        return False
    count = min(jobs, len(plays))
    with ExitStack() as stack:
        workers = dict(stack.enter_context(_worker(job)) for _ in range(count))
        left = dict(zip(workers, shares(plays, count), strict=True))
        pipes = list(workers)
        while pipes:
            for pipe in wait(pipes):
                assert isinstance(pipe, Connection)
                try:
                    match pipe.recv():
                        case "drawn", frames:
                            observer(frames)
                        case "next", number:
                            offered = [left[pipe], *sorted(left.values(), key=len, reverse=True)]
                            ahead = ((n, share) for share in offered for n in share if n >= number)
                            play, share = next(ahead, (None, []))
                            pipe.send(play)
                            if play is not None:
                                share.remove(play)
                        case error:
                            raise error
                except (EOFError, ConnectionError):  # it has ended
                    pipes.remove(pipe)
        statuses = [process.wait() for process in workers.values()]
        return not any(left.values()) and not any(statuses)


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
