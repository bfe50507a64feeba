"""Frames into segments and segments into a film: BT.709 planes, one encoder a play, exact joints.

A segment is known by more than its name: a record beside it says how many frames it has and what
their bytes were, so that one that is empty, cut short, damaged or another play's is never joined.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from llvmlite.binding import get_host_cpu_features
from numpy.typing import NDArray

from epochreel import raster
from epochreel.errors import REMEDIES, ClipError, refusal
from epochreel.files import content, opened, tidy, whole
from epochreel.film.damage import Damage

__all__ = [
    "THREADS",
    "Planes",
    "SegmentEncoder",
    "at_work",
    "is_sound",
    "join",
    "kept_by_disk",
    "note",
    "steadied",
    "to_video_frame",
]

Frame = NDArray[np.uint8]

THREADS = 4
"""Of an encoder, the same everywhere: their number decides where x264 cuts, and so the bytes."""


def steadied(width: int) -> dict[str, str]:
    """Options with which x264 makes the same bytes of the same frames of this many pixels a row.

    With AVX-512 it weighs eight macroblocks at a time and, where a row is not made of eights, some
    behind its end: after the last row that is memory that nobody wrote. AVX2 stops at the end.
    """
    uneven = -(-width // 16) % 8
    return {"x264-params": "asm=avx2"} if uneven and get_host_cpu_features().get("avx512f") else {}


class SegmentEncoder:
    """Encode one play, `spec` being Manim's: tagged BT.709, written aside, renamed when whole.

    Manim's writer hands it frames and then calls either `finish` or `abort`. Those of `planes` it
    gives back.
    """

    def __init__(self, *, target: Path, spec: Any, planes: Planes | None = None) -> None:
        self.target, self.rate, self.frames, self.planes = target, spec.frame_rate, 0, planes
        target.parent.mkdir(parents=True, exist_ok=True)
        options = dict(spec.options) | (steadied(spec.width) if spec.codec == "libx264" else {})
        self._whole = whole(target)
        aside = self._whole.__enter__()
        try:
            self._container = av.open(str(aside), "w", format=spec.container_format)
            self._stream = self._container.add_stream(
                spec.codec, rate=spec.frame_rate, options=options
            )
        except BaseException as error:
            self._whole.__exit__(type(error), error, None)
            raise
        self._stream.width, self._stream.height = spec.width, spec.height
        self._stream.pix_fmt = spec.pixel_format
        context = self._stream.codec_context
        # PyAV's default cuts each frame into a slice a core: slower, and larger files.
        context.thread_type, context.thread_count = "FRAME", THREADS
        # Half a second, as platforms ask for: the clip is uploaded as it is, and seeks at once.
        context.gop_size = max(round(spec.frame_rate / 2), 1)
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        if spec.pixel_format.startswith("yuv"):
            context.colorspace = Colorspace.ITU709
            context.color_range = ColorRange.MPEG

    def write_frame(self, frame: av.VideoFrame, *, repeat: int = 1) -> None:
        """Encode the frame `repeat` times in a row."""
        for _ in range(repeat):
            frame.pts, frame.time_base = self.frames, 1 / self.rate
            self.frames += 1
            self._container.mux(self._stream.encode(frame))
        if self.planes is not None:
            self.planes.done(frame)

    def finish(self) -> None:
        """Flush, close, give the segment its name, and note what it is."""
        self._container.mux(self._stream.encode())
        self._container.close()
        self._whole.__exit__(None, None, None)
        note(self.target, self.frames)

    def abort(self) -> None:
        """Close, and leave nothing behind."""
        with suppress(Exception):
            self._container.close()
        stop = RuntimeError("The play was not drawn to its end.")
        self._whole.__exit__(RuntimeError, stop, None)


def note(segment: Path, frames: int) -> None:
    """Note beside a segment that it is whole: how many frames it has and what its bytes are."""
    with whole(_record(segment)) as aside:
        aside.write_text(json.dumps(_noted(segment, frames)), encoding="utf-8")


def is_sound(segment: Path, frames: int | None) -> bool:
    """Whether a segment is what was written for its play, of this many frames where that is known.

    What is not is drawn again.
    """
    try:
        noted = json.loads(content(_record(segment)))
        if noted["size"] != segment.stat().st_size:  # what grew to any size is not read
            return False
        return bool(noted == _noted(segment, noted["frames"] if frames is None else frames))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return False


def _record(segment: Path) -> Path:
    return segment.with_suffix(".json")


def _noted(segment: Path, frames: int) -> dict[str, Any]:
    with opened(segment) as file:
        checksum = hashlib.file_digest(file, "blake2b").hexdigest()[:32]
        size = os.fstat(file.fileno()).st_size
    return {"segment": segment.name, "frames": frames, "size": size, "checksum": checksum}


@contextmanager
def at_work(folder: Path, keep: bool = True) -> Iterator[None]:
    """Write segments into a folder, maybe beside others; what killed ones left half goes first.

    Unless it is to be kept, who leaves last takes the folder away.
    """
    tidy(folder)
    if keep:
        yield
        return
    place = folder.with_name(f".{folder.name}.lock")
    with _shared(place) as file:
        try:
            yield
        finally:
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
                place.unlink(missing_ok=True)
                with suppress(OSError):  # where there are segments of another film
                    place.parent.rmdir()


@contextmanager
def kept_by_disk(folder: Path) -> Iterator[None]:
    """Turn what a full, broken or read-only disk refuses to a rendering into a ClipError."""
    try:
        yield
    except OSError as error:
        if error.errno not in REMEDIES:
            raise
        then = refusal(error, then="render again, which goes on from what is drawn")
        raise ClipError(f"{folder} cannot be written: {then}") from error


def _shared(place: Path) -> IO[bytes]:
    """Open and lock a file with others, one that nobody has taken away meanwhile."""
    while True:
        place.parent.mkdir(parents=True, exist_ok=True)
        # Whatever lies there stays as it is, and a link to elsewhere is not followed.
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.fdopen(os.open(place, flags, 0o666), "r+b", buffering=0)
        fcntl.flock(file, fcntl.LOCK_SH)  # for a moment it is another's: look again
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), place.stat()):
                return file
        file.close()


class Planes:
    """Frames for an encoder, used in turn: of each only what changed since then is made anew."""

    def __init__(self) -> None:
        self._stale: dict[av.VideoFrame, Damage] = {}
        self._idle: SimpleQueue[av.VideoFrame] = SimpleQueue()

    def of(self, pixels: Frame, damage: Damage | None) -> av.VideoFrame:
        """A frame's planes Y, U and V, the frame differing by so much from the one before.

        All of it, where that is None; afterwards there is no damage.
        """
        for stale in self._stale.values():
            stale.add(damage)
        if damage is not None:
            damage.clear()
        try:
            frame = self._idle.get_nowait()
        except Empty:
            height, width = pixels.shape[:2]
            frame, stale = av.VideoFrame(width, height, "yuv420p"), Damage(width, height)
            stale.add()
            self._stale[frame] = stale
        frame.make_writable()  # should an encoder hold on to it after all
        y, u, v = (
            np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
            for plane in frame.planes
        )
        raster.yuv420(pixels, y, u, v, self._stale[frame].rectangles())
        self._stale[frame].clear()
        return frame

    def done(self, frame: av.VideoFrame) -> None:
        """Take a frame back, of which its encoder has what it needs."""
        if frame in self._stale:
            self._idle.put(frame)


def to_video_frame(
    pixels: Frame, pixel_format: str, kept: Planes | None = None, damage: Damage | None = None
) -> av.VideoFrame:
    """Premultiplied RGBA pixels as a frame for the encoder, which keeps no reference to them.

    `kept` are the frames that the encoder gives back, and `damage` is what changed since the last.
    """
    if pixel_format == "yuv420p":
        frame = (kept or Planes()).of(pixels, damage)
    # Files hold straight alpha; premultiplied values would darken every edge. So would black
    # beside it, where the codec mixes neighbours.
    elif not pixel_format.startswith("yuv"):
        return av.VideoFrame.from_ndarray(raster.straight(pixels), format="rgba")
    else:
        frame = av.VideoFrame.from_ndarray(raster.bled(pixels), format="rgba")
        frame = frame.reformat(format=pixel_format, dst_colorspace=Colorspace.ITU709)
    frame.colorspace = Colorspace.ITU709
    frame.color_range = ColorRange.MPEG
    return frame


def join(segments: list[str], target: Path, frame_rate: Fraction) -> None:
    """Copy segments one after the other, each beginning on the frame after the last of the other.

    FFmpeg's concat demuxer, which Manim uses, trusts the length that a segment claims to have;
    MP4 rounds that to milliseconds, so frames would come early or late from the first joint on.
    """
    # Decoding runs ahead of showing by as many frames as the encoder reorders anywhere.
    delay = max(index - place for index, (_, place) in enumerate(_packets(segments, frame_rate)))
    stream = None
    # A page plays it while it loads, and no edit list delays it where B-frames come first.
    options = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
    container = options if target.suffix in (".mp4", ".mov") else {}
    with av.open(str(target), "w", container_options=container) as output:
        for index, (packet, place) in enumerate(_packets(segments, frame_rate)):
            if stream is None:
                stream = output.add_stream_from_template(packet.stream)
            packet.stream = stream
            packet.time_base = 1 / frame_rate
            packet.pts, packet.dts, packet.duration = place, index - delay, 1
            output.mux(packet)


def _packets(segments: list[str], frame_rate: Fraction) -> Iterator[tuple[av.Packet, int]]:
    """The packets of segments in the order of decoding, each with the number of its frame."""
    frames = 0
    for segment in segments:
        start = frames
        with av.open(segment) as source:
            stream = source.streams.video[0]
            for packet in source.demux(stream):
                if packet.size:  # the last one is empty, to flush a decoder
                    yield packet, start + round(packet.pts * stream.time_base * frame_rate)
                    frames += 1
