"""Motion: what stands still, repeats or jumps where it should move, and margins kept free."""

from dataclasses import replace

import numpy as np
import pytest

from epochreel.checks.margins import Margins, luma
from epochreel.checks.motion import Jumps, Stills, difference
from epochreel.checks.texts import Glyph, Text
from epochreel.media.video import Video, frames
from tests.publish.filmed import film

RATE = 20


def square(left, top=50, side=40, width=256, height=144, colour=(141, 211, 199)):
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = 255
    whole, rest = divmod(left, 1)
    pixels[top : top + side, int(whole) : int(whole) + side, :3] = colour
    # A square between two pixels covers a part of each, as what we draw does.
    pixels[top : top + side, int(whole), :3] = np.multiply(colour, 1 - rest)
    pixels[top : top + side, int(whole) + side, :3] = np.multiply(colour, rest)
    return pixels


def steady(place):
    """A square that moves to the right, eased."""
    return square(40 + 60 * (1 - np.cos(np.pi * min(place / 40, 1))))


def findings(rule, path, picture, *, count=40, clip=None, **options):
    known = Video.open(film(path, frames=count, rate=RATE, picture=picture))
    known = replace(known, clip=clip or {})
    watching = rule(known, **options)
    for frame in frames(known):
        watching.see(frame)
    return watching.findings()


# --- frozen and repeated


def test_a_picture_that_stands_still_while_epochs_go_on_is_frozen(tmp_path):
    def halting(place):
        return steady(min(place, 20))  # a keyframe, which no other one corrects

    clip = {"epochs": [float(place) for place in range(40)]}
    (finding,) = findings(Stills, tmp_path / "film.mp4", halting, clip=clip)
    assert finding.rule == "frozen"
    assert finding.seconds == pytest.approx(21 / RATE)
    assert finding.figure == pytest.approx(19 / RATE)


def test_a_picture_may_stand_still_where_nothing_was_planned(tmp_path):
    for epochs in ([7.0] * 40, [None] * 40, []):
        assert not findings(
            Stills, tmp_path / "film.mp4", lambda _: square(60), clip={"epochs": epochs}
        )
    # Up to half a second: the end of an ease.
    clip = {"epochs": [float(min(place, 9)) for place in range(40)]}
    assert not findings(Stills, tmp_path / "film.mp4", lambda _: square(60), clip=clip)


def test_frames_that_repeat_amid_motion_are_told(tmp_path):
    def stuttering(place):
        return square(20 + 4 * (place - place % 5 // 4))

    (finding,) = findings(Stills, tmp_path / "film.mp4", stuttering)
    assert finding.rule == "repeated"
    assert finding.figure == 7  # every fifth, but the last has no two frames after it
    assert "7 frames repeat the one before" in finding.sentence
    (finding,) = findings(Stills, tmp_path / "film.mp4", stuttering, count=9)
    assert "1 frame repeats the one before" in finding.sentence
    assert not findings(Stills, tmp_path / "film.mp4", lambda place: square(20 + 4 * place))

    box = (0, 0, 1, 1)
    number = Text(0, 2, 0.1, (Glyph(box, (200, 200, 200)),), slots=box)
    assert not findings(Stills, tmp_path / "film.mp4", stuttering, texts=[number])

    def swelling(place):  # fast, and turns between two frames without slowing down first
        return square(40, side=40 + round(7 * min(place % 8, 7 - place % 8)))

    assert not findings(Stills, tmp_path / "film.mp4", swelling)

    def swinging(place):  # turns between two frames, which are alike
        return square(20 + 0.05 * (place - 20.5) ** 2 + 4)

    assert not findings(Stills, tmp_path / "film.mp4", swinging)


# --- jumps


def test_a_leap_is_a_jump_and_a_motion_is_not(tmp_path):
    def leaping(place):
        return square(40 if place < 20 else 150)

    (finding,) = findings(Jumps, tmp_path / "film.mp4", leaping)
    assert finding.seconds == pytest.approx(1)
    assert finding.figure > finding.limit
    assert not findings(Jumps, tmp_path / "film.mp4", steady)


def test_a_pop_is_a_jump_and_a_fade_is_not(tmp_path):
    def popping(place):
        return square(60, colour=(200, 200, 200) if place >= 20 else (0, 0, 0))

    def fading(place):
        share = np.clip((place - 15) / 8, 0, 1)
        return square(60, colour=[round(200 * share)] * 3)

    assert [f.rule for f in findings(Jumps, tmp_path / "film.mp4", popping)] == ["jump"]
    assert not findings(Jumps, tmp_path / "film.mp4", fading)


def test_numbers_count_and_captions_are_cut_without_a_jump(tmp_path):
    def popping(place):
        return square(60, colour=(200, 200, 200) if place >= 20 else (0, 0, 0))

    box = (60 / 256, 50 / 144, 100 / 256, 90 / 144)
    number = Text(0, 2, 0.1, (Glyph(box, (200, 200, 200)),), slots=box)
    path = tmp_path / "film.mp4"
    assert not findings(Jumps, path, popping, texts=[number])
    assert findings(Jumps, path, popping, texts=[replace(number, slots=None)])
    assert findings(Jumps, path, popping, texts=[replace(number, end=0.5)])
    captions = {"captions": [{"start": 1.0, "end": 1.8, "text": "Now."}]}
    assert not findings(Jumps, path, popping, clip=captions)


def test_the_largest_channel_tells_how_much_changes():
    one = np.array([[[10, 20, 30], [0, 0, 0]]], np.uint8)
    other = np.array([[[12, 15, 30], [0, 0, 255]]], np.uint8)
    assert difference(one, other).tolist() == [[5, 255]]


# --- safe areas


@pytest.mark.parametrize(
    ("left", "top", "sides"),
    [
        (60, 50, []),
        (4, 50, ["left"]),
        (213, 50, ["right"]),
        (60, 2, ["top"]),
        (60, 102, ["bottom"]),
    ],
)
def test_nothing_stands_in_the_margins(tmp_path, left, top, sides):
    found = findings(Margins, tmp_path / "film.mp4", lambda _: square(left, top), count=4)
    assert [finding.sentence.split(" edge")[0].split()[-1] for finding in found] == sides
    for finding in found:
        assert finding.figure < finding.limit == pytest.approx(0.05)


def test_vertical_clips_leave_room_for_buttons(tmp_path):
    def upright(top):
        return lambda _: square(60, top, 20, width=144, height=256)

    path = tmp_path / "film.mp4"
    (finding,) = findings(Margins, path, upright(20), count=4)
    assert (finding.figure, finding.limit) == pytest.approx((20 / 256, 0.12))
    (finding,) = findings(Margins, path, upright(200), count=4)
    assert (finding.figure, finding.limit) == pytest.approx((36 / 256, 0.2))
    assert not findings(Margins, path, upright(100), count=4)


def test_the_margins_have_the_background_of_the_theme(tmp_path):
    paper = tmp_path / "480p15-print"
    paper.mkdir()

    def white(_):
        return square(60, colour=(0, 0, 0)) | np.array([0, 0, 0, 255], np.uint8)

    (found, *rest) = findings(Margins, paper / "film.mp4", white, count=2)
    assert found.figure == 0
    assert len(rest) == 3
    assert not findings(
        Margins, paper / "film.mp4", lambda _: np.full_like(square(0), 255), count=2
    )


def test_luma_is_of_limited_range():
    black, white = "#" + "00" * 3, "#" + "ff" * 3
    assert (luma(black), luma(white)) == (16, 235)
