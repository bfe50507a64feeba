"""The whole check, what a file is made of, and the command."""

import json
from fractions import Fraction

import av
import numpy as np
import pytest
from click.testing import CliRunner

from epochreel import files
from epochreel.checks.check import check, videos
from epochreel.checks.makeup import makeup
from epochreel.cli import epochreel
from epochreel.errors import ClipError
from epochreel.film import rendering
from epochreel.film.encoding import join
from epochreel.media.video import Video
from tests.publish.described import described
from tests.publish.filmed import film, frame

RATE = 15


def swaying(place, width=128, height=72):
    """A square of the palette that never stops and never leaps."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = 255
    left, rest = divmod(20 + 28 * (1 - np.cos(place / 15)), 1)
    colour, left = np.array([141, 211, 199]), int(left)
    pixels[20:40, left + 1 : left + 20, :3] = colour
    pixels[20:40, left, :3] = colour * (1 - rest)
    pixels[20:40, left + 20, :3] = colour * rest
    return pixels


def clip(folder, *, seconds=26, rate=RATE, picture=swaying):
    """A video as a clip is written, its index first."""
    folder.mkdir(exist_ok=True)
    segment = film(folder / "segment.mp4", frames=seconds * rate, rate=rate, picture=picture)
    join([str(segment)], folder / "Clip.mp4", Fraction(rate))
    return folder / "Clip.mp4"


@pytest.fixture(scope="module")
def fit(tmp_path_factory):
    return clip(tmp_path_factory.mktemp("clips") / "fit")


@pytest.fixture(scope="module")
def unfit(tmp_path_factory):
    def flashing(place):
        return swaying(place) if place % 4 < 2 else np.full_like(swaying(0), 255)

    return clip(tmp_path_factory.mktemp("clips") / "unfit", seconds=3, picture=flashing)


def rules(path):
    return [finding.rule for finding in makeup(Video.open(path))]


def untagged(
    path, *, rate=RATE, seconds=26, codec="libx264", pixel_format="yuv420p", size=(64, 36)
):
    """A grey video straight from a plain encoder."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        grey = np.full((size[1], size[0], 3), 120, np.uint8)
        for _ in range(rate * seconds):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_a_fit_clip_breaks_no_rule(fit):
    assert check(fit) == []


def test_findings_come_in_the_order_of_time_with_figure_and_limit(unfit):
    found = check(unfit)
    assert {finding.rule for finding in found} >= {"duration", "flash", "safe area"}
    assert [finding.seconds for finding in found] == sorted(finding.seconds for finding in found)
    (duration,) = (finding for finding in found if finding.rule == "duration")
    assert (duration.figure, duration.limit) == (pytest.approx(3), 25)
    assert all(finding.sentence.endswith(".") for finding in found)


def test_a_clip_lasts_25_to_75_seconds_unless_it_is_the_short_cut(tmp_path):
    short = clip(tmp_path, seconds=20)
    assert rules(short) == ["duration"]
    known = Video(short, 128, 72, RATE, {"cut": "short", "frames": 20 * RATE})
    assert makeup(known) == []
    assert rules(clip(tmp_path, seconds=76)) == ["duration"]


def test_frame_rate_and_number_of_frames_are_those_of_the_rendering(tmp_path, fit):
    assert rules(clip(tmp_path, rate=12, seconds=27)) == ["frame rate"]
    (finding,) = makeup(Video(fit, 128, 72, RATE, {"frames": 500}))
    assert (finding.rule, finding.figure, finding.limit) == ("frames", 390, 500)


def test_tags_are_told(tmp_path):
    (finding,) = makeup(Video.open(untagged(tmp_path / "film.mp4")))
    assert finding.rule == "tags"
    assert "BT.709" in finding.sentence


def test_sizes_are_even_and_pixels_such_as_every_player_takes(tmp_path):
    odd = untagged(tmp_path / "film.mp4", pixel_format="yuv444p", size=(65, 37))
    assert rules(odd) == ["size", "tags", "tags"]


def test_the_index_comes_first(tmp_path):
    late = film(tmp_path / "film.mp4", frames=26 * RATE, rate=RATE, picture=swaying)
    assert rules(late) == ["faststart"]


def test_what_is_no_whole_video_is_one_sentence(tmp_path, fit):
    with pytest.raises(ClipError, match="There is no video at"):
        check(tmp_path / "none.mp4")
    (tmp_path / "text.mp4").write_text("not a video")
    with pytest.raises(ClipError, match="cannot be read as a video"):
        check(tmp_path / "text.mp4")
    whole = fit.read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ClipError, match="render the clip again"):
        check(tmp_path / "half.mp4")


def test_clip_json_counts_only_beside_its_own_video(tmp_path, fit):
    said = described(**{"class": "Clip", "theme": "print"})
    path = clip(tmp_path, seconds=1)
    (tmp_path / "clip.json").write_text(json.dumps(said))
    assert Video.open(path).clip == said
    assert Video.open(path).style.theme == "print"
    assert Video.open(path.rename(tmp_path / "Other.mp4")).clip == {}
    (tmp_path / "clip.json").write_text("{")
    with pytest.raises(ClipError, match=r"clip\.json cannot be read"):
        Video.open(tmp_path / "Other.mp4")


# --- the command


def run(*arguments):
    return CliRunner().invoke(epochreel, ["check", *map(str, arguments)])


def test_the_command_says_what_is_fit_and_fails_for_the_rest(fit, unfit, tmp_path):
    told = run(fit)
    assert (told.exit_code, told.stdout) == (0, f"{fit} is fit.\n")
    told = run(unfit, tmp_path / "none.mp4", fit)
    assert told.exit_code == 1
    assert f"{unfit} at 0.0 s, duration: The clip lasts 3.0 s" in told.stdout
    assert "There is no video at" in told.stderr
    assert f"{fit} is fit." in told.stdout


def test_a_name_stands_for_all_that_is_rendered_of_the_clip(monkeypatch, tmp_path):
    with pytest.raises(ClipError, match="did you mean 'classifier_unwarp'"):
        videos("classifier_unwrap")
    scene = type("ClassifierUnwarp", (), {})
    monkeypatch.setattr(rendering, "clip_class", lambda _: scene)
    monkeypatch.setattr(files, "ROOT", tmp_path)
    assert videos("classifier_unwarp") == []
    for variant in ("720p30", "480p15-9x16"):
        folder = tmp_path / "renders" / "classifier_unwarp" / variant
        folder.mkdir(parents=True)
        film(folder / "ClassifierUnwarp.mp4", frames=1, picture=frame)
    names = [path.parent.name for path in videos("classifier_unwarp")]
    assert names == ["480p15-9x16", "720p30"]
    assert videos("some/video.mp4")[0].name == "video.mp4"
