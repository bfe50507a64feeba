"""What every clip is held to; a new file in scenes/ is covered by being there."""

import itertools
import math
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from manim import Mobject, config

from epochreel.film import rendering
from epochreel.film.clip import Clip
from epochreel.layers import Counter
from epochreel.look.style import THEMES
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset
from tests.filming import decoded, film, python, segments, studio
from tests.pictures import matches_reference

ASPECTS = ("16:9", "1:1", "9:16")
CLIPS = rendering.clips()
PICTURES = Path(__file__).parent / "pictures"
TINY = Path(__file__).with_name("tiny.py")

MOMENTS: dict[str, tuple[int, ...]] = {
    "classifier_energy": (7,),
    "classifier_unwarp": (6, 12),
    "ellipse_inference": (9,),
    "ellipse_temperature": (8, 13),
    "ellipse_training": (7,),
    "gan_critic": (7,),
    "gan_critic_literal": (4,),
    "horn_training": (2,),
}
"""For a clip the plays whose last frames are held to reference pictures, in 16:9 and dark.

They come before any long training, which no two kinds of processor repeat to the last digit.
"""

clips = pytest.mark.parametrize("name", CLIPS)
aspects = pytest.mark.parametrize("aspect", ASPECTS)


def edges(mobject: Mobject) -> Box:
    """What a mobject covers, strokes apart."""
    points = np.concatenate([m.points for m in mobject.get_family() if len(m.points)])
    return Box(*points.min(axis=0)[:2], *points.max(axis=0)[:2])


def texts(mobjects) -> list[Mobject]:
    """Formulas, words and counters among these mobjects' families that are to be seen."""
    found: dict[int, Mobject] = {}
    for mobject in mobjects:
        if isinstance(mobject, Typeset):
            if max(glyph.get_fill_opacity() for glyph in mobject.submobjects) > 0:
                found[id(mobject)] = mobject
        elif isinstance(mobject, Counter):
            if mobject.opacity > 0:
                found[id(mobject)] = mobject
        else:
            found |= {id(text): text for text in texts(mobject.submobjects)}
    return list(found.values())


def watched(scene_class: type[Clip]) -> type[Clip]:
    """The same clip, that notes its last frame and its texts at the end of each play."""

    def play(self, *animations, **options):
        scene_class.play(self, *animations, **options)
        self.ends.append(
            SimpleNamespace(
                frame=self.renderer.camera.pixel_array.copy(),
                texts=[edges(text) for text in texts(self.mobjects)],
                safe=self.safe,
                names=[f"{animation}" for animation in self.animations],
            )
        )

    # In its own module: the keys of its plays are made of the file that it comes from.
    members = {"play": play, "ends": [], "__module__": scene_class.__module__}
    return type(scene_class.__name__, (scene_class,), members)


@pytest.fixture(scope="session")
def filmed(recorded, tmp_path_factory):
    """A clip in an aspect ratio, rendered whole, once a session: its scene, whose `ends` tell."""

    @cache
    def film_once(name, aspect):
        scene_class = watched(rendering.clip_class(name))
        run = recorded(scene_class.trainer) if scene_class.trainer else None
        folder = tmp_path_factory.mktemp("whole")
        # Only frames at rest are looked at in the other shapes.
        rate = 4 if aspect == "16:9" else 2
        scene = film(scene_class, folder, run=run, aspect=aspect, rate=rate)
        scene.folder, scene.given, scene.rate = folder, run, rate
        return scene

    return film_once


def background(scene):
    return np.array([round(255 * share) for share in scene.camera.background_color.to_rgb()])


# --- frame purity


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


def alone(name, run, folder, plays):
    """Segments of plays that another process rendered each by itself."""
    python(ALONE, name, run.path if run else "", folder, *plays, PYTHONHASHSEED="12345")
    return {play: segments(folder / str(play)) for play in plays}


def held_to_purity(name, scene, folder, plays):
    """A play rendered alone has the name (the cache's key) and the bytes of the whole clip's."""
    files = [Path(path) for path in scene.renderer.file_writer.partial_movie_files]
    for play, drawn in alone(name, scene.given, folder, plays).items():
        assert list(drawn) == [files[play].name], f"play {play} has another key alone"
        assert drawn[files[play].name] == files[play].read_bytes(), f"play {play} differs alone"


