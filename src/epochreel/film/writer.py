"""Manim's writer of files, for segments: frames become planes once, and files are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from manim.scene.scene_file_writer import SceneFileWriter
from numpy.typing import NDArray
from PIL import Image

from epochreel import raster
from epochreel.files import whole
from epochreel.film.damage import Damage
from epochreel.film.encoding import Planes, SegmentEncoder, is_sound, join, to_video_frame

__all__ = ["FrameWriter", "segment_name"]

Frame = NDArray[np.uint8]


def segment_name(key: str | None, stretch: range) -> str:
    """The name of the segment of a stretch of the play that has this key."""
    return f"{key}_{stretch.start:05}"


class FrameWriter(SceneFileWriter):
    """A writer that converts of a frame, into the encoder's planes, only what was drawn again.

    `damage` is what was since the last frame; all of it, where nobody says.
    """

    damage: Damage | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.planes = Planes()

    def write_frame(self, pixels: Frame, *, repeat: int = 1) -> None:
        """Queue the pixels for the encoder, or save them; the caller may go on using them."""
        if self.output_spec.is_video:
            if self._current_encode_job is not None:
                kind = self.video_encoder.pixel_format
                frame = to_video_frame(pixels, kind, self.planes, self.damage)
                super().write_frame(frame, repeat=repeat)
        else:
            super().write_frame(pixels, repeat=repeat)

    def output_image(self, image: Any) -> None:
        """Save one frame of a PNG sequence with straight alpha."""
        super().output_image(Image.fromarray(raster.straight(np.asarray(image))))

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

    @staticmethod
    def _concat_manifest_bytes(input_files: list[str]) -> bytes:
        """Manim's list of segments, of folders of any name in any locale."""
        lines = (f"file 'file:{file}'\n" for file in input_files)
        return "".join(lines).encode("utf-8", "surrogateescape")

    def is_drawn(self, key: str, frames: int | None) -> bool:
        """Whether there is a sound segment of a play, of so many frames where that is known."""
        # Manim's own answer, which looks at the name alone, waits for one that is being written.
        return self.is_already_cached(key) and is_sound(self.output_plan.segment_path(key), frames)

    def _create_segment_encoder(self, target: Path) -> SegmentEncoder:
        return SegmentEncoder(target=target, spec=self.video_encoder, planes=self.planes)
