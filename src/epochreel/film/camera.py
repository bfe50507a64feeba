"""The only module that knows the inside of Manim's camera, renderer and writer.

Three things differ from stock Manim. Layers paint themselves into the frame, between Manim's own
mobjects; what does not change during a play is rasterised once, also where it lies above something
that moves; and frames reach the encoder as BT.709 planes, tagged as such, so that a decoded frame
shows the stylesheet's colours. Files appear under their names only when they are whole.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from manim import Camera, Mobject, Scene
from manim.animation.animation import Animation
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter
from manim.scene.video_segment_encoder import VideoSegmentEncoder
from manim.utils.exceptions import EndSceneEarlyException
from manim.utils.hashing import KEYS_TO_FILTER_OUT
from numpy.typing import NDArray

from epochreel import raster
from epochreel.files import PACKAGE, whole
from epochreel.layers.layer import Canvas, Depth, Layer

# What a play left in the camera is no part of the cache key of the next: it may have been skipped.
KEYS_TO_FILTER_OUT.update({"still", "below", "depths", "pictures", "display_funcs"})

__all__ = ["EndSceneEarlyException", "FrameCamera", "FrameRenderer", "moved_by"]

Frame = NDArray[np.uint8]


def drawing_code() -> str:
    """Digest of the code that draws: an edit to it must change every cache key."""
    rooms = ("look", "raster", "notation", "layers", "film")
    files = sorted(path for room in rooms for path in (PACKAGE / room).glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def moved_by(animations: Iterable[Animation], mobjects: Iterable[Mobject]) -> set[Mobject]:
    """All members of these mobjects' families that can change while the animations play."""
    animated = {
        member
        for animation in animations
        for part in _parts(animation)
        for member in part.mobject.get_family()
    }
    moved = set(animated)
    layers = []
    for mobject in mobjects:
        for member in mobject.get_family():
            if isinstance(member, Layer):
                layers.append(member)
                if member.is_moved_by(animated):
                    moved.add(member)
            elif member.updaters:
                moved.update(member.get_family())
    # A picture of some of a space's layers could not be hidden by the others.
    spaces = {layer.space for layer in moved if isinstance(layer, Layer)} - {None}
    return moved.union(layer for layer in layers if layer.space in spaces)


def _parts(animation: Animation) -> Iterable[Animation]:
    yield animation
    for part in getattr(animation, "animations", ()):
        yield from _parts(part)


class FrameCamera(Camera):
    """A camera that also draws layers, and draws what stands still only once a play."""

    pixel_array: Frame
    frame_rate: float

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.code = drawing_code()  # seen by Manim's cache key, which hashes the camera
        self.frame_rate = float(self.frame_rate)  # 60 of -qh and 60.0 of manim.cfg are one key
        self.depths: dict[Hashable, Depth] = {}
        self.hold(set())

    def hold(self, still: set[Mobject], below: dict[Hashable, Depth] | None = None) -> None:
        """Begin a play in which these mobjects stand still and may be drawn once.

        `below` is what the play's static picture holds of every space.
        """
        self.still, self.below = still, below or {}
        self.pictures: dict[tuple[int, ...], tuple[Frame, int, int]] = {}

    def capture_mobjects(self, mobjects: Iterable[Mobject], **options: Any) -> None:
        """Draw the mobjects in order on the pixel array."""
        shown = self.get_mobjects_to_display(mobjects, **options)
        self.depths = {space: depth.copy() for space, depth in self.below.items()}
        for is_still, group in itertools.groupby(shown, lambda mobject: mobject in self.still):
            if is_still:
                self._draw_still(list(group))
            else:
                self.draw(list(group))

    def draw(self, mobjects: list[Mobject]) -> None:
        """Draw these mobjects, none of their submobjects, as they are."""
        for is_layer, group in itertools.groupby(mobjects, lambda m: isinstance(m, Layer)):
            if is_layer:
                canvas = Canvas(self.pixel_array, self.frame_width, self.frame_height, self.depths)
                for layer in group:
                    if layer.opacity > 0:
                        layer.draw(canvas)
            else:
                super().capture_mobjects(group, include_submobjects=False)

    def _draw_still(self, mobjects: list[Mobject]) -> None:
        """Composite a picture of these mobjects that is drawn when first needed in a play."""
        key = tuple(id(mobject) for mobject in mobjects)
        if key not in self.pictures:
            frame: Frame = self.pixel_array
            self.pixel_array = np.zeros_like(frame)
            try:
                self.draw(mobjects)
                picture = self.pixel_array
            finally:
                self.pixel_array_to_cairo_context.pop(id(self.pixel_array), None)
                self.pixel_array = frame
            self.pictures[key] = _cropped(picture)
        picture, left, top = self.pictures[key]
        if picture.size:
            everything = (0, 0, self.pixel_width, self.pixel_height)
            raster.over(self.pixel_array, everything, picture, left, top, 1.0)


def _cropped(picture: Frame) -> tuple[Frame, int, int]:
    """The part of a picture that is not transparent, and its left and top."""
    inked = picture.view(np.uint32)[..., 0]  # four channels at a time
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return picture[:0, :0], 0, 0
    top, left = int(rows[0]), int(columns[0])
    return np.ascontiguousarray(picture[top : rows[-1] + 1, left : columns[-1] + 1]), left, top


