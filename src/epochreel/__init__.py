"""Film networks while they train.

The public names are loaded on first use: importing the package brings in neither torch nor Manim.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from epochreel.clip import Clip
    from epochreel.errors import ClipError, EpochreelError, RunError, StyleError
    from epochreel.layers import Arrows, Lines, Points, Regions, grid
    from epochreel.maths import Counter
    from epochreel.runs.playback import Playback
    from epochreel.runs.recorder import Recorder
    from epochreel.runs.run import Run, runs_under
    from epochreel.runs.schedule import Schedule, at, every, geometric
    from epochreel.timeline import Pace

_HOMES = {
    "Arrows": "epochreel.layers",
    "Clip": "epochreel.clip",
    "ClipError": "epochreel.errors",
    "Counter": "epochreel.maths",
    "EpochreelError": "epochreel.errors",
    "Lines": "epochreel.layers",
    "Pace": "epochreel.timeline",
    "Playback": "epochreel.runs.playback",
    "Points": "epochreel.layers",
    "Recorder": "epochreel.runs.recorder",
    "Regions": "epochreel.layers",
    "Run": "epochreel.runs.run",
    "RunError": "epochreel.errors",
    "Schedule": "epochreel.runs.schedule",
    "StyleError": "epochreel.errors",
    "at": "epochreel.runs.schedule",
    "every": "epochreel.runs.schedule",
    "geometric": "epochreel.runs.schedule",
    "grid": "epochreel.layers",
    "runs_under": "epochreel.runs.run",
}

__all__ = [
    "Arrows",
    "Clip",
    "ClipError",
    "Counter",
    "EpochreelError",
    "Lines",
    "Pace",
    "Playback",
    "Points",
    "Recorder",
    "Regions",
    "Run",
    "RunError",
    "Schedule",
    "StyleError",
    "at",
    "every",
    "geometric",
    "grid",
    "runs_under",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'epochreel' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
