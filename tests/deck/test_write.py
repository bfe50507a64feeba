"""A deck of a tiny clip: what it shows, its page in a browser, its video and its handouts."""

import re
import shutil
from io import BytesIO

import av
import pytest
from PIL import Image, PdfParser

from epochreel.cli import epochreel as command
from epochreel.deck import write
from epochreel.deck.deck import read
from epochreel.deck.lecture import lecture
from epochreel.deck.write import write_deck
from epochreel.errors import DeckError, PublishError
from epochreel.publish.thoughts import Thought
from tests.gallery.browser import chromium, page, served, violations
from tests.gallery.rendered import CLIMB, frame_of, number_on, put
from tests.publish.filmed import pictures

TEXT = """
title = "A week of $E(x)$"
text = "By nobody"
[[slide]]
clip = "climb"
beats = ["The <first> climb"]
[[slide]]
title = "Why <this>?"
notes = "Wait."
[[slide]]
clip = "climb"
title = "All of it"
"""
SIZE = {"width": 512, "height": 288}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deck")
    put(folder / "renders", "climb", "480p10", **CLIMB)
    (folder / "week.toml").write_text(TEXT)
    return folder


@pytest.fixture(scope="module")
def written(folder):
    """The page, the video and the PDF."""
    options = {"pdf": True, "progress": False}
    return write_deck(folder / "week.toml", renders=folder / "renders", **options)


def resolved(folder, text):
    path = folder / "other.toml"
    path.write_text(text)
    return lecture(read(path), path, folder / "renders")


def test_a_slide_shows_the_thoughts_of_its_beats(folder):
    opening, climb, card, whole = resolved(folder, TEXT).slides
    assert (opening.name, opening.shows.plain) == ("A week of E(x)", "A week of E(x). By nobody")
    assert opening.thoughts == card.thoughts == (Thought(0, 0, 0),)
    assert climb.thoughts == (Thought(10, 25, 1, "A climb & a rest."), Thought(26, 49, 1))
    assert climb.stretches == [range(10, 50)]
    assert (climb.name, climb.notes) == ("A climb", CLIMB["story"])
    assert (whole.name, whole.stretches) == ("All of it", [range(80)])
    assert card.notes == "Wait."


def test_beats_apart_are_shown_without_what_is_between(folder):
    text = 'title = "A"\n[[slide]]\nclip = "climb"\nbeats = ["Once more", "Before"]'
    assert resolved(folder, text).slides[1].stretches == [range(10), range(50, 80)]


@pytest.mark.parametrize(
    ("slide", "told"),
    [
        ('clip = "clim"', r"Slide 1 of .*other.toml shows 'clim', and .*; did you mean 'climb'\?"),
        (
            'clip = "classifier_unwarp"',
            r"Slide 1 of .* shows classifier_unwarp, which is not rendered in 16:9, dark; "
            r"`epochreel render classifier_unwarp` does that\.",
        ),
        (
            'clip = "climb"\nbeats = ["once more"]',
            r"Slide 1 of .* shows the beat 'once more', and climb .*; did you mean 'Once more'\?",
        ),
    ],
)
def test_what_there_is_not_is_told_of(folder, slide, told):
    with pytest.raises(DeckError, match=told):
        resolved(folder, f'title = "A"\n[[slide]]\n{slide}')


def test_a_shape_and_a_theme_that_are_not_rendered_are_named_in_the_command(folder):
    text = 'title = "A"\naspect = "1:1"\ntheme = "print"\n[[slide]]\nclip = "climb"'
    told = r"`epochreel render climb --aspect 1:1 --theme print`"
    with pytest.raises(DeckError, match=told):
        resolved(folder, text)


def test_a_film_that_is_broken_is_told_of_as_the_gallery_does(tmp_path):
    broken = put(tmp_path / "renders", "climb", "480p10", **CLIMB)
    (broken / "Clip.mp4").write_bytes(b"no film")
    with pytest.raises(DeckError, match=r"Slide 1 .* shows climb: .*Clip.mp4 cannot be read"):
        resolved(tmp_path, 'title = "A"\n[[slide]]\nclip = "climb"')


def test_nothing_is_written_of_a_deck_that_cannot_be_shown(folder):
    (folder / "bad.toml").write_text('title = "A"\n[[slide]]\nclip = "none such"')
    with pytest.raises(DeckError):
        write_deck(folder / "bad.toml", renders=folder / "renders", progress=False)
    assert not (folder / "renders" / "decks" / "bad").exists()


