"""Find a trainer, name its run, and record it: once, and again only when code or config changed.

A trainer is a module with a frozen dataclass `Config` (numbers, texts and truths with defaults;
`epochs`, the last epoch, among them), `data(config)`, `build(config)`, `train(config, recorder)`
and, where not every epoch is worth a snapshot, `schedule(config)`. It lives in trainers/ or in
any .py file.

torch is imported where it is used: names are asked for far more often than nets are trained.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import Field, asdict, fields, is_dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

from epochreel import files
from epochreel.errors import RunError, choices
from epochreel.runs.sources import code, imported, importing

if TYPE_CHECKING:
    import torch

    from epochreel import Run

TRAINERS = (files.ROOT / "trainers").resolve()
LENT: dict[str, Path] | None = None
"""In a process that works for another, the runs lent to it: by the names of their folders, or a
clip's `run_path`."""
PARTS = ("Config", "data", "build", "train")
KINDS = {bool: "true or false", int: "a whole number", float: "a finite number", str: "text"}


class RunMissingError(RunError):
    """A process that works for another was not lent this run, which the other has or records."""

    def __init__(self, name: str, trainer: str | None, values: dict[str, Any]) -> None:
        super().__init__(name, trainer, values)  # so that it can travel
        self.name, self.trainer, self.values = name, trainer, values

    def __str__(self) -> str:
        return f"The run {self.name} is not here; record it before the work is shared out."

    def found(self) -> Run:
        """The run, read or recorded; raises RunError as these do."""
        from epochreel import Run

        return (
            Run.open(Path(self.name))
            if self.trainer is None
            else record(self.trainer, **self.values)
        )


def names() -> list[str]:
    """Return the names of the trainers in trainers/, sorted, importing none of them."""
    return sorted(path.stem for path in TRAINERS.glob("[!_]*.py"))


def locate(name: str | Path) -> Path:
    """Return the file of a trainer in trainers/, or of one given by the path of a .py file.

    Raises RunError if there is none.
    """
    if str(name).endswith(".py"):
        path = Path(os.path.realpath(name))  # which a link to itself does not stop
        if not path.is_file():
            raise RunError(
                f"There is no trainer at {Path(name).absolute()}; give the path of an existing .py "
                "file."
            )
        return path
    known = names()
    if name in known:
        return TRAINERS / f"{name}.py"
    raise RunError(f"There is no trainer {str(name)!r} in trainers/; {choices(name, known)}")


def find(name: str | Path) -> ModuleType:
    """Return a trainer by its name in trainers/ or by the path of a .py file, imported.

    Raises RunError if there is none, or if the module lacks a part of a trainer, and EpochreelError
    if it cannot be imported.
    """
    path = locate(name)
    trainer = _import(path)
    if missing := [part for part in PARTS if not callable(getattr(trainer, part, None))]:
        raise RunError(f"{path} is not a trainer: it does not define {' and '.join(missing)}.")
    if not is_dataclass(trainer.Config):
        raise RunError(f"{path}: Config is {trainer.Config!r}; make it a frozen dataclass.")
    for field in fields(trainer.Config):
        if type(field.default) not in KINDS:
            raise RunError(
                f"{path}: {field.name} in Config needs a default that is a number, text, "
                "True or False."
            )
    if not isinstance(getattr(trainer.Config, "epochs", None), int):
        raise RunError(f"{path}: Config needs a field `epochs`, the number of the last one.")
    return trainer


def _import(path: Path) -> ModuleType:
    if path.parent == TRAINERS:
        with importing(path):
            return importlib.import_module(f"trainers.{path.stem}")
    # Its path is its name, so that a file torch.py does not stand in for torch.
    return imported(path, str(path))


def configure(trainer: ModuleType, **values: Any) -> Any:
    """Return the trainer's Config with these fields; a string becomes its field's type.

    A number must not be negative unless its default is; a whole number that is positive by
    default counts something and must stay positive, except a seed.
    Raises RunError naming the field, the value and what was expected.
    """
    known: dict[str, Field[Any]] = {field.name: field for field in fields(trainer.Config)}
    for name in values:
        if name not in known:
            raise RunError(f"There is no {name!r} in the Config; {choices(name, known)}")
    return trainer.Config(**{name: _converted(known[name], v) for name, v in values.items()})


def _converted(field: Field[Any], value: Any) -> Any:
    default: Any = field.default
    kind: type = type(default)
    try:
        if kind is bool:
            return {"true": True, "false": False}[str(value).lower()]
        result = kind(value if kind is str else str(value))
        if kind is float and not math.isfinite(result):
            raise ValueError
    except (KeyError, ValueError):
        raise RunError(f"{field.name} must be {KINDS[kind]}, not {value!r}.") from None
    if kind in (int, float):
        least = min(default, 1 if kind is int and field.name != "seed" else 0)
        if least >= 0 and result < least:
            raise RunError(f"{field.name} must be at least {least}, not {value!r}.")
    return result


