"""Python in the stylesheet's colours."""

from __future__ import annotations

from typing import Any

from pygments.lexers import PythonLexer
from pygments.token import Token

from epochreel.look.style import Style

__all__ = ["highlighted"]


def highlighted(text: str, style: Style) -> list[list[tuple[str, str]]]:
    """The pieces of each line of Python behind its indent, each with its colour #rrggbb.

    A name that is a symbol wears the symbol's colour, other tokens that of their kind.
    """
    lines: list[list[tuple[str, str]]] = [[]]
    for kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        for index, part in enumerate(value.split("\n")):
            if index:
                lines.append([])
            if piece := part if lines[-1] else part.lstrip():
                lines[-1].append((piece, _colour(kind, piece, style)))
    return lines


def _colour(kind: Any, piece: str, style: Style) -> str:
    """Of a token: its symbol's, or its kind's, or that of the closest kind of kinds."""
    if kind in (Token.Name, Token.Name.Function) and piece in style.symbols:
        return style.role(piece)
    names = (".".join(each) for each in reversed(kind.split()))
    known = next((name for name in names if name in style.code), None)
    return style.chrome.maths if known is None else style.code[known]
