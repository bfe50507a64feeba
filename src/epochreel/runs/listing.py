"""What a list of runs says of each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from epochreel.runs.run import Run

__all__ = ["age", "row", "size"]


def row(run: Run) -> list[str]:
    """The trainer, the rest of the run's name, the last epoch, size, age, loss and state."""
    epochs = run.epochs
    losses = run.scalar("loss")[1] if "loss" in run.scalars else epochs[:0]
    return [
        _shown(run.trainer),
        _shown(run.path.name.removeprefix(f"{run.trainer}-")),
        str(epochs[-1]) if len(epochs) else "–",
        size(run.size),
        age((datetime.now(UTC) - datetime.fromisoformat(run.created)).total_seconds()),
        f"{losses[-1]:.3g}" if len(losses) else "–",
        "complete" if run.complete else "partial",
    ]


def _shown(name: str) -> str:
    """Replace what is no sign, which a terminal may take for a command."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)


def size(count: float) -> str:
    """Return bytes as a person reads them."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def age(seconds: float) -> str:
    """Return how long ago in the largest unit that fits."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"
