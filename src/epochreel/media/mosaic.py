"""Pictures side by side on one sheet, row by row, each with words under it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from epochreel.errors import ClipError, writing
from epochreel.files import whole

__all__ = ["GAP", "WIDTH", "Mosaic", "time_code", "write"]

WIDTH = 2000
"""The widest a sheet of one shape gets, in pixels; twice that where several stand side by side."""
SHAPE = 1.4
"""The width over the height that the number of columns aims at."""
GAP = 8
COLUMNS = 50
"""The most columns that leave a time code legible."""
PAPER, INK = (48, 48, 48), (235, 235, 235)

Picture = NDArray[np.uint8]


class Mosaic:
    """A sheet for `count` moments, each shown in all of these `shapes`, (width, height) in pixels.

    The shapes of a moment stand side by side at one height, the moments row by row in `columns`
    (chosen so that the sheet is a little wider than high). Nothing is enlarged. `sizes` are the
    width and height of the tiles of a moment.
    Raises ClipError for columns out of range.
    """

    def __init__(
        self, shapes: Sequence[tuple[int, int]], count: int, columns: int | None = None
    ) -> None:
        if columns is not None and not 1 <= columns <= COLUMNS:
            bound = "at least 1" if columns < 1 else f"at most {COLUMNS}"
            raise ClipError(f"The columns of a sheet must be {bound}, not {columns}.")
        ratios = np.array([width / height for width, height in shapes])
        if columns is None:
            columns = max(1, round(sqrt(SHAPE * count / ratios.sum())))
        self.columns = min(columns, count, COLUMNS)
        widest = WIDTH if len(shapes) == 1 else 2 * WIDTH
        # What belongs together stands closer.
        gaps = GAP if len(shapes) == 1 else GAP * (len(shapes) + 3)
        room = (widest - GAP) // self.columns - gaps
        width = min(room, round(min(height for _, height in shapes) * ratios.sum()))
        height = max(1, round(width / ratios.sum()))
        self.sizes = [(max(1, round(width * share)), height) for share in ratios / ratios.sum()]
        widths = [width for width, _ in self.sizes]
        # The longest words have room under the narrowest tile.
        self._size = max(12, min(max(widths) // 18, min(widths) // 8))
        self._label = round(1.5 * self._size)
        self._step = sum(widths) + gaps, height + self._label + GAP
        across, down = self._step
        rows = ceil(count / self.columns)
        self._sheet = Image.new("RGB", (GAP + self.columns * across, GAP + rows * down), PAPER)

    def place(self, moment: int, shape: int, picture: Picture, words: str) -> None:
        """Put the picture (height, width, 3) of a moment in a shape in its place, with its words.

        A picture of another size is scaled to that of its tile.
        """
        width, height = self.sizes[shape]
        before = sum(width + GAP for width, _ in self.sizes[:shape])
        left = GAP + moment % self.columns * self._step[0] + before
        top = GAP + moment // self.columns * self._step[1]
        tile = Image.fromarray(picture)
        if tile.size != (width, height):
            tile = tile.resize((width, height), Image.Resampling.LANCZOS)
        self._sheet.paste(tile, (left, top))
        ImageDraw.Draw(self._sheet).text(
            (left, top + height + self._label / 2),
            words,
            fill=INK,
            font=ImageFont.load_default(self._size),
            anchor="lm",
        )

    @property
    def pixels(self) -> Picture:
        """The sheet, (height, width, 3) uint8."""
        return np.asarray(self._sheet)


def write(sheet: Picture, output: str | Path) -> Path:
    """Write a sheet as a PNG and return its path; raises ClipError where that cannot be."""
    output = Path(output)
    with writing(output, ClipError), whole(output) as aside:
        Image.fromarray(sheet).save(aside, format="PNG")
    return output


def time_code(seconds: float) -> str:
    """Return m:ss.t, rounded to the tenth."""
    minutes, tenths = divmod(round(seconds * 10), 600)
    return f"{minutes}:{tenths // 10:02}.{tenths % 10}"
