"""At which epochs a snapshot is taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from epochreel.errors import RunError


@dataclass(frozen=True)
class Schedule:
    """A set of epochs: all multiples of `periods`, and `epochs`; `|` is the union, `in` asks."""

    periods: frozenset[int] = frozenset()
    epochs: frozenset[int] = frozenset()

    def __contains__(self, epoch: int) -> bool:
        return epoch in self.epochs or any(epoch % period == 0 for period in self.periods)

    def __or__(self, other: "Schedule") -> "Schedule":
        return Schedule(self.periods | other.periods, self.epochs | other.epochs)

    def to_json(self) -> dict[str, list[int]]:
        """Return the schedule as it stands in run.json."""
        return {"periods": sorted(self.periods), "epochs": sorted(self.epochs)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Schedule":
        """Undo `to_json`."""
        return cls(frozenset(data["periods"]), frozenset(data["epochs"]))


def every(period: int) -> Schedule:
    """Take the epochs 0, period, 2·period, …; the period is at least 1."""
    if period < 1:
        raise RunError(f"every({period}): the period must be at least 1.")
    return Schedule(periods=frozenset([period]))


def at(epochs: Iterable[int]) -> Schedule:
    """Take just these epochs, each at least 0."""
    chosen = frozenset(epochs)
    if chosen and min(chosen) < 0:
        raise RunError(f"at(…): epoch {min(chosen)} is negative; epochs count from 0.")
    return Schedule(epochs=chosen)


def geometric(last: int, count: int) -> Schedule:
    """Take `count` distinct epochs from 0 to `last`, each a constant factor beyond the one before.

    Where that factor would move less than one epoch, at the start, every epoch is taken.
    `count` is at least 2 and at most last + 1.
    """
    if not 2 <= count <= last + 1:
        raise RunError(
            f"geometric(last={last}, count={count}): the count must lie between 2 and last + 1."
        )
    chosen = [0]
    while len(chosen) < count:
        left = count - len(chosen)
        latest = chosen[-1]
        step = latest * (last / latest) ** (1 / left) if latest else 1.0
        chosen.append(last if left == 1 else max(latest + 1, int(step + 0.5)))
    return Schedule(epochs=frozenset(chosen))
