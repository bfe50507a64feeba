"""What the studio and its workers tell each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from epochreel.errors import ClipError, choices
from epochreel.film.scenes import scene_file
from epochreel.look.aspects import ASPECTS
from epochreel.look.style import THEMES

__all__ = ["Look", "Missing", "Played", "looks_of"]

ALL = "all"


@dataclass(frozen=True)
class Look:
    """A clip, by the file of its scene, in one of its shapes and themes."""

    scene: Path
    aspect: str
    theme: str
    quality: str

    @property
    def name(self) -> str:
        """What the page calls it."""
        return f"{self.aspect} {self.theme}"


def looks_of(name: str | Path, aspects: str, themes: str, quality: str) -> list[Look]:
    """The looks of a clip that two lists with commas name, or "all".

    The clip is not imported, for it may be broken. Raises ClipError for an unknown clip, aspect
    ratio or theme.
    """
    scene = scene_file(name).resolve()
    shapes, looks = _listed("aspect", aspects, [*ASPECTS]), _listed("theme", themes, [*THEMES])
    return [Look(scene, aspect, theme, quality) for theme in looks for aspect in shapes]


def _listed(what: str, text: str, known: list[str]) -> list[str]:
    names = known if text == ALL else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise ClipError(f"There is no {what} {name!r}; {choices(name, [ALL, *known])}")
    return names


@dataclass(frozen=True)
class Missing:
    """A run that a clip films and that is not recorded to its end: its name, and what trains it."""

    name: str
    trainer: str
    values: dict[str, Any] = field(compare=False)


@dataclass(frozen=True)
class Played:
    """What a clip shows when, and where its files lie."""

    told: dict[str, Any]
    folders: set[Path]
