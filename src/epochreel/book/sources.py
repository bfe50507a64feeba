"""What the texts of a clip are set from, noted while it is played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from manim import VMobject

from epochreel.look.style import THEMES, load
from epochreel.notation import maths, typesetting

INK = re.compile(r'#set text\(fill: rgb\("(#[0-9a-f]{6})"\)')  # of a preamble for Typst

__all__ = ["Source", "Sources", "noted"]


@dataclass(frozen=True)
class Source:
    """Typst markup, whether it is maths throughout, its colour and the theme of its symbols."""

    markup: str
    maths: bool
    ink: str
    theme: str


@dataclass
class Sources:
    """The source of every text by its first glyph."""

    by_glyph: dict[VMobject, Source] = field(default_factory=dict)

    def of(self, text: maths.Typeset) -> Source | None:
        """The source of a text; None of a copy."""
        return self.by_glyph.get(text.submobjects[0])


@contextmanager
def noted() -> Iterator[Sources]:
    """Note the sources of all texts that are set meanwhile.

    They are not kept with the texts: what a mobject holds is part of its cache key.
    """
    sources = Sources()

    def set_glyphs(source: str, preamble: str, body: str, font: str, cap: float) -> list[VMobject]:
        glyphs = typesetting.set_glyphs(source, preamble, body, font, cap)
        if ink := INK.search(preamble):
            theme = next(name for name in THEMES if load(name).palette["aqua"] in preamble)
            noted = Source(source, "math.equation" in body, ink[1], theme)
            sources.by_glyph.update(dict.fromkeys(glyphs, noted))
        return glyphs

    vars(maths)["set_glyphs"] = set_glyphs
    try:
        yield sources
    finally:
        vars(maths)["set_glyphs"] = typesetting.set_glyphs
