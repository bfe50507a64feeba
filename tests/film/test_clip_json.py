import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from epochreel import Clip, Counter, Recorder, Run, files
from epochreel.errors import ClipError
from epochreel.film import clip_json, rendering
from epochreel.film.timeline import Pace, Timeline
from tests.filming import Areas, decoded, film, studio
from tests.mutations import LONG, mutations
from tests.publish.described import beats, captions
from tests.publish.described import described as made_up

TINY = Path(__file__).parents[1] / "scenes" / "tiny.py"


class TwoParts(Clip):
    """A story.

    Told in
    two parts.
    """

    layout = Areas({"16:9": {"caption": (0, 0, 0.4, 0.2)}})
    title = "Two parts"
    poster = 1.5

    def construct(self):
        self.results["Error, $bold(x)$"] = "1~%"
        self.beat("Before")
        self.wait(1)
        if self.beat("Aside", optional=True):
            self.wait(0.5)
        self.beat("Nothing is played in this one")
        self.beat("After $beta$")
        counter = Counter(self.epoch, self.style)
        self.add(counter)
        self.caption("One, $hat(y)$.", run_time=1)
        self.train(8, 2, pace=Pace(ease=0))
        self.remove(counter)
        self.caption("Two.", run_time=1)
        self.wait(1)
        self.caption("", run_time=1)
        self.wait(0.5)


def described(folder, scene_class=TwoParts, **options):
    with studio(folder):
        scene = rendering.rehearse(scene_class, theme="dark", **options)
        return clip_json.describe(scene, "two", "low")


def test_beats_captions_and_epochs_are_told_in_the_video_s_seconds(tmp_path):
    told = described(tmp_path)
    assert told["duration"] == 8.0
    assert told["frames"] == 32
    assert told["beats"] == [
        {"name": "Before", "start": 0, "end": 1, "optional": False},
        {"name": "Aside", "start": 1, "end": 1.5, "optional": True},
        {"name": "After β", "start": 1.5, "end": 8, "optional": False},
    ]
    assert told["captions"] == [
        {"text": "One, ŷ.", "start": 1.95, "end": 4.95, "leaves": 4.5},
        {"text": "Two.", "start": 4.95, "end": 6.95, "leaves": 6.5},
    ]
    assert told["epochs"][:6] == [None] * 6
    assert told["epochs"][6:10] == [0.0] * 4
    assert told["epochs"][10:18] == list(range(8))
    # A play in which a counter leaves still shows it; there is none in the next.
    assert told["epochs"][18:] == [None] * 14
    assert told["results"] == {"Error, x": "1\u00a0%"}
    assert (told["title"], told["story"]) == ("Two parts", "A story.\n\nTold in two parts.")
    assert (told["class"], told["name"], told["quality"]) == ("TwoParts", "two", "low")
    assert (told["width"], told["height"], told["frame_rate"]) == (256, 144, 4)
    assert (told["aspect"], told["theme"], told["cut"]) == ("16:9", "dark", "full")
    assert told["poster"] == 1.5


def test_what_is_rehearsed_is_what_is_filmed(tmp_path):
    rehearsed = described(tmp_path)
    for _ in range(2):  # drawn, then from the cache
        scene = film(TwoParts, tmp_path)
        with studio(tmp_path):
            assert clip_json.describe(scene, "two", "low") == rehearsed
    assert len(decoded(scene.video)[0]) == rehearsed["frames"]


def test_the_short_cut_plays_no_optional_beat(tmp_path):
    told = described(tmp_path, cut="short")
    assert [beat["name"] for beat in told["beats"]] == ["Before", "After β"]
    assert (told["cut"], told["duration"]) == ("short", 7.5)
    assert told["poster"] == told["duration"] - 1 / 4  # the seconds of a poster are the full cut's


@pytest.mark.parametrize(("poster", "seconds"), [(None, 7.75), (99.0, 7.75), (0.0, 0.0)])
def test_a_poster_is_a_frame_of_the_clip_the_last_by_default(tmp_path, poster, seconds):
    scene_class = type("Film", (TwoParts,), {"poster": poster})
    assert described(tmp_path, scene_class)["poster"] == seconds


