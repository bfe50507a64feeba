"""How long words must stay on screen to be read."""

from __future__ import annotations

__all__ = ["SHORTEST", "SPEED", "reading_time"]

SPEED = 17
"""The most characters a second."""
SHORTEST = 1.0
"""Seconds that even a word stays."""


def reading_time(text: str) -> float:
    """Seconds that it takes to read a plain text."""
    return max(SHORTEST, len(text) / SPEED)
