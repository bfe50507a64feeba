"""Legible texts and marks: large enough on a phone, and set off from what they stand on.

The size is that of the capitals as the scene sets them, in the pixels of a phone; the contrast is
what decoded frames show where the scene says that texts and points stand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from epochreel.checks.flashes import LINEAR, TO_XYZ
from epochreel.checks.rules import Finding
from epochreel.checks.texts import OPAQUE, Glyph, Text
from epochreel.look.style import rgba
from epochreel.media.video import Picture, Video

__all__ = ["PHONE", "Contrast", "small_texts"]

PHONE = 360
"""CSS pixels across a phone that is held upright."""
SMALLEST = 0.022
"""Cap height as a share of the shorter side: 7.9 CSS pixels where that is the phone's width."""
RATIO, MUTED = 4.5, 3.0
"""Least contrast of texts (WCAG 2.2, 1.4.3); of marks (1.4.11), of the texts among them, and of
texts that are de-emphasised on purpose: in the stylesheet's `muted`, or translucent."""
AROUND = 0.12
"""Caps from a glyph to where its ground is looked for: a halo is as wide as that."""
ALIKE, TRACE = 64, 0.02
"""Levels within which a pixel has a glyph's colour, and the share of such that tells of it."""
CAP, POINT = 20, 6
"""Pixels of a cap, and of a point's width, that show the colour of the thinnest strokes."""


def small_texts(film: Video, texts: Sequence[Text]) -> list[Finding]:
    """The text with the smallest capitals, where they are below what a phone can show."""
    texts = [text for text in texts if not (text.points or text.detail)]
    if not texts:
        return []
    pixels = PHONE / film.width * min(film.width, film.height)
    small = min(texts, key=lambda text: text.cap)
    figure, limit = small.cap * pixels, SMALLEST * pixels
    if figure > 0.99 * limit:
        return []
    sentence = (
        f"A text at {place(small)} has capitals of {figure:.1f} pixels on a phone {PHONE} wide; "
        f"{limit:.1f} are needed: set it larger."
    )
    return [Finding("small text", small.end, figure, limit, sentence)]


class Contrast:
    """Measure the contrast of texts in the last frame of each play, as it is decoded.

    In a video so small that strokes are thinner than a pixel, they are not measured.
    """

    def __init__(self, film: Video, texts: Sequence[Text]) -> None:
        side = min(film.width, film.height)
        self.muted = tuple(rgba(film.style.chrome.muted)[:3].tolist())
        self.due: dict[int, list[Text]] = {}
        for text in texts:
            if text.cap * side < (POINT if text.points else CAP):
                continue
            self.due.setdefault(round(text.end / film.frame) - 1, []).append(text)
        self.found: list[Finding] = []

    def see(self, frame: Picture) -> None:
        """Measure the texts that stand still in this frame."""
        for text in self.due.pop(frame.index, ()):
            if (ratio := contrast_of(text, frame.pixels)) is None:
                continue
            limit = MUTED if self._quiet(text) else RATIO
            if ratio < limit:
                what = "layer of points" if text.points else "text"
                sentence = (
                    f"The {what} at {place(text)} has a contrast of {ratio:.1f}:1 to what is "
                    f"behind it; {limit:.1f}:1 is needed: change its colour, or clear the ground."
                )
                self.found.append(Finding("contrast", frame.seconds, ratio, limit, sentence))

    def _quiet(self, text: Text) -> bool:
        muted = all(glyph.colour == self.muted for glyph in text.glyphs)
        return text.points or text.detail or text.opacity < OPAQUE or muted

    def findings(self) -> list[Finding]:
        """Each text once, when it is worst."""
        worst: dict[str, Finding] = {}
        for finding in self.found:
            where = finding.sentence.partition(" has ")[0]
            if where not in worst or finding.figure < worst[where].figure:
                worst[where] = finding
        return sorted(worst.values(), key=lambda finding: finding.seconds)


def contrast_of(text: Text, pixels: NDArray[np.uint8]) -> float | None:
    """The contrast, 1 to 21, that three in four glyphs of a text reach on their local ground.

    None where nothing has the text's colours: something else hides it.
    """
    height, width = pixels.shape[:2]
    pad = max(AROUND * text.cap * min(width, height), 1)
    ratios = []
    for glyph in text.glyphs:
        left, top, right, bottom = np.multiply(glyph.box, [width, height, width, height])
        rows = slice(max(int(top - pad), 0), max(int(np.ceil(bottom + pad)), 0))
        columns = slice(max(int(left - pad), 0), max(int(np.ceil(right + pad)), 0))
        around = pixels[rows, columns]
        apart = np.abs(around.astype(float) - text.opacity * np.array(glyph.colour)).max(axis=-1)
        if around.size and np.mean(apart < ALIKE) > TRACE:
            ratios.append(_glyph_contrast(glyph, around))
    return float(np.quantile(ratios, 0.25, method="higher")) if ratios else None


def _glyph_contrast(glyph: Glyph, pixels: NDArray[np.uint8]) -> float:
    """The contrast of a glyph in a picture of it and of what is around it."""
    around = LINEAR[pixels] @ TO_XYZ[1]
    ink = float(LINEAR[list(glyph.colour)] @ TO_XYZ[1])
    # What counts is what can be seen, not what was painted: a tenth of the box at least is the
    # ground or a halo, a twentieth is ink.
    dark, light = (0.1, 0.95) if ink > np.median(around) else (0.05, 0.9)
    darker, lighter = np.quantile(around, [dark, light])
    return float((lighter + 0.05) / (darker + 0.05))


def place(text: Text) -> str:
    """Where a text stands, for a person."""
    left, top, _, _ = text.box
    return f"{left:.0%} from the left and {top:.0%} from the top"
