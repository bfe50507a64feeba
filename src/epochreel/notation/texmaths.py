"""Typst's notation as LaTeX writes it, each symbol in its colour."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate

from epochreel.look.style import Style
from epochreel.notation.plain import TOKEN, plain

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

Colouring = Callable[[str], str]
"""From a colour #rrggbb to the name by which LaTeX knows it."""


def words_to_tex(markup: str, style: Style | None = None, colour: Colouring = str) -> str:
    """Write running text, with maths between dollar signs, for LaTeX.

    With a `style`, symbols wear its colours, which `colour` names.
    """
    parts = re.split(r"(?<!\\)\$", markup)
    # `plain` would strip the spaces beside maths.
    texts = [
        f"${maths_to_tex(part, style, colour)}$"
        if index % 2
        else "".join(WORDS.get(letter, letter) for letter in plain(part.replace(" ", "\0")))
        for index, part in enumerate(parts)
    ]
    return "".join(texts).replace("\0", " ")


def maths_to_tex(source: str, style: Style | None = None, colour: Colouring = str) -> str:
    """Write maths for LaTeX; `style` and `colour` are those of `words_to_tex`."""
    return _Reader(source, style, colour).all()


class _Reader:
    """Reads an equation from left to right."""

    def __init__(self, source: str, style: Style | None, colour: Colouring) -> None:
        self.source, self.style, self.colour = source, style, colour
        self.place = 0
        self.roles = (
            {}
            if style is None
            else {s.typst: style.palette[s.colour] for s in style.symbols.values()}
        )

    def all(self) -> str:
        """The rest of the equation."""
        atoms = []
        while self.place < len(self.source):
            atoms.append(self.attached())
        # Typst sets no space of its own beside one that is given.
        joined = " ".join(atom for atom in atoms if atom)
        return re.sub(r"([=<>]|\\to|\\approx) (?=\\[,q])", r"\\;{\1} ", joined)

    def attached(self) -> str:
        """A sign with its indices, exponents and primes, in the colour of what it stands for."""
        tex, key = self.atom()
        marks, known = "", key
        while self.place < len(self.source) and self.source[self.place] in "^_'":
            mark = self.source[self.place]
            self.place += 1
            if mark == "'":
                marks, known = f"{marks}'", f"{known}'"
                continue
            start = self.place
            inner = self.coloured(*self.atom(grouping=True))
            marks += f"{mark}{{{inner}}}"
            if mark == "_":
                known += f"_{plain(f'${self.source[start : self.place]}$')}"
        return self.coloured(tex + marks, known, key)

    def coloured(self, tex: str, *keys: str) -> str:
        """The same in the colour of the first of these names that has one."""
        names = [name for key in keys for name in (key, _lean(key))]
        role = next((self.roles[name] for name in names if name in self.roles), None)
        return tex if role is None else f"{{\\color{{{self.colour(role)}}}{tex}}}"

    def atom(self, grouping: bool = False) -> tuple[str, str]:
        """One sign, word, call or group, and what the stylesheet calls it.

        Parentheses that only group an index are left out.
        """
        match = TOKEN.match(self.source, self.place)
        assert match is not None
        self.place = match.end()
        kind, token = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "space":
            return "", ""
        if kind == "string":
            # A space beside words is one; between signs it is not.
            room = r"\ " if self.source[self.place : self.place + 1] == " " else ""
            return rf"\text{{{words_to_tex(token)}}}{room}", ""
        if kind in ("escaped", "number"):
            return SIGNS.get(token, token), ""
        if token in FUNCTIONS and self.source[self.place : self.place + 1] == "(":
            return self.call(token)
        if token == "(" and self.closes():
            inside = _Reader(self.group(), self.style, self.colour).all()
            return (inside if grouping else f"({inside})"), ""
        if token in SIGNS:
            return SIGNS[token], plain(f"${token}$")
        if len(token) > 1 and token[0].isalpha():
            return f"\\{token.partition('.')[0]}", plain(f"${token}$")
        return token, token

    def call(self, function: str) -> tuple[str, str]:
        """A function and its arguments, its place behind its name."""
        self.place += 1
        source = self.group()
        if function == "op":
            return FUNCTIONS[function] % source.strip('"'), ""
        if function in ("abs", "norm", "sqrt", "frac"):
            parts = re.split(r",\s*", source) if function == "frac" else [source]
            arguments = [_Reader(part, self.style, self.colour).all() for part in parts]
            return FUNCTIONS[function] % tuple(arguments), ""
        # A letter inside an accent or a face is coloured with it, not by itself.
        inner = _Reader(source, None, self.colour).all()
        key = source.replace("bold(", "").replace(")", "") if function in ACCENTS else source
        return FUNCTIONS[function] % inner, f"{ACCENTS.get(function, function)}({key})"

    def closes(self) -> bool:
        """Whether the bracket just read is ever closed."""
        depths = accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in self.source[self.place :])
        return -1 in depths

    def group(self) -> str:
        """What stands before the bracket that closes the one just read."""
        start, depth = self.place, 1
        while depth and self.place < len(self.source):
            depth += {"(": 1, ")": -1}.get(self.source[self.place], 0)
            self.place += 1
        return self.source[start : self.place - (not depth)]


def _lean(key: str) -> str:
    """A bold letter means what the lean one means."""
    return re.sub(r"bold\((.)\)", r"\1", key)
