"""Decks as people write them, rightly and wrongly."""

from pathlib import Path

import pytest

from epochreel.deck.deck import Slide, read
from epochreel.errors import DeckError


@pytest.fixture
def deck(tmp_path):
    """Read a deck of this text."""

    def read_text(text):
        path = tmp_path / "week.toml"
        path.write_text(text)
        return read(path)

    return read_text


def test_a_deck_opens_on_its_title_and_its_slides_are_counted_from_one(deck):
    found = deck(
        'title = "Energies"\ntext = "Week 3"\nnotes = "Smile."\n'
        '[[slide]]\ntitle = "Why"\n'
        '[[slide]]\nclip = "climb"\nbeats = ["Up", "Down"]\nnotes = "Slowly."\n'
    )
    assert found.slides == (
        Slide(title="Energies", text="Week 3", notes="Smile."),
        Slide(title="Why"),
        Slide(clip="climb", beats=("Up", "Down"), notes="Slowly."),
    )
    assert (found.aspect, found.theme) == ("16:9", "dark")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('titel = "A"', r"week.toml has an unknown key 'titel'; did you mean 'title'\?"),
        (
            'title = "A"\n[[slide]]\nclip = "a"\nbeat = ["b"]',
            r"Slide 1 of .*week.toml has an unknown key 'beat'; did you mean 'beats'\?",
        ),
        ('[[slide]]\ntitle = "B"', "week.toml is no deck .*`title`"),
        ('title = "A"', "week.toml is no deck .*`slide`"),
        ('title = "A"\nslide = 3', "week.toml is no deck"),
        ('title = "A"\nslide = []', "week.toml is no deck"),
        ('title = "A"\nslide = [3]', "week.toml is no deck"),
        ('title = 3\n[[slide]]\ntitle = "B"', "week.toml is no deck .*title"),
        ('title = ""\n[[slide]]\ntitle = "B"', "week.toml is no deck .*title"),
        ('title = "A"\n[[slide]]\nclip = "a"\nbeats = []', "week.toml is no deck .*beats"),
        ('title = "A"\n[[slide]]\nnotes = "B"', "Slide 1 of .* neither a title nor a clip"),
        ('title = "A"\n[[slide]]\ntitle = "B"\nbeats = ["C"]', "Slide 1 of .* has beats, and no"),
        ('title = "A"\n[[slide]]\nclip = "B"\ntext = "C"', "Slide 1 of .* a text and a clip"),
        (
            'title = "A"\naspect = "16x9"\n[[slide]]\ntitle = "B"',
            r"unknown aspect '16x9'; did you mean '16:9'\?",
        ),
        (
            'title = "A"\ntheme = "light"\n[[slide]]\ntitle = "B"',
            r"unknown theme 'light'; choose from dark, print\.",
        ),
        ("title = ", "week.toml is not valid TOML"),
    ],
)
def test_what_is_no_deck_is_told_with_its_place_and_the_remedy(deck, text, told):
    with pytest.raises(DeckError, match=told) as raised:
        deck(text)
    assert "\n" not in str(raised.value)


def test_the_documents_deck_is_one_whose_clips_have_its_beats():
    root = Path(__file__).parents[2]
    slides = [slide for slide in read(root / "docs" / "lecture.toml").slides if slide.clip]
    assert len(slides) == 3
    for slide in slides:
        scene = (root / "scenes" / f"{slide.clip}.py").read_text("utf-8")
        assert [beat for beat in slide.beats or () if f'@beat("{beat}"' not in scene] == []


def test_a_deck_that_is_not_there_is_told_of(tmp_path):
    with pytest.raises(DeckError, match=r"none.toml cannot be read: No such file"):
        read(tmp_path / "none.toml")
