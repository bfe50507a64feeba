"""Code on the site in the colours of the stylesheet, as styles of Pygments."""

from pygments.style import Style
from pygments.token import Token, _TokenType, string_to_tokentype

from epochreel.look.style import load


def _colours(theme: str) -> dict[_TokenType, str]:
    style = load(theme)
    kinds = {string_to_tokentype(kind): colour for kind, colour in style.code.items()}
    return {Token: style.chrome.maths} | kinds


class Dark(Style):
    """Of the dark theme."""

    background_color = load("dark").chrome.background
    styles = _colours("dark")


class Print(Style):
    """Of the print theme, for light pages."""

    background_color = load("print").chrome.background
    styles = _colours("print")
