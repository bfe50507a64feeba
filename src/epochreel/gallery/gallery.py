"""The gallery: static pages on which the clips play and are stepped through epoch by epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from epochreel import files
from epochreel.errors import EpochreelError, PublishError
from epochreel.gallery import nets
from epochreel.gallery.exhibit import Exhibit, exhibits
from epochreel.gallery.pages import Pages
from epochreel.look.style import load
from epochreel.publish import targets
from epochreel.publish.stills import still
from epochreel.publish.words import CREDITS, alt_text

__all__ = ["write_gallery"]

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
    hung = []
    for exhibit in shown:
        try:
            _write_poster(exhibit)
        except EpochreelError as error:
            faults.append(str(error))
        else:
            hung.append(exhibit)
    if not hung:
        none = f"No clip is rendered in {folder}: `epochreel render NAME` renders one."
        raise PublishError("\n".join(faults or [none]))
    pages = Pages(folder)
    pages.write_shared()
    for place, exhibit in enumerate(hung):
        after = hung[(place + 1) % len(hung)]
        around: dict[str, Any] = {"before": hung[place - 1], "after": after, "poster": POSTER}
        around["nets"] = None
        try:
            if nets.write_nets(exhibit.folder, exhibit.described):
                around["nets"] = nets.NAME
        except EpochreelError as error:
            faults.append(str(error))
        pages.write(f"{exhibit.name}/index.html", "clip.html", **_page(exhibit), **around)
    pages.write_presenter()
    values = {"exhibits": hung, "alt_text": alt_text, "poster": POSTER}
    index = pages.write("index.html", "index.html", **values)
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


def _write_poster(exhibit: Exhibit) -> None:
    """Write the first film's poster, unless it is newer than the film."""
    film, target = exhibit.films[0], exhibit.folder / POSTER
    if target.is_file() and target.stat().st_mtime_ns >= film.plays.stat().st_mtime_ns:
        return
    row = targets.read()[POSTER]
    still(film.plays, target, row, load(film.described["theme"]), film.described["poster"])
