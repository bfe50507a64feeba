"""What a file is, read back from the file itself."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import IO

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from PIL import Image

from epochreel.errors import PublishError
from epochreel.media.containers import MALFORMED, pictures_in

__all__ = ["Probe", "probe"]

NAMES = {"mjpeg": "jpeg", "libvpx-vp9": "vp9"}


@dataclass(frozen=True)
class Probe:
    """A picture or a video as it is on disk; what a still has no use for is 0."""

    path: Path
    size: int
    """Bytes."""
    codec: str
    profile: str
    pixel_format: str
    width: int
    height: int
    frame_rate: float
    """Frames a second, on average."""
    frames: int
    duration: float
    """Seconds."""
    colours: str
    """"bt709" where primaries, transfer, matrix and limited range all say so; else what they say,
    or nothing where nothing is said."""
    group: int
    """Frames from a keyframe to the next, at most."""
    closed: bool
    """Whether no frame needs one from before its keyframe."""
    faststart: bool
    """Whether the index of an MP4 or MOV comes before its frames."""
    edited: bool
    """Whether an MP4 or MOV has an edit list."""
    alpha: bool
    audio: str
    """Codec of the first sound track, or nothing."""

    @property
    def bit_rate(self) -> float:
        """Bits a second of the whole file; 0 for a still."""
        return 8 * self.size / self.duration if self.duration else 0.0


def probe(path: str | Path) -> Probe:
    """Return what a file is.

    Raises PublishError for a file that is missing, or is no whole picture or video.
    """
    path = Path(path)
    if not path.is_file():
        raise PublishError(f"There is no file {path}; publish the clip again.")
    try:
        if path.suffix == ".webp":
            with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
                return _webp(path)
        with pictures_in(path) as container:
            return _read(path, container)
    except (*MALFORMED, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        reason = getattr(error, "strerror", None) or error
        raise PublishError(
            f"{path} cannot be read ({reason}); delete it and publish the clip again."
        ) from error


def _read(path: Path, container: av.container.InputContainer) -> Probe:
    stream = container.streams.video[0]
    context = stream.codec_context
    codec = NAMES.get(context.name, context.name)
    still = codec in ("png", "jpeg")
    rate = float(stream.average_rate)
    times = _times(container, stream)
    if not times:
        raise ValueError("it has no frames")
    keys = [place for place, (_, _, key) in enumerate(times) if key]
    group = max(b - a for a, b in zip(keys, [*keys[1:], len(times)], strict=True))
    start = min(shown for shown, _, _ in times)
    end = max(shown + length for shown, length, _ in times)
    # VP9 keeps its alpha beside the frames, where only the container tells of it.
    hidden = stream.metadata.get("alpha_mode") == "1"
    boxes = dict(_boxes(path)) if path.suffix in (".mp4", ".mov") else {}
    pixel_format = "pal8" if codec == "gif" else context.pix_fmt
    if codec == "prores":  # it keeps no depth: how many bits come out is the decoder's choice
        pixel_format = pixel_format.replace("12", "10")
    return Probe(
        path=path,
        size=path.stat().st_size,
        codec=codec,
        profile="" if still else context.profile or "",
        pixel_format="yuva420p" if hidden else pixel_format,
        width=context.width,
        height=context.height,
        frame_rate=0.0 if still else rate,
        frames=1 if still else len(times),
        duration=0.0 if still else float((end - start) * stream.time_base),
        colours=_colours(context),
        group=0 if still else group,
        closed=_closed(times),
        faststart=boxes.get("moov", inf) < boxes.get("mdat", inf),
        edited="elst" in boxes,
        alpha=hidden or pixel_format.startswith(("yuva", "rgba", "bgra", "argb", "gbra")),
        audio=container.streams.audio[0].codec_context.name if container.streams.audio else "",
    )


def _times(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream
) -> list[tuple[int, int, bool]]:
    """When each frame is shown, for how long, and whether it is a keyframe, as they are stored."""
    return [
        (packet.pts, packet.duration or 0, packet.is_keyframe)
        for packet in container.demux(stream)
        if packet.size and packet.pts is not None
    ]


def _closed(times: list[tuple[int, int, bool]]) -> bool:
    """Whether no frame that is stored after a keyframe is shown before it."""
    key = times[0][0]
    for shown, _, is_key in times:
        if shown < key:
            return False
        if is_key:
            key = shown
    return True


def _colours(context: av.video.codeccontext.VideoCodecContext) -> str:
    tags = {
        "primaries": (context.color_primaries, ColorPrimaries.BT709),
        "transfer": (context.color_trc, ColorTrc.BT709),
        "matrix": (context.colorspace, Colorspace.ITU709),
        "range": (context.color_range, ColorRange.MPEG),
    }
    if all(value == wanted for value, wanted in tags.values()):
        return "bt709"
    said = {name: int(value) for name, (value, _) in tags.items()}
    # 2 is "unspecified" in H.273, and so is 0 for FFmpeg's range.
    known = {name: value for name, value in said.items() if value != (name != "range") * 2}
    return ", ".join(f"{name} {value}" for name, value in known.items())


def _webp(path: Path) -> Probe:
    """Read an animated WebP, which FFmpeg's demuxer does not."""
    with Image.open(path) as image:
        frames, milliseconds = int(getattr(image, "n_frames", 1)), 0
        for place in range(frames):
            image.seek(place)
            image.load()
            milliseconds += image.info.get("duration", 0)
        if not milliseconds:
            raise ValueError("it lasts no time")
        lossy = b"VP8 " in path.read_bytes()
        return Probe(
            path=path,
            size=path.stat().st_size,
            codec="webp",
            profile="",
            pixel_format="yuv420p" if lossy else "rgb24",
            width=image.width,
            height=image.height,
            frame_rate=1000 * frames / milliseconds,
            frames=frames,
            duration=milliseconds / 1000,
            colours="",
            group=0,
            closed=True,
            faststart=False,
            edited=False,
            alpha=False,
            audio="",
        )


def _boxes(path: Path) -> Iterator[tuple[str, int]]:
    """Names and places of the boxes of an MP4 or MOV, those within its index included.

    Layout: ISO/IEC 14496-12, section 4.2.
    """
    with path.open("rb") as file:
        yield from _boxes_between(file, 0, path.stat().st_size)


def _boxes_between(file: IO[bytes], start: int, end: int) -> Iterator[tuple[str, int]]:
    while start + 8 <= end:
        file.seek(start)
        head, size, name = 8, int.from_bytes(file.read(4)), file.read(4)
        if size == 1:
            head, size = 16, int.from_bytes(file.read(8))
        size = size or end - start
        if size < head:
            raise ValueError("its boxes are broken")
        yield name.decode("latin-1"), start
        if name in (b"moov", b"trak", b"edts"):
            yield from _boxes_between(file, start + head, start + size)
        start += size
