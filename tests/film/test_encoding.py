import ctypes
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from manim import RIGHT, Square

from epochreel.film import camera, encoding, writer
from epochreel.film.clip import Clip
from epochreel.film.damage import Damage
from tests.filming import decoded, film, python, segments
from tests.mutations import LONG, little_memory, mutations, others, put_in_place
from tests.publish.filmed import film as small_film
from tests.publish.filmed import noise


class Pushed(Clip):
    def construct(self):
        self.add(square := Square(2, fill_opacity=1))
        for _ in range(3):
            self.play(square.animate.shift(RIGHT), run_time=1)
        self.play(square.animate.shift(RIGHT), run_time=0.5)


# --- segments are known by what they hold


def empty(path, other):
    path.write_bytes(b"")


def cut_short(path, other):
    path.write_bytes(path.read_bytes()[:-20])


def flipped(path, other):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def another_play(path, other):
    path.write_bytes(other.read_bytes())


def another_play_and_its_record(path, other):
    another_play(path, other)
    path.with_suffix(".json").write_text(other.with_suffix(".json").read_text())


def without_record(path, other):
    path.with_suffix(".json").unlink()


def with_half_a_record(path, other):
    path.with_suffix(".json").write_text('{"segment":')


def with_another_number_of_frames(path, other):
    """A whole segment under a whole record, but of two frames where the play has four."""
    path.write_bytes(other.read_bytes())
    noted = json.loads(other.with_suffix(".json").read_text()) | {"segment": path.name}
    path.with_suffix(".json").write_text(json.dumps(noted))


def gone(path, other):
    path.unlink()


@pytest.mark.parametrize(
    "spoil",
    [
        empty,
        cut_short,
        flipped,
        another_play,
        another_play_and_its_record,
        without_record,
        with_half_a_record,
        with_another_number_of_frames,
        gone,
    ],
)
def test_a_segment_that_is_not_its_play_s_is_drawn_again(tmp_path, spoil):
    scene = film(Pushed, tmp_path)
    before, whole = segments(tmp_path), scene.video.read_bytes()
    names = [Path(name) for name in scene.renderer.file_writer.partial_movie_files]
    spoil(names[1], names[3])
    told = []
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patch:
        convert = writer.to_video_frame
        patch.setattr(writer, "to_video_frame", lambda *a: told.append(1) or convert(*a))
        again = film(Pushed, tmp_path)
    assert len(told) == 4  # this play's frames, and no other's
    assert segments(tmp_path) == before
    assert again.video.read_bytes() == whole


def test_force_draws_what_is_drawn_already(tmp_path, monkeypatch):
    film(Pushed, tmp_path)
    before = segments(tmp_path)
    monkeypatch.setattr(writer.FrameWriter, "is_drawn", lambda *_: pytest.fail("asked for"))
    made = camera.FrameRenderer.__init__

    def forced(self, *arguments, **options):
        made(self, *arguments, **options)
        self.redraw = True

    monkeypatch.setattr(camera.FrameRenderer, "__init__", forced)
    film(Pushed, tmp_path)
    assert segments(tmp_path) == before


@pytest.mark.parametrize("count", [300, LONG])
def test_a_mutated_segment_or_record_is_not_taken(tmp_path, count):
    segment = small_film(tmp_path / "segment.mp4", frames=4)
    record = segment.with_suffix(".json")
    for path, taken in ((segment, 0), (record, count / 20)):  # where a blank of JSON is another
        whole, sound = path.read_bytes(), 0
        for content in mutations(whole, count):
            path.write_bytes(content)
            sound += encoding.is_sound(segment, 4)
        assert sound <= taken
        path.write_bytes(whole)
    assert encoding.is_sound(segment, 4)


@others
@pytest.mark.parametrize("suffix", [".mp4", ".json"])
def test_what_is_no_file_is_no_segment_and_is_not_waited_for(tmp_path, kind, suffix):
    segment = small_film(tmp_path / "segment.mp4", frames=4)
    put_in_place(kind, segment.with_suffix(suffix))
    with little_memory():
        assert not encoding.is_sound(segment, 4)


# --- several at once


RENDER = """
import sys
from pathlib import Path
from tests.film.test_encoding import Pushed
from tests.filming import film

film(Pushed, Path(sys.argv[1]))
"""


