"""A production on as many cores as there are nowhere here: discrete events, the real `Dealing`.

Every worker has a core to itself, and the driver one more. The driver does one thing after the
other, as `production` does: it takes what comes back, joins films, deals.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from epochreel.film.dealing import Dealing, Task, grouped


@dataclass(frozen=True)
class Film:
    """What a variant takes: seconds of a core to get it ready and for each of its segments.

    Its bytes and frames cost the driver time. `estimate` are the seconds for which one of drawing
    is taken when it is dealt.
    """

    ready: float
    segments: Sequence[float]
    size: float = 0.0
    frames: int = 0
    estimate: float = 1.0


@dataclass(frozen=True)
class Costs:
    """Seconds of a worker's start; the driver's for a film's beginning, a task, a byte that comes
    back, a segment and a frame that are joined.
    """

    start: float = 0.0
    begin: float = 0.0
    task: float = 0.0
    byte: float = 0.0
    segment: float = 0.0
    frame: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """How long a production takes, and what becomes of the cores' seconds."""

    cores: int
    wall: float
    drawing: float
    ready: float
    before: float  # any worker is called, as the driver looks at all that is wanted
    after: float  # a worker's last task, until the last film is there
    driver: float

    @property
    def efficiency(self) -> float:
        """The share of the cores' seconds that is drawn in."""
        return self.drawing / (self.cores * self.wall)

    def shares(self) -> dict[str, float]:
        """What the cores' other seconds go into, as shares of all."""
        lost = {"getting ready": self.ready, "beginning": self.before, "tail": self.after}
        lost["waiting"] = self.cores * self.wall - self.drawing - sum(lost.values())
        return {what: seconds / (self.cores * self.wall) for what, seconds in lost.items()}


def simulate(films: Sequence[Film], cores: int, costs: Costs = Costs()) -> Outcome:
    """Have so many workers draw films."""
    return _Simulation(films, cores, costs).run()


class _Simulation:
    def __init__(self, films: Sequence[Film], cores: int, costs: Costs) -> None:
        self.films, self.cores, self.costs = films, cores, costs
        self.dealing: Dealing[int] = Dealing(len(films))
        self.now = self.busy = costs.begin * len(films)
        self.ready = self.drawing = 0.0
        self.warm: dict[int, int] = {}
        self.returning: list[tuple[float, int]] = []
        self.returned = [0.0] * cores

    def run(self) -> Outcome:
        before = self.now
        for worker in range(self.cores):
            self._send(worker)
        while self.returning:
            moment, worker = heapq.heappop(self.returning)
            self.now = max(self.now, moment)
            self.returned[worker] = moment
            self._take(worker)
            for idle in range(self.cores):
                if idle not in self.dealing.doing:
                    self._send(idle)
        after = sum(self.now - max(moment, before) for moment in self.returned)
        return Outcome(
            cores=self.cores,
            wall=self.now,
            drawing=self.drawing,
            ready=self.ready,
            before=before * self.cores,
            after=after,
            driver=self.busy,
        )

    def _send(self, worker: int) -> None:
        task = self.dealing.next(worker)
        if task is None:
            return
        ready = 0.0 if worker in self.warm else self.costs.start
        if self.warm.get(worker) != task.variant:
            ready += self.films[task.variant].ready
            self.warm[worker] = task.variant
        drawing = sum(self.films[task.variant].segments[part] for part in task.parts)
        self.ready += ready
        self.drawing += drawing
        heapq.heappush(self.returning, (self.now + ready + drawing, worker))

    def _take(self, worker: int) -> None:
        task = self.dealing.returned(worker)
        film = self.films[task.variant]
        share = len(task.parts) / max(len(film.segments), 1)
        self._drive(self.costs.task + self.costs.byte * film.size * share)
        if not task.parts:
            self.dealing.plan(task.variant, self._tasks(task.variant))
        if self.dealing.is_done(task.variant):
            joining = self.costs.segment * len(film.segments) + self.costs.frame * film.frames
            self._drive(joining)

    def _tasks(self, variant: int) -> list[Task[int]]:
        film = self.films[variant]
        return grouped(
            variant,
            ((part, film.estimate * seconds) for part, seconds in enumerate(film.segments)),
        )

    def _drive(self, seconds: float) -> None:
        self.now += seconds
        self.busy += seconds
