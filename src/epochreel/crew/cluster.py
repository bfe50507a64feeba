"""A crew of actors on a Ray cluster, each with a processor to itself.

Code reaches a node once, as Ray's working directory of the job, which is named by its content; a
shared folder reaches it once, through Ray's object store, and lies beside the code.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from epochreel import files
from epochreel.crew import parcels
from epochreel.crew.crew import Crew, Died, Losses, Outcome, Raised, Shared, perform, require_some
from epochreel.errors import CrewError

# What Ray reads when it is imported. Its makers are told nothing, and what the nodes tell stays in
# their logs: the crew says what came of a call.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_DEDUP_LOGS_SKIP_REGEX"] = "."
os.environ["RAY_IGNORE_UNHANDLED_ERRORS"] = "1"
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
try:
    import ray
    from ray.exceptions import NodeDiedError, OutOfMemoryError, RayError, RayTaskError
except ImportError:
    raise CrewError("Ray is not installed here: `pip install -e '.[cluster]'` brings it.") from None

__all__ = ["Cluster"]


@dataclass(frozen=True)
class _Parcel(Shared):
    """The content of a folder, in the object store."""

    name: str
    digest: str
    content: ray.ObjectRef

    def path(self) -> Path:
        folder = files.ROOT / "shared" / self.digest / self.name
        if not folder.is_dir():
            parcels.unpack(ray.get(self.content), folder)
        return folder


class _Worker:
    """What an actor does."""

    def perform(self, function: Callable[..., Any], *arguments: Any) -> bytes:
        return perform(function, *arguments)


class Cluster(Crew):
    """Actors, as many as the cluster has processors unless `count` says otherwise.

    `address` is the cluster's, by default $RAY_ADDRESS; where there is neither, one of this
    machine alone is started, and stopped in the end. Actors end with the process that has them.
    Where nodes are lost, or the count is greater than that of the processors, actors share them.
    Raises CrewError where no cluster answers.
    """

    def __init__(self, address: str | None = None, count: int | None = None) -> None:
        self._release = ExitStack()
        self._workers: dict[int, Any] = {}
        self._called: dict[ray.ObjectRef, int] = {}
        self._parcels: dict[Path, _Parcel] = {}
        with self._release:
            _connect(address or os.environ.get("RAY_ADDRESS"), self._release)
            self.count = require_some(_processors() if count is None else count)
            self._losses = Losses(self.count)
            self._release = self._release.pop_all()

    def __exit__(self, *_: object) -> None:
        with self._release:
            for actor in self._workers.values():
                ray.kill(actor)

    def call(self, worker: int, function: Callable[..., Any], *arguments: Any) -> None:
        """Have a worker call a function; the first call starts the actor."""
        if worker not in self._workers:
            processors = 1 if len(self._workers) < _processors() else 0
            kind = ray.remote(num_cpus=processors, max_restarts=0)(_Worker)
            self._workers[worker] = kind.remote()
        called = self._workers[worker].perform.remote(function, *arguments)
        self._called[called] = worker

    def wait(self) -> list[tuple[int, Outcome]]:
        """Return the workers that are done, and what came of their calls."""
        if not self._called:
            return []
        ray.wait(list(self._called))
        ready, _ = ray.wait(list(self._called), num_returns=len(self._called), timeout=0)
        done: list[tuple[int, Outcome]] = []
        for called in ready:
            worker = self._called.pop(called)
            done.append((worker, self._outcome(worker, called)))
            self._losses.judge(done[-1][1])
        return done

    def share(self, folder: Path) -> Shared:
        """Put a folder into the object store, from where each node takes it that asks for it.

        Raises OSError where it cannot be read.
        """
        if folder not in self._parcels:
            content = parcels.read(folder)
            self._parcels[folder] = _Parcel(folder.name, parcels.digest(content), ray.put(content))
        return self._parcels[folder]

    def _outcome(self, worker: int, called: ray.ObjectRef) -> Outcome:
        try:
            outcome: Outcome = ForkingPickler.loads(ray.get(called))
        except RayTaskError as error:  # of a function that is not there
            cause = error.cause if isinstance(error.cause, Exception) else error
            cause.add_note(str(error))
            return Raised(cause)
        except RayError as error:
            ray.kill(self._workers.pop(worker))
            return Died(_reason(error))
        except Exception as error:  # of a value that cannot be made again here
            return Raised(error)
        return outcome


def _connect(address: str | None, release: ExitStack) -> None:
    """Become a job of a cluster, or of one that is started for it, until `release`."""
    if ray.is_initialized():
        raise CrewError("Ray is at work in this process already: leave it with `ray.shutdown()`.")
    own: dict[str, Any] = {"address": address}
    if address is None:
        # A short path: Ray makes sockets below it, whose paths must have less than 108 letters.
        place = Path(f"/tmp/reel-{os.getuid()}")
        place.mkdir(mode=0o700, exist_ok=True)
        temporary = release.enter_context(files.aside(place / "r"))
        own = {"address": "local", "include_dashboard": False, "_temp_dir": str(temporary)}
    with TemporaryDirectory(prefix="epochreel-") as folder:
        parcels.lay_out(Path(folder))
        release.callback(ray.shutdown)
        try:
            _require_answer(address or "")
            ray.init(
                **own,
                runtime_env={"working_dir": folder},
                log_to_driver=False,
                logging_level=logging.CRITICAL,
            )
        except (OSError, RayError, RuntimeError, ValueError) as error:
            told = " ".join(str(error).split())
            raise CrewError(
                f"There is no Ray cluster at {address or 'hand'} ({told}): start one with "
                "`ray start --head`, or leave --address and RAY_ADDRESS out for this machine alone."
            ) from error


def _require_answer(address: str) -> None:
    """Raise OSError or ValueError where nobody answers, for which Ray itself waits for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon:
        socket.create_connection((host, int(port)), timeout=10).close()


def _processors() -> int:
    """How many the nodes that live have in all."""
    return int(ray.cluster_resources().get("CPU", 0))


def _reason(error: RayError) -> str:
    """Say in a few words what Ray does in many lines."""
    told = str(error)
    if isinstance(error, OutOfMemoryError) or "running low on memory" in told:
        return "for want of memory"
    if isinstance(error, NodeDiedError) or "its node has died" in told or "unavailable" in told:
        return "lost with its node"
    return "killed"