def test_two_renders_at_once_end_well(tmp_path):
    alone = film(Pushed, tmp_path / "alone").video.read_bytes()
    root = Path(__file__).parents[2]
    places = os.environ | {"PYTHONPATH": os.pathsep.join((str(root), str(root / "src")))}
    together = tmp_path / "together"
    renders = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", RENDER, together], env=places)
        for _ in range(3)
    ]
    assert [render.wait() for render in renders] == [0, 0, 0]
    (video,) = together.glob("*.mp4")
    assert video.read_bytes() == alone
    assert len(decoded(video)[0]) == 14
    assert not list(together.rglob("*.part*"))


def test_who_leaves_last_takes_away_what_is_not_kept(tmp_path):
    folder = tmp_path / "segments"
    folder.mkdir()
    (folder / "a.mp4").touch()
    with encoding.at_work(folder, keep=False):
        with encoding.at_work(folder, keep=False):
            pass
        assert {path.name for path in folder.iterdir()} == {"a.mp4"}
    assert not folder.exists()


def test_what_killed_ones_left_among_segments_is_taken_away(tmp_path):
    folder = tmp_path / "segments"
    folder.mkdir()
    (folder / ".x.part-a.mp4").touch()
    with encoding.at_work(folder):
        assert list(folder.iterdir()) == []


# --- the same bytes everywhere


ONE_CORE = """
import os, sys
from pathlib import Path

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from tests.film.test_encoding import Pushed
from tests.filming import film

film(Pushed, Path(sys.argv[1]), scale=3, rate=12)
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be taken away")
def test_the_bytes_are_the_same_on_one_core(tmp_path):
    film(Pushed, tmp_path / "all", scale=3, rate=12)
    python(ONE_CORE, tmp_path / "one")
    assert segments(tmp_path / "one") == segments(tmp_path / "all")


PERTURB = -6
"""The parameter of glibc's `mallopt` by which new memory is filled with a byte, its complement."""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="memory cannot be filled")
@pytest.mark.parametrize("width", [208, 104])
def test_the_bytes_are_the_same_whatever_lay_in_memory(tmp_path, width):
    library, made = ctypes.CDLL(None), set()
    for complement in (0xFF, 0x01, 0x100):
        library.mallopt(PERTURB, complement)
        try:
            path = small_film(tmp_path / "x.mp4", frames=12, picture=lambda n: noise(n, width, 160))
        finally:
            library.mallopt(PERTURB, 0)
        made.add(path.read_bytes())
    assert len(made) == 1


# --- frames are used in turn


def picture(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (48, 64, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    return pixels


def assert_shows(frame, pixels):
    expected = encoding.to_video_frame(pixels, "yuv420p").to_ndarray()
    np.testing.assert_array_equal(frame.to_ndarray(), expected)


def test_a_frame_that_came_back_shows_all_that_changed_meanwhile_and_others_stay():
    planes, damage, pixels = encoding.Planes(), Damage(64, 48), picture(0)
    first = planes.of(pixels, damage)
    before = pixels.copy()
    for place in (0, 16):  # what changes is told, and twice before the first is used again
        pixels[:16, place : place + 16] = picture(1)[:16, :16]
        damage.add((place, 0, place + 16, 16))
        if place == 0:
            second, shown = planes.of(pixels, damage), pixels.copy()
    assert second is not first
    planes.done(first)
    assert_shows(first, before)
    assert planes.of(pixels, damage) is first
    assert not damage
    assert_shows(first, pixels)
    assert_shows(second, shown)


def test_of_a_frame_only_what_changed_is_made_anew():
    planes, damage = encoding.Planes(), Damage(64, 48)
    planes.done(planes.of(picture(0), damage))
    damage.add((16, 0, 32, 16))
    mixed = picture(0)
    mixed[:16, 16:32] = picture(1)[:16, 16:32]
    assert_shows(planes.of(picture(1), damage), mixed)


def test_without_word_of_what_changed_all_of_a_frame_is_made_anew():
    planes = encoding.Planes()
    planes.done(planes.of(picture(0), None))
    assert_shows(planes.of(picture(1), None), picture(1))


def test_a_frame_that_is_held_on_to_is_not_written_over():
    planes, graph = encoding.Planes(), av.filter.Graph()
    frame = planes.of(picture(0), None)
    source = graph.add_buffer(width=64, height=48, format=frame.format, time_base=Fraction(1, 60))
    source.link_to(graph.add("buffersink"))
    graph.configure()
    graph.push(frame)
    planes.done(frame)
    assert_shows(planes.of(picture(1), None), picture(1))
    assert_shows(graph.pull(), picture(0))


def test_only_its_own_frames_are_taken_back():
    planes = encoding.Planes()
    planes.done(other := encoding.to_video_frame(picture(0), "yuv420p"))
    assert planes.of(picture(0), None) is not other
