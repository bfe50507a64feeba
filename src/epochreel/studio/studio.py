"""The studio: a clip in the looks that pages show, played anew whenever one of its files is saved.

It draws nothing itself. Some workers keep a look or several each, another holds them to the check,
and one trains what is not recorded yet.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from epochreel.crew.crew import Died, Outcome, Raised, Returned
from epochreel.crew.local import Processes
from epochreel.errors import EpochreelError, RunError
from epochreel.files import ASSETS, ROOT
from epochreel.runs.store import forget, runs_root
from epochreel.studio.orders import Look, Missing, Played
from epochreel.studio.watching import saved
from epochreel.studio.worker import Worker

__all__ = ["Studio"]

DRAWERS = max(1, min(os.cpu_count() or 1, 4))
"""Workers that draw; each takes half a gigabyte."""
PATIENCE = 20.0
"""Seconds after which a worker that is still at the clip as it was before a save is ended."""
STEP = 0.3
"""Seconds between two looks at how far a worker is."""

Told = tuple[str, str, Any]
"""What is told of, of which look ("" for all), and what."""


class Studio:
    """A clip by the file of its scene; `looks` are played at once, others when they are shown.

    `hire` gives a process of one worker.
    """

    def __init__(self, looks: Iterable[Look], hire: Callable[[], Processes]) -> None:
        self._hire = hire
        self._saves = 0
        self._drawers = cycle([Worker(hire) for _ in range(DRAWERS)])
        self._checker, self._trainer = Worker(hire), Worker(hire)
        self._at: dict[Look, Worker] = {}
        self._shown = Counter(looks)
        self._stale: dict[Look, asyncio.Event] = {}
        self._played: dict[Look, int] = {}  # after which save, or it is being played
        self._unchecked: asyncio.Queue[Look] = asyncio.Queue()
        self._training: Missing | None = None
        self._more: asyncio.Queue[set[Path]] = asyncio.Queue()
        self._told: dict[tuple[str, str], Any] = {}
        self._listeners: set[asyncio.Queue[Told]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Watch the files and work, until it is left."""
        scenes = {look.scene.parent for look in self._shown}
        self._start(self._watch({*scenes, ROOT / "trainers", ASSETS}))
        self._start(self._check())
        self._show([*self._shown])
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            for worker in {*self._at.values(), self._checker, self._trainer}:
                worker.end()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @contextmanager
    def audience(self, looks: Sequence[Look]) -> Iterator[asyncio.Queue[Told]]:
        """Play these looks for somebody, and give a queue of all that there is to be told."""
        heard: asyncio.Queue[Told] = asyncio.Queue()
        for (what, name), value in self._told.items():
            heard.put_nowait((what, name, value))
        self._listeners.add(heard)
        self._shown.update(looks)
        self._show(looks)
        try:
            yield heard
        finally:
            self._listeners.discard(heard)
            self._shown.subtract(looks)

    async def frame(self, look: Look, number: int) -> bytes:
        """A frame as JPEG; raises EpochreelError where it cannot be drawn."""
        if look not in self._at:
            raise EpochreelError(f"{look.name} is not shown.")
        outcome = await self._at[look].ask("draw", look, number)
        if isinstance(outcome, Returned):
            picture: bytes = outcome.value
            return picture
        if isinstance(outcome, Died):
            self._lose(self._at[look])
        raise EpochreelError(_sentence(outcome))

    def _tell(self, what: str, name: str, value: Any) -> None:
        if (what, name) not in self._told or self._told[what, name] != value:
            self._told[what, name] = value
            for heard in self._listeners:
                heard.put_nowait((what, name, value))

    # --- what goes on all the time

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self, folders: set[Path]) -> None:
        async for _ in saved(folders, self._more):
            self._saves += 1
            for stale in self._stale.values():
                stale.set()

    def _show(self, looks: Iterable[Look]) -> None:
        for look in looks:
            if look not in self._at:
                self._at[look], self._stale[look] = next(self._drawers), asyncio.Event()
                self._start(self._keep(look))
            if self._played.get(look) != self._saves:
                self._stale[look].set()

    async def _keep(self, look: Look) -> None:
        """Play a look whenever it is stale and somebody is shown it."""
        while True:
            await self._stale[look].wait()
            self._stale[look].clear()
            if self._shown[look] > 0:
                await self._play(look)

    async def _play(self, look: Look) -> None:
        saves, worker = self._saves, self._at[look]
        self._played[look] = saves
        self._tell("playing", look.name, True)
        call = asyncio.create_task(worker.ask("play", look, saves))
        while not (await asyncio.wait([call], timeout=STEP))[0]:
            if self._saves != saves and worker.seconds > PATIENCE:  # a scene that never ends
                worker.end()
        outcome = await call
        match outcome:
            case Returned(value=Missing() as missing):
                self._train(missing)
            case Returned(value=Played() as played):
                self._more.put_nowait(played.folders)
                self._tell("fault", look.name, None)
                self._tell("clip", look.name, {**played.told, "saves": saves})
                self._unchecked.put_nowait(look)
                self._stop_training()
            case Died() if self._saves != saves:
                pass  # it is played anew
            case failed:
                self._tell("fault", look.name, _sentence(failed))
                self._stop_training()
                if isinstance(failed, Died):
                    self._lose(worker)
        self._tell("playing", look.name, False)

    def _lose(self, worker: Worker) -> None:
        """Play anew what a worker that died had played; what is at fault may be what ended it."""
        for look, own in self._at.items():
            if own is worker and self._told.get(("fault", look.name)) is None:
                self._stale[look].set()

    async def _check(self) -> None:
        """Hold each look to the check, as it is after the last save."""
        while True:
            look = await self._unchecked.get()
            if self._played[look] == self._saves:  # or else it is about to be played again
                self._tell("checking", look.name, True)
                await self._checker.ask("step_back")
                told = partial(self._tell, "findings", look.name)
                outcome = await overheard(self._checker, told, "check", look, self._saves)
                if isinstance(outcome, Returned):
                    told(outcome.value)
                self._tell("checking", look.name, False)

    # --- what is not recorded yet

    def _train(self, missing: Missing) -> None:
        if self._training != missing:
            self._stop_training()
            self._training = missing
            self._start(self._record(missing))

    def _stop_training(self) -> None:
        if self._training is not None:
            self._training = None
            self._trainer.end()
            self._tell("training", "", None)

    async def _record(self, missing: Missing) -> None:
        """Train in a process of its own, tell how far it is, and play the clip then."""
        path = runs_root() / missing.name
        begun_before = path.exists()
        trainer = self._trainer = Worker(self._hire)  # in which no earlier code is imported
        named = {"trainer": Path(missing.trainer).stem}
        self._tell("training", "", named)

        def tell(far: dict[str, Any]) -> None:
            if self._training is missing:
                self._tell("training", "", named | far)

        await trainer.ask("step_back")
        outcome = await overheard(trainer, tell, "record", missing)
        trainer.end()
        if self._training is not missing:  # of code that is no more
            if not begun_before:
                with suppress(RunError):
                    forget(path)
            return
        self._training = None
        self._tell("training", "", None)
        for look, stale in self._stale.items():
            if isinstance(outcome, Returned):
                stale.set()
            else:
                self._tell("fault", look.name, _sentence(outcome))


async def overheard(
    worker: Worker, tell: Callable[[Any], None], order: str, *arguments: Any
) -> Outcome:
    """What comes of an order, whose last argument is a file; `tell` hears what is noted there."""
    with TemporaryDirectory() as folder:
        note = Path(folder) / "note.json"
        call = asyncio.create_task(worker.ask(order, *arguments, note))
        while not call.done():
            await asyncio.wait([call], timeout=STEP)
            if note.exists():
                tell(json.loads(note.read_text("utf-8")))
        return await call


def _sentence(outcome: Outcome) -> str:
    match outcome:
        case Raised(error):
            return str(error)
        case Died(reason):
            return f"The process that played the clip {reason}; save its scene to start another."
    return ""
