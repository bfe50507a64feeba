"""The stylesheet in the formats of others: Typst, LaTeX, CSS and Matplotlib."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from epochreel.style import Style


def typst(style: "Style") -> str:
    """Return a preamble."""
    return ""


def css(style: "Style") -> str:
    """Return CSS custom properties on `:root`."""
    properties = {
        **style.palette,
        **asdict(style.chrome),
        **{f"symbol-{name}": style.role(name) for name in style.symbols},
        **{f"class-{index}": colour for index, colour in enumerate(style.classes(5))},
    }
    lines = [f"  --{name.replace('_', '-')}: {value};" for name, value in properties.items()]
    return "\n".join([":root {", *lines, "}", ""])


KINDS: dict[str, Callable[["Style"], str]] = {"typst": typst, "css": css}
