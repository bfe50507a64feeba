"""The gallery: static pages on which the clips play and are stepped through epoch by epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from epochreel import files
from epochreel.errors import EpochreelError, PublishError
from epochreel.gallery import nets
from epochreel.gallery.exhibit import Exhibit, exhibits
from epochreel.look import formats
from epochreel.look.style import load
from epochreel.media.ffmpeg import published
from epochreel.publish import targets
from epochreel.publish.chapters import time_code
from epochreel.publish.stills import still
from epochreel.publish.words import CREDITS, alt_text

__all__ = ["write_gallery"]

TEMPLATES = files.ASSETS / "gallery"
SHARED = "gallery"
"""The folder of what all pages use."""
POSTER = "poster.jpg"


def write_gallery(folder: Path | None = None) -> Path:
    """Write index.html and a page for each clip into a folder of clips; return the index.

    The folder is the project's `renders` unless another is given.
    The pages link to each other and to the clips' files by relative paths alone, so that they
    work from where they lie and from any host of static files. A clip's page plays what
    `epochreel publish` made of it, or else what is rendered, and offers all of it.

    Raises PublishError where no clip is rendered or a file cannot be written; and, after all else
    is written, with a sentence for everything that cannot be shown.
    """
    folder = folder or files.ROOT / "renders"
    shown, faults = exhibits(folder)
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"time_code": lambda seconds: time_code(int(seconds)), "path": quote}
    pages = []
    for exhibit in shown:
        try:
            _write_poster(exhibit)
        except EpochreelError as error:
            faults.append(str(error))
        else:
            pages.append(exhibit)
    if not pages:
        none = f"No clip is rendered in {folder}: `epochreel render NAME` renders one."
        raise PublishError("\n".join(faults or [none]))
    _write_shared(folder / SHARED)
    for place, exhibit in enumerate(pages):
        around = {"before": pages[place - 1], "after": pages[(place + 1) % len(pages)]}
        dragged = nets.write_nets(exhibit.folder, exhibit.described)
        page = {**_page(exhibit), **around, "nets": nets.NAME if dragged else None}
        _write(exhibit.folder / "index.html", templates, "clip.html", **page)
    _write(folder / SHARED / "presenter.html", templates, "presenter.html", root="../")
    index = folder / "index.html"
    _write(index, templates, "index.html", exhibits=pages, alt_text=alt_text)
    if faults:
        raise PublishError("\n".join(faults))
    return index


def _page(exhibit: Exhibit) -> dict[str, Any]:
    described = exhibit.described
    return {
        "exhibit": exhibit,
        "clip": described,
        "data": exhibit.data(),
        "alt": alt_text(described, described["poster"]),
        "downloads": exhibit.downloads(),
        "credits": CREDITS,
    }


def _write(path: Path, templates: Environment, template: str, **values: Any) -> None:
    text = templates.get_template(template).render(**values, poster=POSTER)
    with published(path) as aside:
        aside.write_text(text, encoding="utf-8")


def _write_poster(exhibit: Exhibit) -> None:
    """Write the first film's poster, unless it is newer than the film."""
    film, target = exhibit.films[0], exhibit.folder / POSTER
    if target.is_file() and target.stat().st_mtime_ns >= film.plays.stat().st_mtime_ns:
        return
    row = targets.read()[POSTER]
    still(film.plays, target, row, load(film.described["theme"]), film.described["poster"])


def _write_shared(folder: Path) -> None:
    """Write the colours of both themes, and copy the styles and scripts."""
    looks = {theme: load(theme) for theme in ("dark", "print")}
    colours = formats.page_css(looks["dark"], looks["print"])
    for theme, look in looks.items():  # of a film, on a page of any
        colours += formats.css(look).replace(":root", f'[data-theme="{theme}"]')
    files = {path.name: path.read_bytes() for path in TEMPLATES.glob("*.[cj]s*")}
    for name, content in {"colours.css": colours.encode(), **files}.items():
        with published(folder / name) as aside:
            aside.write_bytes(content)
