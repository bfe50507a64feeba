"""Run graphs of ffmpeg-python on the binary that imageio-ffmpeg carries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg

from epochreel.errors import REMEDIES, PublishError, refusal, writing
from epochreel.files import whole

__all__ = ["Observer", "published", "run"]

Observer = Callable[[float], None]
"""Hears of the share that is done, from 0 to 1; what it raises stops the work."""


@contextmanager
def published(target: Path) -> Iterator[Path]:
    """Give a path to write to, as `whole` does; what the disk refuses is a PublishError.

    What other PublishErrors say of that path, they say of the target.
    """
    with writing(target, PublishError):
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole(target) as aside:
            try:
                yield aside
            except PublishError as error:
                raise PublishError(str(error).replace(str(aside), str(target))) from error


_MORTAL = """
import ctypes, os, sys
if hasattr(os, "pidfd_open"):  # Linux
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL; it outlives exec
    if os.getppid() != int(sys.argv[1]):
        sys.exit("its parent has ended")
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Becomes another program, which ends when the thread that started it does, even if killed."""


def run(graph: Any, target: Path, *, seconds: float, observer: Observer | None = None) -> None:
    """Run a graph whose output lasts so many seconds; `target` is what the errors speak of.

    Raises PublishError where ffmpeg is missing or fails, with the last thing that it says.
    """
    graph = graph.global_args("-hide_banner", "-nostdin", "-v", "error", "-progress", "pipe:1")
    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
        if (found := shutil.which(program)) is None:
            raise FileNotFoundError(f"there is no {program}")
        command = ffmpeg.compile(graph, cmd=found, overwrite_output=True)
        process = subprocess.Popen(
            [sys.executable, "-IS", "-c", _MORTAL, str(os.getpid()), *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except (RuntimeError, OSError) as error:
        raise PublishError(
            f"{target} cannot be made, because ffmpeg cannot be started ({error}); "
            "`pip install --force-reinstall imageio-ffmpeg` brings it."
        ) from error
    said: deque[str] = deque(maxlen=20)
    try:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                key, equals, value = line.strip().partition("=")
                if observer is not None and line.strip() == "progress=end":
                    observer(1.0)
                elif key == "out_time_us" and value.lstrip("-").isdigit() and observer is not None:
                    observer(min(max(int(value) / 1e6 / seconds, 0.0), 1.0))
                elif not (equals and key.replace("_", "").isalnum()):
                    said.append(line.strip())
        status = process.wait()
    finally:
        process.kill()
        process.wait()
    if status:
        raise PublishError(f"{target} cannot be made: {_reason(said, status)}")


def _reason(said: deque[str], status: int) -> str:
    """What went wrong, in few words, from what ffmpeg said last."""
    for number in REMEDIES:
        if any(os.strerror(number) in line for line in said):
            return refusal(OSError(number, os.strerror(number)))
    last = next((line for line in reversed(said) if line), f"status {status}")
    return f"ffmpeg failed ({last.rstrip('.')})."
