"""A lecture as still pictures, for those who must: a PDF, or slides of PowerPoint with notes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from epochreel.deck.lecture import Lecture
from epochreel.deck.stills import still_of
from epochreel.errors import DeckError
from epochreel.look.style import Style
from epochreel.media.ffmpeg import Observer, published

__all__ = ["require_pptx", "write_pdf", "write_pptx"]

DPI = 144
INCHES = 7.5
"""The shorter side of a slide."""
QUALITY = {"quality": 92, "subsampling": 0}  # half the chroma would blur thin coloured lines


def require_pptx() -> Any:
    """Return python-pptx; raises DeckError where it is not installed."""
    try:
        import pptx
    except ImportError:
        raise DeckError(
            "--pptx takes python-pptx: `pip install -e '.[deck]'` in the checkout brings it."
        ) from None
    return pptx


def write_pdf(
    lecture: Lecture, target: Path, style: Style, *, observer: Observer | None = None
) -> Path:
    """Write a page for each thought; return the path. Raises PublishError where it cannot be."""
    with published(target) as aside:
        for number, (picture, _) in enumerate(_stills(lecture, style, observer)):
            # One after the other, so that no more than one is in memory.
            options = {"append": number > 0, "resolution": DPI, "title": lecture.title, **QUALITY}
            picture.save(aside, format="PDF", **options)
    return target


def write_pptx(
    lecture: Lecture, target: Path, style: Style, *, observer: Observer | None = None
) -> Path:
    """Write a slide for each thought, its still with what it says as alternative text, and notes.

    Return the path. Raises DeckError where python-pptx is missing, PublishError where the file
    cannot be written.
    """
    pptx = require_pptx()
    slides = pptx.Presentation()
    scale = pptx.util.Inches(INCHES) / min(lecture.size)
    slides.slide_width, slides.slide_height = (round(scale * side) for side in lecture.size)
    slides.core_properties.title = lecture.title
    blank = slides.slide_layouts[6]
    for picture, (said, notes) in _stills(lecture, style, observer):
        file = BytesIO()
        picture.save(file, format="JPEG", **QUALITY)
        slide = slides.slides.add_slide(blank)
        shape = slide.shapes.add_picture(file, 0, 0, slides.slide_width, slides.slide_height)
        shape._element._nvXxPr.cNvPr.set("descr", said)  # which the library has no name for
        slide.notes_slide.notes_text_frame.text = notes
    with published(target) as aside:
        slides.save(aside)
    return target


def _stills(
    lecture: Lecture, style: Style, observer: Observer | None
) -> Iterator[tuple[Image.Image, tuple[str, str]]]:
    """Each thought's picture, what it says, and the slide's notes under that."""
    told = [(slide, thought) for slide in lecture.slides for thought in slide.thoughts]
    for number, (slide, thought) in enumerate(told, 1):
        said = slide.said(thought) or slide.name
        notes = "\n\n".join(words for words in (said, slide.notes) if words)
        yield still_of(slide, thought, lecture.size, style), (said, notes)
        if observer is not None:
            observer(number / len(told))
