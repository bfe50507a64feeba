"""A clip's beats as chapters: in a YouTube description, and inside an MP4."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from epochreel.errors import ClipError
from epochreel.media.ffmpeg import published
from epochreel.media.video import opened

__all__ = ["chapters", "embed", "time_code", "youtube"]

FEWEST, SHORTEST = 3, 10
"""What YouTube makes chapters of, besides a first time stamp of 0:00: at least three, of 10 s each.

https://support.google.com/youtube/answer/9884579, in the same words at
https://support.vevo.com/hc/en-us/articles/6945557784347-YouTube-Chapters
"""

TICKS, HOURS = 2**30, 8
"""How late a packet may be, in ticks of its own and in hours, for FFmpeg to write its time."""

Chapter = tuple[float, float, str]
"""Start and end in seconds, and a name."""


def chapters(described: dict[str, Any]) -> list[Chapter]:
    """Return the beats of a clip, the first from 0 on; `described` is what clip.json says."""
    found = [(beat["start"], beat["end"], beat["name"]) for beat in described["beats"]]
    return [(0.0, *found[0][1:]), *found[1:]] if found else []


def youtube(described: dict[str, Any]) -> list[tuple[int, str]]:
    """Return start, in whole seconds, and name of the chapters as YouTube takes them.

    A beat that is too short is part of the one before, the first of the one after. None are
    returned where fewer than three would remain. `described` is what clip.json says.
    """
    merged: list[Chapter] = []
    for start, end, name in chapters(described):
        if merged and end - start < SHORTEST:
            merged[-1] = (merged[-1][0], end, merged[-1][2])
        elif len(merged) == 1 and merged[0][1] < SHORTEST:
            merged = [(0.0, end, name)]
        else:
            merged.append((start, end, name))
    return [(int(start), name) for start, _, name in merged] if len(merged) >= FEWEST else []


def time_code(seconds: int) -> str:
    """Return m:ss."""
    return f"{seconds // 60}:{seconds % 60:02}"


def embed(video: Path, described: dict[str, Any]) -> Path:
    """Put title, story and chapters into an MP4, its streams copied as they are.

    `described` is what clip.json says. Raises ClipError for what is no video, PublishError where
    it cannot be written.
    """
    with published(video) as aside:
        try:
            _remux(video, aside, described)
        except av.error.FFmpegError as error:
            raise ClipError(
                f"{video} cannot be read as a video ({error.strerror}); render the clip again."
            ) from None
    return video


def _remux(video: Path, target: Path, described: dict[str, Any]) -> None:
    # An edit list would delay the first frame in players that ignore it.
    options = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
    with (
        opened(video) as source,
        av.open(str(target), "w", format="mp4", container_options=options) as output,
    ):
        streams = {
            stream.index: output.add_stream_from_template(stream)
            for stream in (*source.streams.video, *source.streams.audio)
        }
        output.metadata.update(title=described["title"], comment=described["story"])
        output.set_chapters(
            [
                {
                    "id": number,
                    "start": round(1000 * start),
                    "end": round(1000 * end),
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": name},
                }
                for number, (start, end, name) in enumerate(chapters(described))
            ]
        )
        for packet in source.demux(*(source.streams[index] for index in streams)):
            if packet.size:  # the last one is empty, to flush a decoder
                _require_time(packet)
                packet.stream = streams[packet.stream.index]
                output.mux(packet)


def _require_time(packet: av.Packet) -> None:
    """Raise ValueError for times at which FFmpeg would end the whole process (`av_assert0`)."""
    for ticks in (packet.pts, packet.dts, packet.duration):
        if ticks is None or abs(ticks) >= TICKS or abs(ticks * packet.time_base) >= 3600 * HOURS:
            raise ValueError("its pictures are shown at no time that can be written")
