"""Named compositions, which stand well in every shape of the frame: a scene fills their slots.

Each has the slots "caption" and "title", and "stage" for all of the frame but the caption, where
something may stand alone. A slot's share is overridden by a word: `hero(caption=1.2)` makes the
caption's slot a fifth larger in every shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from epochreel.errors import ClipError, choices
from epochreel.look.aspects import ASPECTS
from epochreel.marks.box import Box
from epochreel.panels.layout import GAP, Part, boxes, column, names, row, scaled, slot, tiles

__all__ = ["ASPECTS", "Composition", "diagram", "hero", "multiples", "pair"]

CAPTION = {"16:9": 1.1, "1:1": 0.8, "4:5": 0.85, "9:16": 0.95}
"""Heights of the caption: two lines, in 16:9 three."""

Trees: TypeAlias = Mapping[str, Part]


@dataclass(frozen=True)
class Composition:
    """A tree of slots for each shape of the frame, by the names of `ASPECTS`."""

    trees: Trees

    def slots(self, aspect: str, box: Box) -> dict[str, Box]:
        """The boxes of the slots that fill a box, by their names."""
        found = boxes(self.trees[aspect], box)
        caption, aside = found["caption"], found.get("aside", found["caption"])
        if aspect == "9:16":
            found["stage"] = Box(box.left, box.bottom, box.right, caption.bottom - GAP)
            found["title"] = aside
        else:
            found["stage"] = Box(box.left, caption.top + GAP, box.right, box.top)
            # Before the first caption its room is the title's as well.
            found["title"] = Box(
                min(aside.left, caption.left), caption.bottom, aside.right, aside.top
            )
        return found

    def with_shares(self, factors: Mapping[str, float]) -> Composition:
        """The same with some slots so many times as large; ClipError for one that there is not."""
        known = {name for tree in self.trees.values() for name in names(tree)}
        for name, factor in factors.items():
            if name.replace("_", " ") not in known:
                raise ClipError(
                    f"The composition has no slot {name!r}; {choices(name, sorted(known))}"
                )
            if not factor > 0:
                raise ClipError(f"The slot {name!r} cannot be {factor:g} times as large.")
        wanted = {name.replace("_", " "): factor for name, factor in factors.items()}
        return Composition({aspect: scaled(tree, wanted) for aspect, tree in self.trees.items()})


def hero(
    *,
    inset: bool = False,
    bar: bool = False,
    under: bool = False,
    second: bool = False,
    beside: bool = False,
    **shares: float,
) -> Composition:
    """One large panel, "hero", with its "readings" in "aside", and a caption.

    With `bar` a colour bar's slot, "hero bar", stands beside the hero; with `under` a slot of that
    name below it; with `second` a smaller figure's slot of that name, in 16:9 in the aside, else
    below the hero, or `beside` the readings; with `inset` a small square, "inset", leads the aside,
    "epoch" beside it.
    """  # fmt: skip

    def main(height: float, below: bool) -> Part:
        panel = row("hero", slot("hero bar", length=0.85), gap=0.15) if bar else slot("hero")
        parts = [panel, *([slot("under", length=height)] if under else [])]
        parts += [slot("second", length=height)] if second and below else []
        return column(*parts, gap=0.3) if parts[1:] else panel

    def aside(length: float | None) -> Part:
        if length is not None:
            parts = [*([slot("inset", length=min(length, 1.6))] if inset else []), slot("readings")]
            parts = [*([slot("second")] if second and beside else []), *parts]
            return row(*parts, name="aside", length=length)
        top = [row(slot("inset", ratio=1), "epoch", length=2.6)] if inset else []
        foot = [slot("second")] if second else []
        return column(*top, "readings", *foot, name="aside")

    wide = row(
        column(aside(None), _caption("16:9"), length=4.55),
        main(1.5, below=False),
        gap=0.45,
    )
    trees = {"16:9": wide}
    for aspect, height, below in (("1:1", 1.3, 1.0), ("4:5", 1.6, 1.2), ("9:16", 2.1, 1.4)):
        inner = column(main(below, below=not beside), aside(height), gap=0.3)
        trees[aspect] = _captioned(inner, aspect)
    return Composition(trees).with_shares(shares)


def pair(*, bar: bool = False, feet: bool = False, **shares: float) -> Composition:
    """Two panels to compare, "left" and "right", with "left head" and "right head" above them.

    With `feet` a slot "left foot" and "right foot" stands below each; in tall frames head and foot
    stand beside their panel. "legend" and "epoch" are
    shared; with `bar` a colour bar's slot, "bar", stands between the legend and them.
    """

    def side(name: str, stacked: bool = False) -> Part:
        if feet and stacked:  # beside each panel is room that above and below it is not
            head = slot(f"{name} head", length=0.8)
            return row(name, column(head, slot(f"{name} foot"), length=2.2), gap=0.3)
        head, foot = slot(f"{name} head", length=0.4), slot(f"{name} foot", length=1.0)
        return column(head, name, *([foot] if feet else []), gap=0.15)

    shared: list[Part] = [slot("legend"), *([slot("bar", share=1.6)] if bar else []), slot("epoch")]
    both = row(side("left"), side("right"))
    wide = column(
        both,
        row(
            slot("caption", share=2.4),
            row(*shared, name="aside", share=2.6),
            length=CAPTION["16:9"],
        ),
        gap=0.3,
    )
    trees = {"16:9": wide}
    square = column(both, row(*shared, name="aside", length=0.7), gap=0.25)
    trees["1:1"] = _captioned(square, "1:1")
    for aspect in ("4:5", "9:16"):
        stacked = column(
            side("left", True), side("right", True), row(*shared, name="aside", length=0.8), gap=0.3
        )
        trees[aspect] = _captioned(stacked, aspect)
    return Composition(trees).with_shares(shares)


def multiples(count: int, **shares: float) -> Composition:
    """Small panels of one kind, "1" to `count`, an "aside" for what they share, and a caption.

    What the last row leaves over is "rest"; "all" is where they stand together.
    """
    if count < 2:
        raise ClipError(f"Multiples are 2 or more panels, not {count}.")
    panels = [str(number + 1) for number in range(count)]

    def columns(width: float, height: float) -> int:
        def side(across: int) -> float:
            down = -(-count // across)
            return min(width / across, height / down)

        return max(range(1, count + 1), key=lambda across: (side(across), -across))

    wide = column(
        row(slot("aside", length=2.6), tiles(panels, columns(9.8, 5.8), name="all"), gap=0.45),
        _caption("16:9"),
        gap=0.25,
    )
    trees = {"16:9": wide}
    for aspect, width, height, length in (
        ("1:1", 7.2, 4.7, 1.4),
        ("4:5", 7.2, 6.0, 1.9),
        ("9:16", 7.2, 5.6, 2.8),
    ):
        grid = tiles(panels, columns(width, height), name="all")
        inner = column(grid, slot("aside", length=length), gap=0.3)
        trees[aspect] = _captioned(inner, aspect)
    return Composition(trees).with_shares(shares)


def diagram(**shares: float) -> Composition:
    """A "net" beside its "values", and a caption; in tall frames the net stands above them."""
    beside = row("net", "values", name="stage", gap=0.6)
    above = column("net", slot("values", share=1.4))
    trees = {
        aspect: _captioned(beside if aspect == "16:9" else above, aspect) for aspect in ASPECTS
    }
    return Composition(trees).with_shares(shares)


def _caption(aspect: str) -> Part:
    return slot("caption", length=CAPTION[aspect])


def _captioned(stage: Part, aspect: str) -> Part:
    """A stage and its caption; in 9:16 above it, for a platform's words cover what is low."""
    parts = [_caption(aspect), stage] if aspect == "9:16" else [stage, _caption(aspect)]
    return column(*parts, gap=0.25)
