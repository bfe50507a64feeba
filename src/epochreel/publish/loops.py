"""Loops that play wherever a picture is shown: GIF and animated WebP, small and clean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg
import imageio.v3 as imageio
import numpy as np
from numpy.typing import NDArray

from epochreel.publish.ffmpeg import Observer, run, whole
from epochreel.publish.probe import Probe, probe
from epochreel.publish.targets import Row
from epochreel.style import Style, rgba

__all__ = ["STEPS", "Step", "loop"]

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
    with whole(target) as aside:
        place = 0
        while True:
            step = STEPS[place]
            if row.codec == "gif":
                _gif(found, aside, target, row, step, style, observer)
            else:
                run(
                    _webp(found, aside, row, step),
                    target,
                    seconds=found.duration,
                    observer=observer,
                )
            size = aside.stat().st_size
            if size <= row.largest * 1e6 or place == len(STEPS) - 1:
                return
            # On to a step that may fit, since each costs a whole encoding; weights are rough.
            fitting = 2 * step.weight * row.largest * 1e6 / size
            later = range(place + 1, len(STEPS))
            place = next((i for i in later if STEPS[i].weight <= fitting), len(STEPS) - 1)


def _frames(found: Probe, row: Row, step: Step) -> Any:
    """The clip in the size and rate of a step; what stays YUV becomes BT.601, as WebP has it."""
    width, height = (2 * round(length * step.size / 2) for length in (row.width, row.height))
    video = ffmpeg.input(str(found.path)).video.filter("fps", row.frame_rate * step.rate)
    scaling = "bicubic+accurate_rnd+full_chroma_int"
    matrices = {"in_color_matrix": "bt709", "out_color_matrix": "bt601"}
    return video.filter("scale", width, height, flags=scaling, **matrices)


def _webp(found: Probe, output: Path, row: Row, step: Step) -> Any:
    options = {"quality": step.quality, "compression_level": 4, "loop": 0}
    video = _frames(found, row, step).filter("format", row.pixel_format)
    return ffmpeg.output(video, str(output), f="webp", **{"c:v": "libwebp_anim"}, **options)


def _gif(
    found: Probe,
    aside: Path,
    target: Path,
    row: Row,
    step: Step,
    style: Style,
    observer: Observer | None,
) -> None:
    """Without dithering: on flat colours it is noise, which moves, and is most of the file."""
    picture = aside.with_name(f"{aside.name}-palette.png")
    try:
        seen = _frames(found, row, step).filter("format", "rgb24")
        seen = seen.filter("palettegen", reserve_transparent=0, stats_mode="full")
        graph = ffmpeg.output(seen, str(picture), f="image2", update=1, vframes=1)
        run(graph, target, seconds=found.duration)
        found_colours = imageio.imread(picture)[..., :3].reshape(-1, 3)
        imageio.imwrite(picture, palette(found_colours, style).reshape(16, 16, 3))
        video = _frames(found, row, step).filter("format", "rgb24")
        colours = ffmpeg.input(str(picture))
        mapped = ffmpeg.filter([video, colours], "paletteuse", dither="none", diff_mode="rectangle")
        graph = ffmpeg.output(mapped, str(aside), f="gif", loop=0)
        run(graph, target, seconds=found.duration, observer=observer)
    finally:
        picture.unlink(missing_ok=True)


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
