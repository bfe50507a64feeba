"""Flashes: WCAG 2.3.1 on square waves whose rate, height, size and colour are known."""

from dataclasses import replace

import numpy as np
import pytest

from epochreel.checks.flashes import AREA, Flashes, field_share
from epochreel.checks.rules import spans
from epochreel.media.video import Picture, Video, frames
from tests.publish.filmed import film

RATE = 24
SECONDS = 3


def level(luminance):
    """The sRGB level of a relative luminance, by the definition."""
    encoded = (
        12.92 * luminance if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055
    )
    return round(255 * encoded)


def wave(low, high, hertz, share=1.0):
    """A square wave between two colours over a share of the frame's width, on black."""

    def picture(place, width=128, height=72):
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[..., 3] = 255
        up = int(2 * hertz * place / RATE) % 2
        pixels[:, : round(share * width), :3] = high if up else low
        return pixels

    return picture


def flashes(path, picture, frames_=RATE * SECONDS):
    film(path, frames=frames_, rate=RATE, picture=picture)
    known = Video.open(path)
    rule = Flashes(known)
    for frame in frames(known):
        rule.see(frame)
    return rule.findings()


GREY = level(0.5)


@pytest.mark.parametrize(
    ("picture", "rules"),
    [
        (wave(0, GREY, 4), ["flash"]),
        (wave(0, GREY, 3), []),  # three a second are allowed
        (wave(level(0.3), level(0.45), 4), ["flash"]),
        (wave(level(0.3), level(0.38), 4), []),  # less than a tenth
        (wave(level(0.84), level(1.0), 4), []),  # the darker is above .80
        (wave(level(0.7), level(0.95), 4), ["flash"]),
        (wave(0, GREY, 4, share=0.06), []),  # a field is a third of the width: 18 % of it
        (wave(0, GREY, 4, share=0.12), ["flash"]),  # 36 %
    ],
)
def test_flashes_are_told_by_rate_height_darkness_and_area(tmp_path, picture, rules):
    assert [finding.rule for finding in flashes(tmp_path / "film.mp4", picture)] == rules


def test_a_red_flash_needs_no_luminance(tmp_path):
    red = (level(0.3), 0, 0)  # luminance .2126 × .3, below a tenth
    assert [f.rule for f in flashes(tmp_path / "red.mp4", wave(0, red, 4))] == ["red flash"]
    assert not flashes(tmp_path / "slow.mp4", wave(0, red, 2))
    blue = (0, 0, level(0.9))
    assert not flashes(tmp_path / "blue.mp4", wave(0, blue, 4))


@pytest.mark.parametrize(("side", "rules"), [(2, []), (10, ["flash"])])
def test_a_fine_balanced_pattern_is_no_flash(tmp_path, side, rules):
    def checkers(place, width=600, height=338):  # two pixels are a tenth of a degree
        rows, columns = np.indices((height, width)) // side
        up = (rows + columns + int(8 * place / RATE)) % 2
        pixels = np.full((height, width, 4), 255, np.uint8)
        pixels[..., :3] = (GREY * up)[..., None]
        return pixels

    found = flashes(tmp_path / "film.mp4", checkers)
    assert [finding.rule for finding in found] == rules


def test_a_finding_says_when_how_much_and_what_to_do(tmp_path):
    flash = wave(0, GREY, 4)

    def later(place):
        return flash(max(place - 2 * RATE, 0))

    (finding,) = flashes(tmp_path / "film.mp4", later, 4 * RATE)
    assert finding.seconds == pytest.approx(2, abs=0.3)
    assert finding.figure == pytest.approx(1)
    assert finding.limit == AREA
    assert "100% of a field" in finding.sentence


def test_a_slow_swing_and_a_still_frame_are_no_flash(tmp_path):
    def swing(place):  # twice a second, all of it
        return wave(level(0.25 + 0.25 * np.cos(4 * np.pi * place / RATE)), 0, 0)(0)

    assert not flashes(tmp_path / "film.mp4", swing)


def test_the_same_flash_is_found_at_every_size_of_the_video(tmp_path):
    def large(place):
        return wave(0, GREY, 4)(place, 512, 288)

    (small,) = flashes(tmp_path / "small.mp4", wave(0, GREY, 4))
    (other,) = flashes(tmp_path / "large.mp4", large)
    assert replace(small, figure=0) == replace(other, figure=0)
    assert small.figure == pytest.approx(other.figure, abs=0.02)


def test_the_worst_field_is_found_wherever_it_is():
    marked = np.zeros((30, 40), bool)
    marked[20:25, 30:40] = True
    assert field_share(marked, (0.25, 1 / 3)) == pytest.approx(0.5)  # 10 × 10 cells, half marked
    assert field_share(marked, (1, 1)) == pytest.approx(marked.mean())
    assert field_share(~np.zeros((3, 4), bool), (0.01, 0.01)) == 1


def test_cells_are_a_tenth_of_a_degree_in_every_shape(tmp_path):
    known = Video(tmp_path, 1920, 1080, 60)
    assert known.cells == (300, 169)
    assert replace(known, width=3840, height=2160).cells == known.cells
    assert replace(known, width=1080, height=1920).cells == (127, 225)
    assert known.aspect == "16:9"
    assert replace(known, width=864, height=1080).aspect == "4:5"


def test_times_are_joined_to_spans():
    assert spans([], 1) == []
    assert spans([0, 1, 3, 4, 4.5], 1) == [(0, 1), (3, 4.5)]


def test_frames_are_seen_one_at_a_time_with_their_times(tmp_path):
    known = Video.open(film(tmp_path / "film.mp4", frames=6, rate=4))
    seen = [(frame.index, frame.seconds) for frame in frames(known)]
    assert seen == [(i, i / 4) for i in range(6)]
    frame = next(frames(known))
    assert isinstance(frame, Picture)
    assert frame.cells.shape == (169, 300, 3)
    assert frame.pixels.shape == (144, 256, 3)
    assert [plane.shape for plane in frame.planes] == [(144, 256), (72, 128), (72, 128)]
