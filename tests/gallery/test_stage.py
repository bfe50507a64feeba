"""The stage and the presenter's window, in a real browser, from the disk."""

import pytest

from epochreel.gallery.gallery import write_gallery
from tests.gallery.browser import chromium, page, served, violations
from tests.gallery.rendered import CLIMB, frame_of, put

# Ends of its thoughts: captions leave after 26 and 66 frames, beats end after 10, 50 and 80.
ENDS = [0, 9, 25, 49, 65, 79]
SIZE = {"width": 512, "height": 288}


@pytest.fixture(scope="module")
def renders(tmp_path_factory):
    renders = tmp_path_factory.mktemp("stage") / "renders"
    put(renders, "climb", "480p10", **CLIMB)
    write_gallery(renders)
    return renders


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def climb(browser, renders):
    """The page of the clip, as it lies on the disk."""
    with page(browser, renders.as_uri(), "climb/index.html", viewport=SIZE) as shown:
        shown.wait_for_function("video.readyState >= 2")
        yield shown


@pytest.fixture
def staged(climb):
    """The same, on the stage, at its beginning."""
    climb.evaluate("stage.leave(), player.seek(0)")
    climb.keyboard.press("s")
    rests_at(climb, 0)
    return climb


def opens_on(shown, place, frame):
    """Wait until the lecture is before a thought, and see that the frame is on screen."""
    shown.wait_for_function(f"stage.begins && stage.at === {place}")
    assert frame_of(shown, ".slide.on") == frame


def rests_at(shown, place):
    """Wait until the lecture rests at the end of a thought, and see that its frame is on screen."""
    shown.wait_for_function(f"stage.rests && stage.at === {place}")
    assert frame_of(shown, ".slide.on") == ENDS[place]


def test_space_plays_to_the_end_of_the_thought_and_stops_on_its_frame(staged):
    for place in (1, 2):
        staged.keyboard.press(" ")
        staged.wait_for_function(f"!stage.rests && stage.at === {place}")
        rests_at(staged, place)
    assert staged.locator("#stage-status").inner_text() == "The <first> climb. A climb & a rest."
    assert staged.locator("#stage-place").text_content() == "3 / 6"


@pytest.mark.slow
def test_it_stops_on_the_frame_where_a_browser_tells_of_none(browser, renders):
    with page(browser, renders.as_uri(), "index.html", viewport=SIZE) as shown:
        shown.add_init_script("delete HTMLVideoElement.prototype.requestVideoFrameCallback")
        shown.goto(f"{renders.as_uri()}/climb/index.html")
        shown.wait_for_function("video.readyState >= 2")
        shown.keyboard.press("s")
        shown.keyboard.press("PageDown")
        rests_at(shown, 1)


def test_keys_and_clickers_go_back_and_forth(staged):
    for key, place in {
        "ArrowRight": 1, "ArrowDown": 2, "End": 5, "PageUp": 4, "ArrowLeft": 3, "Home": 0,
    }.items():  # fmt: skip
        staged.keyboard.press(key)
        rests_at(staged, place)
    staged.keyboard.press("ArrowLeft")
    rests_at(staged, 0)
    staged.keyboard.press("End")
    staged.keyboard.press("PageDown")  # there is nothing more
    rests_at(staged, 5)


def test_a_clicker_that_is_pressed_again_ends_the_thought_at_once(staged):
    staged.keyboard.press("PageDown")
    staged.wait_for_function("!stage.rests")
    staged.keyboard.press("PageDown")
    rests_at(staged, 1)
    staged.keyboard.press("PageDown")
    staged.wait_for_function("!stage.rests")
    staged.keyboard.press("PageUp")
    rests_at(staged, 1)


def test_space_holds_and_goes_on(staged):
    staged.keyboard.press(" ")
    staged.wait_for_function("!stage.rests")
    staged.keyboard.press(" ")
    staged.wait_for_function("document.querySelector('.slide.on').paused")
    assert not staged.evaluate("stage.rests")
    staged.keyboard.press(" ")
    rests_at(staged, 1)


def test_digits_jump_to_where_chapters_begin_and_two_make_a_number(staged):
    for key, place, first in (("3", 4, 50), ("2", 2, 10)):
        staged.keyboard.press("9")  # there is none, so that no digit joins the next
        staged.keyboard.press(key)
        opens_on(staged, place, first)
    staged.keyboard.press("ArrowLeft")
    rests_at(staged, 1)
    staged.keyboard.press("1")
    rests_at(staged, 0)
    for key in (" ", "PageDown", "ArrowRight"):  # each tells the chapter's first thought
        staged.keyboard.press("9")
        staged.keyboard.press("2")
        opens_on(staged, 2, 10)
        staged.keyboard.press(key)
        staged.wait_for_function("!stage.begins")
        rests_at(staged, 2)


def test_a_chapter_opens_on_its_own_picture_and_not_on_the_end_of_the_last(browser, tmp_path):
    beats = [{**beat} for beat in CLIMB["beats"]]
    beats[1]["end"] = beats[2]["start"] = 3.5  # half a second after its caption
    put(tmp_path, "climb", "480p10", **CLIMB | {"beats": beats})
    write_gallery(tmp_path)
    with page(browser, tmp_path.as_uri(), "climb/index.html", viewport=SIZE) as shown:
        shown.wait_for_function("video.readyState >= 2")
        shown.keyboard.press("s")
        shown.keyboard.press("3")
        opens_on(shown, 3, 35)


