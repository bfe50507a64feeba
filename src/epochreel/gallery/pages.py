"""Static pages: templates filled in, and the styles and scripts that all pages use."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from epochreel import files
from epochreel.look import formats
from epochreel.look.style import THEMES, load
from epochreel.media.ffmpeg import published
from epochreel.publish.chapters import time_code

__all__ = ["Pages"]

TEMPLATES = files.ASSETS / "gallery"
SHARED = "gallery"
"""The folder of what all pages use."""


class Pages:
    """Pages in a folder, which link to each other and to files there by relative paths alone.

    What they write raises PublishError where it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters |= {
            "time_code": lambda seconds: time_code(int(seconds)),
            "path": quote,
        }

    def write(self, path: str, template: str, **values: Any) -> Path:
        """Write a page, given by its path in the folder, and return where it is."""
        text = self.templates.get_template(template).render(**values)
        with published(self.folder / path) as aside:
            aside.write_text(text, encoding="utf-8")
        return self.folder / path

    def write_shared(self) -> None:
        """Write the colours of both themes, and copy the styles and scripts."""
        looks = {theme: load(theme) for theme in THEMES}
        colours = formats.page_css(looks["dark"], looks["print"])
        for theme, look in looks.items():  # of a film, on a page of any
            colours += formats.css(look).replace(":root", f'[data-theme="{theme}"]')
        copied = {path.name: path.read_bytes() for path in TEMPLATES.glob("*.[cj]s*")}
        for name, content in {"colours.css": colours.encode(), **copied}.items():
            with published(self.folder / SHARED / name) as aside:
                aside.write_bytes(content)

    def write_presenter(self) -> None:
        """Write the presenter's window."""
        self.write(f"{SHARED}/presenter.html", "presenter.html", root="../")
