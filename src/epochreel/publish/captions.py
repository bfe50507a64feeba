"""Subtitles from a clip's captions, at a speed that can be read: .srt and .vtt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from pysubs2 import SSAEvent, SSAFile

from epochreel.errors import ClipError
from epochreel.film.reading import SPEED, reading_time

__all__ = ["Subtitle", "subtitles", "to_srt", "to_vtt", "unreadable"]

LONGEST = 7.0
"""Seconds that a subtitle stays at most."""
LINES, WIDTH = 2, 42
"""The most lines of a subtitle, and the most characters in one."""
SLACK = 1e-3
"""Seconds, for what rounding does."""


@dataclass(frozen=True)
class Subtitle:
    """Lines of words from `start` to `end`, in seconds."""

    start: float
    end: float
    text: str


def unreadable(described: dict[str, Any]) -> list[str]:
    """One sentence for each caption that is not on screen for as long as it takes to read.

    `described` is what clip.json says.
    """
    sentences = []
    for caption in described["captions"]:
        text, shown = caption["text"], caption["end"] - caption["start"]
        missing = reading_time(text) - shown
        if missing > SLACK:
            sentences.append(
                f"{text!r} ({len(text)} characters) at {caption['start']:.1f} s is on screen for "
                f"{shown:.1f} s: hold it for {missing:.2f} s more, or say it in "
                f"{int(shown * SPEED)} characters."
            )
    return sentences


def subtitles(described: dict[str, Any]) -> list[Subtitle]:
    """Return a clip's captions as subtitles that can be read in their time.

    A caption of more than two lines becomes several, one that stays for more than 7 seconds
    leaves earlier, and one that leaves before it can be read stays on, where none follows at once.
    `described` is what clip.json says. Raises ClipError for a caption that cannot be read in the
    time until the next.
    """
    captions = described["captions"]
    limits = [*(caption["start"] for caption in captions), described["duration"]][1:]
    found: list[Subtitle] = []
    for caption, limit in zip(captions, limits, strict=True):
        start, shown = caption["start"], caption["end"] - caption["start"]
        parts = _parts(caption["text"])
        needed = sum(map(reading_time, parts))
        time = min(max(shown, needed), limit - start)
        if needed > time + SLACK:
            raise ClipError(
                f"The caption {caption['text']!r} of {described['name']} cannot be read in the "
                f"{time:.1f} s that it has: hold it for {needed - time:.2f} s more."
            )
        for part in parts:
            share = time * reading_time(part) / needed
            lines = "\n".join(_lines(part))
            found.append(Subtitle(start, start + min(share, LONGEST), lines))
            start += share
    return found


def to_srt(subtitles: Sequence[Subtitle]) -> str:
    """Return subtitles as SubRip text."""
    return _written([(each, each.text) for each in subtitles], "srt")


def to_vtt(subtitles: Sequence[Subtitle]) -> str:
    """Return subtitles as WebVTT, https://www.w3.org/TR/webvtt1/."""
    return _written([(each, escape(each.text, quote=False)) for each in subtitles], "vtt")


def _written(texts: Iterable[tuple[Subtitle, str]], form: str) -> str:
    """Texts at their subtitles' times, to the millisecond, in one of the library's formats."""
    found = SSAFile()
    found.events = [
        SSAEvent(round(1000 * each.start), round(1000 * each.end), text) for each, text in texts
    ]
    # Braces are tags to this library, and left out, unless it is to keep them.
    return found.to_string(form, keep_ssa_tags=True).rstrip() + "\n"


def _parts(text: str) -> list[str]:
    """A text in parts of two lines at most, parted at sentences, else at clauses, else at words."""
    if _lines(text):
        return [text]
    for boundary in (r"(?<=[.!?…]) ", r"(?<=[,;:–—]) ", " "):
        places = [match.start() for match in re.finditer(boundary, text)]
        for place in sorted(places, key=lambda place: abs(place - len(text) / 2)):
            halves = text[:place], text[place + 1 :]
            if boundary != " " and min(map(len, halves)) < len(text) / 5:
                continue
            return [part for half in halves for part in _parts(half)]
    raise ClipError(f"The caption {text!r} has no space to part it into lines of {WIDTH}.")


def _lines(text: str) -> list[str]:
    """A text in one line, or in the two that are most alike; none where two do not hold it."""
    if len(text) <= WIDTH:
        return [text]
    spaces = [place for place, sign in enumerate(text) if sign == " "]
    pairs = [(text[:place], text[place + 1 :]) for place in spaces]
    fitting = [pair for pair in pairs if max(map(len, pair)) <= WIDTH]
    return list(min(fitting, key=lambda pair: abs(len(pair[0]) - len(pair[1])), default=()))
