"""Several trainings of one trainer side by side, each a run of its own, recorded by a crew."""

from __future__ import annotations

import itertools
import os
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from epochreel import files
from epochreel.crew import parcels
from epochreel.crew.crew import Crew, Died, Outcome, Raised, Returned
from epochreel.errors import EpochreelError, RunError
from epochreel.runs import store, training

if TYPE_CHECKING:
    from epochreel import Run

__all__ = ["Training", "land", "record_all", "record_elsewhere", "record_here", "trainings"]

DEATHS = 3
"""Of workers over one training, after which it is given up."""


@dataclass(frozen=True, eq=False)
class Training:
    """One run to be recorded: its trainer by name, its config, and the folder it belongs in."""

    name: str
    title: str
    config: Mapping[str, Any]
    path: Path


def trainings(name: str, values: Mapping[str, Any]) -> list[Training]:
    """Return the training of each combination of values, the first ones changing slowest.

    A text with commas for a number is several values. Raises RunError as `training.find` and
    `training.configure` do.
    """
    trainer = training.find(name)
    several = {field: _values(trainer, field, given) for field, given in values.items()}
    different = [field for field, given in several.items() if len(given) > 1]
    found = {}
    for combination in itertools.product(*several.values()):
        chosen = dict(zip(several, combination, strict=True))
        config = training.configure(trainer, **chosen)
        title = " ".join([Path(name).stem, *(f"{field} {chosen[field]}" for field in different)])
        path = training.run_path(trainer, config)
        found[path] = Training(str(name), title, asdict(config), path)
    return list(found.values())


def _values(trainer: ModuleType, name: str, given: Any) -> list[Any]:
    kinds = {field.name: type(field.default) for field in fields(trainer.Config)}
    several = isinstance(given, str) and kinds.get(name) in (int, float)
    return given.split(",") if several else [given]


def record_all(
    wanted: Sequence[Training], crew: Crew, *, elsewhere: bool, restart: bool = False
) -> dict[Training, str]:
    """Record what is not recorded yet; return what is to be told of each that failed.

    Where workers are `elsewhere`, a run comes back when it is finished, the same byte for byte but
    for the moment of its making, and a training whose worker died begins again on another; here it
    goes on from what was committed. One bar on stderr counts the trainings. Raises CrewError for a
    crew that cannot be had.
    """
    errors: dict[Training, str] = {}
    deaths: Counter[Training] = Counter()
    left: deque[Training] = deque()
    for each in wanted:
        try:
            if restart or not _recorded(each.path):
                left.append(each)
        except RunError as error:
            errors[each] = str(error)
    at: dict[int, Training] = {}
    columns = (
        TextColumn("{task.completed} of {task.total} trainings"),
        BarColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=len(wanted), completed=len(wanted) - len(left))
        while left or at:
            for worker in range(crew.count):
                if left and worker not in at:
                    each = at[worker] = left.popleft()
                    if elsewhere:
                        crew.call(worker, record_elsewhere, each.name, each.config)
                    else:
                        again = restart and not deaths[each]
                        crew.call(worker, record_here, each.name, each.config, again)
            for worker, outcome in crew.wait():
                each = at.pop(worker)
                deaths[each] += isinstance(outcome, Died)
                if isinstance(outcome, Died) and deaths[each] < DEATHS:
                    left.appendleft(each)
                    continue
                if elsewhere and isinstance(outcome, Returned):
                    outcome = _landed(outcome.value, each.path)
                if not isinstance(outcome, Returned):
                    errors[each] = _told(outcome)
                progress.advance(bar)
    return {each: f"{each.title}: {told}" for each, told in errors.items()}


def _recorded(path: Path) -> bool:
    return (path / store.HEADER).exists() and store.read_header(path).complete


def _landed(content: parcels.Content, path: Path) -> Outcome:
    try:
        land(content, path)
    except EpochreelError as error:
        return Raised(error)
    return Returned(path)


def _told(outcome: Raised | Died) -> str:
    """What a person is told: one sentence, or where in the trainer an error arose."""
    match outcome:
        case Died(reason):
            return f"its worker dies every time ({reason}); give it more memory."
        case Raised(EpochreelError() as known):
            return str(known)
        case Raised(error):
            notes = "\n".join(getattr(error, "__notes__", []))
            return f"{type(error).__name__}: {error}\n{notes}".rstrip()


def record_here(name: str, config: Mapping[str, Any], restart: bool) -> None:
    """Record a run where it belongs, in a worker of this machine."""
    _record(name, config, restart=restart)


def _record(name: str, config: Mapping[str, Any], *, restart: bool = False) -> Run:
    configured = training.configure(training.find(name), **config)
    return training.record(name, configured, restart=restart, progress=False)


def record_elsewhere(name: str, config: Mapping[str, Any]) -> parcels.Content:
    """Record a run in a worker of any machine, and return its files."""
    before = os.environ.get("EPOCHREEL_RUNS")
    with TemporaryDirectory() as folder:
        os.environ["EPOCHREEL_RUNS"] = folder
        try:
            run = _record(name, config)
        finally:
            if before is None:
                del os.environ["EPOCHREEL_RUNS"]
            else:
                os.environ["EPOCHREEL_RUNS"] = before
        content = parcels.read(run.path)
        return {file: data for file, data in content.items() if file != store.LOCK}


def land(content: parcels.Content, path: Path) -> None:
    """Put a run that was recorded elsewhere in its place, whole; what lies there gives way.

    Raises RunError where another recorder is writing there, or the disk refuses.
    """
    with store.writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.aside(path) as place:
            parcels.write(content, place / path.name)
            if path.exists():
                with store.lock(path):
                    path.rename(place / "before")
            (place / path.name).rename(path)
            store.flush_folder(path.parent)
