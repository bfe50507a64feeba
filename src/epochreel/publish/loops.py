"""Loops that play wherever a picture is shown: GIF and animated WebP, small and clean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import ffmpeg
import imageio.v3 as imageio
import numpy as np
from numpy.typing import NDArray

from epochreel.look.style import Style, rgba
from epochreel.media.ffmpeg import Observer, published, run
from epochreel.media.probe import Probe, probe
from epochreel.publish.targets import Row

__all__ = ["STEPS", "Step", "loop"]

SCALING = "bicubic+accurate_rnd+full_chroma_int"

NEAR = 12
"""A colour no further than this from one of the stylesheet's, in levels, is that one in noise."""


@dataclass(frozen=True)
class Step:
    """How much of a row's size and frame rate is kept, and libwebp's quality from 0 to 100."""

    size: float
    rate: float
    quality: int

    @property
    def weight(self) -> float:
        """About how large the file is beside one of full size, rate and quality."""
        return float(self.size**1.5 * self.rate**0.8 * (self.quality / 90) ** 0.6)


STEPS = (
    Step(1, 1, 90),
    Step(1, 1, 75),
    Step(1, 4 / 5, 70),
    Step(5 / 6, 4 / 5, 65),
    Step(3 / 4, 1 / 2, 65),
    Step(2 / 3, 1 / 2, 60),
    Step(1 / 2, 1 / 2, 60),
    Step(1 / 2, 2 / 5, 50),
    Step(3 / 8, 2 / 5, 50),
)
"""From the best on: slower before smaller, since motion in a lecture is slow and text is small."""


def loop(
    source: Path, target: Path, row: Row, style: Style, *, observer: Observer | None = None
) -> None:
    """Write a clip as a GIF or WebP that repeats for ever, as good as the row's `largest` lets it.

    The last step is kept even where it is too large: its row will say so.
    Raises PublishError where ffmpeg fails or the disk is full.
    """
    found = probe(source)
    with published(target) as aside:
        # Decoding and scaling the clip is most of the work, and the same for every step.
        frames, colours = aside.with_name("frames"), aside.with_name("colours")
        encode = partial(run, target=target, seconds=found.duration, observer=observer)
        encode(_scaled(found, frames, row))
        if row.codec == "gif":
            _write_palette(frames, colours, encode, style)
        place = 0
        while True:
            step = STEPS[place]
            picture = _stepped(frames, row, step)
            graph = _gif(picture, colours) if row.codec == "gif" else _webp(picture, step)
            encode(ffmpeg.output(graph[0], str(aside), loop=0, **graph[1]))
            size = aside.stat().st_size
            if size <= row.largest * 1e6 or place == len(STEPS) - 1:
                return
            # On to a step that may fit, since each costs a whole encoding; weights are rough.
            fitting = 2 * step.weight * row.largest * 1e6 / size
            later = range(place + 1, len(STEPS))
            place = next((i for i in later if STEPS[i].weight <= fitting), len(STEPS) - 1)


def _scaled(found: Probe, frames: Path, row: Row) -> Any:
    """The clip in the size and rate of its row, lossless; YUV becomes BT.601, as WebP has it."""
    video = ffmpeg.input(str(found.path)).video.filter("fps", row.frame_rate)
    matrices = {"in_color_matrix": "bt709", "out_color_matrix": "bt601"}
    video = video.filter("scale", row.width, row.height, flags=SCALING, **matrices)
    video = video.filter("format", "gbrp" if row.codec == "gif" else row.pixel_format)
    return ffmpeg.output(video, str(frames), f="matroska", **{"c:v": "ffv1", "threads": 2})


def _stepped(frames: Path, row: Row, step: Step) -> Any:
    """These frames in the size and rate of a step."""
    width, height = (2 * round(length * step.size / 2) for length in (row.width, row.height))
    video = ffmpeg.input(str(frames)).video.filter("fps", row.frame_rate * step.rate)
    return video.filter("scale", width, height, flags=SCALING)


def _webp(video: Any, step: Step) -> tuple[Any, dict[str, Any]]:
    options = {"quality": step.quality, "compression_level": 4}
    return video, {"f": "webp", "c:v": "libwebp_anim", **options}


def _gif(video: Any, colours: Path) -> tuple[Any, dict[str, Any]]:
    """Without dithering: on flat colours it is noise, which moves, and is most of the file."""
    both = [video.filter("format", "rgb24"), ffmpeg.input(str(colours), f="png_pipe")]
    mapped = ffmpeg.filter(both, "paletteuse", dither="none", diff_mode="rectangle")
    return mapped, {"f": "gif"}


def _write_palette(
    frames: Path, colours: Path, encode: Callable[[Any], None], style: Style
) -> None:
    """Write the palette of a clip as a picture of 16 × 16 pixels."""
    seen = ffmpeg.input(str(frames)).video.filter("format", "rgb24")
    seen = seen.filter("palettegen", reserve_transparent=0, stats_mode="full")
    encode(ffmpeg.output(seen, str(colours), f="image2", update=1, vframes=1, **{"c:v": "png"}))
    found = imageio.imread(colours, extension=".png")[..., :3].reshape(-1, 3)
    picture = palette(found, style).reshape(16, 16, 3)
    colours.write_bytes(imageio.imwrite("<bytes>", picture, extension=".png"))


def palette(seen: NDArray[np.uint8], style: Style) -> NDArray[np.uint8]:
    """Return 256 colours (256, 3): the stylesheet's, and of those seen in the clip, the others.

    A colour beside one of the stylesheet's is that one as an encoder blurred it, and is left out;
    so flat areas have exactly the stylesheet's colours.
    """
    named = [*vars(style.chrome).values(), *style.palette.values()]
    named += [*style.class_marks, *style.class_fills]
    own = np.array([rgba(colour)[:3] for colour in dict.fromkeys(named)])
    gaps = np.abs(seen[:, None].astype(int) - own[None]).max(axis=2).min(axis=1)
    colours = np.concatenate([own, np.unique(seen[gaps > NEAR], axis=0)])[:256]
    rest = np.repeat(colours[:1], 256 - len(colours), axis=0)
    return np.concatenate([colours, rest]).astype(np.uint8)
