import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from manim import config
from manim.mobject.opengl.opengl_compatibility import ConvertToOpenGL

from epochreel import files
from epochreel.checks.rehearsal import texts_of
from epochreel.errors import ClipError, StyleError
from epochreel.film import encoding, rendering, writer
from epochreel.media.video import Video
from tests.filming import decoded
from tests.mutations import LONG, mutations, others, outcomes, put_in_place, require_sentence

TINY = Path(__file__).parents[1] / "scenes" / "tiny.py"


@pytest.fixture
def frames(monkeypatch):
    """How many frames were drawn since it was cleared."""
    seen = []
    convert = writer.to_video_frame
    monkeypatch.setattr(
        writer, "to_video_frame", lambda *given: (seen.append(1), convert(*given))[1]
    )
    return seen


def write(project, name, source):
    path = project / "scenes" / f"{name}.py"
    path.write_text(source)
    return path


# --- names


def test_clips_are_the_files_of_the_scenes_folder(project):
    write(project, "another", "")
    write(project, "_helper", "")
    assert rendering.clips() == ["another", "tiny"]


def test_a_clip_is_found_by_its_name_or_its_path(project):
    assert rendering.clip_class("tiny").__name__ == "Tiny"
    assert rendering.clip_class(TINY).__name__ == "Tiny"


def test_an_unknown_clip(project):
    with pytest.raises(ClipError, match=r"There is no clip 'tinny'; did you mean 'tiny'\?"):
        rendering.clip_class("tinny")
    with pytest.raises(ClipError, match=r"There is no clip 'horn'; choose from tiny\."):
        rendering.render("horn")


@pytest.mark.parametrize("count", [60, LONG])
def test_a_mutated_scene_is_imported_or_is_a_sentence(project, count):
    contents = mutations(TINY.read_bytes(), count)
    path = project / "scenes" / "tiny.py"
    found = outcomes(path, contents, lambda: rendering.clip_class("tiny"))
    assert found["told"] > count / 5
    assert found["read"] > count / 10


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("from epochreel import Clip", 0),
        ("from epochreel import Clip\nclass A(Clip): pass\nclass B(Clip): pass", 2),
    ],
)
def test_a_scene_file_defines_one_clip(project, source, count):
    write(project, "wrong", source)
    with pytest.raises(ClipError, match=f"wrong.py defines {count} Clip classes; a scene"):
        rendering.clip_class("wrong")


# --- variants


@pytest.mark.parametrize(
    ("given", "what"), [({"aspect": "3:2"}, "aspect '3:2'"), ({"quality": "8k"}, "quality '8k'")]
)
def test_an_unknown_variant(project, given, what):
    with pytest.raises(ClipError, match=rf"There is no {what}; choose from .*, "):
        rendering.render("tiny", **given)
    assert not (project / "renders").exists()


def test_an_unknown_theme(project):
    with pytest.raises(StyleError, match="sepia"):
        rendering.render("tiny", theme="sepia", quality="low")


@pytest.mark.parametrize(
    ("aspect", "quality", "size"),
    [
        ("16:9", "medium", (1280, 720)),
        ("16:9", "high", (1920, 1080)),
        ("16:9", "4k", (3840, 2160)),
        ("9:16", "high", (1080, 1920)),
        ("1:1", "high", (1080, 1080)),
        ("4:5", "high", (1080, 1350)),
        ("9:16", "4k", (2160, 3840)),
    ],
)
def test_a_quality_is_the_shorter_side(project, aspect, quality, size):
    with rendering.configured("tiny", aspect, "dark", quality):
        assert (config.pixel_width, config.pixel_height) == size


def test_every_size_is_even(project, monkeypatch):
    monkeypatch.setitem(rendering.QUALITIES, "low", (480, 15))
    for aspect in rendering.ASPECTS:
        for quality in rendering.QUALITIES:
            with rendering.configured("tiny", aspect, "dark", quality):
                assert config.pixel_width % 2 == config.pixel_height % 2 == 0


def test_variants_have_folders_of_their_own(project):
    folders = {
        (aspect, theme): folder
        for aspect in rendering.ASPECTS
        for theme in ("dark", "print")
        for folder in [_folder(aspect, theme)]
    }
    assert len(set(folders.values())) == 8
    assert folders["16:9", "dark"] == project / "renders" / "tiny" / "1080p60"
    assert folders["9:16", "print"] == project / "renders" / "tiny" / "1080p60-9x16-print"


