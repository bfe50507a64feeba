"""Every save is seen, and what a scene raises is a sentence that says where."""

import io
import json
import sys

import numpy as np
import pytest
from PIL import Image

from epochreel.errors import EpochreelError
from epochreel.look import style
from epochreel.runs import training
from epochreel.studio.orders import Missing, looks_of
from tests.studio.story import TRAINS, write, write_trainer


def look(scene, aspect="16:9", theme="dark"):
    return looks_of(scene, aspect, theme, "low")[0]


def middle(desk, look, number=8):
    """The colour in the middle of a frame."""
    picture = np.array(Image.open(io.BytesIO(desk.draw(look, number))))
    height, width, _ = picture.shape
    return picture[height // 2, width // 2].astype(int)


def is_of(colour, name):
    return np.abs(colour - style.rgba(style.load().palette[name])[:3]).max() < 12


def test_a_clip_is_told_of_and_drawn(at_desk, tmp_path):
    story = look(write(tmp_path))
    played = at_desk.play(story, 0)
    assert played.folders == {tmp_path}
    told = played.told
    assert [beat["name"] for beat in told["beats"]] == ["The square", "Its epochs"]
    assert (told["frames"], told["frame_rate"], told["width"]) == (20, 10, 320)
    assert told["epochs"] == [None] * 20
    assert told["safe"] == pytest.approx((0.05, 0.05, 0.95, 0.95))
    assert {"hero", "caption"} <= told["slots"].keys()
    assert is_of(middle(at_desk, story), "red")
    assert not middle(at_desk, story, 0).any()
    assert is_of(middle(at_desk, story, 99), "red")  # the last one


def test_each_save_of_the_scene_its_sibling_and_the_stylesheet_is_seen(
    at_desk, tmp_path, monkeypatch
):
    story = look(write(tmp_path, "blue"))
    at_desk.play(story, 0)
    # Of the same length, within the same second: neither size nor date tells.
    write(tmp_path, "aqua")
    assert is_of(middle(at_desk, story), "blue")
    at_desk.play(story, 1)
    assert is_of(middle(at_desk, story), "aqua")
    write(tmp_path, "aqua", "self.wait(2)")
    assert at_desk.play(story, 2).told["frames"] == 30

    palette, text = style.load().palette, style.SHEET.read_text("utf-8")
    sheet = tmp_path / "style.toml"
    sheet.write_text(text.replace(palette["aqua"], palette["violet"], 1), "utf-8")
    monkeypatch.setattr(style.load, "__defaults__", ("dark", sheet))
    at_desk.play(story, 3)
    assert np.abs(middle(at_desk, story) - style.rgba(palette["violet"])[:3]).max() < 12
    sheet.write_text(text.replace('aqua = "', "aqua = ", 1), "utf-8")
    with pytest.raises(EpochreelError, match=r"style\.toml is not valid TOML"):
        at_desk.play(story, 4)
    style.reread()


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("1 / 0", r"^ZeroDivisionError: division by zero \(.*story\.py:21\)$"),
        ("self.slot('heroo')", r"has no slot 'heroo'; did you mean 'hero'\? \(.*story\.py:21\)$"),
        ("return (", r"story\.py is no Python that can be read: '\(' was never closed"),
        ("self.wait(1)\n\nimport nowhere", r"No module named 'nowhere'; mend .*story\.py:23\.$"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_the_last_good_frame_stays(
    at_desk, tmp_path, second, said
):
    story = look(write(tmp_path))
    at_desk.play(story, 0)
    write(tmp_path, second=second)
    with pytest.raises(EpochreelError, match=said) as raised:
        at_desk.play(story, 1)
    assert "\n" not in str(raised.value)
    assert is_of(middle(at_desk, story), "red")
    write(tmp_path, "green")
    at_desk.play(story, 2)
    assert is_of(middle(at_desk, story), "green")


def test_what_cannot_be_drawn_is_one_sentence(at_desk, tmp_path):
    broken = (
        "panel = self.panel('hero', reach=1)\n"
        "        self.add(panel.scatter(lambda epoch: [[1 / 0 if 2 < epoch < 4 else 0, 0]]))\n"
        "        self.train(6, 1)"
    )
    story = look(write(tmp_path, second=broken))
    with pytest.raises(EpochreelError, match="The clip is not played yet"):
        at_desk.draw(story, 0)
    at_desk.play(story, 0)
    with pytest.raises(EpochreelError, match=r"ZeroDivisionError.*story\.py:22\)$"):
        at_desk.draw(story, 15)
    assert is_of(middle(at_desk, story), "red")


def test_a_run_that_is_missing_is_asked_for_and_recorded(at_desk, tmp_path):
    trainer = write_trainer(tmp_path, rate=0.3)
    story = look(write(tmp_path, second=TRAINS, trainer=str(trainer)))
    missing = at_desk.play(story, 0)
    assert isinstance(missing, Missing)
    assert missing.trainer == str(trainer)
    at_desk.record(missing, tmp_path / "far.json")
    assert '"epochs": 6' in (tmp_path / "far.json").read_text("utf-8")
    assert training.LENT is None
    played = at_desk.play(story, 1)
    assert played.told["run"] == missing.name
    assert played.told["epochs"][-1] > 5
    write_trainer(tmp_path, rate=0.2)
    other = at_desk.play(story, 2)
    assert isinstance(other, Missing)
    assert other.name != missing.name


def test_a_run_path_without_a_run_says_so(at_desk, tmp_path):
    scene = write(tmp_path, second="self.run")
    scene.write_text(scene.read_text("utf-8").replace("trainer = ''", "run_path = 'no/where'"))
    with pytest.raises(EpochreelError, match=r"no/where holds no run"):
        at_desk.play(look(scene), 0)


def test_findings_are_those_of_the_check(at_desk, tmp_path):
    story = look(write(tmp_path, second="self.caption('Too short to be read in a second.')"))
    at_desk.play(story, 0)
    (found,) = at_desk.check(story, 0, tmp_path / "note.json")
    assert found["rule"] == "reading time"
    assert found["seconds"] == pytest.approx(1.36, abs=0.1)


def test_what_lies_wrong_is_noted_before_the_check_is_at_its_end(at_desk, tmp_path):
    note = tmp_path / "note.json"
    twice = "self.add(self.text('one'), self.text('two')); self.caption('Too short to be read.')"
    found = at_desk.check(look(write(tmp_path, second=twice)), 0, note)
    assert {each["rule"] for each in found} == {"overlap", "reading time"}
    (noted,) = json.loads(note.read_text("utf-8"))
    assert noted in found
    assert noted["rule"] == "overlap"


def test_nothing_of_a_save_is_left_behind(at_desk, tmp_path):
    before = sys.dont_write_bytecode, [*sys.path]
    at_desk.play(look(write(tmp_path)), 0)
    assert not (tmp_path / "__pycache__").exists()
    assert (sys.dont_write_bytecode, sys.path) == (before[0], [str(tmp_path), *before[1]])
