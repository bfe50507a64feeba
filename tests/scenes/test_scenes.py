"""What every clip is held to; a new file in scenes/ is covered by being there."""

import itertools
import math
import re
import zlib
from pathlib import Path

import pytest

from epochreel.film import rendering
from epochreel.look.style import THEMES
from epochreel.marks.box import Box
from epochreel.panels.compositions import ASPECTS
from epochreel.runs import training
from tests.filming import decoded, film, python, segments
from tests.pictures import matches_reference
from tests.scenes import watching
from tests.scenes.watching import EVERY, beyond_margins, faults

CLIPS = rendering.clips()
PICTURES = Path(__file__).parent / "pictures"
TESTS = Path(__file__).parents[1]
TINY = Path(__file__).with_name("tiny.py")
LIST = Path(__file__).parents[2] / "docs" / "clips.md"
LISTED = re.findall(r"^\| \[`(\w+)`\]\(\.\./scenes/\1\.py\)", LIST.read_text("utf-8"), re.MULTILINE)

# Beside 16:9 a clip is watched in one other shape, whose turn it is by its name, and of the print
# theme there is a picture alone: `make test-slow` looks at all of them.
OTHERS = [aspect for aspect in ASPECTS if aspect != "16:9"]
PICTURED = {
    "opening": ("16:9", "dark"),
    "16x9": ("16:9", "dark"),
    "1x1": ("1:1", "dark"),
    "9x16": ("9:16", "dark"),
    "print": ("16:9", "print"),
}
"""The names of a clip's reference pictures, and what they are of.

The "opening" is the end of the first beat; the others are the last frame before training, which
is the same on all kinds of processor.
"""


def clip(name, *values, marks=()):
    """A parameter set; tests of a clip run in one process, which watches it once."""
    stem = Path(name).stem
    marks = [pytest.mark.xdist_group(stem), *marks]
    return pytest.param(name, *values, marks=marks, id=" ".join([stem, *values]))


def rare(name, aspect):
    """The mark of a shape of a clip that only the long tests look at, if it is one."""
    turn = OTHERS[zlib.crc32(Path(name).stem.encode()) % len(OTHERS)]
    return [] if aspect in ("16:9", turn) else [pytest.mark.slow]


shapes = pytest.mark.parametrize(
    ("name", "aspect"),
    [clip(name, aspect, marks=rare(name, aspect)) for name in CLIPS for aspect in ASPECTS],
)
clips = pytest.mark.parametrize("name", [clip(name) for name in CLIPS])


# --- frame purity


@clips
def test_a_play_drawn_alone_in_another_process_is_that_of_the_whole(
    watched, given, elsewhere, tmp_path, name
):
    """The cache's key and every byte, whatever was played, and in whatever order sets are."""
    run, whole = given(name), watched(name).traces()
    alone = elsewhere(watching.traces, name, run and run.path, tmp_path, max(whole))
    assert alone == whole
    assert len(alone) >= 2


ALONE = """
import sys
from pathlib import Path
from epochreel import Run
from epochreel.film import rendering
from tests.filming import film

name, run, folder, *plays = sys.argv[1:]
scene = rendering.clip_class(name)
for play in map(int, plays):
    film(
        scene,
        Path(folder, str(play)),
        run=Run.open(Path(run)) if run else None,
        from_animation_number=play,
        upto_animation_number=play,
    )
"""


@pytest.mark.parametrize(
    "name", [clip(TINY), *(clip(name, marks=[pytest.mark.slow]) for name in CLIPS)]
)
def test_a_film_of_each_play_is_a_part_of_the_whole_film(given, tmp_path, name):
    """The same names and bytes; and as many frames as the clip's timeline says."""
    run = given(name)
    scene = film(rendering.clip_class(name), tmp_path, run=run)
    keys = scene.renderer.keys
    files = [Path(path) for path in scene.renderer.file_writer.partial_movie_files]
    whole = {file.name: file.read_bytes() for file in files}
    python(
        ALONE, name, run.path if run else "", tmp_path, *range(len(keys)), PYTHONHASHSEED="12345"
    )
    for play, key in enumerate(keys):
        drawn = segments(tmp_path / str(play))
        of_play = {file for file in whole if file.startswith(f"{key}_")}
        assert set(drawn) == of_play, f"play {play} has another key alone"
        assert all(drawn[file] == whole[file] for file in of_play), f"play {play} differs alone"
    frames = len(decoded(scene.video)[0])
    assert frames == len(scene.cues.epochs)
    assert frames / 4 == pytest.approx(scene.timeline.duration, abs=len(keys) / 8)


# --- length and shapes


@pytest.mark.parametrize("name", [clip(name) for name in LISTED])
def test_every_row_of_the_list_of_clips_plays_to_its_last_beat(watched, name):
    """As `make clip SCENE=name` does."""
    seen = watched(name)
    assert rendering.clip_class(name).title in seen.described["title"]
    assert seen.ends[-1].beat == len(seen.described["beats"]) >= 3


