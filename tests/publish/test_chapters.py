import av
import pytest
from manim import RIGHT, Square

from epochreel import Clip
from epochreel.errors import ClipError
from epochreel.media.probe import probe
from epochreel.publish.chapters import chapters, embed, time_code, youtube
from tests.filming import decoded, film
from tests.publish.described import beats, described


def listed(*parts):
    return youtube(described(**beats(*parts)))


def test_beats_that_are_long_enough_are_chapters():
    assert listed(("A", 10), ("B", 12.5), ("C", 10)) == [(0, "A"), (10, "B"), (22, "C")]


def test_a_short_beat_is_part_of_the_one_before():
    assert listed(("A", 20), ("b", 4), ("C", 10), ("D", 12), ("e", 9.9)) == [
        (0, "A"),
        (24, "C"),
        (34, "D"),
    ]


def test_a_short_first_beat_is_part_of_the_one_after():
    assert listed(("a", 6), ("B", 12), ("C", 30), ("D", 15)) == [(0, "B"), (18, "C"), (48, "D")]
    assert listed(("a", 6), ("b", 6), ("C", 30), ("D", 15)) == [(0, "a"), (12, "C"), (42, "D")]
    assert listed(("a", 3), ("b", 6), ("C", 30), ("D", 15), ("E", 11)) == [
        (0, "C"),
        (39, "D"),
        (54, "E"),
    ]


def test_fewer_than_three_chapters_are_none():
    assert listed(("A", 30), ("B", 30)) == []
    assert listed(("A", 30), ("B", 30), ("c", 5)) == []
    assert listed() == []


def test_the_first_chapter_starts_at_zero_whenever_the_first_beat_does():
    given = described(**beats(("A", 10), ("B", 10), ("C", 10)))
    given["beats"][0]["start"] = 0.8
    assert chapters(given)[0] == (0.0, 10.0, "A")
    assert youtube(given)[0] == (0, "A")


@pytest.mark.parametrize(("seconds", "code"), [(0, "0:00"), (69, "1:09"), (600, "10:00")])
def test_time_codes(seconds, code):
    assert time_code(seconds) == code


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """A clip of two seconds."""

    def construct(self):
        square = Square()
        self.add(square)
        self.play(square.animate.shift(RIGHT), run_time=2)

    clip = type("Film", (Clip,), {"construct": construct})
    return film(clip, tmp_path_factory.mktemp("film"), rate=10).video


def test_an_mp4_tells_its_title_its_story_and_its_chapters(video):
    times, frames, _ = decoded(video)
    before = probe(video)
    given = described(title="Tom & “Jerry”; a=b #1", **beats(("One", 1.2), ("Two = 2", 0.8)))
    for _ in range(2):  # what is there already is replaced
        assert embed(video, given) == video
        with av.open(str(video)) as container:
            assert container.metadata["title"] == given["title"]
            assert container.metadata["comment"] == given["story"]
            found = [
                (
                    float(chapter["start"] * chapter["time_base"]),
                    float(chapter["end"] * chapter["time_base"]),
                    chapter["metadata"]["title"],
                )
                for chapter in container.chapters()
            ]
            assert found == [(0.0, 1.2, "One"), (1.2, 2.0, "Two = 2")]
            assert len(container.streams.video) == 1
            assert container.streams.video[0].start_time == 0
        after = probe(video)
        assert after.faststart
        assert (after.frames, after.duration, after.frame_rate, after.colours) == (
            before.frames,
            before.duration,
            before.frame_rate,
            "bt709",
        )
        assert decoded(video)[0] == times
        assert (decoded(video)[1] == frames).all()
    assert [path.name for path in video.parent.iterdir() if path.name.startswith(".part")] == []


def test_what_is_no_video_is_left_alone(tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video")
    with pytest.raises(ClipError, match=r"broken\.mp4 cannot be read as a video"):
        embed(broken, described())
    assert broken.read_bytes() == b"not a video"
    assert len(list(tmp_path.iterdir())) == 1
