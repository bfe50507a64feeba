"""Where the texts of a clip stand and how large they are, found by playing it without drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from manim import Mobject, config
from numpy.typing import NDArray

from epochreel import rendering
from epochreel.errors import ClipError
from epochreel.maths import Counter, Typeset
from epochreel.publish.film import Film
from epochreel.style import rgba

__all__ = ["Glyph", "Text", "texts_of"]

OPAQUE = 0.98
"""Below this opacity a text is de-emphasised, or still fading."""


@dataclass(frozen=True)
class Glyph:
    """A glyph's box (left, top, right, bottom) in shares of the frame, and its colour."""

    box: tuple[float, float, float, float]
    colour: tuple[int, int, int]


@dataclass(frozen=True)
class Text:
    """A text as it stands at the end of a play.

    `start` and `end` are the seconds of the play, `cap` is the height of its capitals as a share
    of the frame's shorter side, `counts` whether it is a number that changes by itself.
    """

    start: float
    end: float
    cap: float
    glyphs: tuple[Glyph, ...]
    counts: bool = False
    opacity: float = 1.0

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the whole in shares of the frame."""
        left, top, right, bottom = zip(*(glyph.box for glyph in self.glyphs), strict=True)
        return min(left), min(top), max(right), max(bottom)

    def seen_at(self, seconds: float) -> bool:
        """Whether it stands there at a time."""
        return self.start <= seconds <= self.end

    def within(self, shape: tuple[int, ...], room: float = 0.01) -> tuple[slice, slice]:
        """The rows and columns of a picture of a shape that it covers, with some room around."""
        rows, columns = shape[:2]
        left, top, right, bottom = self.box
        return (
            slice(max(int((top - room) * rows), 0), int((bottom + room) * rows) + 1),
            slice(max(int((left - room) * columns), 0), int((right + room) * columns) + 1),
        )


def texts_of(film: Film) -> list[Text]:
    """Return every text that stands still at the end of a play, by play.

    Plays the scene that clip.json names, in the film's shape; empty where there is no clip.json.
    Raises ClipError where the scene has changed since it was filmed.
    """
    clip = film.clip
    if not clip:
        return []
    with rendering.configured(
        clip["name"], clip["aspect"], clip["theme"], clip["quality"], clip.get("cut", "full")
    ):
        plain = rendering.clip_class(clip["name"])
        found: list[Text] = []

        def play(self, *animations, **options):  # type: ignore[no-untyped-def]
            before = len(self.cues.epochs)
            plain.play(self, *animations, **options)
            start, end = before * film.frame, len(self.cues.epochs) * film.frame
            found.extend(replace(text, start=start, end=end) for text in _texts(self.mobjects))

        watched = type(plain.__name__, (plain,), {"play": play})
        scene = rendering.rehearse(watched, theme=clip["theme"], cut=clip.get("cut", "full"))
        if len(scene.cues.epochs) != clip["frames"]:
            raise ClipError(
                f"{film.path} has {clip['frames']} frames and its scene {len(scene.cues.epochs)}; "
                "render the clip again."
            )
    return found


def _texts(mobjects: Iterable[Mobject]) -> list[Text]:
    """Formulas, words and counters among these mobjects' families that are to be seen."""
    found: dict[int, Text] = {}

    def collect(mobject: Mobject) -> None:
        text = None
        if isinstance(mobject, Typeset):
            text = _typeset(mobject)
        elif isinstance(mobject, Counter) and mobject.opacity > 0:
            glyph = Glyph(_box(mobject.points), _rgb(mobject.colour))
            text = Text(0, 0, _cap(mobject), (glyph,), True, mobject.opacity)
        if text is not None:
            found[id(mobject)] = text
        if not isinstance(mobject, Typeset):
            for part in mobject.submobjects:
                collect(part)

    for mobject in mobjects:
        collect(mobject)
    return list(found.values())


def _typeset(typeset: Typeset) -> Text | None:
    seen = [glyph for glyph in typeset.submobjects if glyph.get_fill_opacity() > 0]
    if not seen:
        return None
    glyphs = tuple(
        Glyph(_box(glyph.points), _rgb(rgba(glyph.get_fill_color().to_hex().lower())))
        for glyph in seen
    )
    opacity = max(float(glyph.get_fill_opacity()) for glyph in seen)
    return Text(0, 0, _cap(typeset), glyphs, opacity=opacity)


def _cap(text: Typeset | Counter) -> float:
    return float(text.cap / min(config.frame_width, config.frame_height))


def _rgb(colour: NDArray[np.uint8]) -> tuple[int, int, int]:
    red, green, blue = colour[:3].tolist()
    return red, green, blue


def _box(points: NDArray[np.float64]) -> tuple[float, float, float, float]:
    shares = points[:, :2] / [config.frame_width, -config.frame_height] + 0.5
    (left, top), (right, bottom) = shares.min(axis=0), shares.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
