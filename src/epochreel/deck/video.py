"""A lecture as one video: cards for as long as they take to read, and the films, with chapters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ffmpeg

from epochreel.deck.lecture import Lecture, Shown
from epochreel.film.reading import reading_time
from epochreel.look.style import Style
from epochreel.media.ffmpeg import Observer, published, run
from epochreel.notation.card import Card
from epochreel.publish.chapters import embed
from epochreel.publish.transcode import SCALING, TAGS, encoder

__all__ = ["write_video"]

RESTS = 2.0
"""Seconds that a card stands longer than it takes to read."""


def write_video(
    lecture: Lecture, target: Path, style: Style, *, observer: Observer | None = None
) -> Path:
    """Write all slides one after the other as an MP4, each a chapter; return its path.

    Raises PublishError where ffmpeg fails or the disk is full.
    """
    beats, seconds = [], 0.0
    for slide in lecture.slides:
        start, seconds = seconds, seconds + _seconds(slide, lecture.frame_rate)
        beats.append({"start": start, "end": seconds, "name": slide.name})
    with published(target) as aside:
        graph = _graph(lecture, aside, style)
        run(graph, target, seconds=seconds, observer=observer)
    story = "\n\n".join(slide.name for slide in lecture.slides[1:])
    return embed(target, {"title": lecture.title, "story": story, "beats": beats})


def _seconds(slide: Shown, rate: float) -> float:
    """How long a slide is shown: whole frames."""
    if isinstance(slide.shows, Card):
        return round((reading_time(slide.shows.plain) + RESTS) * rate) / rate
    frames = sum(map(len, slide.stretches))
    return frames / float(slide.shows.described["frame_rate"])


def _graph(lecture: Lecture, target: Path, style: Style) -> Any:
    (width, height), rate = lecture.size, lecture.frame_rate
    parts = []
    for number, slide in enumerate(lecture.slides):
        if isinstance(slide.shows, Card):
            # Beside the video, and gone with the folder that it is written in.
            picture = target.with_name(f"card-{number}.png")
            picture.write_bytes(slide.shows.png(style, (width, height)))
            given = {"loop": 1, "framerate": rate, "t": _seconds(slide, rate)}
            card = ffmpeg.input(str(picture), **given).video
            tags = {"out_color_matrix": "bt709", "out_range": "tv"}
            parts.append(card.filter("scale", width, height, flags=SCALING, **tags))
            continue
        for stretch in slide.stretches:
            film = ffmpeg.input(str(slide.shows.plays)).video
            film = film.filter("trim", start_frame=stretch.start, end_frame=stretch.stop)
            film = film.filter("setpts", "PTS-STARTPTS").filter("fps", rate)
            parts.append(film.filter("scale", width, height, flags=SCALING))
    alike = [part.filter("format", "yuv420p").filter("setsar", 1) for part in parts]
    video = ffmpeg.concat(*alike, v=1, a=0).filter("setparams", **TAGS)
    options = encoder(width, rate, "yuv420p")
    options |= {"crf": 18, "preset": "veryfast"}  # as the films themselves are encoded
    return ffmpeg.output(video, str(target), f="mp4", **options)
