"""The plane of a clip's page, from the disk: dragged, typed, stepped through the epochs."""

import re

import numpy as np
import pytest
import torch

from epochreel.gallery.gallery import write_gallery
from epochreel.runs import training
from tests.gallery.browser import chromium, page, served, violations
from tests.gallery.rendered import CLIMB, put

LAST = 30
SHOWN = [None] * 10 + [float(min(n, LAST)) for n in range(40)] + [None] * 30
DRAWN = """canvas => canvas.getContext("2d")
  .getImageData(0, 0, canvas.width, canvas.height).data.some(value => value)"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs of a classifier, and of a generator with its critic."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        small = {"hidden": 20, "progress": False}
        yield {
            "arms": training.record("classifier_unwarp", points_per_class=40, epochs=LAST, **small),
            "pair": training.record("gan_critic", epochs=4, **small),
        }


@pytest.fixture(scope="module")
def renders(runs, tmp_path_factory):
    """A gallery of both, and of a clip whose run is not at hand."""
    renders = tmp_path_factory.mktemp("site") / "renders"
    for name, run in runs.items():
        epochs = SHOWN if name == "arms" else [None] * 80
        ran = {"run": run.path.name, "digest": run.digest}
        put(renders, name, "480p10", **CLIMB | {"epochs": epochs, "scalars": {}, **ran})
    put(renders, "elsewhere", "480p10", **CLIMB)
    write_gallery(renders)
    return renders


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(renders):
    """Their address on a server, where axe can read the styles."""
    with served(renders) as address:
        yield address


def opened(browser, base, name, **options):
    given = {"viewport": {"width": 1280, "height": 900}} | options
    return page(browser, base, f"{name}/index.html", **given)


@pytest.fixture(scope="module")
def arms(browser, renders):
    """The classifier's page, on which each test goes where it wants to begin."""
    with opened(browser, renders.as_uri(), "arms") as shown:
        shown.locator("#net").scroll_into_view_if_needed()
        shown.wait_for_function("net && !document.querySelector('#net').hidden")
        yield shown


def point(shown):
    fields = [shown.locator(f"#net-at-{n}").input_value() for n in (1, 2)]
    return [float(each) for each in fields]


def answered(shown):
    """The numbers beside the plane, by their names."""
    rows = [row.split() for row in shown.locator(".energy").all_inner_texts()]
    return {" ".join(name): float(value.replace("−", "-")) for *name, value in rows}


def told(run, epoch, x):
    """What torch says: the embedding and the energies of the classes."""
    net = training.find("classifier_unwarp").build(training.configure(
        training.find("classifier_unwarp"), **run.config
    ))  # fmt: skip
    run.load(net, epoch)
    with torch.no_grad():
        h = net.embedding(torch.tensor([x]))
        energies = -net.classifier(h).log_softmax(1)
    return [*h[0].tolist(), *energies[0].tolist()]


def test_a_point_is_dragged_and_the_net_of_the_epoch_answers(arms, runs):
    arms.locator("#slider").fill("20")
    arms.wait_for_function("document.querySelector('#net-when').textContent === 'epoch 20'")
    box = arms.locator("#net-ground").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    arms.mouse.move(*middle)
    arms.mouse.down()
    assert point(arms) == pytest.approx([0, 0], abs=0.01)
    before = arms.locator(".image").bounding_box()
    arms.mouse.move(middle[0] + box["width"] / 4, middle[1] - box["height"] / 8, steps=3)
    arms.mouse.up()
    arms.mouse.move(*middle)  # no longer drags it
    x = point(arms)
    assert x == pytest.approx([0.29 * 2, 0.29], rel=0.05)
    assert arms.locator(".image").bounding_box() != before
    # The fields show two decimals, so the net is asked there.
    for n, value in enumerate(x, start=1):
        arms.locator(f"#net-at-{n}").fill(str(value))
    answers = answered(arms)
    assert [*answers] == ["h1", "h2", *(f"F(x, {k})" for k in range(1, 6))]
    # Three digits are shown; quantised with 16 bits it is better than that (see test_net).
    assert [*answers.values()] == pytest.approx(told(runs["arms"], 20, x), rel=0.006, abs=1e-4)
    least = min(answers, key=lambda name: answers[name] if name[0] == "F" else np.inf)
    assert arms.locator(".least .name").inner_text() == least
    canvases = arms.locator("#net canvas")
    assert canvases.count() == 5
    assert all(canvases.nth(n).evaluate(DRAWN) for n in range(5))


