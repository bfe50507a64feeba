"""Motion: frames differ where training goes on, and no frame tears itself off from its neighbours.

Both rules compare the cells of neighbouring frames, so neither depends on the resolution.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from epochreel.checks.rules import Finding, spans
from epochreel.checks.texts import Shares, Text
from epochreel.media.video import Bytes, Picture, Video

__all__ = ["Jumps", "Stills"]

SEEN = 3
"""Levels by which a cell must differ for a frame to be another: compression alone does less."""
PLAIN = 24
"""Levels by which a cell differs where something plainly moves."""
SLOWED = 0.75
"""Share of their neighbours' change that the changes beside a frame that repeats reach."""
TURNED = 0.5
"""Share of a change to which the frames beside a pair that is alike may differ at a turn."""
STILL = 0.5
"""Seconds for which a picture may stand still while the epochs go on."""

TILE = 18
"""Cells: 1.8 degrees, about a glyph of a title."""
FLOOR = 20.0
"""Mean levels by which a tile must change for it to be seen as a jump."""
RATIO = 5.0
"""How many times as much as at any of the four changes around it."""


class Stills:
    """Watch for frames that repeat, where the epochs go on or where all around it moves.

    `texts` are where numbers count: one that stays for a frame does not make that frame a repeat.
    """

    def __init__(self, film: Video, texts: Sequence[Text] = ()) -> None:
        self.counters = [text for text in texts if text.slots]
        self.epochs: Sequence[float | None] = film.clip.get("epochs", ())
        self.frame = film.frame
        self.seen: deque[Bytes] = deque(maxlen=5)
        self.changes: deque[tuple[float, int]] = deque(maxlen=5)
        self.still: list[float] = []
        self.repeated: list[float] = []

    def see(self, frame: Picture) -> None:
        """Compare a frame with the one before."""
        self.seen.append(frame.cells)
        if len(self.seen) == 1:
            return
        change = difference(frame.cells, self.seen[-2])
        if change.max() < SEEN and self._planned(frame.index):
            self.still.append(frame.seconds)
        _leave_out(self.counters, change, frame.seconds)
        self.changes.append((frame.seconds, int(change.max())))
        if len(self.changes) == 5:
            seconds, middle = self.changes[2]
            first, earlier, _, later, last = (size for _, size in self.changes)
            # What swings back slows down first, or is soon where it was; what stutters is not.
            plain = min(earlier, later) >= max(PLAIN, SLOWED * (first + last) / 2)
            if middle < SEEN and plain and not self._turned(seconds, min(earlier, later)):
                self.repeated.append(seconds)

    def _turned(self, seconds: float, size: int) -> bool:
        """Whether what moved goes back between the two frames, as a swelling border does."""
        across = difference(self.seen[3], self.seen[0])
        _leave_out(self.counters, across, seconds)
        return bool(across.max() < TURNED * size)

    def _planned(self, index: int) -> bool:
        before, now = (
            self.epochs[i] if 0 <= i < len(self.epochs) else None for i in (index - 1, index)
        )
        return before is not None and now is not None and before != now

    def findings(self) -> list[Finding]:
        """Stretches that stand still, then frames that repeat."""
        found = []
        # A keyframe, every half a second, may correct what the frames before it made of a picture.
        for start, end in spans(self.still, 2.5 * self.frame):
            length = end - start + self.frame
            if length > STILL:
                sentence = (
                    f"The picture stands still for {length:.1f} s while the epochs go on: "
                    "follow the clock there, or stop it."
                )
                found.append(Finding("frozen", start, length, STILL, sentence))
        for start, end in spans(self.repeated, 1.0):
            count = sum(start <= seconds <= end for seconds in self.repeated)
            repeat = "1 frame repeats" if count == 1 else f"{count} frames repeat"
            sentence = (
                f"Amid motion {repeat} the one before (until {end:.1f} s): "
                "render the film anew, at the frame rate of the file."
            )
            found.append(Finding("repeated", start, count, 0, sentence))
        return found


