"""Turn a rendered clip into the video that a row of the platforms asks for."""

from __future__ import annotations

import os
import shutil
from math import inf
from pathlib import Path
from typing import Any

import ffmpeg

from epochreel.errors import PublishError
from epochreel.film.encoding import THREADS, steadied
from epochreel.media.ffmpeg import Observer, published, run
from epochreel.media.probe import Probe, probe
from epochreel.publish.targets import Row

__all__ = ["SCALING", "TAGS", "encoder", "keep", "transcode"]

SCALING = "bicubic+accurate_rnd+full_chroma_int"
TAGS = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "range": "tv"}

QUALITY = 17
"""The constant rate factor of H.264 where no limit is in the way: nothing is seen to be lost."""
ATTEMPTS = 3


def transcode(
    source: Path,
    target: Path,
    row: Row,
    *,
    observer: Observer | None = None,
) -> None:
    """Write the clip `source` as its row wants it; as it is, where it obeys the row already.

    Raises PublishError where ffmpeg fails, the disk is full, or no quality is small enough.
    """
    found = probe(source)
    if row.codec == "prores" or row.admits(found):
        keep(source, target)
    elif row.codec == "h264":
        with published(target) as aside:
            _h264(found, aside, target, row, observer)
    elif row.codec == "vp9":
        with published(target) as aside:
            run(_vp9(found, aside, row), target, seconds=found.duration, observer=observer)
    else:
        raise PublishError(f"{target} cannot be made: no video is kept as {row.codec}.")


def _scaled(video: Any, found: Probe, width: int, height: int, frame_rate: float) -> Any:
    """Bring a stream to a size and a frame rate, and no further than it must."""
    if abs(found.frame_rate - frame_rate) > 1e-3:
        video = video.filter("fps", frame_rate)
    if (found.width, found.height) != (width, height):
        video = video.filter("scale", width, height, flags=SCALING)
    return video


def _h264(
    found: Probe,
    aside: Path,
    target: Path,
    row: Row,
    observer: Observer | None,
) -> None:
    """Encode at one quality; what is or would be too large, in two passes at the rate that fits."""
    seconds = found.duration
    limit = min(row.largest * 1e6, row.bit_rate * 1e6 / 8 * seconds)
    log = aside.with_name("passes")
    size = found.size * _pixels(row) / _pixels(found)
    if size <= limit:
        ceiling: dict[str, Any] = {}
        if row.bit_rate < inf:
            ceiling = {"maxrate": f"{row.bit_rate}M", "bufsize": f"{row.bit_rate}M"}
        graph = _master(found, aside, row, crf=QUALITY, **ceiling)
        run(graph, target, seconds=seconds, observer=observer)
        size = aside.stat().st_size
    rate = 0.97 * 8 * limit / seconds
    for _ in range(ATTEMPTS):
        if size <= limit:
            break
        for number in (1, 2):
            options = {"b:v": round(rate), "pass": number, "passlogfile": str(log)}
            graph = _master(found, aside, row, first=number == 1, **options)
            run(graph, target, seconds=seconds, observer=observer)
        size = aside.stat().st_size
        rate *= 0.97 * limit / size


def encoder(width: int, frame_rate: float, pixel_format: str) -> dict[str, Any]:
    """Options of the encoder: high profile, a closed GOP of half a second, two B-frames."""
    return {
        "c:v": "libx264",
        "threads": THREADS,
        "profile:v": "high",
        "pix_fmt": pixel_format,
        "g": max(round(frame_rate / 2), 1),
        "sc_threshold": 0,
        "bf": 2,
        "flags": "+cgop",
        **steadied(width),
    }


def _pixels(video: Probe | Row) -> float:
    """Pixels a second."""
    return video.width * video.height * video.frame_rate


def _master(found: Probe, output: Path, row: Row, *, first: bool = False, **rate: Any) -> Any:
    """What `encoder` says, and the index at the front."""
    clip = ffmpeg.input(str(found.path))
    video = _scaled(clip.video, found, row.width, row.height, row.frame_rate)
    video = video.filter("setparams", **TAGS)
    options = encoder(row.width, row.frame_rate, row.pixel_format) | rate
    if first:
        return ffmpeg.output(video, os.devnull, f="null", **options)
    streams = [video]
    if found.audio and row.audio:
        streams.append(clip.audio)
        options |= {"c:a": "aac", "b:a": "192k", "ar": 48000}
    # Without an edit list B-frames need negative offsets, or the first frame would come late.
    container = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": 0}
    return ffmpeg.output(
        *streams,
        str(output),
        f="mp4",
        **options,
        **container,
    )


def _vp9(found: Probe, output: Path, row: Row) -> Any:
    """VP9 with the alpha as a second layer, which WebM marks and browsers composite."""
    video = _scaled(
        ffmpeg.input(str(found.path)).video, found, row.width, row.height, row.frame_rate
    )
    video = video.filter("format", row.pixel_format).filter("setparams", **TAGS)
    options = {
        "c:v": "libvpx-vp9",
        "crf": 20,
        "b:v": 0,
        "deadline": "realtime",  # six times as fast as "good" for a tenth more bytes
        "cpu-used": 6,
        "row-mt": 1,
        "auto-alt-ref": 0,  # the two layers would not agree on frames that are never shown
        "g": round(2 * row.frame_rate),
        "fflags": "+bitexact",  # WebM names its tracks by chance otherwise
    }
    return ffmpeg.output(video, str(output), f="webm", **options)


def keep(source: Path, target: Path) -> None:
    """Give a clip as it is a second name, and no second place on the disk where it can share one.

    Raises PublishError where the disk is full or the folder cannot be written to.
    """
    with published(target) as aside:
        try:
            os.link(source, aside)
        except OSError:
            shutil.copyfile(source, aside)
