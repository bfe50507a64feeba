"""A video file: what is known of it before it is decoded, and one frame after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import Colorspace, Interpolation
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.film import clip_json
from epochreel.look.style import THEMES, Style, load
from epochreel.media.containers import MALFORMED, pictures_in
from epochreel.panels.compositions import ASPECTS

__all__ = ["CELL", "SCREEN", "Picture", "Video", "frames", "opened"]

SCREEN = 1024, 768
"""The screen at which WCAG measures visual angles, in pixels: 10 degrees are 341 of them."""
CELL = 3.41
"""Pixels of that screen in a tenth of a degree, the finest that WCAG looks at."""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Video:
    """What is known of a video before its frames are looked at.

    `clip` is the content of the `clip.json` beside it, empty where there is none.
    """

    path: Path
    width: int
    height: int
    rate: float
    clip: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, path: str | Path) -> Video:
        """Read the head of a video; raises ClipError for what is not a video with pictures."""
        path = Path(path)
        with opened(path) as container:
            stream = container.streams.video[0]
            rate = float(stream.average_rate or 0)
            return cls(path, stream.width, stream.height, rate, _beside(path))

    @property
    def aspect(self) -> str:
        """The name of the closest aspect ratio."""
        ratio = self.width / self.height
        return min(ASPECTS, key=lambda name: abs(np.log(ASPECTS[name] / ratio)))

    @property
    def frame(self) -> float:
        """Seconds that a frame is shown."""
        return 1 / self.rate if self.rate else 0.0

    @property
    def style(self) -> Style:
        """The theme that it is drawn in: what clip.json or else the folder's name says."""
        said = self.clip.get("theme")
        folder = self.path.parent.name.split("-")
        return load(said or next((theme for theme in THEMES if theme in folder), THEMES[0]))

    @property
    def cells(self) -> tuple[int, int]:
        """Columns and rows of squares a tenth of a degree wide, seen as large as SCREEN allows."""
        scale = min(SCREEN[0] / self.width, SCREEN[1] / self.height) / CELL
        return max(round(self.width * scale), 1), max(round(self.height * scale), 1)


@dataclass(frozen=True)
class Picture:
    """A decoded frame, as long as a rule looks at it: the pixels are the decoder's own."""

    video: Video
    index: int
    seconds: float
    picture: av.VideoFrame

    @cached_property
    def cells(self) -> Bytes:
        """The mean colour of every cell, RGB (rows, columns, 3)."""
        return self._rgb(*self.video.cells)

    @cached_property
    def pixels(self) -> Bytes:
        """Every pixel, RGB (height, width, 3): slow, for the frames that a rule picks out."""
        return self._rgb(self.video.width, self.video.height)

    @cached_property
    def planes(self) -> tuple[Bytes, Bytes, Bytes]:
        """Luma (height, width), blue and red chroma (half of both), of limited range."""
        picture = self.picture
        if picture.format.name != "yuv420p":
            picture = picture.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
        luma, blue, red = (
            np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
            for plane in picture.planes
        )
        return luma, blue, red

    def _rgb(self, width: int, height: int) -> Bytes:
        scaled = self.picture.reformat(
            width,
            height,
            "rgb24",
            src_colorspace=Colorspace.ITU709,  # as all our clips are, tagged or not
            dst_colorspace=Colorspace.ITU709,
            interpolation=Interpolation.AREA,
        )
        return np.asarray(scaled.to_ndarray())


def frames(video: Video) -> Iterator[Picture]:
    """Decode a video frame by frame, one at a time in memory.

    Raises ClipError for a video that cannot be decoded or that breaks off.
    """
    with opened(video.path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        unit, count, index = float(stream.time_base), stream.frames, -1
        for index, picture in enumerate(container.decode(stream)):
            yield Picture(video, index, picture.pts * unit, picture)
        if index + 1 < max(count, 1):
            raise ClipError(
                f"{video.path} holds {index + 1} of its {count} frames; render the clip again."
            )


@contextmanager
def opened(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a video; raises ClipError where there is none, or none that can be read to its end."""
    if not path.is_file():
        raise ClipError(f"There is no video at {path}; render the clip first.")
    try:
        with pictures_in(path) as container:
            yield container
    except MALFORMED as error:
        reason = getattr(error, "strerror", None) or error
        raise ClipError(
            f"{path} cannot be read as a video ({reason}); render the clip again."
        ) from None


def _beside(path: Path) -> dict[str, Any]:
    """The clip.json beside a video, if it tells of that video."""
    if not (path.parent / clip_json.NAME).is_file():
        return {}
    clip = clip_json.read(path.parent)
    return clip if clip.get("class") == path.stem else {}
