"""A frame of a clip as a picture: posters, thumbnails and the picture of a shared link."""

from __future__ import annotations

from pathlib import Path

import av
import imageio.v3 as imageio
import numpy as np
from av.video.reformatter import Colorspace, Interpolation
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.look.style import Style, rgba
from epochreel.media.ffmpeg import published
from epochreel.media.video import opened
from epochreel.publish.targets import Row

__all__ = ["frame_at", "pixels_at", "still"]

SCALING = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
QUALITIES = (95, 90, 85, 75, 60)
"""Of a JPEG, from the best on until it is small enough."""


def still(source: Path, target: Path, row: Row, style: Style, seconds: float) -> None:
    """Write the frame of a clip at a time as its row wants it, whole, on the theme's background.

    Raises ClipError where the clip cannot be read, PublishError where the picture not be written.
    """
    picture = _fitted(source, row, style, seconds)
    with published(target) as aside:
        aside.write_bytes(_encoded(picture, row))


def frame_at(source: Path, seconds: float) -> av.VideoFrame:
    """Return the frame that is on screen at a time, the last one if the clip is over then.

    Raises ClipError where the clip cannot be read.
    """
    with opened(source) as container:
        stream = container.streams.video[0]
        place = round(seconds / stream.time_base)
        container.seek(place, stream=stream)
        shown = None
        for frame in container.decode(stream):
            if shown is not None and frame.pts > place:
                break
            shown = frame
    if shown is None:
        raise ClipError(f"{source} has no frame at {seconds:g} s; render the clip again.")
    return shown


def pixels_at(source: Path, seconds: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the same frame in RGB, (height, width, 3); `size` is width and height in pixels."""
    return _scaled(frame_at(source, seconds), *size)


def _scaled(frame: av.VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
    small = frame.reformat(
        width,
        height,
        "rgb24",
        src_colorspace=Colorspace.ITU709,
        interpolation=SCALING,
    )
    return np.asarray(small.to_ndarray())


def _fitted(source: Path, row: Row, style: Style, seconds: float) -> NDArray[np.uint8]:
    """The frame as large as the row's size holds it, (height, width, 3), the ground around it."""
    frame = frame_at(source, seconds)
    scale = min(row.width / frame.width, row.height / frame.height)
    width, height = round(frame.width * scale), round(frame.height * scale)
    picture = np.empty((row.height, row.width, 3), np.uint8)
    picture[:] = rgba(style.chrome.background)[:3]
    left, top = (row.width - width) // 2, (row.height - height) // 2
    picture[top : top + height, left : left + width] = _scaled(frame, width, height)
    return picture


def _encoded(picture: NDArray[np.uint8], row: Row) -> bytes:
    if row.codec == "png":
        return imageio.imwrite("<bytes>", picture, extension=".png", optimize=True)
    for quality in QUALITIES:
        # 4:4:4: half the chroma would blur thin coloured lines.
        file = imageio.imwrite("<bytes>", picture, extension=".jpg", quality=quality, subsampling=0)
        if len(file) <= row.largest * 1e6:
            break
    return file
