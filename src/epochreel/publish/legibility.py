"""Legible texts: large enough on a phone, and set off from what they stand on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from epochreel.publish.film import Film, Finding, Frame
from epochreel.publish.flashes import LINEAR, TO_XYZ
from epochreel.publish.texts import OPAQUE, Glyph, Text
from epochreel.style import rgba

__all__ = ["PHONE", "Contrast", "small_texts"]

PHONE = 360
"""CSS pixels across a phone that is held upright."""
SMALLEST = 0.022
"""Cap height as a share of the shorter side: 7.9 CSS pixels where that is the phone's width."""
RATIO, MUTED = 4.5, 3.0
"""Least contrast (WCAG 2.2, 1.4.3): of texts, and of those that are de-emphasised on purpose."""
AROUND = 0.35
"""Caps around a glyph in which its ground is looked for."""


def small_texts(film: Film, texts: Sequence[Text]) -> list[Finding]:
    """The text with the smallest capitals, where they are below what a phone can show."""
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
    """Measure the contrast of texts in the last frame of each play, as it is decoded."""

    def __init__(self, film: Film, texts: Sequence[Text]) -> None:
        self.muted = tuple(rgba(film.style.chrome.muted)[:3].tolist())
        self.due: dict[int, list[Text]] = {}
        for text in texts:
            self.due.setdefault(round(text.end / film.frame) - 1, []).append(text)
        self.found: list[Finding] = []

    def see(self, frame: Frame) -> None:
        """Measure the texts that stand still in this frame."""
        for text in self.due.pop(frame.index, ()):
            ratio = contrast_of(text, frame.pixels)
            quiet = text.opacity < OPAQUE or all(g.colour == self.muted for g in text.glyphs)
            limit = MUTED if quiet else RATIO
            if ratio < limit:
                sentence = (
                    f"The text at {place(text)} has a contrast of {ratio:.1f}:1 to what it stands "
                    f"on; {limit:.1f}:1 is needed: choose a lighter colour, or clear the ground."
                )
                self.found.append(Finding("contrast", frame.seconds, ratio, limit, sentence))

    def findings(self) -> list[Finding]:
        """Each text once, when it is worst."""
        worst: dict[str, Finding] = {}
        for finding in self.found:
            where = finding.sentence.partition(" has ")[0]
            if where not in worst or finding.figure < worst[where].figure:
                worst[where] = finding
        return sorted(worst.values(), key=lambda finding: finding.seconds)


def contrast_of(text: Text, pixels: NDArray[np.uint8]) -> float:
    """The contrast, 1 to 21, that four in five glyphs of a text reach on their local ground."""
    height, width = pixels.shape[:2]
    pad = AROUND * text.cap * min(width, height)
    ratios = [_glyph_contrast(glyph, pixels, pad) for glyph in text.glyphs]
    return float(np.quantile(ratios, 0.2, method="lower"))


def _glyph_contrast(glyph: Glyph, pixels: NDArray[np.uint8], pad: float) -> float:
    height, width = pixels.shape[:2]
    left, top, right, bottom = np.multiply(glyph.box, [width, height, width, height])
    rows = slice(max(int(top - pad), 0), int(np.ceil(bottom + pad)))
    columns = slice(max(int(left - pad), 0), int(np.ceil(right + pad)))
    around = LINEAR[pixels[rows, columns]] @ TO_XYZ[1]
    if not around.size:
        return 1.0
    rim = np.concatenate([around[0], around[-1], around[:, 0], around[:, -1]])
    ground = float(np.median(rim))
    ink = float(LINEAR[list(glyph.colour)] @ TO_XYZ[1])
    # A stroke thinner than a pixel shows its colour nowhere: what counts is what can be seen.
    shown = float(np.quantile(around, 0.97 if ink > ground else 0.03))
    darker, lighter = sorted((ground, shown))
    return (lighter + 0.05) / (darker + 0.05)


def place(text: Text) -> str:
    """Where a text stands, for a person."""
    left, top, _, _ = text.box
    return f"{left:.0%} from the left and {top:.0%} from the top"
