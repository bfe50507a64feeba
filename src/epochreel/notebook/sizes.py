"""How large a notebook shows what is drawn."""

from __future__ import annotations

__all__ = ["shown_size"]

SIDE = 480
"""Of the shorter side, in a notebook's pixels: a still and a film alike, in whatever quality."""


def shown_size(width: int, height: int) -> tuple[int, int]:
    """Return the width and height at which a picture of these pixels is shown."""
    scale = SIDE / min(width, height)
    return round(width * scale), round(height * scale)
