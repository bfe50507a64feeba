"""Small videos made frame by frame, and what a decoder makes of files."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from manim._config.video_encoder import VideoEncoderSpec
from PIL import ImageColor

from epochreel.film.encoding import SegmentEncoder, to_video_frame
from epochreel.look.style import load

STYLE = load("dark")


def rgb(colour):
    return np.array(ImageColor.getrgb(STYLE.palette[colour]))


def frame(place, width=256, height=144, colour="green"):
    """A square of 40 pixels in a colour of the stylesheet, further to the right in each frame."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = 255
    left = 8 + 4 * place % (width - 56)
    pixels[40:80, left : left + 40, :3] = rgb(colour)
    return pixels


def film(path: Path, *, frames=40, rate=20, picture=frame, **options) -> Path:
    """A clip as the renderer writes it, the index at the end, BT.709."""
    height, width = picture(0).shape[:2]
    spec = VideoEncoderSpec(
        "mp4", "libx264", "yuv420p", width, height, Fraction(rate), (("crf", "4"),)
    )
    encoder = SegmentEncoder(target=path, spec=spec)
    for place in range(frames):
        encoder.write_frame(to_video_frame(picture(place), "yuv420p"))
    encoder.finish()
    return path


def noise(place, width=256, height=144):
    """A frame that no codec makes small."""
    pixels = np.random.default_rng(place).integers(0, 256, (height, width, 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


def with_sound(source: Path, target: Path) -> Path:
    """The same video beside a second of silence."""
    with av.open(str(source)) as video, av.open(str(target), "w") as output:
        stream = output.add_stream_from_template(video.streams.video[0])
        sound = output.add_stream("aac", rate=48000, layout="mono")
        for packet in video.demux(video.streams.video[0]):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
        for start in range(0, 48000, 1024):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            silence.sample_rate, silence.pts = 48000, start
            output.mux(sound.encode(silence))
        output.mux(sound.encode(None))
    return target


def pictures(path: Path) -> np.ndarray:
    """The frames of a video, (N, H, W, 3), by BT.709."""
    with av.open(str(path)) as container:
        return np.array(
            [
                shown.to_ndarray(format="rgb24", src_colorspace="itu709")
                for shown in container.decode(video=0)
            ]
        )


def rgba_pictures(path: Path) -> np.ndarray:
    """The frames of a video with alpha, (N, H, W, 4), straight; a WebM by libvpx, which sees it."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if path.suffix == ".webm":
            decoder = av.CodecContext.create("libvpx-vp9", "r")
            decoder.extradata = stream.codec_context.extradata
            decoder.width, decoder.height = stream.width, stream.height
            shown = [f for packet in container.demux(stream) for f in decoder.decode(packet)]
        else:
            shown = list(container.decode(stream))
        return np.array(
            [f.reformat(format="rgba", src_colorspace="itu709").to_ndarray() for f in shown]
        )