def fingerprint(trainer: ModuleType, config: Any) -> str:
    """Return 8 hex digits over the config's values and all code of the project that trains.

    That is the trainer's file and those that it imports (see `sources`). Library versions stay
    out, so that an update does not cost every recording; so does this package, which records.
    """
    values = json.dumps(asdict(config), sort_keys=True)
    return hashlib.sha256(f"{code(_file(trainer))}\0{values}".encode()).hexdigest()[:8]


def run_path(trainer: ModuleType, config: Any) -> Path:
    """Return the folder of this trainer's run with this config, recorded or not."""
    from epochreel.runs.store import runs_root

    return runs_root() / f"{_file(trainer).stem}-{fingerprint(trainer, config)}"


def _file(trainer: ModuleType) -> Path:
    assert trainer.__file__ is not None
    return Path(trainer.__file__)


def record(
    name: str | Path,
    config: Any = None,
    *,
    progress: bool = True,
    observer: Callable[[int, Mapping[str, float]], None] | None = None,
    restart: bool = False,
    **overrides: Any,
) -> Run:
    """Return the run of a trainer: read if recorded, resumed if interrupted, else trained now.

    `config` is the trainer's Config; or `overrides` are the fields that differ from its defaults.
    `restart` throws away what is recorded. `progress` draws a bar on stderr; an `observer`, called
    with each epoch and its scalars, hears of it instead.
    Raises RunError from the trainer's name, its config, or the recording.
    """
    from epochreel import Recorder, Run, every
    from epochreel.runs.store import HEADER, forget, writing

    trainer = find(name)
    if config is None:
        config = configure(trainer, **overrides)
    elif overrides:
        raise TypeError("record takes a config or overrides, not both")
    path = run_path(trainer, config)
    if LENT is not None:
        return _lent(path.name, str(name), asdict(config))
    if restart and path.exists():
        with writing(path):
            forget(path)
    recorded = (path / HEADER).exists()
    if recorded and (run := Run.open(path)).complete:
        files.tidy(path)  # which a killed one may have left as it ended
        return run

    title = _file(trainer).stem
    shown = progress and observer is None
    with _reproducible(), progress_bar(title, config.epochs, shown) as bar:
        observer = observer or bar
        if recorded:
            recorder = Recorder.resume(path, observer=observer)
        else:
            schedule = trainer.schedule(config) if hasattr(trainer, "schedule") else every(1)
            recorder = Recorder.create(
                path, trainer=title, config=asdict(config), schedule=schedule, observer=observer
            )
        try:
            with recorder:
                trainer.train(config, recorder)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"The training of {title} is interrupted; the same command goes on from there."
            ) from None
    return Run.open(path)


def reopen(path: str) -> Run:
    """Open the run in a folder; raises RunError if there is none."""
    from epochreel import Run

    return Run.open(Path(path)) if LENT is None else _lent(path)


def _lent(
    name: str, trainer: str | None = None, values: Mapping[str, Any] = MappingProxyType({})
) -> Run:
    from epochreel import Run

    assert LENT is not None
    if name not in LENT:
        raise RunMissingError(name, trainer, dict(values))
    return Run.open(LENT[name])


def device() -> torch.device:
    """Return where to train: CUDA or MPS where there is one, else the CPU."""
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


@contextmanager
def _reproducible() -> Iterator[None]:
    """Train on one thread with deterministic kernels: the same sums in the same order every time.

    One thread is also as fast as several for nets that are small enough to draw. The global
    generators, whose state is kept with the run, start from the same place in every process.
    """
    import random

    import numpy as np
    import torch

    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what CUDA wants for this
    threads = torch.get_num_threads()
    deterministic = torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    drawn = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    torch.manual_seed(0)
    try:
        yield
    finally:
        random.setstate(drawn[0])
        np.random.set_state(drawn[1])  # noqa: NPY002
        torch.set_rng_state(drawn[2])
        torch.use_deterministic_algorithms(deterministic)
        torch.set_num_threads(threads)


@contextmanager
def progress_bar(
    title: str, epochs: int, shown: bool
) -> Iterator[Callable[[int, Mapping[str, float]], None]]:
    """Give an observer of (epoch, scalars) that moves a bar with epoch, loss and time left."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("epoch {task.completed} of {task.total}"),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as progress:
        task = progress.add_task(title, total=epochs, loss="", start=False)
        drawn = -math.inf

        def observe(epoch: int, scalars: Mapping[str, float]) -> None:
            nonlocal drawn
            now = time.monotonic()
            if drawn == -math.inf:  # the time before a resumed run's first epoch tells no speed
                progress.reset(task, completed=epoch)
            if now - drawn > 0.1 or epoch == epochs:  # a bar must not slow the training down
                loss = f"loss {scalars['loss']:.3g}" if "loss" in scalars else ""
                progress.update(task, completed=epoch, loss=loss)
                drawn = now

        yield observe
