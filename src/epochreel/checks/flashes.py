"""No flashes: WCAG 2.2, success criterion 2.3.1, "three flashes or below threshold".

A flash is a pair of opposing changes of relative luminance by a tenth of the brightest possible,
the darker below .80; or one to or from a saturated red. A fine, balanced pattern, of squares below
a tenth of a degree, is no flash: so flashes are told in places of a fifth of a degree, over which
such a pattern is even. A clip fails where more than three in one second cover more than a quarter
of any field of 10 degrees concurrently, that is brighten or darken within one phase of such a
flash; a field is 341 × 256 pixels where the clip fills a screen of 1024 × 768.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from epochreel.checks.rules import Finding, spans
from epochreel.media.video import CELL, Picture, Video

__all__ = ["Flashes", "field_share"]

Floats = NDArray[np.float32]

CHANGES = 7
"""Changes of one cell within a second that are more than three flashes: six are three pairs."""
PHASE = 1 / 6
"""Seconds, half a period of three flashes a second, in which places that flash as one change."""
AREA = 0.25
FIELD = 341 / CELL, 256 / CELL  # cells
LUMINANCE, DARKER = 0.1, 0.8
SATURATED, CHROMATICITY = 0.8, 0.2
DIM = 0.01
"""Below this luminance a colour cannot be told from black, which counts as white does."""

ENCODED = np.arange(256) / 255
LINEAR = np.where(ENCODED <= 0.04045, ENCODED / 12.92, ((ENCODED + 0.055) / 1.055) ** 2.4)
LINEAR = LINEAR.astype(np.float32)
TO_XYZ = np.array(  # IEC 61966-2-1
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32
)
WHITE = np.array([0.1978, 0.4683], np.float32)  # D65 in CIE 1976 u′v′


class Flashes:
    """Watch each place, two by two cells, and every field for how much of it flashes."""

    def __init__(self, film: Video) -> None:
        columns, rows = film.cells
        self.grace = film.frame / 2
        self.field = min(FIELD[0] / columns, 1), min(FIELD[1] / rows, 1)
        self.kinds: dict[str, tuple[_Luminance | _Red, str]] = {
            "flash": (_Luminance(rows // 2, columns // 2), "its luminance by a tenth or more"),
            "red flash": (_Red(rows // 2, columns // 2), "to or from a saturated red"),
        }
        self.worst: dict[str, list[tuple[float, float]]] = {kind: [] for kind in self.kinds}

    def see(self, frame: Picture) -> None:
        """Note the times at which more than three flashes a second cover too much."""
        light = _places(LINEAR[frame.cells])
        for kind, (changes, _) in self.kinds.items():
            changes.see(light, frame.seconds)
            # Half a frame of grace: three flashes a second exactly are allowed.
            flashing = frame.seconds - changes.times[0] < 1 - self.grace
            flashing &= frame.seconds - changes.times[-1] < PHASE
            if flashing.any():
                together = (flashing & (changes.direction == sign) for sign in (1, -1))
                share = max(field_share(places, self.field) for places in together)
                self.worst[kind].append((frame.seconds, share))

    def findings(self) -> list[Finding]:
        """Every stretch of flashes, with the share of the field at its worst."""
        found = []
        for kind, (_, what) in self.kinds.items():
            over = [(seconds, share) for seconds, share in self.worst[kind] if share > AREA]
            for start, end in spans((seconds for seconds, _ in over), 1.0):
                share = max(share for seconds, share in over if start <= seconds <= end)
                sentence = (
                    f"More than three times a second, {share:.0%} of a field of 10° changes {what} "
                    f"(until {end:.1f} s); no more than {AREA:.0%} of it may: slow it down or "
                    "average it."
                )
                found.append(Finding(kind, max(start - 1, 0), share, AREA, sentence))
        return found

    @property
    def largest(self) -> float:
        """The largest share of a field that ever flashed more than three times a second."""
        shares = [share for worst in self.worst.values() for _, share in worst]
        return max(shares, default=0.0)


def _places(light: Floats) -> Floats:
    """The mean light of every two by two cells."""
    rows, columns = light.shape[0] // 2, light.shape[1] // 2
    pairs = light[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, 3)
    return np.asarray(pairs.mean(axis=(1, 3), dtype=np.float32))


class _Changes:
    """When each cell last made its opposing changes: `times` (7, rows, columns), oldest first."""

    def __init__(self, rows: int, columns: int) -> None:
        self.times = np.full((CHANGES, rows, columns), -np.inf, np.float32)
        self.direction = np.zeros((rows, columns), np.int8)
        self.started = False

    def note(self, rising: NDArray[np.bool_], falling: NDArray[np.bool_], seconds: float) -> None:
        """Note which cells changed at a time."""
        changed = rising | falling
        self.times[:-1, changed] = self.times[1:, changed]
        self.times[-1, changed] = seconds
        self.direction[rising] = 1
        self.direction[falling] = -1


class _Luminance(_Changes):
    """Opposing changes of relative luminance, from extreme to extreme."""

    low: Floats
    high: Floats

    def see(self, light: Floats, seconds: float) -> None:
        """Follow each cell's luminance from its last extreme on."""
        luminance = light @ TO_XYZ[1]
        if not self.started:
            self.low, self.high, self.started = luminance.copy(), luminance.copy(), True
            return
        np.minimum(self.low, luminance, out=self.low)
        np.maximum(self.high, luminance, out=self.high)
        up = (self.direction <= 0) & (luminance - self.low >= LUMINANCE) & (self.low < DARKER)
        down = (self.direction >= 0) & (self.high - luminance >= LUMINANCE) & (luminance < DARKER)
        self.note(up, down, seconds)
        turned = up | down
        self.low[turned] = self.high[turned] = luminance[turned]