def test_the_arrow_keys_move_the_point_and_not_the_film(arms):
    arms.locator("#time").fill("30")
    handle = arms.get_by_role("slider", name="Point")
    for n in (1, 2):
        arms.locator(f"#net-at-{n}").fill("0")
    handle.focus()
    step = float(handle.get_attribute("aria-valuemax")) * 2 / 100
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowUp", "ArrowLeft", "Shift+ArrowDown"):
        handle.press(key)
    assert point(arms) == pytest.approx([10 * step, -9 * step], abs=0.006)
    said = handle.get_attribute("aria-valuetext")
    assert re.fullmatch(r"x₁ 0\.\d\d, x₂ −0\.\d\d", said)
    for _ in range(30):
        handle.press("Shift+ArrowRight")
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(50 * step, abs=0.01)
    assert arms.evaluate("player.frame") == 30
    begun = handle.get_attribute("aria-valuetext") + "; sent to h₁ "
    arms.wait_for_function(
        "begun => document.querySelector('#net-said').textContent.startsWith(begun)", arg=begun
    )
    words = arms.locator("#net-said").inner_text()
    assert re.search(r"; lowest energy: class \d, [\d.e−]+\.$", words)


def test_the_epoch_is_that_of_the_film_and_leads_it(arms):
    arms.locator("#slider").fill("7")
    assert arms.locator("#net-epoch").input_value() == "7"
    assert arms.locator("#net-when").inner_text() == "epoch 7"
    early = answered(arms)
    arms.locator("#net-epoch").fill("25")
    arms.wait_for_function("player.frame === 35")
    assert arms.locator("#slider").input_value() == "25"
    arms.wait_for_function(f"document.querySelector('.energy b').textContent !== '{early['h1']:g}'")
    assert answered(arms) != early
    arms.locator("#time").fill("0")  # where none is shown: the first that will be
    assert arms.locator("#net-when").inner_text() == "epoch 0"
    arms.locator("#time").fill("75")
    assert arms.locator("#net-when").inner_text() == f"epoch {LAST}"


def test_several_nets_can_be_chosen_and_a_film_without_epochs_leaves_the_slider(browser, site):
    with opened(browser, site, "pair") as shown:
        shown.locator("#net").scroll_into_view_if_needed()
        assert shown.locator("#net-when").inner_text() == "epoch 4"
        assert shown.locator("#net-from").inner_text() == "z, a latent"
        assert [*answered(shown)] == ["ỹ1", "ỹ2"]
        shown.locator("#net-epoch").fill("0")
        assert shown.locator("#net-when").inner_text() == "epoch 0"
        assert shown.evaluate("player.frame") == 0
        shown.get_by_role("radio", name="critic").check()
        assert not shown.locator("#net-image").is_visible()
        assert [*answered(shown)] == ["output"]
        assert shown.locator("#net-key").is_visible()


def drag(shown, box):
    """A finger moves up from the middle of a box."""
    touch = shown.context.new_cdp_session(shown)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for number in range(9):
        kind = "touchMove" if number else "touchStart"
        at = [{"x": x, "y": y - 12 * number}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_scrolls_and_taps_but_drags_the_point_alone(browser, renders):
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    with opened(browser, renders.as_uri(), "arms", **phone) as shown:
        ground = shown.locator("#net-ground")
        ground.scroll_into_view_if_needed()
        before, place = point(shown), shown.evaluate("scrollY")
        drag(shown, shown.locator("#net-point").bounding_box())
        assert point(shown) != before
        assert shown.evaluate("scrollY") == place
        before = point(shown)
        drag(shown, ground.bounding_box() | {"width": 60})
        shown.wait_for_function("place => scrollY > place", arg=place)
        assert point(shown) == before
        box = ground.bounding_box()
        ground.tap(position={"x": box["width"] * 0.75, "y": box["height"] * 0.75})
        x = point(shown)
        assert x == pytest.approx([x[0], -x[0]], abs=0.02)
        assert x[0] > 0.5


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.slow)])
def test_it_shuts_nobody_out_and_fits_every_width(browser, site, scheme):
    with opened(browser, site, "arms", color_scheme=scheme) as shown:
        assert violations(shown) == []
        for width in (360, 768, 1440):
            shown.set_viewport_size({"width": width, "height": 900})
            assert shown.evaluate("document.documentElement.scrollWidth") == width
            ground = shown.locator("#net-ground").bounding_box()
            assert ground["width"] == pytest.approx(ground["height"])
            assert ground["width"] >= 200


def test_without_a_run_or_scripts_nothing_is_said_of_it(renders):
    elsewhere = (renders / "elsewhere" / "index.html").read_text("utf-8")
    assert not re.search(r"nets?\.js|plane\.|id=\"net", elsewhere)
    assert not (renders / "elsewhere" / "nets.js").exists()
    arms = (renders / "arms" / "index.html").read_text("utf-8")
    assert re.search(r'<section class="net" [^>]* hidden>', arms)
