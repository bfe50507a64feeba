"""What stands where in a clip, found by playing it without drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from manim import Mobject, config
from numpy.typing import NDArray

from epochreel.checks.marks import points_of
from epochreel.checks.texts import OPAQUE, Text, text_of
from epochreel.errors import ClipError
from epochreel.film import clip_json, rendering
from epochreel.layers import Canvas
from epochreel.layers.drawn import drawing_order, drawn_by
from epochreel.marks.kinds import Discs, Words
from epochreel.media.video import Video

__all__ = ["texts_of"]

Key: TypeAlias = tuple[int, int]


def texts_of(film: Video) -> list[Text]:
    """Return every text, and the points of every layer, as they stand at the end of each play.

    Plays the scene that clip.json names, in the film's shape; empty where there is no clip.json.
    Raises ClipError where the scene is another than the one that was filmed.
    """
    clip = film.clip
    if not clip:
        return []
    found: list[Text] = []
    last: dict[Key, Text] = {}
    variant = clip["aspect"], clip["theme"], clip["quality"], clip["cut"]
    with rendering.configured(clip["name"], *variant):
        plain = rendering.clip_class(clip["name"])
        pixels = np.zeros((config.pixel_height, config.pixel_width, 4), np.uint8)

        def play(self, *animations, **options):  # type: ignore[no-untyped-def]
            # What is gone before the next play begins had faded in the last.
            here = {id(member) for mobject in self.mobjects for member in mobject.get_family()}
            found.extend(text for (key, _), text in last.items() if key in here)
            before = len(self.cues.epochs)
            plain.play(self, *animations, **options)
            start, end = before * film.frame, len(self.cues.epochs) * film.frame
            last.clear()
            for key, text in _standing(self.mobjects, pixels).items():
                last[key] = replace(text, start=start, end=end)

        watched = type(plain.__name__, (plain,), {"play": play, "__module__": plain.__module__})
        scene = rendering.rehearse(watched, theme=clip["theme"], cut=clip["cut"], keyed=True)
        if len(scene.cues.epochs) != clip["frames"]:
            raise ClipError(
                f"{film.path} has {clip['frames']} frames and its scene {len(scene.cues.epochs)}; "
                "render the clip again."
            )
        # A film of another run than the trainer's, or a transparent one, does not say.
        if clip.get("drawn_from", now := clip_json.drawn_from(scene)) != now:
            raise ClipError(
                f"{film.path} is out of date: its scene would draw it otherwise now; render it "
                f"again with `epochreel render {clip['name']} --aspect {clip['aspect']} --theme "
                f"{clip['theme']} --quality {clip['quality']} --cut {clip['cut']}`."
            )
    return [*found, *last.values()]


def _standing(mobjects: Iterable[Mobject], pixels: NDArray[np.uint8]) -> dict[Key, Text]:
    """The texts and points that mobjects draw, by the mobject's identity and their place in it."""
    canvas = Canvas(pixels, config.frame_width, config.frame_height)
    found: dict[Key, Text] = {}
    for member in drawing_order(mobjects):
        for index, mark in enumerate(drawn_by(member, canvas) or ()):
            text = None
            if isinstance(mark, Words):
                # One that fades makes room for the next, and the box of one that is turned is
                # mostly ground, which would be taken for its ink.
                if not mark.detail or (mark.opacity >= OPAQUE and not mark.turn):
                    text = text_of(mark)
            elif isinstance(mark, Discs):
                text = points_of(mark)
            if text is not None and text.glyphs:
                found[id(member), index] = text
    return found
