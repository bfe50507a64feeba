"""The public names, each from its home: the one list of them, read when a name is first used."""

from .errors import ClipError, EpochreelError, PublishError, RunError, StyleError
from .film.clip import Clip
from .film.story import beat
from .film.timeline import Pace
from .layers import Arrows, Counter, Lines, Points, Regions, grid
from .layers.dimming import dim, light
from .panels.compositions import Composition, diagram, hero, multiples, pair
from .panels.readings import Reading
from .runs.functions import EPOCH, Function, varying
from .runs.playback import Playback
from .runs.recorded import Net, recorded
from .runs.recorder import Recorder
from .runs.run import Run, runs_under
from .runs.schedule import Schedule, at, every, geometric
from .runs.training import device

__all__ = [
    "EPOCH",
    "Arrows",
    "Clip",
    "ClipError",
    "Composition",
    "Counter",
    "EpochreelError",
    "Function",
    "Lines",
    "Net",
    "Pace",
    "Playback",
    "Points",
    "PublishError",
    "Reading",
    "Recorder",
    "Regions",
    "Run",
    "RunError",
    "Schedule",
    "StyleError",
    "at",
    "beat",
    "device",
    "diagram",
    "dim",
    "every",
    "geometric",
    "grid",
    "hero",
    "light",
    "multiples",
    "pair",
    "recorded",
    "runs_under",
    "varying",
]
