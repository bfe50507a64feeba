"""The page of words is what its module makes: `python docs/words.py` writes it anew."""

from docs import words
from tests.pictures import matches_reference


def test_page_of_words_has_the_lines_that_are_drawn(update_pictures):
    if update_pictures:
        words.PAGE.write_text(words.page(), "utf-8")
    assert words.PAGE.read_text("utf-8") == words.page(), "docs/words.py makes another page by now"


def test_pictures_of_words_are_what_is_drawn(update_pictures):
    drawn = words.pictures()
    for name, picture in drawn.items():
        matches_reference(picture, words.PICTURES / name, update_pictures)
        assert (words.PICTURES / name).stat().st_size <= 80_000, name
    assert {path.name for path in words.PICTURES.iterdir()} == set(drawn)