def _folder(aspect, theme):
    with rendering.configured("tiny", aspect, theme, "high") as folder:
        return folder


def test_configuring_leaves_no_trace(project):
    before = {name: config[name] for name in config if name not in {"verbosity"}}
    with rendering.configured("tiny", "9:16", "print", "4k"):
        rendering.clip_class("tiny")(theme="print")
    assert {name: config[name] for name in before} == before


# --- rendering


def test_a_clip_is_rendered_to_where_its_name_says(project, frames):
    video = rendering.render("tiny", quality="low", progress=False)
    assert video == project / "renders" / "tiny" / "144p4" / "Tiny.mp4"
    times, pictures, _ = decoded(video)
    assert pictures.shape[1:] == (144, 256, 3)
    assert len(times) == 12
    assert not list(project.rglob("*.part*"))
    count = len(frames)
    assert count == 11  # the wait is one frame, repeated

    rendering.render("tiny", quality="low", progress=False)
    assert len(frames) == count
    rendering.render("tiny", quality="low", progress=False, force=True)
    assert len(frames) == 2 * count


def test_all_shapes_of_a_clip_show_the_theme(project):
    for aspect, theme, ground in (("1:1", "print", 255), ("9:16", "dark", 0)):
        video = rendering.render("tiny", aspect=aspect, theme=theme, quality="low", progress=False)
        pictures = decoded(video)[1]
        assert np.median(pictures) == ground
        assert pictures.std() > 1


def test_a_clip_that_plays_nothing_is_one_sentence(project):
    source = "from epochreel import Clip, hero\n\nclass Mute(Clip):\n    layout = hero()\n"
    write(project, "mute", source)
    with pytest.raises(ClipError, match=r"^Mute plays nothing; let a beat or .* animation\.$"):
        rendering.render("mute", quality="low", progress=False)
    assert not list(project.rglob("*Mute*"))


@pytest.mark.parametrize(
    ("number", "remedy"), [(errno.ENOSPC, "make room"), (errno.EROFS, "allow writing there")]
)
@pytest.mark.parametrize(
    "step",
    [
        (encoding, "whole"),
        (encoding.SegmentEncoder, "write_frame"),
        (encoding.SegmentEncoder, "finish"),
        (encoding, "_noted"),
        (writer, "join"),
    ],
    ids=lambda step: step[1],
)
def test_what_the_disk_refuses_is_one_sentence(project, monkeypatch, step, number, remedy):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number), str(project / "renders" / "file"))

    with monkeypatch.context() as patch:
        patch.setattr(*step, refuse)
        with pytest.raises(ClipError) as told:
            rendering.render("tiny", quality="low", progress=False)
    assert str(told.value) == (
        f"{project / 'renders' / 'tiny' / '144p4'} cannot be written: {os.strerror(number)}; "
        f"{remedy}, then render again, which goes on from what is drawn."
    )
    assert not [path for path in project.rglob("*") if ".part-" in path.name]
    assert rendering.render("tiny", quality="low", progress=False).is_file()


@others
def test_whatever_stands_in_the_place_of_a_file_is_drawn_again_or_told(project, kind):
    video = rendering.render("tiny", quality="low", progress=False)
    whole = {path: path.read_bytes() for path in video.parent.rglob("*") if path.is_file()}
    segment = next(path for path in whole if path.parent.name == "Tiny" and path.suffix == ".mp4")
    for path in (video, segment, segment.with_suffix(".json"), video.parent / "clip.json"):
        put_in_place(kind, path)
        try:
            rendering.render("tiny", quality="low", progress=False)
        except ClipError as error:
            assert kind == "folder"
            require_sentence(error, str(path))
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        assert rendering.render("tiny", quality="low", progress=False) == video
        assert video.read_bytes() == whole[video]


@others
def test_a_lock_is_not_waited_for_and_no_link_in_its_place_is_followed(tmp_path, kind):
    lock = tmp_path / ".Tiny.lock"
    put_in_place(kind, lock)
    try:
        with encoding.kept_by_disk(tmp_path), encoding.at_work(tmp_path / "Tiny", keep=False):
            assert kind in ("pipe", "huge")
    except ClipError as error:
        require_sentence(error, f"delete what stands at {lock}, then")
    assert not (tmp_path / "nowhere").exists()