def test_a_clip_that_says_nothing_of_itself(tmp_path):
    scene_class = type("SaysNothing", (Clip,), {"construct": lambda self: self.wait(1)})
    told = described(tmp_path, scene_class)
    assert told["title"] == "Says Nothing"
    assert told["beats"] == told["captions"] == []
    assert told["scalars"] == told["config"] == told["results"] == {}
    assert told["trainer"] is told["run"] is told["digest"] is None
    assert told["epochs"] == [None] * 4
    json.dumps(told, allow_nan=False)


def test_a_caption_lasts_to_the_end_where_none_follows(tmp_path):
    def construct(self):
        self.caption("For ever.", run_time=1)
        self.wait(1)

    scene_class = type("Film", (Clip,), {"construct": construct, "layout": TwoParts.layout})
    told = described(tmp_path, scene_class)
    assert told["captions"] == [{"text": "For ever.", "start": 0.45, "end": 2, "leaves": 2}]


def test_a_run_is_told_with_its_scalars_thinned_most_at_the_end(tmp_path):
    net = torch.nn.Linear(1, 1)
    with Recorder.create(tmp_path / "run", trainer="linear", config={"seed": 3}) as recorder:
        for epoch in range(2001):
            late = {"late": float(epoch)} if epoch >= 1000 else {}
            recorder.snapshot(epoch, net=net, loss=2.0 * epoch, **late)
    run = Run.open(tmp_path / "run")
    told = described(tmp_path, run=run)
    assert (told["trainer"], told["config"]) == ("linear", {"seed": 3})
    assert (told["run"], told["digest"]) == ("run", run.digest)
    scalars = told["scalars"]
    epochs = np.array(scalars["epochs"])
    assert (epochs[0], epochs[-1]) == (0, 2000)
    assert 100 < len(epochs) <= 500
    assert (np.diff(epochs) > 0).all()
    assert np.diff(epochs)[0] == 1
    assert np.diff(epochs)[-1] > 4
    assert scalars["loss"] == (2 * epochs).tolist()
    assert all(
        late == (None if epoch < 1000 else epoch)
        for epoch, late in zip(epochs, scalars["late"], strict=True)
    )
    json.dumps(told, allow_nan=False)


def test_scalars_are_told_at_every_epoch_that_is_shown(tmp_path):
    def construct(self):
        self.add(Counter(self.epoch, self.style))
        self.epoch.set_value(1990)
        self.timeline = Timeline(1990)
        self.train(2010, 4, pace=Pace(ease=0))

    net = torch.nn.Linear(1, 1)
    with Recorder.create(tmp_path / "run", trainer="linear") as recorder:
        for epoch in range(2001):
            recorder.snapshot(epoch, net=net, loss=2.0 * epoch)
    late = type("Late", (Clip,), {"construct": construct})
    told = described(tmp_path, late, run=Run.open(tmp_path / "run"))
    shown = {round(epoch) for epoch in told["epochs"]}
    assert max(shown) > 2000
    recorded = dict(zip(told["scalars"]["epochs"], told["scalars"]["loss"], strict=True))
    assert all(recorded[epoch] == 2 * epoch for epoch in shown if epoch <= 2000)
    assert max(recorded) == 2000


