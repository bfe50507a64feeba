"""Film networks while they train.

The public names are loaded on first use: importing the package brings in neither torch nor Manim.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from epochreel.errors import ClipError, EpochreelError, RunError, StyleError
    from epochreel.runs.playback import Playback
    from epochreel.runs.recorder import Recorder
    from epochreel.runs.run import Run, runs_under
    from epochreel.runs.schedule import Schedule, at, every, geometric

_HOMES = {
    "ClipError": "epochreel.errors",
    "EpochreelError": "epochreel.errors",
    "Playback": "epochreel.runs.playback",
    "Recorder": "epochreel.runs.recorder",
    "Run": "epochreel.runs.run",
    "RunError": "epochreel.errors",
    "Schedule": "epochreel.runs.schedule",
    "StyleError": "epochreel.errors",
    "at": "epochreel.runs.schedule",
    "every": "epochreel.runs.schedule",
    "geometric": "epochreel.runs.schedule",
    "runs_under": "epochreel.runs.run",
}

__all__ = [
    "ClipError",
    "EpochreelError",
    "Playback",
    "Recorder",
    "Run",
    "RunError",
    "Schedule",
    "StyleError",
    "at",
    "every",
    "geometric",
    "runs_under",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'epochreel' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