def test_the_film_that_a_killed_render_began_to_join_is_taken_away(project):
    folder = project / "renders" / "tiny" / "144p4"
    folder.mkdir(parents=True)
    left = folder / ".0123456789ab.part-Tiny.mp4"
    left.write_bytes(b"half a film")
    with files.aside(folder / "Tiny.mp4") as another_s:
        rendering.render("tiny", quality="low", progress=False)
        assert not left.exists()
        assert another_s.exists()


def test_another_error_of_the_system_s_is_not_taken_for_the_disk_s(project, monkeypatch):
    def lost(*_):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "data.csv")

    monkeypatch.setattr(writer, "join", lost)
    with pytest.raises(FileNotFoundError):
        rendering.render("tiny", quality="low", progress=False)


def test_frames_are_counted_ahead_and_told_one_by_one(project):
    told = []
    with rendering.configured("tiny", quality="low"):
        tiny = rendering.clip_class("tiny")
        assert len(rendering.rehearse(tiny, theme="dark").cues.epochs) == 12
        for _ in range(2):  # drawn, then from the cache
            tiny(theme="dark", observer=told.append).perform()
            assert sum(told) == 12
            told.clear()
    assert len(list(project.rglob("*.mp4"))) == 6  # and counting drew nothing


def test_the_progress_bar_reaches_its_end(project, capfd):
    rendering.render("tiny", quality="low")
    assert "frame 12 of 12" in capfd.readouterr().err


def test_the_run_is_the_trainers_or_the_one_given(project, spiral, monkeypatch):
    source = "class Wants(Clip):\n    trainer = 'classifier_unwarp'\n"
    source += "    def construct(self):\n        seen.append(self.run)\n        self.wait(0.25)\n"
    write(project, "wants", f"from epochreel import Clip\nseen = []\n{source}")
    asked = []
    monkeypatch.setattr(
        "epochreel.runs.training.record", lambda name: (asked.append(name), spiral)[1]
    )
    rendering.render("wants", quality="low", progress=False)
    assert asked == ["classifier_unwarp"]
    rendering.render("wants", quality="low", progress=False, run=spiral)
    assert asked == ["classifier_unwarp"]


def test_an_error_in_a_scene_is_raised_and_leaves_no_clip(project):
    write(
        project,
        "broken",
        "from epochreel import Clip\nclass Broken(Clip):\n"
        "    def construct(self):\n        self.wait(0.5)\n        self.slot('left')\n",
    )
    with pytest.raises(ClipError, match="has no slot 'left'"):
        rendering.render("broken", quality="low", progress=False)
    assert not list(project.rglob("Broken.mp4"))


def test_a_film_says_what_it_was_drawn_from_and_the_check_knows_when_that_is_old(project):
    video = rendering.render("tiny", quality="low", progress=False)
    assert texts_of(Video.open(video))
    path = project / "scenes" / "tiny.py"
    path.write_text(path.read_text().replace("radius=14", "radius=15"))
    with pytest.raises(ClipError, match=r"out of date: .*`epochreel render tiny --aspect 16:9"):
        texts_of(Video.open(video))
    rendering.render("tiny", quality="low", progress=False)
    assert texts_of(Video.open(video))


@pytest.mark.parametrize("count", [40, LONG])
def test_mutated_settings_are_read_or_are_a_sentence(project, monkeypatch, count):
    # Manim gives all of them other bases whenever it is told its renderer, which takes long.
    monkeypatch.setattr(ConvertToOpenGL, "_converted_classes", [])
    path = project / "manim.cfg"
    whole = path.read_bytes()

    def read():
        with rendering.configured("tiny", quality="low"):
            pass

    assert outcomes(path, mutations(whole, count), read)["told"] > count / 10


def test_a_folder_that_has_no_name_in_utf_8_takes_no_film(project, monkeypatch):
    monkeypatch.setattr(files, "ROOT", project.rename(project.with_name("caf\udce9")))
    with pytest.raises(ClipError, match=r"caf\\udce9.*; give it a name in UTF-8"):
        rendering.render("tiny", quality="low", progress=False)
