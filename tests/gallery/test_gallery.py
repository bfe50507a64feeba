"""The gallery in a real browser, where pictures are read back and every request is watched."""

import json
import shutil

import pytest

from epochreel import files
from epochreel.gallery.gallery import write_gallery
from tests.gallery.browser import chromium, page, served, violations
from tests.gallery.rendered import CLIMB, number_on, put

# The number that the page's film shows, read from its pixels without the detour of a screenshot.
NUMBER = """() => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [8, 1];
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(document.querySelector("#video"), 0, 0, 8, 1);
  const { data } = context.getImageData(0, 0, 8, 1);
  return [...Array(8).keys()].reduce((sum, n) => sum + ((data[4 * n] > 127) << n), 0);
}"""


@pytest.fixture(scope="module")
def renders(tmp_path_factory):
    """Two clips, one of them with epochs, in three shapes and published; and its gallery."""
    renders = tmp_path_factory.mktemp("site") / "renders"
    put(renders, "climb", "480p10", **CLIMB)
    put(renders, "climb", "480p10-9x16", (144, 256), **CLIMB | {"aspect": "9:16"})
    put(renders, "climb", "480p10-print", **CLIMB | {"theme": "print"})
    published = renders / "climb" / "published"
    published.mkdir()
    shutil.copy(renders / "climb" / "480p10" / "Clip.mp4", published / "youtube-1080p60.mp4")
    for name in ("Clip.srt", "description.md", "published.json", ".part-1-x.mp4"):
        (published / name).write_text("1 2")
    quiet = {"trainer": None, "run": None, "digest": None, "config": {}, "results": {}}
    put(renders, "a still & quiet", "480p10", **quiet, frames=10, duration=1.0, epochs=[None] * 10)
    assert write_gallery(renders) == renders / "index.html"
    return renders


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(renders):
    with served(renders) as address:
        yield address


@pytest.fixture
def climb(browser, site):
    """The page of the clip, at the size of a laptop, its film loaded."""
    with page(browser, site, "climb/index.html", viewport={"width": 1280, "height": 800}) as shown:
        shown.wait_for_function("video.readyState >= 2 && video.seekable.end(0) > 7")
        yield shown


def shows(shown, number):
    """Wait until the film shows a frame, and see that page and picture agree on it."""
    shown.wait_for_function(f"player.frame === {number} && !video.seeking")
    shown.wait_for_function(f"({NUMBER})() === {number}")


def text(shown, name):
    return shown.locator(f"#{name}").inner_text()


def scalar(shown, name):
    return shown.locator(f"[data-name={name}] b").inner_text()


# --- in a browser


def test_the_slider_stops_at_the_first_frame_of_each_epoch(climb):
    slider = climb.locator("#slider")
    assert slider.get_attribute("max") == "20"  # 0 and 5 to 100: dwells are one stop
    for stop in (1, 20, 0, 7):
        slider.fill(str(stop))
        shows(climb, 10 if stop == 0 else 19 + stop)
        assert slider.get_attribute("aria-valuetext") == f"epoch {5 * stop}"
        assert climb.locator("#epoch").input_value() == str(5 * stop)


def test_the_numbers_are_those_recorded_at_the_epoch(climb):
    climb.locator("#slider").fill("4")
    assert (scalar(climb, "loss"), scalar(climb, "accuracy")) == ("0.607", "10.0 %")
    assert text(climb, "source").startswith("As recorded at epoch 20. Curve: loss, 0.00")
    climb.locator("#slider").fill("1")  # epoch 5, of which 4 is the nearest that was kept
    assert (scalar(climb, "loss"), scalar(climb, "accuracy")) == ("0.905", "2.0 %")
    assert text(climb, "source").startswith("As recorded at epoch 4.")
    climb.locator("#slider").fill("0")  # where no loss was recorded
    assert (scalar(climb, "loss"), scalar(climb, "accuracy")) == ("–", "0.0 %")
    climb.get_by_role("button", name="accuracy").click()
    assert text(climb, "source").endswith("Curve: accuracy, 0.0 % to 100.0 %.")


