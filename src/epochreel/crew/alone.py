"""A crew of nobody else: what is called is done by the process itself, when it waits for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from epochreel.crew.crew import Crew, Outcome, Raised, Returned, Shared
from epochreel.crew.local import Here

__all__ = ["Alone"]


class Alone(Crew):
    """One worker, who is the caller."""

    count = 1

    def __init__(self) -> None:
        self._called: tuple[Callable[..., Any], tuple[Any, ...]] | None = None

    def __exit__(self, *_: object) -> None:
        self._called = None

    def call(self, worker: int, function: Callable[..., Any], *arguments: Any) -> None:
        """Note what is to be called."""
        assert self._called is None
        self._called = function, arguments

    def wait(self) -> list[tuple[int, Outcome]]:
        """Call it."""
        if self._called is None:
            return []
        (function, arguments), self._called = self._called, None
        try:
            return [(0, Returned(function(*arguments)))]
        except Exception as error:
            return [(0, Raised(error))]

    def share(self, folder: Path) -> Shared:
        """Return the folder, which is here."""
        return Here(folder)
