"""A process that does one thing after the other, for those who can do something else meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from epochreel.crew.crew import Outcome, Raised
from epochreel.crew.local import Processes
from epochreel.errors import CrewError

__all__ = ["Worker"]


class Worker:
    """One process at a `desk`, started when it is first asked, and anew after it died."""

    def __init__(self, hire: Callable[[], Processes]) -> None:
        self._hire = hire
        self._process: Processes | None = None
        self._turn = asyncio.Lock()
        self._began = 0.0

    @property
    def seconds(self) -> float:
        """How long it is at its call by now."""
        return time.monotonic() - self._began

    async def ask(self, order: str, *arguments: Any) -> Outcome:
        """What comes of calling a function of `desk`, after those asked for before it."""
        async with self._turn:
            self._process = self._process or self._hire()
            self._began = time.monotonic()
            return await asyncio.to_thread(_asked, self._process, order, arguments)

    def end(self) -> None:
        """End the process; what it is at comes back as Died, and another does what follows."""
        process, self._process = self._process, None
        if process is not None and self._turn.locked():
            process.kill()
        elif process is not None:
            process.__exit__()


def _asked(process: Processes, order: str, arguments: tuple[Any, ...]) -> Outcome:
    try:
        process.call(0, _at_desk, order, *arguments)
        ((_, outcome),) = process.wait()
    except CrewError as error:
        return Raised(error)
    return outcome


def _at_desk(order: str, *arguments: Any) -> Any:
    # Imported there alone: who asks needs neither torch nor Manim.
    from epochreel.studio import desk

    return getattr(desk, order)(*arguments)
