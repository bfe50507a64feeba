"""Where things stand: a tree of rows and columns, solved into named boxes.

    tree = row(column("aside", slot("caption", length=1.2)), slot("hero", ratio=1), gap=0.4)
    boxes(tree, box)["hero"]  # the largest square at the right

Lengths are Manim units along the row or column in which a part stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from epochreel.marks.box import Box

__all__ = ["GAP", "Part", "boxes", "centred", "column", "names", "row", "scaled", "slot", "tiles"]

GAP = 0.4


@dataclass(frozen=True)
class Part:
    """A slot, or a group of parts in a `direction`: "row", "column", or "" for a slot.

    It is `length` long, or as long as its `ratio` of width to height makes it, or it takes its
    `share` of what the others of its group leave. A part of a given ratio leaves the others at
    least `least` each.
    """

    name: str = ""
    direction: str = ""
    parts: tuple[Part, ...] = ()
    gap: float = GAP
    share: float = 1.0
    length: float | None = None
    ratio: float | None = None
    least: float = 0.0


def slot(
    name: str,
    *,
    share: float = 1.0,
    length: float | None = None,
    ratio: float | None = None,
    least: float = 0.0,
) -> Part:
    """A named place for one thing."""
    return Part(name, share=share, length=length, ratio=ratio, least=least)


def row(
    *parts: Part | str,
    gap: float = GAP,
    name: str = "",
    share: float = 1.0,
    length: float | None = None,
    least: float = 0.0,
) -> Part:
    """Parts from left to right, `gap` apart; a name alone is a slot. The group may have a name."""
    return _group("row", parts, gap, name, share, length, least)


def column(
    *parts: Part | str,
    gap: float = GAP,
    name: str = "",
    share: float = 1.0,
    length: float | None = None,
    least: float = 0.0,
) -> Part:
    """Parts from top to bottom, otherwise as in a `row`."""
    return _group("column", parts, gap, name, share, length, least)


def centred(*parts: Part, gap: float = GAP, length: float | None = None) -> Part:
    """A row of parts that have lengths, in the middle; what is left over is "rest"."""
    inside = sum(part.length or 0.0 for part in parts) + gap * (len(parts) - 1)
    return row("rest", row(*parts, gap=gap, length=inside), "rest", gap=0, length=length)


def tiles(names: list[str], columns: int, *, gap: float = GAP / 2, name: str = "") -> Part:
    """Slots of one size in so many columns, row by row; what is left of the last row is "rest"."""
    rows = []
    for start in range(0, len(names), columns):
        inside = [slot(each) for each in names[start : start + columns]]
        inside += [slot("rest")] * (columns - len(inside))
        rows.append(row(*inside, gap=gap))
    return column(*rows, gap=gap, name=name)


def boxes(part: Part, box: Box) -> dict[str, Box]:
    """Solve a tree that fills a box: the box of every name, around all the parts that have it."""
    found = {part.name: box} if part.name else {}
    for inner, place in zip(part.parts, _places(part, box), strict=True):
        for name, each in boxes(inner, place).items():
            found[name] = found[name].around(each) if name in found else each
    return found


def names(part: Part) -> Iterator[str]:
    """The names of a tree's parts, groups before what is in them."""
    if part.name:
        yield part.name
    for inner in part.parts:
        yield from names(inner)


def scaled(part: Part, factors: Mapping[str, float]) -> Part:
    """The same tree with the shares or lengths of the named parts multiplied."""
    factor = factors.get(part.name, 1.0)
    return replace(
        part,
        parts=tuple(scaled(inner, factors) for inner in part.parts),
        share=factor * part.share,
        length=None if part.length is None else factor * part.length,
    )


def _group(
    direction: str,
    parts: tuple[Part | str, ...],
    gap: float,
    name: str,
    share: float,
    length: float | None,
    least: float,
) -> Part:
    inside = tuple(slot(part) if isinstance(part, str) else part for part in parts)
    return Part(name, direction, inside, gap, share, length, least=least)


def _places(part: Part, box: Box) -> Iterator[Box]:
    """The boxes of a group's parts."""
    across = part.direction == "row"
    whole, cross = (box.width, box.height) if across else (box.height, box.width)
    lengths = _lengths(part, whole - part.gap * max(len(part.parts) - 1, 0), cross)
    start = 0.0
    for length in lengths:
        if across:
            yield Box(box.left + start, box.bottom, box.left + start + length, box.top)
        else:
            yield Box(box.left, box.top - start - length, box.right, box.top - start)
        start += length + part.gap


def _lengths(part: Part, whole: float, cross: float) -> list[float]:
    """How long the parts of a group are of which gaps leave so much."""
    fixed = [inner.length for inner in part.parts]
    left = whole - sum(length for length in fixed if length is not None)
    flexible = [inner for inner in part.parts if inner.length is None and inner.ratio is None]
    least = sum(inner.least for inner in flexible)
    for index, inner in enumerate(part.parts):
        if inner.length is None and inner.ratio is not None:
            natural = cross * (inner.ratio if part.direction == "row" else 1 / inner.ratio)
            fixed[index] = min(natural, max(left - least, 0.0))
            left -= fixed[index] or 0.0
    shares = sum(inner.share for inner in flexible)
    return [
        max(left, 0.0) * inner.share / shares if length is None else length
        for inner, length in zip(part.parts, fixed, strict=True)
    ]