@clips
def test_a_play_rendered_alone_is_the_same_as_in_the_whole(filmed, tmp_path, name):
    scene = filmed(name, "16:9")
    last = scene.renderer.num_plays - 1
    held_to_purity(name, scene, tmp_path, sorted({0, last // 3, 2 * last // 3, last}))


def test_a_tiny_clip_is_pure_in_every_play(filmed, tmp_path):
    scene = filmed(TINY, "16:9")
    held_to_purity(TINY, scene, tmp_path, range(scene.renderer.num_plays))


# --- length and shapes


@clips
def test_a_clip_lasts_as_long_as_a_lecture_can_spare(filmed, name):
    scene = filmed(name, "16:9")
    assert 25 <= scene.timeline.duration <= 75
    frames = len(decoded(scene.video)[0])
    assert frames / scene.rate == pytest.approx(scene.timeline.duration, rel=0.05)


@clips
def test_a_clip_has_a_layout_for_every_shape(name):
    layouts = rendering.clip_class(name).layouts
    assert set(layouts) >= set(ASPECTS)
    names = {aspect: set(layouts[aspect]) for aspect in ASPECTS}
    assert names["1:1"] == names["9:16"] == names["16:9"]
    for area in itertools.chain.from_iterable(layouts[aspect].values() for aspect in ASPECTS):
        left, bottom, right, top = area
        assert 0 <= left < right <= 1
        assert 0 <= bottom < top <= 1


@clips
@aspects
def test_the_other_themes_play_as_long_in_every_shape(filmed, tmp_path, name, aspect):
    scene = filmed(name, aspect)
    plays = math.fsum(stretch.run_time for stretch in scene.timeline.stretches)
    for theme in set(THEMES) - {"dark"}:
        with studio(tmp_path, aspect=aspect, rate=scene.rate):
            scene_class = rendering.clip_class(name)
            frames = rendering.count_frames(scene_class, theme=theme, run=scene.given)
            assert frames == len(decoded(scene.video)[0])
            assert config.dry_run is False
    assert plays == pytest.approx(scene.timeline.duration)


# --- safe areas and legibility


@clips
@aspects
def test_there_is_nothing_but_background_outside_the_safe_area(filmed, name, aspect):
    scene = filmed(name, aspect)
    for play, end in enumerate(scene.ends):
        height, width = end.frame.shape[:2]
        margins = (0.05, 0.12, 0.05, 0.20) if aspect == "9:16" else (0.05, 0.05, 0.05, 0.05)
        # Pixels are large here: what ends at the edge covers a part of one beyond.
        left, right = (math.floor(margin * width) - 1 for margin in margins[::2])
        top, bottom = (math.floor(margin * height) - 1 for margin in margins[1::2])
        outside = np.ones((height, width), bool)
        outside[top : height - bottom, left : width - right] = False
        difference = np.abs(end.frame[..., :3].astype(int) - background(scene)).max(axis=2)
        wrong = np.argwhere(outside & (difference > 4))
        assert not len(wrong), f"play {play} draws at row and column {wrong[0]} of {height, width}"


@clips
@aspects
def test_no_text_lies_on_another_or_leaves_the_safe_area(filmed, name, aspect):
    slack = 0.02  # Manim units
    for play, end in enumerate(filmed(name, aspect).ends):
        for box in end.texts:
            beyond = max(
                end.safe.left - box.left,
                end.safe.bottom - box.bottom,
                box.right - end.safe.right,
                box.top - end.safe.top,
            )
            assert beyond <= slack, f"after play {play} a text is {beyond:.3f} units outside"
        for one, other in itertools.combinations(end.texts, 2):
            across = min(one.right, other.right) - max(one.left, other.left)
            up = min(one.top, other.top) - max(one.bottom, other.bottom)
            assert min(across, up) <= slack, f"after play {play} {one} lies on {other}"


# --- pictures


@pytest.mark.parametrize(
    ("name", "play"),
    [(TINY, 3), (TINY, 4)] + [(name, play) for name in CLIPS for play in MOMENTS.get(name, ())],
)
def test_it_looks_as_it_did(filmed, update_pictures, name, play):
    """`pytest --update-pictures` renews the references."""
    scene = filmed(name, "16:9")
    path = PICTURES / f"{Path(name).stem}-{play}.png"
    matches_reference(scene.ends[play].frame, path, update_pictures)
    assert path.stat().st_size < 60_000
