"""Typst's notation for maths, read once into a small tree, for all that cannot typeset.

`typst.query` gives a tree too, but one without faces (bold, calligraphic) and names of signs, and
none at all for what is no valid Typst, as descriptions may be.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

__all__ = ["Attached", "Call", "Group", "Node", "Sign", "code", "equations", "read"]

CALLS = {
    *("abs", "norm", "sqrt", "frac", "hat", "caron", "check", "tilde"),
    *("bold", "italic", "upright", "cal", "bb", "op", "text"),
}
TOKEN = re.compile(
    r'"(?P<string>[^"]*)"|\\(?P<escaped>.)|(?P<number>\d+(?:\.\d+)?)|(?P<space>\s+)'
    r"|(?P<name>[^\W\d_]{2,}(?:\.[a-z]+)*|->|<=|>=|!=)|(?P<sign>.)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Sign:
    """A word or sign; `kind` is string, escaped, number, space, name or sign."""

    kind: str
    text: str


@dataclass(frozen=True)
class Group:
    """What stands in parentheses, of which the second may be missing."""

    inside: tuple[Node, ...]
    closed: bool


@dataclass(frozen=True)
class Call:
    """A function, a face or an accent, its arguments, and the `source` between its brackets."""

    name: str
    arguments: tuple[tuple[Node, ...], ...]
    source: str


@dataclass(frozen=True)
class Attached:
    """What exponents `^`, indices `_` and primes `'` hang on: marks, what they hold, its source."""

    base: Node
    marks: tuple[tuple[str, Node, str], ...]


Node = Sign | Group | Call | Attached


def equations(markup: str) -> list[str]:
    """Running text and equations in turn, the first a text; a dollar within code is a dollar."""
    return re.split(r"(?<!\\)\$(?=[^`]*(?:`[^`]*`[^`]*)*$)", markup)


def code(words: str) -> list[str]:
    """Words and code between backticks in turn, the first words, of a running text."""
    return words.split("`")


@functools.lru_cache(maxsize=4096)
def read(source: str) -> tuple[Node, ...]:
    """Return what an equation consists of, spaces included."""
    nodes: list[Node] = []
    place = 0
    while place < len(source):
        node, place = _node(source, place)
        marks: list[tuple[str, Node, str]] = []
        while source[place : place + 1] in ("^", "_", "'"):
            mark, start = source[place], place + 1
            held, place = (Sign("sign", "'"), start) if mark == "'" else _node(source, start)
            marks.append((mark, held, source[start:place]))
        nodes.append(Attached(node, tuple(marks)) if marks else node)
    return tuple(nodes)


def _node(source: str, place: int) -> tuple[Node, int]:
    """One sign, call or group from a place on, and the place after it."""
    match = TOKEN.match(source, place)
    if match is None:
        return Sign("space", ""), place
    kind, place = str(match.lastgroup), match.end()
    token = match[kind]
    if kind == "name" and token in CALLS and source[place : place + 1] == "(":
        inside, place, _ = _brackets(source, place)
        return Call(token, tuple(map(read, _arguments(inside))), inside), place
    if kind == "sign" and token == "(":
        inside, place, closed = _brackets(source, match.start())
        return Group(read(inside), closed), place
    return Sign(kind, token), place


def _brackets(source: str, start: int) -> tuple[str, int, bool]:
    """What the bracket at `start` holds, the place after it, and whether it is ever closed."""
    depth = 0
    for place in range(start, len(source)):
        depth += {"(": 1, ")": -1}.get(source[place], 0)
        if not depth:
            return source[start + 1 : place], place + 1, True
    return source[start + 1 :], len(source), False


def _arguments(inside: str) -> list[str]:
    """The arguments of a call, parted by the commas that no bracket holds."""
    depths = [inside[:place].count("(") - inside[:place].count(")") for place in range(len(inside))]
    cuts = [place for place, sign in enumerate(inside) if sign == "," and not depths[place]]
    return [inside[a + 1 : b] for a, b in zip([-1, *cuts], [*cuts, len(inside)], strict=True)]