class Jumps:
    """Watch each tile for a change far above those around it: something pops or leaps.

    A fade or a motion changes neighbouring frames alike. `texts` are where numbers count, which is
    to be seen as it is; cuts at the start and end of a caption are meant.
    """

    def __init__(self, film: Video, texts: Sequence[Text] = ()) -> None:
        columns, rows = film.cells
        self.grid = max(columns // TILE, 1), max(rows // TILE, 1)
        self.frame = film.frame
        self.counters = [text for text in texts if text.slots]
        self.cuts = [
            caption[end] for caption in film.clip.get("captions", ()) for end in ("start", "end")
        ]
        self.last: Bytes | None = None
        self.changes: deque[tuple[float, NDArray[np.float32]]] = deque(maxlen=5)
        self.jumps: list[tuple[float, float, float, float]] = []

    def see(self, frame: Picture) -> None:
        """Compare a frame with the one before, and that change with those around it."""
        cells = frame.cells
        if self.last is not None:
            change = difference(cells, self.last)
            _leave_out(self.counters, change, frame.seconds)
            self.changes.append((frame.seconds, _tiles(change, self.grid)))
        self.last = cells
        if len(self.changes) == 5:
            self._judge()

    def _judge(self) -> None:
        seconds, middle = self.changes[2]
        around = np.max([tiles for i, (_, tiles) in enumerate(self.changes) if i != 2], axis=0)
        if any(abs(seconds - cut) <= 1.5 * self.frame for cut in self.cuts):
            return
        jumped = (middle >= FLOOR) & (middle >= RATIO * around)
        if jumped.any():
            row, column = np.unravel_index(np.where(jumped, middle, 0).argmax(), middle.shape)
            place = (column + 0.5) / middle.shape[1], (row + 0.5) / middle.shape[0]
            self.jumps.append((seconds, float(middle[row, column]), *place))

    def findings(self) -> list[Finding]:
        """Every jump; those within half a second are one."""
        found = []
        for start, end in spans((jump[0] for jump in self.jumps), 0.5):
            within = [jump for jump in self.jumps if start <= jump[0] <= end]
            _, figure, right, down = max(within, key=lambda jump: jump[1])
            sentence = (
                f"Something jumps at {right:.0%} from the left and {down:.0%} from the top, by "
                f"{figure:.0f} levels from one frame to the next, over {RATIO:.0f} times as much "
                "as before and after: move or fade it."
            )
            found.append(Finding("jump", start, figure, FLOOR, sentence))
        return found


def difference(one: Bytes, other: Bytes) -> Bytes:
    """The largest difference of the channels of each cell, in levels (rows, columns)."""
    apart = np.maximum(one, other) - np.minimum(one, other)
    return np.asarray(np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2]))


def _leave_out(counters: Sequence[Text], change: Bytes, seconds: float) -> None:
    """Clear the places where numbers count at a time."""
    for counter in counters:
        if counter.slots and counter.seen_at(seconds):
            change[_within(counter.slots, change.shape)] = 0


def _within(box: Shares, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The rows and columns of a picture that a box covers, with a hundredth around."""
    low, high = np.array(box[:2]) - 0.01, np.array(box[2:]) + 0.01
    (left, top), (right, bottom) = (np.clip(edge, 0, 1) * shape[1::-1] for edge in (low, high))
    return slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1)


def _tiles(cells: Bytes, grid: tuple[int, int]) -> NDArray[np.float32]:
    """The mean of each tile of a grid of columns and rows."""
    columns, rows = grid
    height, width = cells.shape[0] // rows, cells.shape[1] // columns
    whole = cells[: rows * height, : columns * width].reshape(rows, height, columns, width)
    return np.asarray(whole.mean(axis=(1, 3), dtype=np.float32))
