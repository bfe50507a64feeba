"""A picture out of a clip: the marks that stand in a rectangle of its frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from epochreel.look.style import Style
from epochreel.marks.box import Box
from epochreel.marks.kinds import Bytes, Drawn, Heat, Mark, Mesh

__all__ = ["DOTS", "MARGIN", "Figure", "picture", "still"]

MARGIN = 0.1
"""Around a figure, in centimetres, as wide as a Manim unit in print."""

DOTS = 300 / 2.54
"""Pixels of a picture in a centimetre."""


@dataclass(frozen=True)
class Figure:
    """What is drawn, in that order, in a rectangle of the frame, and the style it is drawn in."""

    box: Box
    style: Style
    marks: tuple[Drawn, ...] = field(repr=False)

    @property
    def data(self) -> list[Mark]:
        """The marks that are no decoration."""
        return [mark for mark in self.marks if isinstance(mark, Mark) and mark.name]

    def numbered(self) -> Figure:
        """The same, a number behind each name that is not the only one of its kind."""
        names = [mark.name for mark in self.data]
        seen: dict[str, int] = {}
        marks: list[Drawn] = []
        for mark in self.marks:
            if isinstance(mark, Mark) and mark.name and names.count(mark.name) > 1:
                seen[mark.name] = seen.get(mark.name, 0) + 1
                mark = replace(mark, name=f"{mark.name}-{seen[mark.name]}")
            marks.append(mark)
        return replace(self, marks=tuple(marks))


def still(mark: Heat | Mesh, table: str, theme: str) -> str:
    """The file of a mark's picture beside the file of its table; maps look alike in all themes."""
    alike = isinstance(mark, Heat) and mark.smooth
    return f"{table.removesuffix('.dat')}{'' if alike else f'-{theme}'}.png"


def picture(mark: Heat | Mesh) -> Bytes:
    """The picture of a mark in print."""
    # The edges of a surface, and of cells, are sharp, as lines are.
    smooth = isinstance(mark, Heat) and mark.smooth
    return mark.picture(DOTS if smooth else 2 * DOTS)
