"""Who does what next when many workers draw many clips; pure bookkeeping, no clip and no worker.

Each variant must first be planned by a worker, who has it ready from then on. Its segments are
grouped to tasks of some seconds. A worker stays with the variant that it has ready; where nothing
is left of it, it plans another, and where nothing is left to plan, it helps with the one that will
last longest, as long as that ends sooner for its help.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["DEATHS", "READY", "TASK", "Dealing", "Task", "grouped"]

TASK = 10.0
"""Seconds of processor time that a task takes at the least, where a variant has so many."""
READY = 5.0
"""Seconds that it takes to get a variant ready."""
DEATHS = 3
"""Workers that may die over one task before it is given up."""

Part = TypeVar("Part")


@dataclass(frozen=True)
class Task(Generic[Part]):
    """Parts of a variant that are done in one go, and how many seconds they will about take."""

    variant: int
    parts: tuple[Part, ...]
    seconds: float


def grouped(
    variant: int, parts: Iterable[tuple[Part, float]], least: float = TASK
) -> list[Task[Part]]:
    """Group parts, each with its seconds, in their order to tasks of at the least so many."""
    tasks: list[Task[Part]] = []
    group: list[Part] = []
    seconds = 0.0
    for part, length in parts:
        group.append(part)
        seconds += length
        if seconds >= least:
            tasks.append(Task(variant, tuple(group), seconds))
            group, seconds = [], 0.0
    if group:
        tasks.append(Task(variant, tuple(group), seconds))
    return tasks


@dataclass
class _Variant(Generic[Part]):
    """What is left to do of a variant, and who has it ready."""

    tasks: list[Task[Part]] = field(default_factory=list)
    workers: set[int] = field(default_factory=set)
    seconds: float = 0.0

    def put(self, tasks: Sequence[Task[Part]]) -> None:
        self.tasks[:0] = tasks
        self.seconds += sum(task.seconds for task in tasks)

    def take(self, place: int) -> Task[Part]:
        task = self.tasks.pop(place)
        self.seconds -= task.seconds
        return task


class Dealing(Generic[Part]):
    """What is left to do of some variants, numbered from 0, and who is at what of it.

    What a worker is to do is a task, or, with no parts, to plan a variant.
    """

    def __init__(self, variants: int) -> None:
        self._unplanned = list(reversed(range(variants)))
        self._variants: list[_Variant[Part]] = [_Variant() for _ in range(variants)]
        self._doing: dict[int, Task[Part]] = {}
        self._ready: dict[int, int] = {}
        self._deaths: Counter[Task[Part]] = Counter()
        self._enough = False  # whether no variant is worth another worker, as was found last

    @property
    def doing(self) -> dict[int, Task[Part]]:
        """The workers who are at something."""
        return self._doing

    def is_done(self, variant: int) -> bool:
        """Whether nothing is left of a variant and nobody is at it."""
        at_it = any(worker in self._doing for worker in self._variants[variant].workers)
        return not (at_it or variant in self._unplanned or self._variants[variant].tasks)

    def next(self, worker: int) -> Task[Part] | None:
        """Give a worker something to do, None where it is better idle for now."""
        task = self._next(worker)
        if task is not None:
            self._doing[worker] = task
            if self._ready.get(worker) != task.variant:
                self._forget(worker)
                self._ready[worker] = task.variant
                self._variants[task.variant].workers.add(worker)
        return task

    def _next(self, worker: int) -> Task[Part] | None:
        ready = self._ready.get(worker)
        if ready is not None and self._variants[ready].tasks:
            return self._variants[ready].take(0)
        if self._unplanned:
            return Task(self._unplanned.pop(), (), READY)
        if self._enough:  # hundreds of idle workers may ask whenever one returns
            return None

        def share(variant: _Variant[Part]) -> float:
            return variant.seconds / (len(variant.workers) + 1)

        open_ones = [each for each in self._variants if each.tasks]
        worth = [each for each in open_ones if share(each) >= READY or not each.workers]
        self._enough = not worth
        # The last task, for who has the variant ready goes on with the first.
        return max(worth, key=share).take(-1) if worth else None

    def plan(self, variant: int, tasks: Sequence[Task[Part]]) -> None:
        """Note what is to be done of a variant that was planned."""
        self._variants[variant].put(tasks)
        self._enough = False

    def returned(self, worker: int) -> Task[Part]:
        """Note that a worker has done what it was to do, and return that."""
        return self._doing.pop(worker)

    def again(self, task: Task[Part]) -> None:
        """Put a task back, to be done first."""
        if task.parts:
            self._variants[task.variant].put([task])
            self._enough = False
        else:
            self._unplanned.append(task.variant)

    def died(self, worker: int) -> Task[Part] | None:
        """Put back what a worker was at who died; return it if too many have died over it."""
        task = self._doing.pop(worker)
        self._forget(worker)
        self._deaths[task] += 1
        if self._deaths[task] >= DEATHS:
            return task
        self.again(task)
        return None

    def drop(self, variant: int) -> None:
        """Forget what is left of a variant."""
        self._variants[variant] = _Variant(workers=self._variants[variant].workers)
        if variant in self._unplanned:
            self._unplanned.remove(variant)

    def _forget(self, worker: int) -> None:
        if (variant := self._ready.pop(worker, None)) is not None:
            self._variants[variant].workers.discard(worker)
            self._enough = False