def test_every_clip_has_one_row():
    assert sorted(LISTED) == sorted(CLIPS)


@clips
def test_a_clip_lasts_as_long_as_a_lecture_can_spare(watched, name):
    assert 25 <= watched(name).described["duration"] <= 75


@shapes
def test_a_clip_lasts_as_long_in_every_shape(watched, name, aspect):
    seen = watched(name, aspect)
    frames = watched(name).described["frames"]
    assert seen.described["frames"] == frames
    # Every run time is whole frames, so the seconds that were asked for are those of the video.
    asked = math.fsum(stretch.run_time for stretch in seen.scene.timeline.stretches)
    assert asked == pytest.approx(frames / watching.RATE)
    assert seen.ends[-1].play + 1 == len(seen.ends) == len(seen.scene.timeline.stretches)


@clips
def test_a_clip_has_the_same_slots_in_every_shape(name):
    layout = rendering.clip_class(name).layout
    slots = [set(layout.slots(aspect, Box(0, 0, 7, 7))) - {"rest", "epoch"} for aspect in ASPECTS]
    assert all(each == slots[0] for each in slots)


# --- safe areas and legibility


@shapes
def test_there_is_nothing_but_background_outside_the_safe_area(watched, name, aspect):
    seen = watched(name, aspect)
    drawn = [moment for moment in seen.moments if moment.picture is not None]
    assert drawn
    assert list(filter(None, (beyond_margins(moment, seen) for moment in drawn))) == []


@shapes
def test_no_text_lies_on_another_or_leaves_the_safe_area(watched, name, aspect):
    seen = watched(name, aspect)
    for moment in seen.moments:
        assert list(faults(moment, seen)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "aspect", "theme"),
    [clip(*variant) for variant in itertools.product(CLIPS, ASPECTS, THEMES)],
)
def test_every_variant_is_legible_all_the_time(given, tmp_path, name, aspect, theme):
    seen = watching.watch(
        name, tmp_path, run=given(name), aspect=aspect, theme=theme, drawn=EVERY, samples=12
    )
    assert list(filter(None, (beyond_margins(moment, seen) for moment in seen.moments))) == []
    for moment in seen.moments:
        assert list(faults(moment, seen)) == []


# --- pictures, and what a clip has to bring along


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        clip(name, picture, marks=rare(name, aspect))
        for name in [*CLIPS, TINY]
        for picture, (aspect, _) in PICTURED.items()
    ],
)
def test_it_looks_as_it_did(watched, update_pictures, name, picture):
    """`pytest --update-pictures` renews the references."""
    seen = watched(name, *PICTURED[picture])
    moment = {
        "opening": lambda: seen.ends_of_beats[0],
        "print": lambda: seen.ends[-1],
    }.get(picture, lambda: seen.before_training)()
    path = PICTURES / f"{Path(name).stem}-{picture}.png"
    matches_reference(moment.picture, path, update_pictures)
    assert path.stat().st_size < 60_000


def missing(name, trainer, tests=TESTS):
    """What a clip should bring along and does not, by its name and its trainer's.

    Its reference pictures, and tests of what it claims: of its trainer on three seeds, or, where
    it films a run that somebody else recorded, of the clip itself.
    """
    pictures = [tests / "scenes" / "pictures" / f"{name}-{picture}.png" for picture in PICTURED]
    claims = tests / (f"trainers/test_{trainer}.py" if trainer else f"scenes/test_{name}.py")
    wanted = [path for path in (*pictures, claims) if not path.is_file()]
    if claims.is_file() and "def test_" not in claims.read_text("utf-8"):
        wanted.append(claims)
    return [str(path.relative_to(tests)) for path in wanted]


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_has_pictures_and_tests_of_its_claims(update_pictures, name):
    if update_pictures:
        pytest.skip("the pictures are being written")
    assert missing(name, rendering.clip_class(name).trainer) == []


def test_every_trainer_has_tests_and_every_picture_a_clip(update_pictures):
    if update_pictures:
        pytest.skip("the pictures are being written")
    assert [t for t in training.names() if not (TESTS / f"trainers/test_{t}.py").is_file()] == []
    of_clips = {f"{name}-{picture}" for name in [*CLIPS, "tiny"] for picture in PICTURED}
    assert {path.stem for path in PICTURES.iterdir()} == of_clips


def test_a_clip_without_pictures_and_tests_is_found(tmp_path):
    pictures = [f"scenes/pictures/new-{picture}.png" for picture in PICTURED]
    assert missing("new", "net", tmp_path) == [*pictures, "trainers/test_net.py"]
    for path in (*pictures, "trainers/test_net.py", "scenes/test_new.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    assert missing("new", "net", tmp_path) == ["trainers/test_net.py"]
    (tmp_path / "trainers/test_net.py").write_text("def test_it(): ...")
    assert missing("new", "net", tmp_path) == []
    assert missing("new", "", tmp_path) == ["scenes/test_new.py"]
