"""The studio in a real browser: scrubbed, edited, broken and mended."""

import http.client
import re
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from epochreel.errors import EpochreelError
from epochreel.look.style import load, rgba
from epochreel.studio.orders import looks_of
from epochreel.studio.serving import listening, server
from epochreel.studio.studio import Studio
from tests.gallery.browser import chromium, page, served, violations
from tests.studio.conftest import Here
from tests.studio.story import write

WIDE = {"viewport": {"width": 1280, "height": 800}}
COLOUR = """canvas => {
  const one = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  one.drawImage(canvas, -canvas.width / 2, -canvas.height / 2);
  return [...one.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


@contextmanager
def studio_of(scene):
    """The address of a studio, which is served by a thread."""
    looks = looks_of(scene, "16:9", "dark", "low")
    listener, host = listening(0)
    address, serving = server(looks, Studio(looks, Here), host)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield address
    finally:
        serving.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="module")
def browser():
    expect.set_options(timeout=30_000)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return write(tmp_path_factory.mktemp("project"), "blue")


@pytest.fixture(scope="module")
def address(at_one_desk, scene):
    with studio_of(scene) as address:
        yield address


@pytest.fixture
def shown(browser, address, scene):
    """The page, with the clip as it was in the beginning."""
    write(scene.parent, "blue")
    with page(browser, address.rstrip("/"), "#t=0.8", **WIDE) as shown:
        is_drawn(shown, 8, "blue")
        yield shown


def is_drawn(shown, frame, colour=None):
    """Wait until a frame is on screen, and has a colour of the palette in its middle."""
    canvas = shown.locator("canvas").first
    expect(canvas).to_have_attribute("data-frame", str(frame))
    if colour is not None:
        wanted = rgba(load().palette[colour])[:3].tolist()
        for _ in range(200):  # until the last save is seen
            pixel = canvas.evaluate(COLOUR)
            if max(abs(a - b) for a, b in zip(pixel, wanted, strict=True)) < 12:
                return
            shown.wait_for_timeout(50)
        raise AssertionError(f"{pixel} is not {colour}")


def test_a_clip_is_scrubbed_edited_broken_and_mended(shown, scene):
    expect(shown.locator("h1")).to_have_text("A square")
    shown.locator("#time").fill("3")
    is_drawn(shown, 3)
    shown.keyboard.press(".")
    is_drawn(shown, 4)
    shown.keyboard.press("End")
    is_drawn(shown, 19)
    shown.get_by_role("button", name="The square").click()
    is_drawn(shown, 0)
    shown.keyboard.press("ArrowRight")
    is_drawn(shown, 10, "blue")
    write(scene.parent, "aqua")
    is_drawn(shown, 10, "aqua")
    alert = shown.locator("#fault")
    expect(alert).to_be_hidden()
    write(scene.parent, "gold", "1 / 0")
    expect(alert).to_contain_text("ZeroDivisionError: division by zero")
    expect(alert).to_contain_text("story.py:21")
    is_drawn(shown, 10, "aqua")
    shown.keyboard.press(",")
    is_drawn(shown, 9, "aqua")  # the last clip that could be played is there as a whole
    write(scene.parent, "gold")
    expect(alert).to_be_hidden()
    is_drawn(shown, 9, "gold")


def test_a_clip_that_became_shorter_is_shown_where_it_ends(shown, scene):
    shown.keyboard.press("End")
    is_drawn(shown, 19)
    write(scene.parent, "blue", "self.wait(0.5)")
    is_drawn(shown, 14, "blue")


def test_what_the_check_finds_is_told_and_led_to(shown, scene):
    expect(shown.locator("#verdict")).to_have_text("Nothing to mend.")
    write(scene.parent, "blue", "self.caption('Too short to be read in so short a time.')")
    expect(shown.locator("#verdict")).to_have_text("One finding.")
    expect(shown.locator("#findings")).to_contain_text("reading time: ")
    expect(shown.locator("#marks i")).to_have_count(1)
    assert violations(shown) == []
    shown.get_by_role("button", name="Go to 0:01").click()
    is_drawn(shown, 13)


def test_shapes_and_themes_stand_side_by_side_with_their_areas(shown):
    def chosen(name):
        return shown.locator("label").filter(has_text=re.compile(f"^{name}$"))

    chosen("9:16").click()
    chosen("print").click()
    drawn = shown.locator("canvas:not([hidden])")
    expect(drawn).to_have_count(4)
    names = [name.inner_text() for name in shown.locator("figcaption").all()]
    assert names == ["16:9 dark", "9:16 dark", "16:9 print", "9:16 print"]
    sizes = [canvas.evaluate("c => [c.width, c.height]") for canvas in drawn.all()]
    assert sizes == [[320, 180], [180, 320]] * 2
    boxes = [figure.bounding_box() for figure in shown.locator("figure").all()]
    timeline = shown.locator(".timeline").bounding_box()
    assert max(box["y"] + box["height"] for box in boxes) <= timeline["y"]
    for each in ("16:9", "print", "dark"):  # of which one is the last of its kind
        chosen(each).click()
    expect(drawn).to_have_count(1)
    expect(shown.locator("figcaption")).to_have_text("9:16 dark")
    area = shown.locator(".slot").first
    expect(area).to_be_hidden()
    chosen("slots").click()
    expect(area).to_be_visible()
    safe = shown.locator(".safe")
    expect(safe).to_be_hidden()
    shown.keyboard.press("s")
    frame, inside = shown.locator(".frame").bounding_box(), safe.bounding_box()
    share = (inside["y"] - frame["y"]) / frame["height"]
    assert share == pytest.approx(0.12, abs=0.01)


def test_it_plays_to_the_end_and_stops(shown):
    shown.keyboard.press("Space")
    expect(shown.locator("#play")).to_have_attribute("aria-label", "Pause")
    is_drawn(shown, 19)
    expect(shown.locator("#play")).to_have_attribute("aria-label", "Play")
    expect(shown.locator("#time")).to_have_value("19")
    assert shown.url.endswith("#t=1.900")


def test_nothing_stands_out_of_the_page(browser, address, scene):
    write(scene.parent, "blue")
    with page(browser, address.rstrip("/"), "#t=0.8", color_scheme="light") as shown:
        is_drawn(shown, 8, "blue")
        for width in (1440, 768, 360):
            shown.set_viewport_size({"width": width, "height": 800})
            assert shown.evaluate("document.documentElement.scrollWidth") == width
        assert violations(shown) == []


ELSEWHERE = """<!doctype html><title>elsewhere</title><script>
const address = ADDRESS, got = new Set();
const note = (what) => (event) => got.add(`${what} ${event.type}`);
const image = new Image();
image.onload = image.onerror = note("image");
image.src = `${address}frames/16:9%20dark/8`;
const script = document.createElement("script");
script.onload = script.onerror = note("script");
script.src = `${address}studio.js`;
const style = document.createElement("link");
[style.rel, style.onload, style.onerror, style.href] =
  ["stylesheet", note("style"), note("style"), `${address}studio.css`];
