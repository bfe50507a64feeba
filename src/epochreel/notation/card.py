"""Title cards: a line or two in the middle of an empty frame, set by Typst in the house's style."""

from __future__ import annotations

from dataclasses import dataclass

from epochreel.errors import ClipError
from epochreel.look import formats
from epochreel.look.style import Style
from epochreel.notation.maths import BALANCED
from epochreel.notation.plain import plain
from epochreel.notation.typesetting import set_pages

__all__ = ["Card"]

RULES = """
#set page(width: width, height: height, margin: 0pt, fill: ground)
#set text(font: font, hyphenate: false)
#set par(leading: 0.7em)
#set align(center + horizon)
"""
# A size is that of capitals, whatever the font has around them.
SIZED = """
#let sized(cap, body) = context {
  let letter = text(size: 96pt, top-edge: "cap-height", bottom-edge: "baseline")[H]
  set text(size: 96pt * (cap / measure(letter).height))
  context balanced(0.8 * width, body)
}
"""

ALONE = 1.4
"""How much larger its words are than a clip's, which share their frame."""


@dataclass(frozen=True)
class Card:
    """A title, and a text under it, if any; both written as captions are: words and $maths$."""

    title: str
    text: str = ""

    @property
    def plain(self) -> str:
        """What it says, in plain Unicode."""
        return ". ".join(plain(words) for words in (self.title, self.text) if words)

    @property
    def below(self) -> str:
        """What its text says, in plain Unicode."""
        return plain(self.text)

    def svg(self, style: Style, size: tuple[int, int]) -> bytes:
        """Draw it as SVG; `size` are width and height in pixels. ClipError as for `png`."""
        return self._page(style, size, "svg")

    def png(self, style: Style, size: tuple[int, int]) -> bytes:
        """Draw it as PNG of so many pixels in width and height.

        Raises ClipError where Typst cannot set it, or it does not fit.
        """
        return self._page(style, size, "png")

    def _page(self, style: Style, size: tuple[int, int], form: str) -> bytes:
        chrome, side = style.chrome, ALONE * min(size)
        values = {
            "width": f"{size[0]}pt",
            "height": f"{size[1]}pt",
            "ground": f'rgb("{chrome.background}")',
            "font": formats.quoted(style.font.text),
        }
        body = f"#sized({style.type.headline * side}pt)[{self.title}]"
        if self.text:
            muted = f'#set text(fill: rgb("{chrome.muted}"))'
            body += f"#v({style.type.headline * side}pt)\n{muted}\n"
            body += f"#sized({style.type.caption * side}pt)[{self.text}]"
        lets = "".join(f"#let {name} = {value}\n" for name, value in values.items())
        document = lets + RULES + formats.typst(style, ink=chrome.title) + BALANCED + SIZED + body
        pages = set_pages(self.title, document, format=form, ppi=72)
        if len(pages) > 1:
            raise ClipError(f"The card {self.title!r} is more than a frame holds; say it in less.")
        return pages[0]
