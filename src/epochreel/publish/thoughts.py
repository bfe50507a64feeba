"""A clip thought by thought: the stretches after which who speaks over it stops it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from epochreel.publish.chapters import chapters

__all__ = ["Thought", "opening", "thoughts"]

FADE = 0.36
"""Seconds for which a caption fades, where a clip.json does not say when it begins to."""
APART = 1.0
"""Seconds that a beat must go on after its last caption to end with a thought of its own."""


@dataclass(frozen=True)
class Thought:
    """Frames of a film from `first` on, played until it rests at `last`.

    `beat` is the number of the beat that it belongs to, `text` the caption that it ends under, if
    any. The first of a film is its opening, a frame at rest.
    """

    first: int
    last: int
    beat: int
    text: str = ""


def thoughts(described: dict[str, Any]) -> list[Thought]:
    """Return the thoughts of a clip in order: a caption each, and what a beat shows without one.

    One ends while its caption is still whole. A caption belongs to the beat that says it, even if
    the next waits until it is read. `described` is what clip.json says.
    """
    rate, frames = float(described["frame_rate"]), int(described["frames"])
    starts = [start for start, _, _ in chapters(described)]

    def frame_before(seconds: float) -> int:
        return min(round(seconds * rate), frames) - 1

    said, ends = [], []
    for caption in described["captions"]:
        beat = sum(start <= caption["start"] for start in starts) - 1
        said.append((caption["start"], leaves := _leaves(caption, described["duration"])))
        ends.append((frame_before(leaves), max(beat, 0), caption["text"]))
    for beat, end in enumerate([*starts[1:], described["duration"]]):
        if not any(start < end <= leaves + APART for start, leaves in said):
            ends.append((frame_before(end), beat, ""))

    found = [Thought(0, 0, 0)]
    for last, beat, text in sorted(ends):
        if last > found[-1].last:
            found.append(Thought(found[-1].last + 1, last, beat, text))
    return found


def opening(described: dict[str, Any], thought: Thought) -> int:
    """Return the frame from which a thought shows its own beat, and no caption of an earlier one.

    The thought before may end a moment sooner, or say its caption until well into the beat.
    `described` is what clip.json says.
    """
    starts = [start for start, _, _ in chapters(described)]
    start = starts[thought.beat] if starts else 0.0
    gone: list[float] = [
        caption["end"] for caption in described["captions"] if caption["start"] < start
    ]
    # Seconds are rounded in clip.json, and frames are not.
    frame = ceil(max([start, *gone]) * float(described["frame_rate"]) - 0.01)
    return min(max(thought.first, frame), thought.last)


def _leaves(caption: dict[str, Any], duration: float) -> float:
    """The second at which a caption begins to fade; one that stays to the end never does."""
    if caption["end"] >= duration:
        return duration
    return float(caption.get("leaves", max(caption["end"] - FADE, caption["start"])))
