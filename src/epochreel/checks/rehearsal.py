"""What stands where in a clip, found by playing it without drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from manim import Mobject

from epochreel.checks.marks import marks
from epochreel.checks.texts import Text, text_of
from epochreel.errors import ClipError
from epochreel.film import rendering
from epochreel.media.video import Video

__all__ = ["texts_of"]


def texts_of(film: Video) -> list[Text]:
    """Return every text, and the points of every layer, as they stand at the end of each play.

    Plays the scene that clip.json names, in the film's shape; empty where there is no clip.json.
    Raises ClipError where the scene is another than the one that was filmed.
    """
    clip = film.clip
    if not clip:
        return []
    found: list[Text] = []
    last: dict[int, Text] = {}
    variant = clip["aspect"], clip["theme"], clip["quality"], clip["cut"]
    with rendering.configured(clip["name"], *variant):
        plain = rendering.clip_class(clip["name"])

        def play(self, *animations, **options):  # type: ignore[no-untyped-def]
            # What is gone before the next play begins had faded in the last.
            here = _members(self.mobjects)
            found.extend(text for key, text in last.items() if key in here)
            before = len(self.cues.epochs)
            plain.play(self, *animations, **options)
            start, end = before * film.frame, len(self.cues.epochs) * film.frame
            last.clear()
            for key, text in _standing(self.mobjects).items():
                last[key] = replace(text, start=start, end=end)

        watched = type(plain.__name__, (plain,), {"play": play})
        scene = rendering.rehearse(watched, theme=clip["theme"], cut=clip["cut"])
        if len(scene.cues.epochs) != clip["frames"]:
            raise ClipError(
                f"{film.path} has {clip['frames']} frames and its scene {len(scene.cues.epochs)}; "
                "render the clip again."
            )
    return [*found, *last.values()]


def _standing(mobjects: Iterable[Mobject]) -> dict[int, Text]:
    """The texts and marks among these mobjects' families, by the mobject's identity."""
    members = _members(mobjects)
    texts = {key: text_of(member) or marks(member) for key, member in members.items()}
    return {key: text for key, text in texts.items() if text is not None}


def _members(mobjects: Iterable[Mobject]) -> dict[int, Mobject]:
    return {id(member): member for mobject in mobjects for member in mobject.get_family()}
