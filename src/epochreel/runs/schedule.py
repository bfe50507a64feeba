"""At which epochs a snapshot is taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import index
from typing import Any, SupportsIndex

from epochreel.errors import RunError

LAST = 2**63 - 1  # epochs are int64 on disk


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


def every(period: SupportsIndex) -> Schedule:
    """Take the epochs 0, period, 2·period, …; the period is a whole number, at least 1."""
    whole = whole_epoch(period, "every(…)")
    if whole < 1:
        raise RunError(f"every({whole}): the period must be at least 1.")
    return Schedule(periods=frozenset([whole]))


def at(epochs: Iterable[SupportsIndex]) -> Schedule:
    """Take just these epochs, whole numbers of at least 0: a list, a range, an array (N,)."""
    try:
        given = list(epochs)
    except TypeError:
        raise RunError(f"at({epochs!r}): hand over a list, at([{epochs!r}]).") from None
    chosen = frozenset(whole_epoch(epoch, "at(…)") for epoch in given)
    if chosen and min(chosen) < 0:
        raise RunError(f"at(…): epoch {min(chosen)} is negative; epochs count from 0.")
    return Schedule(epochs=chosen)


def geometric(last: SupportsIndex, count: SupportsIndex) -> Schedule:
    """Take `count` distinct epochs from 0 to `last`, each a constant factor beyond the one before.

    Where that factor would move less than one epoch, at the start, every epoch is taken.
    `count` is at least 2 and at most last + 1; both are whole numbers.
    """
    called = f"geometric(last={last}, count={count})"
    end, number = whole_epoch(last, called), whole_epoch(count, called)
    if not 2 <= number <= end + 1:
        raise RunError(f"{called}: the count must lie between 2 and last + 1.")
    chosen = [0]
    while len(chosen) < number:
        left = number - len(chosen)
        latest = chosen[-1]
        step = latest * (end / latest) ** (1 / left) if latest else 1.0
        chosen.append(end if left == 1 else max(latest + 1, int(step + 0.5)))
    return Schedule(epochs=frozenset(chosen))


def whole_epoch(number: SupportsIndex, called: str) -> int:
    """Return any library's integer as Python's own, which JSON knows; RunError beyond `LAST`."""
    try:
        whole = index(number)
    except TypeError:
        raise RunError(f"{called}: {number!r} is no whole number: hand over integers.") from None
    if whole > LAST:
        raise RunError(f"{called}: {whole} is beyond {LAST}, the greatest epoch of a run.")
    return whole
