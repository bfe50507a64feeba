"""Ask the workers of a crew one thing about each of many variants of clips."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from epochreel.crew.crew import Crew, Died, Outcome, Raised, Returned
from epochreel.errors import ClipError, EpochreelError
from epochreel.film.dealing import DEATHS
from epochreel.film.requests import Request
from epochreel.runs.training import RunMissingError

__all__ = ["Pause", "ask", "fatal", "lend"]

Pause = Callable[[], AbstractContextManager[object]]
"""Gives the context in which a training may draw its bar."""


def ask(
    requests: Sequence[Request],
    crew: Crew,
    function: Callable[..., Any],
    *arguments: Any,
    paused: Pause = nullcontext,
) -> Iterator[tuple[int, Returned | Raised]]:
    """Have `function(request, *arguments)` called for each request, and give what came of it.

    With it comes the number of the request. Runs that are asked for are lent, recorded if need be;
    what a worker died over, another does. Raises CrewError for a crew that cannot be had.
    """
    requests = list(requests)
    left = deque(range(len(requests)))
    at: dict[int, int] = {}
    deaths: Counter[int] = Counter()

    def answer(number: int, outcome: Outcome) -> Returned | Raised | None:
        match outcome:
            case Raised(error=RunMissingError() as missing):
                try:
                    requests[number] = lend(requests[number], missing, crew, paused)
                except EpochreelError as error:
                    return Raised(error)
            case Died(reason=reason):
                deaths[number] += 1
                if deaths[number] == DEATHS:
                    return Raised(fatal(requests[number], reason))
            case done:
                return done
        left.appendleft(number)
        return None

    while left or at:
        for worker in range(crew.count):
            if left and worker not in at:
                at[worker] = left.popleft()
                crew.call(worker, function, requests[at[worker]], *arguments)
        for worker, outcome in crew.wait():
            number = at.pop(worker)
            if (answered := answer(number, outcome)) is not None:
                yield number, answered


def lend(request: Request, missing: RunMissingError, crew: Crew, paused: Pause) -> Request:
    """The request with the run lent that it asked for, recorded now if it must be."""
    with paused():
        run = missing.found()
    return request.borrowing(missing.name, crew.share(run.path))


def fatal(request: Request, reason: str) -> ClipError:
    """The error of a request over which workers die again and again."""
    return ClipError(
        f"{request.title} cannot be drawn: the worker that is at it dies every time ({reason}); "
        "give workers more memory, or take fewer of them with --jobs."
    )
