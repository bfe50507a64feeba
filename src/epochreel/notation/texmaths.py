"""Typst's notation as LaTeX writes it, each symbol in its colour."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from epochreel.look.style import Style
from epochreel.notation.highlighting import highlighted
from epochreel.notation.plain import plain
from epochreel.notation.tree import Attached, Call, Group, Node, Sign, code, equations, read

__all__ = ["Colouring", "maths_to_tex", "words_to_tex"]

SIGNS = {
    "nabla": r"\nabla",
    "partial": r"\partial",
    "prop": r"\propto",
    "times": r"\times",
    "dot": r"\cdot",
    "in": r"\in",
    "infinity": r"\infty",
    "oo": r"\infty",
    "top": r"\top",
    "sum": r"\sum",
    "approx": r"\approx",
    "RR": r"\mathbb{R}",
    "EE": r"\mathbb{E}",
    "chevron.l": r"\langle",
    "chevron.r": r"\rangle",
    "dots": r"\dots",
    "slash": "/",
    "thin": r"\,",
    "quad": r"\quad",
    "->": r"\to",
    "<=": r"\le",
    ">=": r"\ge",
    "!=": r"\ne",
    "*": r"\ast",
    "~": "~",
    "%": r"\%",
    "−": "-",
    "→": r"\to",
    "×": r"\times",
    "θ": r"\theta",
    "theta.alt": r"\vartheta",
    "epsilon": r"\varepsilon",
}
"""What LaTeX calls a sign; Greek letters and functions such as log go by their names."""

FUNCTIONS: dict[str, str] = {
    "bold": r"\bm{%s}",
    "cal": r"\mathcal{%s}",
    "bb": r"\mathbb{%s}",
    "upright": r"\mathrm{%s}",
    "italic": r"\mathit{%s}",
    "text": r"\text{%s}",
    "op": r"\operatorname{%s}",
    "hat": r"\hat{%s}",
    "tilde": r"\tilde{%s}",
    "caron": r"\check{%s}",
    "check": r"\check{%s}",
    "abs": r"\lvert %s\rvert",
    "norm": r"\lVert %s\rVert",
    "sqrt": r"\sqrt{%s}",
    "frac": r"\frac{%s}{%s}",
}
ACCENTS = {"hat": "hat", "tilde": "tilde", "caron": "caron", "check": "caron"}
WORDS = {
    "\\": r"\textbackslash{}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "{": r"\{",
    "}": r"\}", "^": r"\^{}", "−": "$-$", "×": r"$\times$", "→": r"$\to$", "·": r"$\cdot$",
    "²": "$^2$", "\N{THIN SPACE}": r"\,", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip
"""Characters of running text that LaTeX would not print as they are."""

CODE = WORDS | {
    " ": "~", "$": r"\$", "~": r"\textasciitilde{}", "'": r"\textquotesingle{}", "-": "{-}",
}  # fmt: skip
"""The same in code, which keeps its spaces and its straight signs."""

Colouring = Callable[[str], str]
"""From a colour #rrggbb to the name by which LaTeX knows it."""


def words_to_tex(markup: str, style: Style | None = None, colour: Colouring = str) -> str:
    """Write running text, with maths between dollar signs, for LaTeX.

    With a `style`, symbols wear its colours, which `colour` names.
    """
    parts = equations(markup)
    texts = [
        f"${maths_to_tex(part, style, colour)}$" if index % 2 else _running(part, style, colour)
        for index, part in enumerate(parts)
    ]
    return "".join(texts)


def _running(markup: str, style: Style | None, colour: Colouring) -> str:
    """Words without maths, and code."""
    parts = code(markup)
    texts = [
        rf"\texttt{{{_code(part, style, colour)}}}"
        if index % 2
        # `plain` would strip the spaces beside maths.
        else "".join(WORDS.get(letter, letter) for letter in plain(part.replace(" ", "\0")))
        for index, part in enumerate(parts)
    ]
    return "".join(texts).replace("\0", " ")


