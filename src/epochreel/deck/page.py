"""A lecture as one page, in a folder that holds all it shows and can be carried away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from epochreel.deck.lecture import Lecture, Shown
from epochreel.deck.stills import still_of
from epochreel.files import tidy
from epochreel.gallery.exhibit import Film
from epochreel.gallery.pages import Pages
from epochreel.look.style import Style
from epochreel.media.ffmpeg import published
from epochreel.publish.transcode import keep
from epochreel.publish.words import CREDITS

__all__ = ["Offered", "laid_out"]

FILMS, PICTURES = "films", "pictures"
Offered = list[tuple[str, str]]
"""Names and descriptions of the files that a page links to, and which are there by then."""
THUMBNAIL = 640
"""Pixels across the picture of a slide in the list of all."""


def laid_out(lecture: Lecture, folder: Path, style: Style) -> Callable[[Offered], Path]:
    """Put films, cards and scripts into a folder; return what writes index.html beside them.

    Films are second names of those that were rendered, which take no room on the same disk, or
    copies. What an earlier deck left of these is taken away. Raises PublishError where something
    cannot be written.
    """
    addresses = {film.plays: _kept(film, folder) for film in lecture.films}
    cards = {
        number: _drawn(slide, folder / PICTURES / f"{number}.svg", lecture, style)
        for number, slide in enumerate(lecture.slides)
        if not isinstance(slide.shows, Film)
    }
    thumbnails = [
        cards.get(number) or _thumbnail(slide, folder / PICTURES / f"{number}.jpg", lecture, style)
        for number, slide in enumerate(lecture.slides)
    ]
    _tidy(folder / FILMS, [*addresses.values()])
    _tidy(folder / PICTURES, thumbnails)
    pages = Pages(folder)
    pages.write_shared()
    pages.write_presenter()
    values = {
        "lecture": lecture,
        "thumbnails": thumbnails,
        "data": _data(lecture, addresses, cards),
        "credits": CREDITS,
    }
    return lambda offered: pages.write("index.html", "deck.html", downloads=offered, **values)


def _data(lecture: Lecture, addresses: dict[Path, str], cards: dict[int, str]) -> dict[str, Any]:
    """What the scripts need to know; see stage.js."""
    slides = []
    for number, slide in enumerate(lecture.slides):
        given: dict[str, Any] = {"theme": lecture.deck.theme, "notes": slide.notes}
        if isinstance(slide.shows, Film):
            said = slide.shows.described
            film = {"video": quote(addresses[slide.shows.plays]), "rate": said["frame_rate"]}
            film |= {name: said[name] for name in ("frames", "width", "height")}
            given |= {"film": film, "alt": slide.name}
        else:
            given |= {"card": quote(cards[number]), "alt": slide.shows.plain}
        slides.append(given)
    thoughts = [
        {
            "slide": number,
            "chapter": number,
            "first": thought.first,
            "opens": thought.first,
            "last": thought.last,
            "text": slide.said(thought),
        }
        for number, slide in enumerate(lecture.slides)
        for thought in slide.thoughts
    ]
    chapters = [slide.name for slide in lecture.slides]
    # The opening card has no number of its own, so that a slide's is that of the file.
    return {
        "title": lecture.title,
        "slides": slides,
        "thoughts": thoughts,
        "chapters": chapters,
        "first": 0,
    }


def _kept(film: Film, folder: Path) -> str:
    """Put a film into the folder; return its path there."""
    name = f"{FILMS}/{film.rendered.parents[1].name}{film.plays.suffix}"
    keep(film.plays, folder / name)
    return name


def _drawn(slide: Shown, path: Path, lecture: Lecture, style: Style) -> str:
    assert not isinstance(slide.shows, Film)
    with published(path) as aside:
        aside.write_bytes(slide.shows.svg(style, lecture.size))
    return f"{PICTURES}/{path.name}"


def _thumbnail(slide: Shown, path: Path, lecture: Lecture, style: Style) -> str:
    picture = still_of(slide, slide.thoughts[-1], lecture.size, style)
    picture.thumbnail((THUMBNAIL, THUMBNAIL))
    with published(path) as aside:
        picture.save(aside, format="JPEG", quality=90, subsampling=0)
    return f"{PICTURES}/{path.name}"


def _tidy(folder: Path, kept: list[str]) -> None:
    if not folder.is_dir():
        return
    tidy(folder)
    names = {Path(path).name for path in kept}
    for path in folder.iterdir():
        if path.name not in names and path.is_file():
            path.unlink()