def test_the_video_has_a_chapter_for_each_slide_and_the_films_frames(written):
    film = next(path for path in written if path.suffix == ".mp4")
    with av.open(str(film)) as container:
        chapters = [
            (round(float(each["start"] * each["time_base"]), 2), each["metadata"]["title"])
            for each in container.chapters()
        ]
        stream = container.streams.video[0]
        assert (stream.frames, stream.average_rate) == (185, 10)
        assert stream.codec_context.color_range == stream.codec_context.colorspace == 1
        assert container.metadata["title"] == "A week of E(x)"
    # A card stands for two seconds more than it takes to read, a second at least.
    assert chapters == [(0, "A week of E(x)"), (3.5, "A climb"), (7.5, "Why <this>?"),
                        (10.5, "All of it")]  # fmt: skip
    seen = [number_on(_encoded(picture)) for picture in pictures(film)]
    assert seen[35:75] == list(range(10, 50))
    assert seen[105:185] == list(range(80))


def _encoded(picture):
    file = BytesIO()
    Image.fromarray(picture).save(file, format="PNG")
    return file.getvalue()


def test_the_pdf_has_a_page_for_each_thought(written):
    path = next(path for path in written if path.suffix == ".pdf")
    with PdfParser.PdfParser(str(path)) as pdf:
        assert len(pdf.pages) == 1 + 2 + 1 + 6
        # Each as large as the film at 144 pixels an inch.
        sizes = {tuple(pdf.read_indirect(page)[b"MediaBox"]) for page in pdf.pages}
    assert sizes == {(0, 0, 128, 72)}


def test_powerpoint_gets_a_still_of_each_thought_with_notes(folder, written, tmp_path):
    pptx = pytest.importorskip("pptx", reason="python-pptx is an extra")
    shutil.copytree(folder / "renders", tmp_path / "renders")
    options = {"video": False, "pptx": True, "progress": False}
    _, path = write_deck(folder / "week.toml", renders=tmp_path / "renders", **options)
    slides = pptx.Presentation(path).slides
    stills = [slide.shapes[0].image.blob for slide in slides]
    assert [number_on(still) for still in stills[1:3]] == [25, 49]
    notes = [slide.notes_slide.notes_text_frame.text for slide in slides]
    assert notes[1].startswith("A climb & a rest.\n\nA net </script> climbs.")
    assert notes[3] == "Why <this>?\n\nWait."
    said = slides[1].shapes[0]._element.xpath("p:nvPicPr/p:cNvPr")[0].get("descr")
    assert said == "A climb & a rest."
    # What an earlier call left would tell another story.
    left = {each.suffix for each in path.parent.iterdir() if each.is_file()}
    assert left == {".html", ".pptx"}


