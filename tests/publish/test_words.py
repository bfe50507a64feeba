import json

import pytest
import srt

from epochreel.errors import ClipError, PublishError
from epochreel.film import clip_json
from epochreel.publish.words import alt_text, description, write_words
from tests.publish.described import beats, captions, described

THREE = beats(("Data", 12), ("Training", 30), ("After", 18))


@pytest.fixture
def told(tmp_path):
    """A folder with a clip.json."""

    def write(**given):
        clip_json.write(described(**given), tmp_path)
        return tmp_path

    return write


def test_everything_is_written_beside_the_video(told):
    folder = told(**THREE, **captions(("One.", 1, 4), ("Two.", 4, 9)))
    paths = write_words(folder)
    names = ["Spiral.srt", "Spiral.vtt", "chapters.txt", "description.md", "alt.txt"]
    assert paths == [folder / name for name in names]
    assert [cue.content for cue in srt.parse(paths[0].read_text())] == ["One.", "Two."]
    assert paths[1].read_text().startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\nOne.\n")
    assert paths[2].read_text() == "0:00 Data\n0:12 Training\n0:42 After\n"
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, "clip.json"])


def test_a_second_time_nothing_is_written(told):
    folder = told(**captions(("One.", 1, 4)))
    before = {path: path.stat().st_mtime_ns for path in write_words(folder)}
    assert {path: path.stat().st_mtime_ns for path in write_words(folder)} == before


def test_what_a_killed_one_left_goes_where_nothing_is_to_be_written(told):
    folder = told()
    write_words(folder)
    left = folder / ".0123456789ab.part-alt.txt"
    left.mkdir()
    write_words(folder)
    assert not left.exists()


def test_what_no_longer_holds_is_removed(told):
    write_words(told(**THREE, **captions(("One.", 1, 4))))
    paths = write_words(told())
    assert [path.name for path in paths] == ["description.md", "alt.txt"]
    assert not list(paths[0].parent.glob("Spiral.*"))
    assert not (paths[0].parent / "chapters.txt").exists()


def test_a_caption_that_cannot_be_read_fails_before_anything_is_written(told):
    folder = told(**captions(("x" * 34, 0, 1), ("Two.", 1, 3)))
    with pytest.raises(ClipError, match=r"hold it for 1\.00 s more"):
        write_words(folder)
    assert [path.name for path in folder.iterdir()] == ["clip.json"]


def test_a_folder_without_a_clip(tmp_path):
    with pytest.raises(ClipError, match=r"There is no .*clip\.json; render the clip first"):
        write_words(tmp_path)


def test_a_file_that_cannot_be_written(told):
    folder = told()
    (folder / "description.md").mkdir()
    with pytest.raises(PublishError, match=r"description\.md cannot be written"):
        write_words(folder)


def test_the_description_says_all():
    text = description(described(**THREE))
    title, story, more, *sections = text.split("\n\n")
    assert (title, story, more) == ("# A spiral", "A spiral turns.", "And turns\nagain.")
    assert sections[:6] == [
        "## Chapters",
        "0:00 Data  \n0:12 Training  \n0:42 After",
        "## Measured",
        "- Accuracy: 99 %",
        "## Training",
        "- Trainer: `linear`\n- Seed: 7\n- Epochs: 50\n- Learning rate: 0.1\n"
        "- Run: `linear-0` (digest abc)",
    ]
    assert sections[6] == "## Credits"
    assert "Epochreel" in sections[7]


def test_the_description_leaves_out_what_there_is_not():
    text = description(described(trainer=None, config={}, run=None, digest=None, results={}))
    assert "None" not in text
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# A spiral",
        "## Credits",
    ]


def test_alt_text_says_what_is_seen_and_when():
    given = described(**THREE, **captions(("It turns.", 30, 40)))
    assert alt_text(given, 35) == (
        "A frame of the clip “A spiral”, part “Training”, epoch 50. "
        "Its caption reads: “It turns.” A spiral turns."
    )
    assert alt_text(given, 1) == "A frame of the clip “A spiral”, part “Data”. A spiral turns."
    assert "epoch 299" in alt_text(given, 61)  # past the end: the last frame
    last = given | {"shown": "It shows 99 points."}
    assert "It shows 99 points. A spiral turns." in alt_text(last, 61)
    assert alt_text(last, 35) == alt_text(given, 35)  # only of the last frame it is known


def test_what_is_written_is_utf_8(told):
    folder = told(title="ž ŷ ‖h‖²", **captions(("β → 0", 1, 4)))
    for path in write_words(folder):
        path.read_bytes().decode("utf-8")
    assert "β → 0" in (folder / "Spiral.vtt").read_text(encoding="utf-8")
    assert json.loads((folder / "clip.json").read_text(encoding="utf-8"))["title"] == "ž ŷ ‖h‖²"