def test_an_epoch_is_sought_in_the_passage_that_is_on_screen(climb):
    epoch = climb.locator("#epoch")
    epoch.fill("50")
    epoch.press("Enter")
    shows(climb, 29)
    climb.locator("#time").fill("62")
    shows(climb, 62)
    assert climb.get_by_role("slider", name="Epoch, pass 2 of 2").input_value() == "12"
    epoch.fill("51")
    epoch.press("Enter")
    shows(climb, 55)
    climb.locator("#time").fill("3")
    shows(climb, 3)
    assert epoch.evaluate("field => (field.blur(), field.value)") == ""
    assert text(climb, "source").startswith("No epoch is shown here.")


def test_it_plays_and_the_numbers_follow(climb):
    climb.locator("#time").fill("18")
    climb.get_by_role("button", name="Play").click()
    climb.wait_for_function("player.frame > 24")
    climb.get_by_role("button", name="Pause").click()
    climb.wait_for_function("video.paused && !video.seeking")
    frame = climb.evaluate("player.frame")
    assert climb.evaluate(NUMBER) == frame
    assert climb.locator("#slider").input_value() == str(min(frame - 19, 20))
    assert climb.locator("#time").input_value() == str(frame)


def test_chapters_lead_to_their_first_frames(climb):
    assert climb.locator("#ticks span").count() == 2
    assert text(climb, "alt").startswith("A frame of the clip “A climb”, part “The <first> climb”,")
    climb.get_by_role("link", name="0:01 The <first> climb").click()
    shows(climb, 10)
    assert climb.locator("#chapter-list [aria-current]").inner_text().endswith("The <first> climb")
    assert text(climb, "now") == "The <first> climb"
    assert climb.locator("#time").get_attribute("aria-valuetext") == (
        "0:01 of 0:08, The <first> climb"
    )


def test_captions_come_and_go(climb):
    climb.locator("#time").fill("15")
    button = climb.get_by_role("button", name="Captions")
    assert button.get_attribute("aria-pressed") == "false"
    assert not climb.locator("#caption").is_visible()
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    climb.get_by_text("A climb & a rest.", exact=True).wait_for()
    climb.locator("#time").fill("60")
    climb.get_by_text("And again.", exact=True).wait_for()
    climb.locator("#time").fill("75")
    climb.wait_for_function("caption.textContent === ''")
    button.click()
    assert not climb.locator("#caption").is_visible()
    assert text(climb, "status") == "Captions off"


def test_the_keyboard_does_everything(climb):
    press = climb.keyboard.press
    for key, frame in {
        "ArrowRight": 10, "l": 60, ".": 61, ",": 60, "ArrowLeft": 50, "p": 10, "n": 50,
        "j": 0, "End": 79, "Home": 0,
    }.items():  # fmt: skip
        press(key)
        shows(climb, frame)
    press("c")
    assert climb.locator("#caption").is_visible()
    for key, speed in {"+": 1.5, "=": 2, "-": 1.5}.items():
        press(key)
        assert climb.evaluate("video.playbackRate") == speed
    press("e")
    climb.keyboard.type("20")
    press("Enter")
    shows(climb, 23)
    climb.locator("#epoch").evaluate("field => field.blur()")
    press("v")
    assert climb.get_by_role("radio", name="9:16").is_checked()
    press(" ")
    climb.wait_for_function("!video.paused")
    press("k")
    climb.wait_for_function("video.paused")
    press("f")
    climb.wait_for_function("document.fullscreenElement?.id === 'player'")
    press("f")
    climb.wait_for_function("!document.fullscreenElement")


