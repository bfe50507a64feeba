"""The still frame on which a thought ends, as a picture."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from epochreel.deck.lecture import Shown
from epochreel.look.style import Style
from epochreel.notation.card import Card
from epochreel.publish.stills import pixels_at
from epochreel.publish.thoughts import Thought

__all__ = ["still_of"]


def still_of(slide: Shown, thought: Thought, size: tuple[int, int], style: Style) -> Image.Image:
    """Return what is on screen when a thought has been told, RGB, of so many pixels.

    Raises ClipError where the film cannot be read.
    """
    if isinstance(slide.shows, Card):
        return Image.open(BytesIO(slide.shows.png(style, size))).convert("RGB")
    # The middle of the frame, so that no rounding gives the one before.
    seconds = (thought.last + 0.5) / slide.shows.described["frame_rate"]
    return Image.fromarray(pixels_at(slide.shows.plays, seconds, size))
