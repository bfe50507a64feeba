"""The stylesheet in the formats of others: Typst, LaTeX, CSS and Matplotlib."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from epochreel.style import Style

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
# its accent, primes and indices, unless it stands inside something that was coloured already.
_TYPST_RULES = """
#let wear(fill, it) = context if fill != none and text.fill == ink {
  text(fill: fill, it)
} else { it }
#let wearing(kind, body) = {
  show regex("^\\p{L}$"): it => wear(roles.at(kind).at(it.text, default: none), it)
  body
}
#let bold(it) = [#wearing("bold", math.bold(it))<bold>]
#let cal(it) = [#wearing("cal", math.cal(it))<cal>]
#let check(it) = math.accent(it, sym.caron)
#let softargmax = math.op("softargmax")
#let letter-of(it) = if it == none { "" } else if it.func() == math.accent {
  letter-of(it.base) + str(it.accent)
} else {
  repr(it).replace(regex("^(?:styled\\(child: )*\\[(.)\\](?s:.*)$"), m => m.captures.first())
}
#let kind-of(it) = if it.at("label", default: none) == none { "letter" } else { str(it.label) }
#show math.equation: it => {
  show math.accent: it => wear(roles.script.at(letter-of(it), default: none), it)
  show math.attach: it => {
    let letter = letter-of(it.base)
    let accented = roles.script.at(letter, default: none)
    let fill = roles.at(kind-of(it.base)).at(letter, default: accented)
    if it.at("tr", default: none) != none { fill = roles.script.at(letter + "'", default: fill) }
    let index = letter-of(it.at("b", default: none))
    wear(roles.script.at(letter + "_" + index, default: fill), it)
  }
  wearing("letter", it)
}
"""


def typst(style: "Style", context: str | None = None, ink: str | None = None) -> str:
    """Return a preamble by which symbols in equations wear their colours.

    `ink` is the colour of everything else, the theme's `maths` unless another is given; `context`
    is that of `Style.role`. The preamble adds `check`, the accent of low energy, and `softargmax`.
    """
    roles: dict[str, dict[str, str]] = {"letter": {}, "bold": {}, "cal": {}, "script": {}}
    for name, symbol in style.symbols.items():
        for pattern, kind, key in _NOTATIONS:
            if match := pattern.fullmatch(symbol.typst):
                roles[kind][match.expand(key)] = style.role(name, context)
    roles["bold"] = roles["letter"] | roles["bold"]
    tables = [f"  {kind}: ({_typst_entries(entries)})," for kind, entries in roles.items()]
    return "\n".join(
        [
            f'#let ink = rgb("{ink or style.chrome.maths}")',
            f"#let palette = ({_typst_entries(style.palette)})",
            *("#let roles = (", *tables, ")"),
            f'#set text(fill: ink, font: "{style.font.text}")',
            f'#show math.equation: set text(font: "{style.font.maths}")',
            _TYPST_RULES.lstrip(),
        ]
    )


def _typst_entries(colours: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}": rgb("{colour}")' for name, colour in colours.items()) or ":"


def tex(style: "Style") -> str:
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


def css(style: "Style") -> str:
    """Return CSS custom properties on `:root`."""
    properties = {
        **style.palette,
        **asdict(style.chrome),
        **{f"symbol-{name}": style.role(name) for name in style.symbols},
        **{f"class-{index}": colour for index, colour in enumerate(style.classes(5))},
    }
    lines = [f"  --{_dashed(name)}: {value};" for name, value in properties.items()]
    return "\n".join([":root {", *lines, "}", ""])


def mpl(style: "Style") -> str:
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


KINDS: dict[str, Callable[["Style"], str]] = {"typst": typst, "tex": tex, "css": css, "mpl": mpl}
