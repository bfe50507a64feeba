"""What a rule of the clip check is, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from epochreel.media.video import Picture

__all__ = ["Finding", "Rule", "spans"]


@dataclass(frozen=True)
class Finding:
    """A rule that a clip breaks: from which second on, by which figure, and what is allowed."""

    rule: str
    seconds: float
    figure: float
    limit: float
    sentence: str


class Rule(Protocol):
    """Something that watches a film and says in the end what is wrong with it."""

    def see(self, frame: Picture) -> None:
        """Look at the next frame."""

    def findings(self) -> list[Finding]:
        """All that was wrong, in the order of time."""


def spans(times: Iterable[float], gap: float) -> list[tuple[float, float]]:
    """Join times, in order, to spans (first, last) that lie more than `gap` seconds apart."""
    joined: list[tuple[float, float]] = []
    for time in times:
        if joined and time - joined[-1][1] <= gap:
            joined[-1] = joined[-1][0], time
        else:
            joined.append((time, time))
    return joined
