"""A crew: workers that call functions and stay warm, wherever they are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from traceback import format_exc
from typing import Any, Protocol

from epochreel.errors import CrewError

__all__ = [
    "Crew",
    "Died",
    "Losses",
    "Outcome",
    "Raised",
    "Returned",
    "Shared",
    "perform",
    "require_some",
]


@dataclass(frozen=True)
class Returned:
    """What a function returned."""

    value: Any


@dataclass(frozen=True)
class Raised:
    """What a function raised, its traceback a note; the worker lives on, warm."""

    error: Exception

    def __reduce__(self) -> Any:
        # Some errors leave their notes behind where they are pickled.
        return _raised, (self.error, getattr(self.error, "__notes__", []))


def _raised(error: Exception, notes: list[str]) -> Raised:
    error.__notes__ = notes
    return Raised(error)


@dataclass(frozen=True)
class Died:
    """The worker is gone, killed, out of memory or with its machine; a cold one has its number."""

    reason: str


Outcome = Returned | Raised | Died


class Shared(Protocol):
    """A folder that workers may read: an argument of a call."""

    def path(self) -> Path:
        """Return where the folder lies, asked for in the worker."""


class Crew(AbstractContextManager["Crew"], Protocol):
    """Workers, numbered from 0, each with one call at a time; leaving the crew ends all of them.

    What is to stay warm from one call to the next, functions keep in their modules.
    """

    count: int

    def call(self, worker: int, function: Callable[..., Any], *arguments: Any) -> None:
        """Have a worker that is free call a function, which it imports by its name."""

    def wait(self) -> list[tuple[int, Outcome]]:
        """Return the workers that are done with their calls, one at least, and what came of them.

        None where none was called. Raises CrewError where workers die and die.
        """

    def share(self, folder: Path) -> Shared:
        """Return a folder for the workers' use; it must not change as long as the crew is there."""


def perform(function: Callable[..., Any], *arguments: Any) -> bytes:
    """Call a function, in a worker, and return what came of it, pickled.

    What cannot be pickled is an error, and an error that cannot be is told in a CrewError.
    """
    try:
        return bytes(ForkingPickler.dumps(Returned(function(*arguments))))
    except Exception as error:
        error.add_note(format_exc())
        raised = error
    try:
        told = bytes(ForkingPickler.dumps(Raised(raised)))
        ForkingPickler.loads(told)
    except Exception:
        stand_in = CrewError(f"{type(raised).__name__}: {raised}")
        stand_in.__notes__ = raised.__notes__
        told = bytes(ForkingPickler.dumps(Raised(stand_in)))
    return told


def require_some(count: int) -> int:
    """Return a number of workers; CrewError unless it is at least 1."""
    if count < 1:
        raise CrewError(f"The number of jobs must be at least 1, not {count}.")
    return count


class Losses:
    """How many workers of a crew have died since the last call that came back."""

    def __init__(self, count: int) -> None:
        self._bearable = 3 * count
        self._in_a_row = 0

    def judge(self, outcome: Outcome) -> None:
        """Note what came of a call; CrewError where workers die so often that none ever ends."""
        self._in_a_row = self._in_a_row + 1 if isinstance(outcome, Died) else 0
        if isinstance(outcome, Died) and self._in_a_row == self._bearable:
            raise CrewError(
                f"{self._in_a_row} workers in a row have died, the last one {outcome.reason}: "
                "give them more memory, or take fewer of them with --jobs."
            )