def maths_to_tex(source: str, style: Style | None = None, colour: Colouring = str) -> str:
    """Write maths for LaTeX; `style` and `colour` are those of `words_to_tex`."""
    return _Writer(style, colour).all(read(source))


def _code(line: str, style: Style | None, colour: Colouring) -> str:
    """A line of Python, its tokens in their colours."""
    pieces = [(line, "")] if style is None else highlighted(line, style)[0]
    return "".join(
        rf"{{\color{{{colour(ink)}}}{written}}}" if ink else written
        for piece, ink in pieces
        for written in ["".join(CODE.get(letter, letter) for letter in piece)]
    )


class _Writer:
    """Writes nodes from left to right, each in the colour of what it stands for."""

    def __init__(self, style: Style | None, colour: Colouring) -> None:
        self.style, self.colour = style, colour
        symbols = () if style is None else style.symbols.values()
        self.roles = {} if style is None else {s.typst: style.palette[s.colour] for s in symbols}

    def all(self, nodes: Sequence[Node]) -> str:
        """The nodes one behind the other."""
        atoms = []
        for node, after in zip_longest(nodes, nodes[1:]):
            # A space beside words is one; between signs it is not.
            words = isinstance(node, Sign) and node.kind == "string"
            spaced = isinstance(after, Sign) and after.kind == "space"
            atoms.append(self.coloured(*self.atom(node)) + (r"\ " if words and spaced else ""))
        # Typst sets no space of its own beside one that is given.
        joined = " ".join(atom for atom in atoms if atom)
        return re.sub(r"([=<>]|\\to|\\approx) (?=\\[,q])", r"\\;{\1} ", joined)

    def coloured(self, tex: str, *keys: str) -> str:
        """The same in the colour of the first of these names that has one."""
        names = [name for key in keys for name in (key, _lean(key))]
        role = next((self.roles[name] for name in names if name in self.roles), None)
        return tex if role is None else f"{{\\color{{{self.colour(role)}}}{tex}}}"

    def atom(self, node: Node) -> tuple[str, ...]:
        """A node, and what the stylesheet calls it: the whole, or else what the rest hangs on."""
        match node:
            case Attached(base, marks):
                tex, *keys = self.atom(base)
                known = keys[0] if keys else ""
                for mark, held, source in marks:
                    tex += mark if mark == "'" else f"{mark}{{{self.held(held)}}}"
                    known += {"'": mark, "_": f"_{plain(f'${source}$')}"}.get(mark, "")
                return tex, known, *keys
            case Call():
                return self.call(node)
            case Group(inside, closed):
                return (f"({self.all(inside)})" if closed else f"( {self.all(inside)}",)
            case Sign("space"):
                return ("",)
            case Sign("string", text):
                return (rf"\text{{{words_to_tex(text)}}}",)
            case Sign("escaped" | "number", text):
                return (SIGNS.get(text, text),)
            case Sign(_, text) if text in SIGNS:
                return SIGNS[text], plain(f"${text}$")
            case Sign(_, text) if len(text) > 1 and text[0].isalpha():
                return f"\\{text.partition('.')[0]}", plain(f"${text}$")
        return node.text, node.text

    def held(self, node: Node) -> str:
        """An exponent or index, without the parentheses that only group it."""
        return self.all(node.inside if isinstance(node, Group) else (node,))

    def call(self, call: Call) -> tuple[str, ...]:
        """A function, face or accent."""
        name = call.name
        if name == "op":
            return (FUNCTIONS[name] % call.source.strip('"'),)
        if name in ("abs", "norm", "sqrt", "frac"):
            return (FUNCTIONS[name] % tuple(map(self.all, call.arguments)),)
        # A letter inside an accent or a face is coloured with it, not by itself.
        inner = _Writer(None, self.colour).all(read(call.source))
        key = call.source.replace("bold(", "").replace(")", "") if name in ACCENTS else call.source
        return FUNCTIONS[name] % inner, f"{ACCENTS.get(name, name)}({key})"


def _lean(key: str) -> str:
    """A bold letter means what the lean one means."""
    return re.sub(r"bold\((.)\)", r"\1", key)
