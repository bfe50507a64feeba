"""A crew of processes of this machine."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from threading import Thread
from typing import Any

from epochreel.crew.crew import Crew, Died, Losses, Outcome, Raised, Shared, perform, require_some
from epochreel.errors import CrewError

__all__ = ["Here", "Processes", "work"]


@dataclass(frozen=True)
class Here(Shared):
    """A folder, which every process of a machine can read."""

    folder: Path

    def path(self) -> Path:
        """Return the folder itself."""
        return self.folder


class Processes(Crew):
    """Processes of this machine, each started when it is first called.

    They end with the crew, and with the process that has it, whatever becomes of that. Raises
    CrewError for less than one, and where the machine has no room for another.
    """

    def __init__(self, count: int) -> None:
        self.count = require_some(count)
        self._workers: dict[int, tuple[Connection, Popen[bytes]]] = {}
        self._called: dict[Connection, int] = {}
        self._losses = Losses(count)

    def __exit__(self, *_raised: object) -> None:
        self.kill()
        for pipe, process in self._workers.values():
            pipe.close()
            process.wait()

    def call(self, worker: int, function: Callable[..., Any], *arguments: Any) -> None:
        """Have a worker call a function; the first call starts the process."""
        if worker not in self._workers:
            self._workers[worker] = _start()
        pipe, _ = self._workers[worker]
        assert pipe not in self._called
        with suppress(ConnectionError):  # it has died since, which `wait` will tell
            pipe.send((function, arguments))
        self._called[pipe] = worker

    def wait(self) -> list[tuple[int, Outcome]]:
        """Return the workers that are done, and what came of their calls."""
        done: list[tuple[int, Outcome]] = []
        for pipe in wait(list(self._called)) if self._called else []:
            assert isinstance(pipe, Connection)
            worker = self._called.pop(pipe)
            done.append((worker, self._outcome(worker)))
            self._losses.judge(done[-1][1])
        return done

    def kill(self) -> None:
        """End all processes, whatever they are at; their calls come back as Died."""
        for _, process in [*self._workers.values()]:
            process.kill()

    def share(self, folder: Path) -> Shared:
        """Return a folder, which lies for all where it is."""
        return Here(folder)

    def _outcome(self, worker: int) -> Outcome:
        pipe, process = self._workers[worker]
        try:
            outcome: Outcome = pipe.recv()
        except (EOFError, ConnectionError):
            del self._workers[worker]
            return Died(_end(pipe, process))
        except Exception as error:  # of a value that cannot be made again here
            return Raised(error)
        return outcome


def _start() -> tuple[Connection, Popen[bytes]]:
    """Start a process that calls what it is told, and give the way to talk to it."""
    here, there = Pipe()
    program = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        f"from epochreel.crew.local import work; work({there.fileno()})"
    )
    try:
        # In a session of its own no Ctrl-C reaches it: who started it ends it. What a function
        # prints, it would print as often as there are workers.
        process = Popen(
            [sys.executable, "-c", program],
            pass_fds=[there.fileno()],
            stdin=DEVNULL,
            stdout=DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        here.close()
        raise CrewError(
            f"No worker can be started ({error.strerror}): take fewer of them with --jobs."
        ) from error
    finally:
        there.close()
    return here, process


def _end(pipe: Connection, process: Popen[bytes]) -> str:
    """Wait for a process that is about to end, and say how it did."""
    pipe.close()
    try:
        status = process.wait(timeout=5)
    except TimeoutExpired:
        process.kill()
        status = process.wait()
    return f"ended with status {status}" if status >= 0 else f"killed by signal {-status}"


def work(descriptor: int) -> None:
    """Call what the process at the other end of a connection wants called, until it wants no more.

    A worker ends at once, whatever it is at, when nobody is there any more.
    """
    Thread(target=_end_with, args=[descriptor], daemon=True).start()
    pipe = Connection(descriptor)
    with suppress(EOFError, ConnectionError):
        while True:
            pipe.send_bytes(perform(_call, pipe.recv_bytes()))


def _end_with(descriptor: int) -> None:
    end = select.poll()
    # Nothing but the other's end, which is always told; nor that of a worker itself, amid which
    # its own connection closes.
    end.register(os.dup(descriptor), 0)
    end.poll()
    os._exit(1)


def _call(order: bytes) -> Any:
    function, arguments = ForkingPickler.loads(order)
    return function(*arguments)
