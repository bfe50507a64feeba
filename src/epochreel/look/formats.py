"""The stylesheet in the formats of others: Typst, LaTeX, CSS and Matplotlib."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import lru_cache

from epochreel.errors import StyleError, choices
from epochreel.look.style import Style

# How the stylesheet may write a symbol in Typst, and what the rules of the preamble call it.
_NOTATIONS = (
    (re.compile(r"(\w)"), "letter", r"\1"),
    (re.compile(r"bold\((\w)\)"), "bold", r"\1"),
    (re.compile(r"cal\((\w)\)"), "cal", r"\1"),
    (re.compile(r"tilde\((\w)\)"), "script", "\\1\N{COMBINING TILDE}"),
    (re.compile(r"hat\((\w)\)"), "script", "\\1\N{COMBINING CIRCUMFLEX ACCENT}"),
    (re.compile(r"caron\((\w)\)"), "script", "\\1\N{COMBINING CARON}"),
    (re.compile(r"(\w')"), "script", r"\1"),
    (re.compile(r"(\w_[\w∞])"), "script", r"\1"),
)

# The colours of curves of which nothing else says what they mean.
_CYCLE = ("aqua", "red", "blue", "orange", "green", "pink", "violet", "yellow", "lavender")

# A symbol is one letter, so the rules leave words alone. `bold` and `cal` label what they return:
# Typst's styled content does not say by itself how it is styled. A symbol wears its colour with
# its accent, primes and indices. Letters are coloured by `set` rules, because any wrapping moves
# accents and indices; where an accent changes the meaning, its letter is replaced by the same glyph
# under the code of the mathematical alphabet, which those rules do not see.
_TYPST_RULES = r"""
#let bold(it) = [#{
  RULES-OF-BOLD
  math.bold(it)
}<bold>]
#let cal(it) = [#{
  RULES-OF-CAL
  math.cal(it)
}<cal>]
#let check(it) = math.accent(it, sym.caron)
#let softargmax = math.op("softargmax")
#let kind-of(it) = if it.at("label", default: none) == none { "letter" } else { str(it.label) }
#let letter-of(it) = if it == none { "" } else if it.func() == math.accent {
  letter-of(it.base) + str(it.accent)
} else {
  repr(it).replace(regex("^(?:styled\\(child: )*\\[(.)\\](?s:.*)$"), m => m.captures.first())
}
#let unseen(it) = {
  let letter = letter-of(it)
  let bold = if kind-of(it) == "bold" { 0x34 } else { 0 }
  let start = if letter == lower(letter) { 0x1D44E - 0x61 } else { 0x1D434 - 0x41 }
  symbol(str.from-unicode(start + bold + str.to-unicode(letter)))
}
#show math.equation: it => {
  show math.accent: it => {
    let fill = roles.script.at(letter-of(it), default: none)
    if fill == none { it } else { text(fill: fill, math.accent(unseen(it.base), it.accent)) }
  }
  show math.attach: it => {
    let letter = letter-of(it.base)
    let fields = it.fields()
    let base = fields.remove("base")
    let primed = fields.at("tr", default: none) != none
    let marks = if primed { "'" } else { "_" + letter-of(fields.at("b", default: none)) }
    let fill = roles.script.at(letter + marks, default: none)
    if fill != none { return text(fill: fill, math.attach(unseen(base), ..fields)) }
    fill = roles.at(kind-of(base)).at(letter, default: roles.script.at(letter, default: none))
    if fill == none { it } else { text(fill: fill, it) }
  }
  RULES-OF-LETTER
  it
}
"""


@lru_cache(maxsize=256)
def typst(style: Style, context: str | None = None, ink: str | None = None) -> str:
    """Return a preamble by which symbols in equations wear their colours.

    `ink` is the colour of everything else, the theme's `maths` unless another is given; `context`
    is that of `Style.role`. The preamble adds `check`, the accent of low energy, and `softargmax`.
    """
    roles: dict[str, dict[str, str]] = {"letter": {}, "bold": {}, "cal": {}, "script": {}}
    for name, symbol in style.symbols.items():
        for pattern, kind, key in _NOTATIONS:
            if match := pattern.fullmatch(symbol.typst):
                roles[kind][match.expand(key)] = style.role(name, context)
    rules = _TYPST_RULES
    for kind in ("letter", "bold", "cal"):
        letters = (
            f'show regex("^{letter}$"): set text(fill: rgb("{colour}"))'
            for letter, colour in roles[kind].items()
        )
        rules = rules.replace(f"RULES-OF-{kind.upper()}", "\n  ".join(letters))
    roles["bold"] = roles["letter"] | roles["bold"]
    fill = f'rgb("{ink or style.chrome.maths}")'
    tables = [f"  {kind}: {_typst_table(colours)}," for kind, colours in roles.items()]
    return "\n".join(
        [
            f"#let palette = {_typst_table(style.palette)}",
            *("#let roles = (", *tables, ")"),
            f"#set text(fill: {fill}, font: {quoted(style.font.text)})",
            f"#show math.equation: set text(font: {quoted(style.font.maths)})",
            rules,
        ]
    )


def quoted(text: str) -> str:
    """Return a text as a string of Typst's, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _typst_table(colours: Mapping[str, str]) -> str:
    entries = ", ".join(f'"{name}": rgb("{colour}")' for name, colour in colours.items())
    return f"({entries or ':'})"


