"""Typst markup as plain text, for all that cannot typeset: subtitles, descriptions, alt text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from epochreel.notation.tree import Attached, Call, Group, Node, Sign, code, equations, read

__all__ = ["plain"]

SYMBOLS = {
    "partial": "∂",
    "nabla": "∇",
    "prop": "∝",
    "times": "×",
    "dot": "·",
    "in": "∈",
    "infinity": "∞",
    "oo": "∞",
    "top": "⊤",
    "sum": "∑",
    "approx": "≈",
    "RR": "ℝ",
    "EE": "𝔼",
    "chevron.l": "⟨",
    "chevron.r": "⟩",
    "dots": "…",
    "thin": " ",
    "~": " ",
    "quad": " ",
    "->": "→",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "-": "−",
    "*": "∗",
    "'": "′",
}
"""What Typst calls a sign; Greek letters go by their names."""

FUNCTIONS: dict[str, Callable[..., str]] = {
    "abs": "|{}|".format,
    "norm": "‖{}‖".format,
    "sqrt": lambda x: f"√{x}" if len(x) == 1 else f"√({x})",
    "frac": "{}/{}".format,
    "hat": lambda x: x + "\N{COMBINING CIRCUMFLEX ACCENT}",
    "caron": lambda x: x + "\N{COMBINING CARON}",
    "check": lambda x: x + "\N{COMBINING CARON}",
    "tilde": lambda x: x + "\N{COMBINING TILDE}",
} | dict.fromkeys(("bold", "italic", "upright", "cal", "bb", "op", "text"), str)

SUPERSCRIPTS = str.maketrans("0123456789+−=()ni⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ")
SUBSCRIPTS = str.maketrans("0123456789+−=()aeijkmnoprstuvxβ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₘₙₒₚᵣₛₜᵤᵥₓᵦ")

RELATIONS = set("=<>≤≥≠≈∝∈→×·")


def plain(markup: str) -> str:
    """Return what Typst markup says, in plain Unicode: `$norm(bold(h))^2$` is ‖h‖².

    Bold and calligraphic letters become plain ones; an index without a sign of its own stays
    behind ^ or _. A tie `~` becomes a no-break space.
    """
    parts = enumerate(equations(markup))
    texts = [_maths(read(part)) if index % 2 else _words(part) for index, part in parts]
    # Content brackets may hold maths, so they go when all is put together again.
    text = re.sub(r"#\w+\[(.*?)\]", r"\1", "".join(texts))
    return unicodedata.normalize("NFC", re.sub(r"[ \n]+", " ", text).strip())


def _words(markup: str) -> str:
    """Markup outside equations: code as it is, and words."""
    parts = enumerate(code(markup))
    return "".join(part if index % 2 else _spoken(part) for index, part in parts)


def _spoken(markup: str) -> str:
    """Words with emphasis, ties, dashes, apostrophes and escapes."""
    text = re.sub(r"(?<![\w\\])([*_])(.+?)(?<!\\)\1(?!\w)", r"\2", markup)
    text = text.replace("~", "\N{NO-BREAK SPACE}").replace("...", "…")
    text = text.replace("---", "—").replace("--", "–").replace("'", "’")
    return re.sub(r"\\(.)", r"\1", text)


def _maths(nodes: Iterable[Node]) -> str:
    return _joined([atom for atom in map(_atom, nodes) if atom])


def _atom(node: Node) -> str:
    """A node with what hangs on it."""
    match node:
        case Sign("name" | "sign", text):
            return _sign(text)
        case Sign(kind, text):
            return "" if kind == "space" else text
        case Call(name, arguments):
            return FUNCTIONS[name](*map(_maths, arguments))
        case Group(inside):
            return f"({_maths(inside)})"
        case Attached(base, marks):
            return _atom(base) + "".join(
                SYMBOLS["'"] if mark == "'" else _attached(_atom(held), mark == "^")
                for mark, held, _ in marks
            )


def _sign(name: str) -> str:
    """The sign of a name: a symbol, a Greek letter, or the name itself."""
    if name in SYMBOLS:
        return SYMBOLS[name]
    stem = name.partition(".")[0]
    size = "CAPITAL" if stem[:1].isupper() else "SMALL"
    letter = {"lambda": "lamda"}.get(stem.lower(), stem)
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {letter}") if len(name) > 1 else name
    except KeyError:
        return stem


def _attached(index: str, raised: bool) -> str:
    """An exponent or index, without the brackets that only group it where it can stand alone."""
    bare = index[1:-1] if index.startswith("(") and index.endswith(")") else index
    small = bare.translate(SUPERSCRIPTS if raised else SUBSCRIPTS)
    if not set(small) & set(bare):
        return small
    return f"{'^' if raised else '_'}{bare if len(bare) == 1 else f'({bare})'}"


def _joined(atoms: list[str]) -> str:
    """Atoms with spaces around relations, sums and words, and none between letters."""
    text = ""
    for index, atom in enumerate(atoms):
        operand = bool(text) and text[-1] not in " (,[|/⟨"
        word = re.match("[A-Za-z]{2}", atom)
        if atom in RELATIONS or (atom in "+−" and operand):
            text = f"{text.rstrip()} {atom} "
        elif atom == ",":
            text += ", "
        elif word:
            after = "" if atoms[index + 1 : index + 2] and atoms[index + 1][0] in "(⟨" else " "
            text = f"{text.rstrip()} {atom}{after}" if operand else f"{text}{atom}{after}"
        else:
            text += atom
    return text.strip(" ")
