import dataclasses
from math import inf
from pathlib import Path

import pytest

from epochreel.errors import PublishError
from epochreel.media.probe import Probe
from epochreel.publish.targets import PLATFORMS, choose, read
from tests.mutations import LONG, little_memory, mutations, others, outcomes, put_in_place

ROWS = read()
GOOD = ROWS["x.mp4"]

FOUND = Probe(
    path=Path("x.mp4"),
    size=10_000_000,
    codec="h264",
    profile="High",
    pixel_format="yuv420p",
    width=1280,
    height=720,
    frame_rate=60.0,
    frames=3600,
    duration=60.0,
    colours="bt709",
    group=30,
    closed=True,
    faststart=True,
    edited=False,
    alpha=False,
    audio="",
)


def sheet(tmp_path, **changed):
    """A table of one row: GOOD, with entries changed, or left out for None."""
    entries = {name: value for name, value in vars(GOOD).items() if name != "file"}
    entries["pages"] = list(entries["pages"])
    entries |= changed
    written = {True: "true", False: "false", inf: "inf"}
    lines = [
        f"{key} = {written.get(value, value) if type(value) in (bool, float) else repr(value)}"
        for key, value in entries.items()
        if value is not None
    ]
    path = tmp_path / "platforms.toml"
    path.write_text('["x.mp4"]\n' + "\n".join(lines))
    return path


# --- the table


def test_every_platform_has_its_files():
    assert {row.target for row in ROWS.values()} == {
        *("youtube", "x", "instagram", "linkedin", "mastodon", "gif", "poster", "alpha")
    }
    assert {(row.width, row.height) for row in ROWS.values() if row.target == "youtube"} == {
        (1920, 1080),
        (3840, 2160),
    }
    assert {row.aspect for row in ROWS.values()} == {"16:9", "1:1", "9:16"}


def test_a_row_that_is_written_is_read(tmp_path):
    assert read(sheet(tmp_path)) == {"x.mp4": GOOD}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"width": None}, r"the row 'x\.mp4' lacks the key 'width'\."),
        ({"bitrate": 8}, r"unknown key 'bitrate'; did you mean 'bit_rate'\?"),
        ({"colour_of_the_wall": 8}, r"unknown key 'colour_of_the_wall'; choose from target, "),
        ({"width": 1279}, r"width = 1279, which must be an even number"),
        ({"width": "wide"}, r"width = 'wide', which must be an even number"),
        ({"longest": 0}, r"longest = 0, which must be a number above 0, or inf"),
        ({"frame_rate": inf}, r"frame_rate = inf, which must be a number of frames"),
        ({"audio": 1}, r"audio = 1, which must be true or false"),
        ({"aspect": "3:2"}, r"aspect = '3:2', which must be one of 16:9, 1:1, 4:5, 9:16"),
        ({"codec": "h265"}, r"codec = 'h265', which must be one of h264, gif"),
        ({"target": ""}, r"target = '', which must be a text in quotes"),
        ({"pages": []}, r"pages = \[\], which must be a list of addresses"),
        ({"pages": ["x.com"]}, r"must be a list of addresses, https"),
        ({"codec": "gif"}, r"holds gif, so its name must be a plain one that ends in \.gif"),
        ({"pixel_format": "rgb24"}, r"pixel_format = 'rgb24'; h264 is kept in 'yuv420p'"),
        ({"frame_rate": 0}, r"has frame_rate = 0, but h264 is not a still"),
        ({"aspect": "1:1"}, r"is 1280 × 720, which is not 1:1"),
    ],
)
def test_a_row_with_a_fault_is_a_sentence(tmp_path, changed, sentence):
    with pytest.raises(PublishError, match=sentence):
        read(sheet(tmp_path, **changed))


def test_a_table_that_is_none(tmp_path):
    path = tmp_path / "platforms.toml"
    with pytest.raises(PublishError, match=r"cannot be read: No such file"):
        read(path)
    path.write_text("[x")
    with pytest.raises(PublishError, match=r"is not valid TOML"):
        read(path)
    path.write_text("x = 1")
    with pytest.raises(PublishError, match=r"the row 'x' is 1 but must be a table"):
        read(path)


# --- the choice


def test_all_targets_or_some():
    rows, words = choose(None, ROWS)
    assert rows == list(ROWS.values())
    assert words
    rows, words = choose(["youtube"], ROWS)
    assert [row.file for row in rows] == ["youtube-1080p60.mp4", "youtube-2160p60.mp4"]
    assert not words
    assert choose(["captions"], ROWS) == ([], True)