def tex(style: Style) -> str:
    r"""Return `maths-preamble.tex`: colours, macros of the symbols and cycles for PGFPlots.

    A colour is `book-aqua`, a symbol `\symx`, and in bold, where it can be a vector, `\vecx`.
    """
    classes = {f"class-{index}": colour for index, colour in enumerate(style.classes(5))}
    lines = ["% Needs amsmath, bm and xcolor; the cycles at the end need pgfplots."]
    for name, colour in {**style.palette, **asdict(style.chrome), **classes}.items():
        lines.append(rf"\definecolor{{book-{_dashed(name)}}}{{HTML}}{{{colour[1:].upper()}}}")
    for name, symbol in style.symbols.items():
        wears = rf"\color{{book-{symbol.colour}}}"
        word = name.replace("_", "")
        lines.append(rf"\newcommand{{\sym{word}}}{{\ensuremath{{{{{wears}{symbol.tex}}}}}}}")
        if re.fullmatch(r"[a-z]|\\[a-z]+|\\(tilde|hat|check){[a-z]}", symbol.tex):
            bold = rf"\bm{{{symbol.tex}}}"
            lines.append(rf"\newcommand{{\vec{word}}}{{\ensuremath{{{{{wears}{bold}}}}}}}")
    lines.append(r"\ifdefined\pgfplotscreateplotcyclelist")
    for name, members in (("book", _CYCLE), ("book-classes", classes)):
        colours = ", ".join(f"book-{member}" for member in members)
        lines.append(rf"\pgfplotscreateplotcyclelist{{{name}}}{{{colours}}}")
    return "\n".join([*lines, r"\fi", ""])


def css(style: Style) -> str:
    """Return CSS custom properties on `:root`."""
    properties = {
        **style.palette,
        **asdict(style.chrome),
        **{f"symbol-{name}": style.role(name) for name in style.symbols},
        **{f"class-{index}": colour for index, colour in enumerate(style.classes(5))},
    }
    lines = [f"  --{_dashed(name)}: {value};" for name, value in properties.items()]
    return "\n".join([":root {", *lines, "}", ""])


def page_css(dark: Style, light: Style) -> str:
    """Return CSS custom properties of two themes, for who reads on a dark or a light ground."""
    return f"{css(dark)}\n@media (prefers-color-scheme: light) {{\n{css(light)}}}\n"


def mpl(style: Style) -> str:
    """Return a Matplotlib style sheet."""
    chrome = style.chrome
    cycle = ", ".join(f"'{style.palette[name][1:]}'" for name in _CYCLE)
    entries = {
        "axes.edgecolor": chrome.axis,
        "axes.facecolor": chrome.background,
        "axes.grid": "True",
        "axes.labelcolor": chrome.maths,
        "axes.prop_cycle": f"cycler('color', [{cycle}])",
        "axes.titlecolor": chrome.title,
        "figure.facecolor": chrome.background,
        "grid.alpha": style.opacity.grid,
        "grid.color": chrome.grid,
        "grid.linestyle": "--",
        "image.cmap": style.colour_map.energy,
        "mathtext.fontset": "cm",
        "savefig.facecolor": chrome.background,
        "text.color": chrome.maths,
        "xtick.color": chrome.axis,
        "ytick.color": chrome.axis,
    }
    # In a style sheet `#` starts a comment: colours stand without it.
    return "".join(f"{key}: {str(value).lstrip('#')}\n" for key, value in entries.items())


def _dashed(name: str) -> str:
    return name.replace("_", "-")


KINDS: dict[str, Callable[[Style], str]] = {"typst": typst, "tex": tex, "css": css, "mpl": mpl}


def emit(style: Style, kind: str) -> str:
    """Return the theme as a text of another kind: "typst", "tex", "css" or "mpl".

    Raises StyleError for a kind that there is not.
    """
    if kind not in KINDS:
        raise StyleError(f"A style has no format {kind!r}: {choices(kind, KINDS)}")
    return KINDS[kind](style)