class SegmentEncoder(VideoSegmentEncoder):
    """Encode one play: tagged BT.709, written aside, renamed when whole."""

    def __init__(self, *, target: Path, spec: Any) -> None:
        self.final = target
        super().__init__(target=target.with_name(f".{target.name}.part"), spec=spec)
        context = self._stream.codec_context
        # PyAV's default cuts each frame into a slice a core: slower, and larger files.
        context.thread_type = "FRAME"
        # Half a second, as platforms ask for: the clip is uploaded as it is, and seeks at once.
        context.gop_size = max(round(spec.frame_rate / 2), 1)
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        if spec.pixel_format.startswith("yuv"):
            context.colorspace = Colorspace.ITU709
            context.color_range = ColorRange.MPEG

    def write_frame(self, frame: av.VideoFrame, *, repeat: int = 1) -> None:
        """Encode the frame `repeat` times in a row."""
        rate = self.spec.frame_rate
        try:
            for _ in range(repeat):
                frame.pts = self._next_pts
                frame.time_base = Fraction(rate.denominator, rate.numerator)
                self._next_pts += 1
                for packet in self._stream.encode(frame):
                    self._container.mux(packet)
        except BaseException as error:
            raise self._operation_error("encode", error) from error

    def finish(self) -> None:
        """Flush, close, and give the segment its name."""
        super().finish()
        self.target.replace(self.final)


def to_video_frame(pixels: Frame, pixel_format: str) -> av.VideoFrame:
    """Premultiplied RGBA pixels as a frame for the encoder, which keeps no reference to them."""
    height, width = pixels.shape[:2]
    if pixel_format == "yuv420p":
        frame = av.VideoFrame(width, height, pixel_format)
        planes = [
            np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
            for plane in frame.planes
        ]
        raster.yuv420(pixels, *planes)
    else:
        # Files hold straight alpha; premultiplied values would darken every edge. So would black
        # beside it, where the codec mixes neighbours.
        if not pixel_format.startswith("yuv"):
            return av.VideoFrame.from_ndarray(raster.straight(pixels), format="rgba")
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


class FrameWriter(SceneFileWriter):
    """A writer that copies a frame only once, into the encoder's planes."""

    def write_frame(self, pixels: Frame, *, repeat: int = 1) -> None:
        """Queue the pixels for the encoder, or save them; the caller may go on using them."""
        if self.output_spec.is_video:
            if self._current_encode_job is not None:
                frame = to_video_frame(pixels, self.video_encoder.pixel_format)
                super().write_frame(frame, repeat=repeat)
        else:
            super().write_frame(pixels, repeat=repeat)

    def output_image(self, image: Any) -> None:
        """Save one frame of a PNG sequence with straight alpha."""
        super().output_image(type(image).fromarray(raster.straight(np.asarray(image))))

    def save_image(self, pixels: Frame) -> None:
        """Save a still with straight alpha."""
        super().save_image(raster.straight(pixels))

    def combine_files(
        self, input_files: list[str], output_file: Path, create_gif: bool = False, *args: Any
    ) -> None:
        """Join segments aside and rename, so that a killed run leaves no broken clip."""
        output_file = Path(output_file)
        output_file.parent.mkdir(parents=True, exist_ok=True)
        with whole(output_file) as aside:
            if create_gif:
                super().combine_files(input_files, aside, create_gif, *args)
            else:
                join(input_files, aside, self.video_encoder.frame_rate)

    def _create_segment_encoder(self, target: Path) -> SegmentEncoder:
        return SegmentEncoder(target=target, spec=self.video_encoder)


class FrameRenderer(CairoRenderer):
    """The renderer of a clip: `observer(frames)` hears of every frame that is done."""

    def __init__(self, observer: Callable[[int], None] | None = None, **options: Any) -> None:
        super().__init__(file_writer_class=FrameWriter, camera_class=lambda: FrameCamera(**options))
        self.observer = observer

    def save_static_frame_data(self, scene: Scene, static_mobjects: Iterable[Mobject]) -> None:
        """Draw what lies below the first moving mobject, unless the play is skipped."""
        self.camera.hold(set())
        self.static_image = None
        if not self.skip_animations:
            # Each stands for itself: a part of a mobject that stands still may be moving.
            self.update_frame(scene, static_mobjects, include_submobjects=False)
            self.static_image = self.get_frame()
            family = set(scene.get_mobject_family_members())
            still = family - moved_by(scene.animations, scene.mobjects)
            self.camera.hold(still, self.camera.depths)
        elif self.observer is not None:
            self.observer(round(scene.duration * self.camera.frame_rate))

    def update_frame(
        self, scene: Scene, mobjects: Iterable[Mobject] | None = None, **options: Any
    ) -> None:
        """Draw the mobjects, all by default, over the play's static picture.

        The stock method takes an empty list for "all" and so draws translucent things twice.
        """
        options.pop("ignore_skipping", None)
        if self.static_image is None:
            self.camera.reset()
        else:
            self.camera.set_frame_to_background(self.static_image)
        self.camera.capture_mobjects(scene.mobjects if mobjects is None else mobjects, **options)

    def render(self, scene: Scene, time: float, moving_mobjects: Any = None) -> None:
        """Draw one frame and hand it on."""
        if self.skip_animations:
            return
        self.update_frame(scene, moving_mobjects)
        self.add_frame(self.camera.pixel_array)

    def freeze_current_frame(self, duration: float) -> None:
        """Repeat the current frame; durations are whole frames, to the nearest."""
        self.add_frame(self.camera.pixel_array, round(duration * self.camera.frame_rate))

    def add_frame(self, frame: Frame, num_frames: int = 1) -> None:
        """Write a frame `num_frames` times and tell the observer."""
        super().add_frame(frame, num_frames)
        if self.observer is not None and not self.skip_animations:
            self.observer(num_frames)
