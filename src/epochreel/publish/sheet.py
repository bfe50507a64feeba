"""The contact sheet of a video file: a film at a glance, frame after frame with time codes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Colorspace, Interpolation

from epochreel.errors import ClipError
from epochreel.media.mosaic import Mosaic, time_code, write
from epochreel.media.video import opened

FRAMES = 24
"""How many are shown where nothing is said."""
SCALING = Interpolation.AREA | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


def contact_sheet(
    video: str | Path,
    *,
    every: float | None = None,
    frames: int | None = None,
    columns: int | None = None,
) -> np.ndarray:
    """Return the contact sheet of a video, (height, width, 3) uint8, at most 2000 pixels wide.

    Shows a frame `every` so many seconds from the first on, or so many `frames` evenly from the
    first to the last (24 if neither is given), row by row in `columns` (chosen so that the sheet
    is a little wider than high). The time code under a frame, m:ss.t, is its own.
    Raises ClipError for values out of range and for a file that is not a whole video.
    """
    video = Path(video)
    check(every, frames)
    with opened(video) as container:
        return _sheet(container, every, frames, columns)


def write_sheet(
    video: str | Path,
    output: str | Path,
    *,
    every: float | None = None,
    frames: int | None = None,
    columns: int | None = None,
) -> Path:
    """Write the contact sheet of a video as a PNG and return its path.

    Raises ClipError as contact_sheet does, and where the picture cannot be written.
    """
    return write(contact_sheet(video, every=every, frames=frames, columns=columns), output)


def check(every: float | None, frames: int | None) -> None:
    """Raise ClipError for a choice of frames that is none."""
    if every is not None and frames is not None:
        raise ClipError("A sheet shows a frame every so many seconds or so many frames, not both.")
    if every is not None and not every > 0:
        raise ClipError(f"The seconds between the frames of a sheet must be above 0, not {every}.")
    if frames is not None and frames < 1:
        raise ClipError(f"The frames of a sheet must be at least 1, not {frames}.")


def _sheet(
    container: av.container.InputContainer,
    every: float | None,
    frames: int | None,
    columns: int | None,
) -> np.ndarray:
    stream = container.streams.video[0]
    times, keys = _index(container, stream)
    wanted = _choose(times, float(stream.time_base), every, frames)
    mosaic = Mosaic([(stream.width, stream.height)], len(wanted), columns)
    for number, frame in enumerate(_decode(container, stream, wanted, keys)):
        seconds = (frame.pts - times[0]) * float(stream.time_base)
        mosaic.place(number, 0, _picture(frame, *mosaic.sizes[0]), time_code(seconds))
    return mosaic.pixels


def _index(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream
) -> tuple[list[int], list[int]]:
    """Return when every frame and every keyframe is shown, sorted, from the packets alone."""
    packets = [packet for packet in container.demux(stream) if packet.pts is not None]
    times = sorted(packet.pts for packet in packets)
    keys = sorted(packet.pts for packet in packets if packet.is_keyframe)
    if not keys or len(times) < stream.frames:
        raise ClipError(
            f"{container.name} holds {len(times)} of its {stream.frames} frames; "
            "render the clip again."
        )
    return times, keys


def _choose(times: list[int], unit: float, every: float | None, frames: int | None) -> list[int]:
    """Return the times of the frames to show, in units of `unit` seconds as `times` are."""
    if every is None:
        count = min(frames or FRAMES, len(times))
        return [times[round(i)] for i in np.linspace(0, len(times) - 1, count)]
    step = every / unit
    count = int((times[-1] - times[0]) / step + 1e-6) + 1
    # Half a unit of grace: .1 s is not always a whole number of units. No frame appears twice.
    due = (times[0] + i * step + 0.5 for i in range(count))
    return sorted({times[bisect_right(times, time) - 1] for time in due})


def _decode(
    container: av.container.InputContainer,
    stream: av.video.stream.VideoStream,
    wanted: list[int],
    keys: list[int],
) -> Iterator[av.VideoFrame]:
    """Decode the wanted frames, jumping to the keyframe before one where that is ahead."""
    stream.thread_type = "AUTO"
    position = None
    frames: Iterator[av.VideoFrame] = iter(())
    for time in wanted:
        key = keys[max(0, bisect_right(keys, time) - 1)]
        if position is None or key > position:
            container.seek(key, stream=stream)
            frames = container.decode(stream)
        for frame in frames:
            position = frame.pts
            if position >= time:
                yield frame
                break
        else:
            code = time_code(time * float(stream.time_base))
            raise ClipError(f"{container.name} breaks off before {code}; render the clip again.")


def _picture(frame: av.VideoFrame, width: int, height: int) -> np.ndarray:
    """Return the frame as RGB; one that does not name its colours is BT.709, as our clips are."""
    tagged = frame.colorspace in set(Colorspace)
    small = frame.reformat(
        width,
        height,
        "rgb24",
        src_colorspace=None if tagged else Colorspace.ITU709,
        interpolation=SCALING,
    )
    return np.asarray(small.to_ndarray())