def test_powerpoint_is_asked_for_where_its_library_is_missing(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pptx", None)
    with pytest.raises(DeckError, match=r"`pip install -e '\.\[deck\]'`"):
        write_deck(folder / "week.toml", renders=folder / "renders", pptx=True, progress=False)


def test_what_an_earlier_deck_of_the_name_left_is_taken_away(folder, tmp_path):
    put(tmp_path / "renders", "climb", "480p10", **CLIMB)
    options = {"renders": tmp_path / "renders", "video": False, "progress": False}
    path = tmp_path / "week.toml"
    path.write_text(TEXT)
    write_deck(path, **options)
    path.write_text('title = "A"\n[[slide]]\ntitle = "B"')
    (page,) = write_deck(path, **options)
    assert [each.name for each in (page.parent / "films").iterdir()] == []
    assert sorted(each.name for each in (page.parent / "pictures").iterdir()) == ["0.svg", "1.svg"]


@pytest.mark.parametrize("interrupted", ["mp4", "pdf"])
def test_a_page_links_to_nothing_that_is_not_there_or_of_another_deck(
    folder, written, tmp_path, monkeypatch, interrupted
):
    shutil.copytree(folder / "renders", tmp_path / "renders")

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    def quick(_, target, *__, **___):
        target.write_text("new")

    monkeypatch.setattr(write, "WRITERS", {"mp4": quick, "pdf": quick, interrupted: interrupt})
    options = {"pdf": True, "renders": tmp_path / "renders", "progress": False}
    with pytest.raises(KeyboardInterrupt):
        write_deck(folder / "week.toml", **options)
    lies = tmp_path / "renders" / "decks" / "week"
    offered = re.findall(r'href="([^"]+)" download', (lies / "index.html").read_text())
    assert offered == {"mp4": [], "pdf": ["week.mp4"]}[interrupted]
    assert sorted(path.name for path in lies.glob("week.*")) == offered


def test_what_cannot_be_laid_out_leaves_an_earlier_page_with_all_it_offers(
    folder, written, tmp_path, monkeypatch
):
    shutil.copytree(folder / "renders", tmp_path / "renders")

    def fail(*_):
        raise PublishError("The disk is full.")

    monkeypatch.setattr(write, "laid_out", fail)
    with pytest.raises(PublishError):
        write_deck(folder / "week.toml", renders=tmp_path / "renders", video=False, progress=False)
    lies = tmp_path / "renders" / "decks" / "week"
    assert sorted(path.name for path in lies.glob("week.*")) == ["week.mp4", "week.pdf"]


def test_a_slide_begins_where_its_own_beat_is_on_screen(tmp_path):
    beats = [{**beat} for beat in CLIMB["beats"]]
    beats[1]["end"] = beats[2]["start"] = 3.5  # half a second after its caption
    put(tmp_path / "renders", "climb", "480p10", **CLIMB | {"beats": beats})
    text = 'title = "A"\n[[slide]]\nclip = "climb"\nbeats = ["Once more"]'
    assert resolved(tmp_path, text).slides[1].stretches == [range(35, 80)]


def test_a_deck_that_cannot_be_written_is_told_of(tmp_path):
    (tmp_path / "renders").mkdir()
    (tmp_path / "renders" / "decks").write_text("in the way")
    path = tmp_path / "week.toml"
    path.write_text('title = "A"\n[[slide]]\ntitle = "B"')
    with pytest.raises(PublishError, match=r"decks.*cannot be written"):
        write_deck(path, renders=tmp_path / "renders", video=False, progress=False)


def test_the_command_tells_the_mistakes_of_a_deck(tmp_path, runner):
    path = tmp_path / "week.toml"
    path.write_text("title = 3")
    told = runner.invoke(command, ["deck", str(path)])
    assert told.exit_code == 1
    assert told.output.startswith(f"{path} is no deck")


@pytest.fixture
def runner():
    from click.testing import CliRunner

    return CliRunner()


# --- the page


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def stick(written, tmp_path_factory):
    """The deck alone, carried away from where it was made."""
    return shutil.copytree(written[0].parent, tmp_path_factory.mktemp("stick") / "deck")


def test_the_page_is_told_from_slide_to_slide_wherever_it_lies(browser, stick):
    with page(browser, stick.as_uri(), "index.html", viewport=SIZE) as shown:
        shown.locator("#begin:focus").wait_for()  # which a loaded page gives with its first picture
        shown.keyboard.press(" ")

        def rests(place, frame=None):
            shown.wait_for_function(f"stage.rests && stage.at === {place}")
            if frame is None:
                shown.locator("img.slide.on").wait_for()  # a card is nothing until it is loaded
            else:
                assert frame_of(shown, "video.slide.on") == frame

        rests(0)
        # It may have played to its end before anyone has looked.
        shown.evaluate("""() => new MutationObserver(() => {
          window.played ||= document.getElementById("stage").classList.contains("plays");
        }).observe(document.getElementById("stage"), { attributes: true })""")
        shown.keyboard.press(" ")
        shown.wait_for_function("window.played")  # a beat has no opening of its own
        rests(1, 25)
        for key, place, frame in (
            ("ArrowRight", 2, 49), ("PageDown", 3, None), ("PageDown", 4, 0), ("End", 9, 79),
            ("2", 3, None), ("3", 4, 0), ("0", 0, None), ("1", 1, 10), ("ArrowRight", 1, 25),
        ):  # fmt: skip
            shown.keyboard.press(key)
            rests(place, frame)
        assert shown.locator("#stage-status").inner_text() == "A climb. A climb & a rest."
        shown.keyboard.press("Escape")
        shown.locator("#stage").wait_for(state="hidden")
        shown.keyboard.press("s")
        rests(1, 25)  # from where it was left
        shown.keyboard.press("Escape")
        shown.get_by_role("link", name="2 Why <this>?").click()
        rests(3)


def test_its_presenters_window_has_cards_and_notes(browser, stick):
    with page(browser, stick.as_uri(), "index.html", viewport=SIZE) as shown:
        shown.get_by_role("link", name="2 Why <this>?").click()
        with shown.expect_popup() as opened:
            shown.keyboard.press("p")
        window = opened.value
        window.get_by_text("Wait.", exact=True).wait_for()
        window.get_by_role("img", name="Why <this>?").wait_for()
        window.locator("#next-film").wait_for()
        assert window.locator("#next-beat").inner_text() == "All of it"


def test_its_list_shuts_nobody_out_and_fits_a_phone(browser, stick):
    with served(stick) as site, page(browser, site, "index.html") as shown:
        for scheme in ("dark", "light"):
            shown.emulate_media(color_scheme=scheme)
            assert violations(shown) == []
        for width in (360, 768, 1440):
            shown.set_viewport_size({"width": width, "height": 900})
            assert shown.evaluate("document.documentElement.scrollWidth") == width
        assert shown.get_by_role("heading", level=1).inner_text() == "A week of E(x)"
        offered = shown.get_by_role("list", name="Downloads").get_by_role("link")
        assert offered.all_inner_texts() == ["week.mp4", "week.pdf"]
