"""What a video file must be whatever it shows: length, size, frame rate and tags."""

from __future__ import annotations

from epochreel.checks.rules import Finding
from epochreel.film.rendering import QUALITIES
from epochreel.media.probe import probe
from epochreel.media.video import Video

__all__ = ["makeup"]

SHORTEST, LONGEST = 25, 75
"""Seconds of a clip; the short cut may be shorter."""
RATES = sorted({rate for _, rate in QUALITIES.values()})


def makeup(film: Video) -> list[Finding]:
    """Everything about the file itself that is not as it must be; raises PublishError as probe."""
    file = probe(film.path)
    found = []

    def hold(rule: str, kept: bool, figure: float, limit: float, sentence: str) -> None:
        if not kept:
            found.append(Finding(rule, 0.0, figure, limit, sentence))

    shortest = 0 if film.clip.get("cut") == "short" else SHORTEST
    length = f"The clip lasts {file.duration:.1f} s"
    hold("duration", file.duration >= shortest, file.duration, shortest,
         f"{length}; tell its story in {SHORTEST} to {LONGEST} s.")  # fmt: skip
    hold("duration", file.duration <= LONGEST, file.duration, LONGEST,
         f"{length}; tell its story in {SHORTEST} to {LONGEST} s.")  # fmt: skip
    odd = file.width % 2 + file.height % 2
    hold("size", not odd, odd, 0,
         f"The frame is {file.width} × {file.height} pixels: both must be even.")  # fmt: skip
    planned = film.clip.get("frames", file.frames)
    hold("frames", file.frames == planned, file.frames, planned,
         f"The file has {file.frames} frames and clip.json {planned}: render again.")  # fmt: skip
    closest = min(RATES, key=lambda rate: abs(rate - file.frame_rate))
    hold("frame rate", abs(file.frame_rate - closest) < 0.01, file.frame_rate, closest,
         f"There are {file.frame_rate:.2f} frames a second: choose from "
         f"{', '.join(map(str, RATES))}.")  # fmt: skip
    hold("tags", file.colours == "bt709", 0, 1,
         f"The colours are tagged {file.colours or 'with nothing'}; they must say BT.709 with "
         "limited range.")  # fmt: skip
    hold("tags", file.pixel_format == "yuv420p", 0, 1,
         f"The pixels are {file.pixel_format}; players everywhere take yuv420p alone.")  # fmt: skip
    if film.path.suffix in (".mp4", ".mov"):
        hold("faststart", file.faststart, 0, 1,
             "The index comes after the frames, so that a page waits for the whole file: write it "
             "with faststart.")  # fmt: skip
    return found
