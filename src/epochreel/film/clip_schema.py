"""What a clip.json may hold: names, types and bounds, to which every one that is read is held.

A file from elsewhere may say anything; what passes here can be shown, and names no other place.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

__all__ = ["Described", "disagreement"]

Seconds = Annotated[float, Meta(ge=0, le=1e6)]
Side = Annotated[int, Meta(ge=1, le=32768)]
"""Pixels."""
Row = Annotated[list[float | None], Meta(max_length=10_000_000)]


class Beat(TypedDict):
    """A part of the story."""

    start: Seconds
    end: Seconds
    name: str
    optional: bool


class Caption(TypedDict):
    """Words under the picture."""

    start: Seconds
    end: Seconds
    leaves: NotRequired[Seconds]
    """When it begins to fade."""
    text: Annotated[str, Meta(min_length=1)]


Described = TypedDict(
    "Described",
    {
        "schema": int,
        # Names of files: a scene's without its ending, and a video's without its own.
        "name": Annotated[str, Meta(pattern=r"\A(?!\.)[^/\\\x00-\x1f]+(?<!\.py)\Z")],
        "class": Annotated[str, Meta(pattern=r"\A[^\W\d]\w*\Z", max_length=200)],
        "title": str,
        "story": str,
        "aspect": Literal["16:9", "1:1", "9:16", "4:5"],
        "theme": Literal["dark", "print"],
        "quality": Literal["low", "medium", "high", "4k"],
        "cut": Literal["full", "short"],
        "width": Side,
        "height": Side,
        "frame_rate": Annotated[float, Meta(gt=0, le=1000)],
        "frames": Annotated[int, Meta(ge=1, le=10_000_000)],
        "duration": Seconds,
        "trainer": str | None,
        "config": dict[str, Any],
        "run": str | None,
        "digest": str | None,
        "results": dict[str, str],
        "beats": list[Beat],
        "captions": list[Caption],
        "epochs": Row,
        "scalars": dict[str, Row],
        "poster": Seconds,
        "shown": NotRequired[str],
        "drawn_from": NotRequired[str],
    },
)
"""See `epochreel.film.clip_json.describe`, which says what is meant by each."""


def disagreement(described: Described) -> str:
    """Say what does not agree with what in a clip.json whose values are right each by itself."""
    epochs, frames = described["epochs"], described["frames"]
    if len(epochs) != frames:
        return f"it has {frames} frames and the epochs of {len(epochs)}"
    for cue in (*described["beats"], *described["captions"]):
        if cue["start"] > cue["end"]:
            return f"a beat or caption ends at {cue['end']} s, before its start, {cue['start']} s"
    scalars = described["scalars"]
    recorded = scalars.get("epochs", [])
    if scalars and (not recorded or None in recorded):
        return "its scalars are those of no epochs"
    for name, row in scalars.items():
        if len(row) != len(recorded):
            return f"of its scalar {name!r} there are {len(row)} values and {len(recorded)} epochs"
    return ""
