"""A lecture as a person writes it down: a TOML file of title cards and of clips."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct, ValidationError, convert

from epochreel.errors import DeckError, choices
from epochreel.files import toml
from epochreel.look.style import THEMES
from epochreel.panels.compositions import ASPECTS

__all__ = ["Deck", "Slide", "read"]

Words = Annotated[str, Meta(min_length=1)]


class Slide(Struct, frozen=True):
    """A title card, with a text under it; or a clip, or the beats of it that are named.

    The title of a clip's slide replaces the clip's own as the name of a chapter. `notes` are for
    the presenter's window.
    """

    title: Words | None = None
    text: Words | None = None
    clip: Words | None = None
    beats: Annotated[tuple[Words, ...], Meta(min_length=1)] | None = None
    notes: str = ""


class Deck(Struct, frozen=True):
    """A lecture, which opens on a card of its title; its clips are shown in one shape and theme."""

    title: Words
    slide: Annotated[tuple[Slide, ...], Meta(min_length=1)]
    text: Words | None = None
    notes: str = ""
    aspect: str = "16:9"
    theme: str = "dark"

    @property
    def slides(self) -> tuple[Slide, ...]:
        """All that is shown: the opening card, and the slides, which are counted from 1."""
        return (Slide(title=self.title, text=self.text, notes=self.notes), *self.slide)


def read(path: Path) -> Deck:
    """Read a deck; raises DeckError for what is none, with the place and the remedy."""
    try:
        tables = toml(path)
    except OSError as error:
        raise DeckError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise DeckError(f"{path} is not valid TOML ({error}); mend it.") from error
    _require_known(tables, Deck.__struct_fields__, str(path))
    slides = tables.get("slide", [])
    for number, slide in enumerate(slides if isinstance(slides, list) else [], 1):
        if isinstance(slide, dict):
            _require_known(slide, Slide.__struct_fields__, f"Slide {number} of {path}")
    try:
        deck = convert(tables, Deck)
    except ValidationError as error:
        raise DeckError(f"{path} is no deck ({error}); mend it.") from error
    _require_known([deck.aspect], ASPECTS, str(path), "aspect")
    _require_known([deck.theme], THEMES, str(path), "theme")
    for number, slide in enumerate(deck.slide, 1):
        if fault := _contradiction(slide):
            raise DeckError(f"Slide {number} of {path} {fault}.")
    return deck


def _require_known(
    names: Iterable[Any], known: Iterable[str], where: str, what: str = "key"
) -> None:
    for name in names:
        if name not in (every := list(known)):
            raise DeckError(f"{where} has an unknown {what} {name!r}; {choices(name, every)}")


def _contradiction(slide: Slide) -> str:
    """Say what a slide has beside what, or lacks."""
    if slide.clip is None:
        if slide.title is None:
            return "has neither a title nor a clip; give it one"
        return "has beats, and no clip that they are of; name it" if slide.beats else ""
    return "has a text and a clip; give the text a slide of its own" if slide.text else ""