def test_the_keys_are_told_of_and_can_be_put_out_of_use(climb):
    climb.keyboard.press("?")
    panel = climb.get_by_role("dialog", name="Keyboard")
    assert "A frame back, on" in panel.inner_text()
    assert violations(climb) == []
    climb.keyboard.press("End")  # not behind the panel
    panel.get_by_role("checkbox").uncheck()
    panel.get_by_role("button", name="Close").click()
    climb.keyboard.press(".")
    assert climb.evaluate("player.frame") == 0
    climb.reload()
    climb.keyboard.press(".")
    assert climb.evaluate("player.frame") == 0


def test_the_other_shapes_show_the_same_moment(climb):
    climb.locator("#time").fill("33")
    climb.get_by_text("9:16", exact=True).click()
    climb.wait_for_function("video.videoWidth === 144")
    shows(climb, 33)
    assert climb.locator("#epoch").input_value() == "70"
    climb.get_by_text("16:9 print", exact=True).click()
    climb.wait_for_function("video.videoWidth === 256")
    shows(climb, 33)


def test_what_is_published_is_played_and_offered_with_its_size(climb, renders):
    films = climb.get_by_role("region", name="Films")
    link = films.get_by_role("link", name="published/youtube-1080p60.mp4")
    assert link.get_attribute("href") == "published/youtube-1080p60.mp4"
    row = films.get_by_role("listitem").filter(has_text="youtube").inner_text()
    size = (renders / "climb" / "published" / "youtube-1080p60.mp4").stat().st_size
    assert "1920 × 1080, 60 fps" in row
    assert f"{size / 1000:.1f} kB" in row
    offered = climb.locator(".downloads a").all_inner_texts()
    assert [name for name in offered if "published" in name] == [
        "published/youtube-1080p60.mp4", "published/Clip.srt", "published/description.md",
    ]  # fmt: skip
    assert len(offered) == 6  # and the three films as they were rendered
    assert json.loads(climb.locator("#data").inner_text())["films"][0]["video"] == (
        "published/youtube-1080p60.mp4"
    )


@pytest.mark.parametrize("path", ["index.html", "climb/index.html", "a still & quiet/index.html"])
def test_it_shuts_nobody_out_and_fits_a_phone(browser, site, path):
    with page(browser, site, path, viewport={"width": 360, "height": 740}) as shown:
        for scheme, colour in (("dark", "rgb(0, 0, 0)"), ("light", "rgb(255, 255, 255)")):
            shown.emulate_media(color_scheme=scheme)
            ground = shown.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == colour
            assert violations(shown) == []
        for width in (360, 768, 1440):
            shown.set_viewport_size({"width": width, "height": 900})
            assert shown.evaluate("document.documentElement.scrollWidth") == width


def test_it_works_from_the_disk(browser, renders):
    with page(browser, renders.as_uri(), "climb/index.html#epoch=85") as shown:
        shown.wait_for_function("player.frame === 36 && video.readyState >= 2 && !video.seeking")
        shown.wait_for_timeout(100)  # the picture is put on screen after it is decoded
        assert number_on(shown.locator("#video").screenshot()) == 36
        shown.keyboard.press("c")
        shown.keyboard.press("Home")
        shown.keyboard.press("l")
        shown.get_by_text("And again.", exact=True).wait_for()
        shown.get_by_role("link", name="All clips").click()
        shown.get_by_role("link", name="A spiral").click()
        assert shown.get_by_role("heading", level=1).inner_text() == "A spiral"
        assert not shown.locator("#epochs").is_visible()
        assert shown.get_by_role("button", name="Captions").is_disabled()


def test_a_moment_can_be_linked_to(browser, site):
    with page(browser, site, "climb/index.html#t=2.5") as shown:
        shows(shown, 25)
        shown.evaluate("location.hash = 'epoch=10'")
        shows(shown, 21)


