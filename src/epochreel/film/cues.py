"""A cue sheet: the beats, captions and epochs of a clip, noted while it is played."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

__all__ = ["Cue", "CueSheet"]


@dataclass
class Cue:
    """A beat's name or a caption's Typst markup, and when it is on screen, in seconds."""

    text: str
    start: float
    end: float = inf
    optional: bool = False
    """Whether a beat is left out of the short cut."""
    leaves: float = inf
    """When a caption begins to fade, at whose end it is gone."""


@dataclass
class CueSheet:
    """What is seen when; seconds are counted in frames, so they are those of the video.

    `epochs` holds the epoch that each frame shows, None where it shows none.
    """

    frame_rate: float
    epochs: list[float | None] = field(default_factory=list)
    beats: list[Cue] = field(default_factory=list)
    captions: list[Cue] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Time noted so far."""
        return len(self.epochs) / self.frame_rate

    def beat(self, name: str, optional: bool) -> None:
        """Begin a beat, which ends the one before."""
        if self.beats:
            self.beats[-1].end = self.seconds
        self.beats.append(Cue(name, self.seconds, optional=optional))

    def show(self, text: str, delay: float) -> None:
        """Let a caption appear `delay` seconds from now."""
        self.captions.append(Cue(text, self.seconds + delay))

    def hide(self, delay: float) -> None:
        """Let the last caption leave now, and be gone `delay` seconds from now."""
        self.captions[-1].leaves = self.seconds
        self.captions[-1].end = self.seconds + delay

    def play(self, epochs: Iterable[float | None]) -> None:
        """Note frames by the epochs that they show."""
        self.epochs.extend(epochs)