class _Red(_Changes):
    """Changes into a saturated red and out of it, by more than .2 in CIE 1976 u′v′."""

    extreme: Floats

    def see(self, light: Floats, seconds: float) -> None:
        """Follow each cell's chromaticity from where it was reddest or least red."""
        total = light.sum(axis=-1)
        bright = light @ TO_XYZ[1] > DIM
        red = bright & (light[..., 0] >= SATURATED * total)
        if not self.started:
            self.direction[:] = np.where(red, 1, -1)
            self.extreme, self.started = _chromaticity(light, bright), True
            return
        if not red.any() and not (self.direction > 0).any():
            return  # nothing is red and nothing was: wherever it goes from here is not red
        colour = _chromaticity(light, bright)
        far = np.hypot(*np.moveaxis(colour - self.extreme, -1, 0)) > CHROMATICITY
        up, down = (self.direction < 0) & red & far, (self.direction > 0) & ~red & far
        self.note(up, down, seconds)
        farther = (colour[..., 0] - self.extreme[..., 0]) * self.direction > 0
        moved = up | down | farther
        self.extreme[moved] = colour[moved]


def _chromaticity(light: Floats, bright: NDArray[np.bool_]) -> Floats:
    """CIE 1976 u′v′ of linear RGB; what is black has that of white."""
    x, y, z = np.moveaxis(light @ TO_XYZ.T, -1, 0)
    scale = np.maximum(x + 15 * y + 3 * z, 1e-6)
    colour = np.stack([4 * x / scale, 9 * y / scale], axis=-1)
    return np.where(bright[..., None], colour, WHITE)


def field_share(marked: NDArray[np.bool_], field: tuple[float, float]) -> float:
    """The largest share of marked cells in any field, whose width and height are shares of all."""
    rows, columns = marked.shape
    width, height = max(round(field[0] * columns), 1), max(round(field[1] * rows), 1)
    sums = np.zeros((rows + 1, columns + 1), np.int64)
    sums[1:, 1:] = marked.cumsum(axis=0).cumsum(axis=1)
    inside = (
        sums[height:, width:]
        - sums[:-height, width:]
        - sums[height:, :-width]
        + sums[:-height, :-width]
    )
    return float(inside.max() / (width * height))