def test_an_unknown_target():
    with pytest.raises(
        PublishError, match=r"There is no target 'youtub'; did you mean 'youtube'\?"
    ):
        choose(["youtub"], ROWS)
    with pytest.raises(
        PublishError, match=r"no target 'vimeo'; choose from youtube, x, .*captions"
    ):
        choose(["vimeo"], ROWS)


# --- damaged on its way


@pytest.mark.parametrize("count", [300, LONG])
def test_a_mutated_table_is_read_or_is_a_sentence(tmp_path, count):
    path = tmp_path / "platforms.toml"

    def look():
        for row in read(path).values():
            assert max(row.width, row.height) <= 16384
            assert row.file.isprintable()
            row.admits(FOUND)

    found = outcomes(path, mutations(PLATFORMS.read_bytes(), count), look)
    assert found["told"] > count / 2


@others
def test_what_is_no_table_is_a_sentence(tmp_path, kind):
    path = tmp_path / "platforms.toml"
    put_in_place(kind, path)
    with little_memory(), pytest.raises(PublishError, match=r"platforms\.toml cannot be read"):
        read(path)


# --- the check


def test_a_file_that_obeys_its_row():
    GOOD.check(FOUND)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"codec": "hevc"}, r"x\.mp4 holds hevc in yuv420p, not h264 in yuv420p"),
        ({"pixel_format": "yuv444p"}, r"holds h264 in yuv444p, not h264 in yuv420p"),
        ({"width": 1920, "height": 1080}, r"is 1920 × 1080, not 1280 × 720"),
        ({"frame_rate": 30.0}, r"has 30 frames a second, not 60"),
        ({"frame_rate": 120.0}, r"has 120 frames a second, not 60"),
        ({"duration": 141.0}, r"lasts 141 s; x takes at most 140 s"),
        ({"size": 600_000_000}, r"has 600 MB; x takes at most 512 MB"),
        ({"size": 75_000_000}, r"has 10 Mbit/s; x takes at most 8"),
        ({"colours": ""}, r"is tagged with no colours, not bt709"),
        ({"colours": "matrix 5"}, r"is tagged matrix 5, not bt709"),
        ({"profile": "Baseline"}, r"has the H\.264 profile Baseline, not High"),
        ({"group": 250}, r"has a closed GOP of 250 frames, not a closed one of at most 30"),
        ({"closed": False}, r"has an open GOP of 30 frames"),
        ({"faststart": False}, r"has its index at the end"),
        ({"edited": True}, r"has an edit list"),
    ],
)
def test_a_violation_names_the_figure_and_the_limit(changed, sentence):
    with pytest.raises(PublishError, match=sentence + r".* \(row 'x\.mp4' of platforms\.toml\)\."):
        GOOD.check(dataclasses.replace(FOUND, **changed))


def test_sound_only_where_it_is_taken():
    sounding = dataclasses.replace(FOUND, audio="aac")
    GOOD.check(sounding)
    with pytest.raises(PublishError, match=r"has sound \(aac\), which x does not take"):
        dataclasses.replace(GOOD, audio=False).check(sounding)


def test_loops_may_be_smaller_and_slower_than_their_row_but_no_larger():
    row = ROWS["loop.gif"]
    size = {"codec": "gif", "pixel_format": "pal8", "size": 9_000_000}
    small = dataclasses.replace(FOUND, width=320, height=180, frame_rate=10.0, **size)
    row.check(small)
    with pytest.raises(PublishError, match=r"is 1280 × 720, not within 640 × 360"):
        row.check(dataclasses.replace(FOUND, frame_rate=10.0, **size))
    with pytest.raises(PublishError, match=r"has 25 frames a second, not 12\.5"):
        row.check(dataclasses.replace(small, frame_rate=25.0))


def test_alpha_must_be_there():
    row = ROWS["alpha.webm"]
    kind = {"codec": "vp9", "pixel_format": "yuva420p", "width": 1920, "height": 1080}
    row.check(dataclasses.replace(FOUND, **kind, alpha=True))
    with pytest.raises(PublishError, match="has no alpha"):
        row.check(dataclasses.replace(FOUND, **kind))


def test_the_table_is_the_projects():
    assert PLATFORMS.is_file()
