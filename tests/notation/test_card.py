"""Title cards."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from epochreel.errors import ClipError
from epochreel.look.style import load
from epochreel.notation.card import ALONE, Card

STYLE = load("dark")


def drawn(card, style=STYLE, size=(640, 360)):
    return np.array(Image.open(BytesIO(card.png(style, size))).convert("RGB")).astype(int)


def rows_of(pixels, colour):
    near = np.abs(pixels - ImageColor.getrgb(colour)).max(axis=-1) < 8
    return np.flatnonzero(near.any(axis=1))


def test_a_title_stands_in_the_middle_with_capitals_larger_than_a_clips():
    pixels = drawn(Card("HHH"))
    assert pixels.shape == (360, 640, 3)
    rows = rows_of(pixels, STYLE.chrome.title)
    assert abs(np.ptp(rows) + 1 - ALONE * STYLE.type.headline * 360) <= 1.5
    assert abs(rows.mean() - 180) < 6
    columns = np.flatnonzero(pixels.max(axis=(0, 2)) > 128)
    assert abs(columns.mean() - 320) < 4


def test_a_text_is_smaller_muted_and_below_and_symbols_wear_their_colours():
    pixels = drawn(Card("HHH", "HH $y$"))
    title, text, symbol = (
        rows_of(pixels, ink) for ink in (STYLE.chrome.title, STYLE.chrome.muted, STYLE.role("y"))
    )
    assert symbol.min() > title.max()
    below = text[text > title.max() + 2]  # above are the edges of what is white
    assert abs(np.ptp(below) + 1 - ALONE * STYLE.type.caption * 360) <= 1.5


def test_a_long_title_breaks_into_lines_about_as_long():
    pixels = drawn(Card("One two three four five six seven eight"))
    inked = pixels.max(axis=-1) > 128
    lines = np.split(np.arange(360), np.flatnonzero(np.diff(inked.any(axis=1))) + 1)[1::2]
    widths = [np.ptp(np.flatnonzero(inked[line].any(axis=0))) for line in lines if len(line) > 12]
    assert len(widths) == 2
    assert min(widths) > 0.7 * max(widths)


def test_it_is_a_drawing_for_pages_in_either_theme():
    svg = Card("A $x$").svg(load("print"), (1280, 720))
    assert svg.startswith(b"<svg")
    assert b'viewBox="0 0 1280 720"' in svg
    assert load("print").role("x").encode() in svg
    assert rows_of(drawn(Card("A"), load("print")), load("print").chrome.background).size == 360


def test_it_says_what_it_says_in_plain_words():
    assert Card("The $norm(y)$ of it", "by whom?").plain == "The ‖y‖ of it. by whom?"
    assert Card("Alone").plain == "Alone"


@pytest.mark.parametrize(
    ("card", "told"),
    [
        (Card("$"), r"Typst cannot set '\$'"),
        (Card("A", "$"), r"Typst cannot set 'A'"),
        (Card("word " * 600), "is more than a frame holds; say it in less"),
    ],
)
def test_what_cannot_be_set_is_told_of(card, told):
    with pytest.raises(ClipError, match=told):
        card.png(STYLE, (640, 360))