def test_it_is_written_beside_the_video_however_often_it_is_rendered(tmp_path, monkeypatch):
    (tmp_path / "scenes").mkdir()
    shutil.copy(TINY, tmp_path / "scenes")
    shutil.copy(files.ROOT / "manim.cfg", tmp_path)
    monkeypatch.setattr(files, "ROOT", tmp_path)
    monkeypatch.setitem(rendering.QUALITIES, "low", (144, 4))
    for cut, folder in (("full", "144p4"), ("short", "144p4-short")):
        video = rendering.render("tiny", quality="low", cut=cut, progress=False)
        assert video == tmp_path / "renders" / "tiny" / folder / "Tiny.mp4"
        told = clip_json.read(video.parent)
        assert told["frames"] == len(decoded(video)[0])
        assert [caption["text"] for caption in told["captions"]] == ["Spirals turn."]
        (video.parent / clip_json.NAME).unlink()
        rendering.render("tiny", quality="low", cut=cut, progress=False)
        assert clip_json.read(video.parent) == told
    with pytest.raises(ClipError, match="There is no cut 'tiny'; choose from full, short"):
        rendering.render("tiny", quality="low", cut="tiny")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "There is no .*; render the clip first"),
        ("{", "cannot be read; render the clip again"),
        ("[]", "cannot be read; render the clip again"),
        ("{}", r"lacks aspect, beats, .*, width; render the clip again"),
        ("[" * 100_000, "cannot be read; render the clip again"),
        ('{"config": ' + '{"": ' * 100_000, "cannot be read; render the clip again"),
        ('{"schema": 99}', "has schema 99, and this version reads 1; render the clip again"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, text, sentence):
    if text is not None:
        (tmp_path / clip_json.NAME).write_text(text)
    with pytest.raises(ClipError, match=sentence):
        clip_json.read(tmp_path)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"class": "../../../x"}, "$.class"),
        ({"class": "x\n"}, "$.class"),
        ({"name": "../../elsewhere"}, "$.name"),
        ({"name": "elsewhere.py"}, "$.name"),
        ({"name": ".."}, "$.name"),
        ({"theme": "blue"}, "$.theme"),
        ({"frames": "600"}, "$.frames"),
        ({"frames": 600.5}, "$.frames"),
        ({"frames": 599}, "it has 599 frames and the epochs of 600"),
        ({"frame_rate": 0}, "$.frame_rate"),
        ({"poster": -1}, "$.poster"),
        ({"width": 2**40}, "$.width"),
        ({"epochs": [None, "1"]}, "$.epochs[1]"),
        ({"results": {"Accuracy": 99}}, "$.results[...]"),
        ({"beats": [{"start": 3, "end": 2, "name": "x", "optional": False}]}, "ends at 2.0 s"),
        ({"captions": [{"start": 0, "end": 2, "text": ""}]}, "$.captions[0].text"),
        ({"scalars": {"epochs": [1.0], "loss": []}}, "of its scalar 'loss' there are 0 values"),
        ({"scalars": {"epochs": []}}, "its scalars are those of no epochs"),
        ({"scalars": {"loss": [1.0]}}, "its scalars are those of no epochs"),
    ],
)
def test_a_value_of_another_kind_or_out_of_bounds_is_one_sentence(tmp_path, said, reason):
    clip_json.write(made_up(**said), tmp_path)
    with pytest.raises(ClipError, match="render the clip again") as told:
        clip_json.read(tmp_path)
    assert reason in str(told.value)


def test_what_is_no_file_or_far_too_large_is_not_read(tmp_path):
    path = tmp_path / clip_json.NAME
    os.mkfifo(path)
    with pytest.raises(ClipError, match="it is no file"):
        clip_json.read(tmp_path)
    path.unlink()
    with path.open("wb") as file:
        file.truncate(2**33)  # a hole, which takes no room on the disk
    with pytest.raises(ClipError, match="it has 8589934592 bytes and may have 100000000"):
        clip_json.read(tmp_path)


@pytest.mark.parametrize("count", [600, LONG])
def test_whatever_is_damaged_is_read_or_refused_in_a_sentence(tmp_path, count):
    text = json.dumps(made_up(**beats(("One", 30), ("Two", 30)), **captions(("Here.", 1, 3))))
    sentences = []
    for content in mutations(text.encode(), count):
        (tmp_path / clip_json.NAME).write_bytes(content)
        try:
            clip_json.read(tmp_path)
        except ClipError as told:
            sentences.append(str(told))
    assert len(sentences) > count / 2
    assert not [sentence for sentence in sentences if "\n" in sentence]


def test_what_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(ClipError, match=r"clip\.json cannot be written"):
        clip_json.write({"schema": 1}, tmp_path / "nowhere")


def test_what_is_no_utf_8_is_told_with_marks_in_its_place(tmp_path):
    clip_json.write(made_up(run="caf\udce9", config={"path": "\ud800"}), tmp_path)
    told = clip_json.read(tmp_path)
    assert (told["run"], told["config"]) == ("caf?", {"path": "?"})