document.head.append(script, style);
const source = new EventSource(`${address}told`);
source.onmessage = source.onerror = note("told");
const asked = (mode) => fetch(address, { mode })
  .then((answer) => answer.text(), () => "nothing").then((text) => got.add(`${mode} [${text}]`));
Promise.all([asked("cors"), asked("no-cors")]);
const wait = setInterval(() => {
  if (got.size >= 6) document.title = [...got].sort().join(", "), clearInterval(wait);
}, 20);
</script>"""


def test_a_page_from_elsewhere_gets_nothing_though_it_knows_the_address(browser, address, tmp_path):
    (tmp_path / "index.html").write_text(ELSEWHERE.replace("ADDRESS", repr(address)), "utf-8")
    with served(tmp_path) as elsewhere:
        context = browser.new_context()
        shown = context.new_page()
        shown.goto(f"{elsewhere}/index.html")
        expect(shown).to_have_title(
            "cors [nothing], image error, no-cors [nothing], script error, style error, told error"
        )
        context.close()


def test_another_name_for_this_machine_gets_nothing(address):
    place = urlsplit(address)
    for host, status in ((place.netloc, 200), (f"localhost:{place.port}", 403)):
        connection = http.client.HTTPConnection(place.hostname, place.port)
        connection.request("GET", place.path, headers={"Host": host})
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (status, status == 200)
        connection.close()


@pytest.mark.parametrize(
    "path", ["nowhere.js", "frames/2:1%20dark/0", "frames/16:9%20dark/x", "told?look=big", "../"]
)
def test_there_is_nothing_else(address, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address + path)
    assert refused.value.code in (403, 404)
    refused.value.close()


def test_a_look_that_nobody_is_shown_is_refused_in_a_sentence(address):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}frames/4:5%20dark/0")
    assert (refused.value.code, refused.value.read()) == (409, b"4:5 dark is not shown.")


def test_when_it_ends_the_page_says_so(browser, at_one_desk, scene):
    write(scene.parent, "blue")
    context = browser.new_context()
    shown = context.new_page()
    with studio_of(scene) as address:
        shown.goto(address)
        is_drawn(shown, 0)
    expect(shown.locator("#status")).to_have_text("The studio is closed: start it again.")
    context.close()


def test_a_port_that_is_taken_is_one_sentence():
    listener, host = listening(0)
    port = int(host.split(":")[1])
    with listener, pytest.raises(EpochreelError, match=rf"Port {port} cannot be had \("):
        listening(port)
    with pytest.raises(EpochreelError, match="Port 99999 cannot be had"):
        listening(99999)
