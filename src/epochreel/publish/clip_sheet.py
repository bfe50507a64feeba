"""The contact sheet of a clip that need not have been rendered: its shapes side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from epochreel.crew.crew import Crew
from epochreel.errors import ClipError
from epochreel.film import rendering
from epochreel.film.moments import Moments
from epochreel.film.shots import Shot, shots, variants
from epochreel.look.style import load, rgba
from epochreel.marks.box import Box
from epochreel.media.mosaic import Mosaic, time_code, write
from epochreel.publish.sheet import FRAMES, check

__all__ = ["write_clip_sheet"]

Picture = NDArray[np.uint8]


def write_clip_sheet(
    name: str | Path,
    output: str | Path,
    *,
    at: Sequence[str] = (),
    every: float | None = None,
    frames: int | None = None,
    columns: int | None = None,
    aspects: str = "all",
    themes: str = "dark",
    quality: str = "medium",
    cut: str = "full",
    areas: bool = False,
    crew: Crew | None = None,
) -> Path:
    """Write the contact sheet of a clip as a PNG and return its path.

    Its moments are those named by `at` (see `Moments`), one `every` so many seconds, or so many
    `frames` evenly from the first to the last (24 if nothing is given). Under a frame stand its
    time code and the number of its play. `areas` draws the slots of the layout and their names. A
    `crew` draws the shapes side by side.
    Raises ClipError for values out of range, what is unknown, and a file that cannot be written.
    """
    check(every, frames)
    if at and (every is not None or frames is not None):
        raise ClipError("A sheet shows the moments of --at or those of --every or --frames.")
    if not (folder := Path(output).absolute().parent).is_dir():
        raise ClipError(f"There is no folder {folder} for the sheet; make it or name another.")

    wanted = variants(name, aspects, themes)
    shapes = [rendering.size(variant.aspect, quality) for variant in wanted]
    mosaic: Mosaic | None = None
    chosen = Moments(tuple(at), every, frames or FRAMES)
    for shot in shots(name, wanted, chosen, quality=quality, cut=cut, crew=crew):
        mosaic = mosaic or Mosaic(shapes, shot.count, columns)
        place = wanted.index(shot.variant)
        words = f"{time_code(shot.seconds)} play {shot.play}"
        mosaic.place(shot.number, place, _picture(shot, mosaic.sizes[place], areas), words)
    assert mosaic is not None
    return write(mosaic.pixels, output)


def _picture(shot: Shot, size: tuple[int, int], areas: bool) -> Picture:
    """The frame as large as its tile, with the slots over it where they are asked for."""
    tile = Image.fromarray(shot.pixels).resize(size, Image.Resampling.LANCZOS)
    if areas:
        ink = rgba(load(shot.variant.theme).palette["yellow"])
        _outline(tile, shot.slots, ink)
    return np.asarray(tile)


def _outline(tile: Image.Image, boxes: Mapping[str, Box], ink: Picture) -> None:
    """Draw boxes, in shares of the tile, and their names."""
    colour = tuple(ink[:3].tolist())
    size = max(9, min(tile.size) // 24)
    font = ImageFont.load_default(size)
    draw = ImageDraw.Draw(tile)
    taken: set[tuple[int, int]] = set()
    for name, box in boxes.items():
        left, right = (round(x * tile.width) for x in (box.left, box.right))
        top, bottom = (round((1 - y) * tile.height) for y in (box.top, box.bottom))
        draw.rectangle((left, top, right - 1, bottom - 1), outline=colour)
        while (left, top) in taken:  # slots that take turns share a corner
            top += size
        taken.add((left, top))
        draw.text((left + 3, top + 1), name, fill=colour, font=font)