def test_black_and_back(staged):
    for key in ("b", "."):
        staged.keyboard.press(key)
        assert not staged.locator(".slide.on").is_visible()
        assert staged.locator("#stage").evaluate("it => getComputedStyle(it).backgroundColor") == (
            "rgb(0, 0, 0)"
        )
        staged.keyboard.press("b")
        assert staged.locator(".slide.on").is_visible()


def test_it_fills_the_screen_and_is_left_at_the_frame_that_was_told(staged):
    staged.wait_for_function("document.fullscreenElement?.id === 'stage'")
    staged.keyboard.press("f")
    staged.wait_for_function("!document.fullscreenElement")
    staged.keyboard.press("End")
    rests_at(staged, 5)  # the stage stays where full screen ends, for whatever reason
    staged.keyboard.press("Escape")
    assert not staged.locator("#stage").is_visible()
    staged.wait_for_function("player.frame === 79")
    staged.keyboard.press("j")  # the page's own keys are in use again
    staged.wait_for_function("player.frame === 29")
    staged.keyboard.press("s")
    rests_at(staged, 2)  # the last that was told before the frame on the page
    staged.wait_for_function("document.fullscreenElement")
    staged.keyboard.press("Escape")
    staged.wait_for_function("!document.fullscreenElement && player.frame === 25")


@pytest.fixture
def windows(staged):
    """The stage and the presenter's window."""
    with staged.expect_popup() as opened:
        staged.keyboard.press("p")
    window = opened.value
    window.get_by_text("Twice, because it is so nice.").wait_for()
    yield staged, window
    window.close()


def test_the_presenters_window_shows_what_comes_next(windows):
    staged, window = windows
    window.keyboard.press("ArrowRight")
    rests_at(staged, 1)
    window.get_by_text("A climb & a rest.", exact=True).wait_for()
    assert frame_of(window, "#next-film") == ENDS[2]
    assert frame_of(window, "#now-film") == ENDS[1]
    assert window.locator("#next-beat").inner_text() == "The <first> climb"
    assert window.locator("#place").inner_text() == "2 / 6"
    assert window.locator("#hour").inner_text() == window.evaluate(
        "new Date().toTimeString().slice(0, 5)"
    )
    window.get_by_role("button", name="On", exact=True).click()
    rests_at(staged, 2)
    window.keyboard.press("2")  # a chapter, of which nothing is told yet
    opens_on(staged, 2, 10)
    window.locator("#now-text").filter(has_not_text="A climb").wait_for(state="attached")
    assert frame_of(window, "#now-film") == 10
    assert window.locator("#now-beat").inner_text() == "The <first> climb"
    assert frame_of(window, "#next-film") == ENDS[2]
    assert window.locator("#next-text").inner_text() == "A climb & a rest."
    window.keyboard.press("Escape")  # which is the stage's own
    window.keyboard.press("End")
    rests_at(staged, 5)
    window.get_by_text("Nothing: this is the end.").wait_for()
    for width in (360, 768, 1440):
        window.set_viewport_size({"width": width, "height": 900})
        assert window.evaluate("document.documentElement.scrollWidth") == width


def test_a_stage_that_is_loaded_anew_finds_its_window(windows):
    staged, window = windows
    staged.reload()
    staged.wait_for_function("video.readyState >= 2")
    staged.keyboard.press("s")
    staged.keyboard.press("ArrowRight")
    rests_at(staged, 1)
    window.get_by_text("A climb & a rest.", exact=True).wait_for()


def test_it_obeys_no_other_window(staged):
    staged.evaluate("""() => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      frame.contentWindow.eval('parent.postMessage({ key: "End" }, "*")');
      window.postMessage({ key: "End" }, "*");
      return new Promise((on) => addEventListener("message", () => setTimeout(on)));
    }""")
    rests_at(staged, 0)


def test_it_shuts_nobody_out_and_tells_its_keys(browser, renders):
    with (
        served(renders) as site,
        page(browser, site, "climb/index.html", viewport=SIZE) as shown,
    ):
        shown.keyboard.press("s")
        rests_at(shown, 0)
        shown.keyboard.press("?")
        panel = shown.get_by_role("dialog", name="Keyboard")
        assert "The thought before" in panel.inner_text()
        assert violations(shown) == []
        shown.keyboard.press("ArrowRight")  # not behind the panel
        panel.get_by_role("button", name="Close").click()
        rests_at(shown, 0)
        shown.mouse.move(100, 100)
        shown.get_by_role("button", name="Back").wait_for()
        assert violations(shown) == []
        shown.locator(".slide.on").click()
        rests_at(shown, 1)
        for width in (360, 768):
            shown.set_viewport_size({"width": width, "height": 600})
            assert shown.evaluate("document.documentElement.scrollWidth") == width
            box = shown.locator(".tools").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        with shown.expect_popup() as opened:
            shown.keyboard.press("p")
        window = opened.value
        window.get_by_text("A climb & a rest.", exact=True).wait_for()
        for scheme in ("dark", "light"):
            window.emulate_media(color_scheme=scheme)
            assert violations(window) == []


def test_a_film_that_is_gone_is_told_of(browser, renders):
    with page(browser, renders.as_uri(), "index.html") as shown:
        shown.route("**/Clip.mp4", lambda route: route.fulfill(status=200, body="no film"))
        shown.goto(f"{renders.as_uri()}/climb/index.html")
        shown.keyboard.press("s")
        shown.get_by_text("480p10/Clip.mp4 cannot be played.").wait_for()
