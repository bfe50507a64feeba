"""The page of words is what its module makes: `python -m docs.page` writes it anew."""

from docs import page
from tests.pictures import matches_reference


def test_page_of_words_has_the_lines_that_are_drawn(update_pictures):
    if update_pictures:
        page.PAGE.write_text(page.page(), "utf-8")
    assert page.PAGE.read_text("utf-8") == page.page(), "python -m docs.page makes another"


def test_pictures_of_words_are_what_is_drawn(update_pictures):
    drawn = page.pictures()
    for name, picture in drawn.items():
        matches_reference(picture, page.PICTURES / name, update_pictures)
        assert (page.PICTURES / name).stat().st_size <= 80_000, name
    assert {path.name for path in page.PICTURES.iterdir()} == set(drawn)