def test_a_linked_moment_stays_when_the_film_is_quicker_than_the_script(browser, site):
    """Where a host serves no parts, the first seek ends at 0, and may do so before the film is in.

    The script comes when the film's head is there, and the whole film when that seek is over.
    """
    with page(browser, site, "climb/index.html#t=2.5") as shown:
        asked = []

        def late_script(route):
            shown.wait_for_function("document.querySelector('#video').readyState > 0")
            route.continue_()

        def late_film(route):
            asked.append(route.request.resource_type)
            if asked[-1] == "fetch":
                shown.wait_for_function("window.sought")
            route.continue_()

        shown.add_init_script("addEventListener('seeked', () => (window.sought = true), true)")
        shown.route("**/player.js", late_script)
        shown.route("**/*.mp4", late_film)
        shown.reload()
        shows(shown, 25)
        assert asked == ["media", "fetch"]


def test_posters_play_under_the_pointer_and_the_keyboard(browser, renders):
    with page(browser, renders.as_uri(), "index.html") as shown:
        card = shown.locator(".card").filter(has_text="A climb")

        def waits_for(*playing):
            """A pointer's and a key's effects come a little after them."""
            found = "[...document.querySelectorAll('video')].map(video => !video.paused)"
            shown.wait_for_function(f"playing => String({found}) === String(playing)", arg=playing)

        waits_for(False, False)
        assert [card.locator("p").nth(n).inner_text() for n in range(2)] == [
            "A net </script> climbs.", "0:08 · 190 epochs",
        ]  # fmt: skip
        card.hover()
        shown.wait_for_function("document.querySelectorAll('video')[1].currentTime > 2.1")
        waits_for(False, True)
        shown.mouse.move(0, 0)
        waits_for(False, False)
        shown.keyboard.press("Tab")
        shown.wait_for_function("document.querySelector('.card').classList.contains('plays')")
        waits_for(True, False)
        shown.keyboard.press("Tab")
        shown.wait_for_function("document.querySelectorAll('.plays').length === 1")
        shown.keyboard.press("Enter")
        shown.wait_for_url("**/climb/index.html")


def test_posters_rest_where_motion_is_unwanted(browser, renders):
    with page(browser, renders.as_uri(), "index.html", reduced_motion="reduce") as shown:
        shown.keyboard.press("Tab")
        shown.wait_for_timeout(50)
        assert not shown.evaluate("[...document.querySelectorAll('video')].some(v => !v.paused)")
        alt = shown.locator("img").nth(1).get_attribute("alt")
        assert alt.startswith("A frame of the clip “A climb”, part “The <first> climb”, epoch 100.")


def test_without_scripts_the_film_plays_all_the_same(browser, renders):
    with page(browser, renders.as_uri(), "climb/index.html", java_script_enabled=False) as shown:
        film = shown.locator("#video")
        assert film.get_attribute("controls") is not None
        assert shown.locator("track").get_attribute("src").startswith("data:text/vtt")
        assert not shown.locator(".controls").is_visible()


def test_a_film_that_is_gone_is_told_of(browser, renders, tmp_path):
    shutil.copytree(renders, tmp_path / "renders")
    (tmp_path / "renders" / "climb" / "published" / "youtube-1080p60.mp4").unlink()
    context = browser.new_context()
    shown = context.new_page()
    shown.goto((tmp_path / "renders" / "climb" / "index.html").as_uri())
    shown.get_by_text("published/youtube-1080p60.mp4 cannot be played here").wait_for()
    assert shown.get_by_role("alert").count() == 1
    shown.get_by_text("9:16", exact=True).click()
    shown.wait_for_function("video.videoWidth === 144")
    assert text(shown, "failure") == ""
    context.close()


@pytest.mark.parametrize("path", sorted((files.ROOT / "assets" / "gallery").iterdir()))
def test_it_asks_no_other_place_for_anything(path):
    source = path.read_text()
    assert "://" not in source
    assert not [line for line in source.splitlines() if "import " in line and path.suffix == ".js"]
