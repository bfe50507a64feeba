"""How a play is cut: into stretches of some seconds, each a segment by itself.

Frames are pure, so a play may be cut anywhere. Where it is cut decides the bytes of a film, for
each segment has an encoder of its own; so it is cut in the same places whoever draws it.
"""

from __future__ import annotations

__all__ = ["SECONDS", "stretches"]

SECONDS = 5
"""About the length of a stretch: short enough to share work out evenly, long enough that the
encoders' beginnings cost little (see `make bench BENCH=scale`)."""


def stretches(frames: int, frame_rate: float) -> list[range]:
    """Cut the frames of a play, numbered from 0, into stretches of like lengths.

    A play of less than one and a half times `SECONDS` is one stretch.
    """
    count = max(round(frames / (SECONDS * frame_rate)), 1)
    return [range(frames * i // count, frames * (i + 1) // count) for i in range(count)]
