import dataclasses
from math import inf
from pathlib import Path

import numpy as np
import pytest

from epochreel.errors import PublishError
from epochreel.media import ffmpeg
from epochreel.media.probe import probe
from epochreel.publish.targets import read
from epochreel.publish.transcode import transcode
from tests.publish.filmed import film, noise, pictures, rgb, with_sound

ROWS = read()


def row(name="x.mp4", **changed):
    size = {"width": 256, "height": 144, "frame_rate": 20}
    return dataclasses.replace(ROWS[name], **size | changed)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return film(tmp_path_factory.mktemp("clip") / "clip.mp4")


def test_a_master_obeys_its_row_and_shows_the_same(tmp_path, clip):
    target = tmp_path / "x.mp4"
    shares = []
    transcode(clip, target, row(), observer=shares.append)
    found = probe(target)
    row().check(found)
    assert (found.group, found.frames) == (10, 40)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    shown = pictures(target)
    assert np.abs(shown.astype(int) - pictures(clip)).mean() < 0.5
    assert np.abs(shown[10, 50:70, 58:78].mean(axis=(0, 1)) - rgb("green")).max() <= 3
    assert sorted(tmp_path.iterdir()) == [target]


def test_what_obeys_is_kept_as_it_is(tmp_path, clip):
    master, again, slower = tmp_path / "x.mp4", tmp_path / "again.mp4", tmp_path / "slower.mp4"
    transcode(clip, master, row())
    assert master.read_bytes() != clip.read_bytes()  # its GOP was too long
    transcode(master, again, row())
    assert again.samefile(master)
    transcode(master, slower, row(frame_rate=10))
    assert probe(slower).frames == 20


def test_another_size_and_rate(tmp_path, clip):
    small = row(width=128, height=72, frame_rate=10)
    transcode(clip, tmp_path / "x.mp4", small)
    found = probe(tmp_path / "x.mp4")
    small.check(found)
    assert found.frames == 20
    shown = pictures(tmp_path / "x.mp4")
    assert np.abs(shown[5, 25:35, 30:38].mean(axis=(0, 1)) - rgb("green")).max() <= 3


def test_what_is_too_large_is_encoded_in_two_passes(tmp_path):
    clip = film(tmp_path / "clip.mp4", picture=noise, frames=20)
    free, held = tmp_path / "free.mp4", tmp_path / "held.mp4"
    transcode(clip, free, row(bit_rate=inf))
    limit = free.stat().st_size / 1e6 / 3
    transcode(clip, held, row(bit_rate=inf, largest=limit))
    row(bit_rate=inf, largest=limit).check(probe(held))
    assert held.stat().st_size > 0.6e6 * limit
    transcode(clip, held, row(bit_rate=2))
    row(bit_rate=2).check(probe(held))
    assert sorted(tmp_path.iterdir()) == [clip.with_suffix(".json"), clip, free, held]


def test_a_master_is_the_same_whatever_lay_in_memory(tmp_path, monkeypatch):
    clip = film(tmp_path / "clip.mp4", picture=lambda place: noise(place, 208, 160), frames=12)
    made = set()
    for complement in (0xFF, 0x01):  # with which glibc fills new memory, of ffmpeg's as well
        monkeypatch.setenv("GLIBC_TUNABLES", f"glibc.malloc.perturb={complement}")
        transcode(clip, tmp_path / "x.mp4", row(width=208, height=160))
        made.add((tmp_path / "x.mp4").read_bytes())
    assert len(made) == 1


def test_sound_goes_where_it_is_taken(tmp_path, clip):
    loud = with_sound(clip, tmp_path / "loud.mp4")
    transcode(loud, tmp_path / "x.mp4", row())
    assert probe(tmp_path / "x.mp4").audio == "aac"
    transcode(loud, tmp_path / "x.mp4", row(audio=False))
    assert probe(tmp_path / "x.mp4").audio == ""


# --- what goes wrong


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a shell script in the place of ffmpeg."""

    def put(script):
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(ffmpeg.imageio_ffmpeg, "get_ffmpeg_exe", lambda: str(path))

    return put


def failure(clip, target):
    target.parent.mkdir(exist_ok=True)
    with pytest.raises(PublishError) as told:
        transcode(clip, target, row())
    assert not list(target.parent.iterdir())
    return str(told.value)


def test_a_missing_ffmpeg(tmp_path, clip, monkeypatch):
    def none():
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr(ffmpeg.imageio_ffmpeg, "get_ffmpeg_exe", none)
    said = failure(clip, tmp_path / "out" / "x.mp4")
    assert "x.mp4 cannot be made, because ffmpeg cannot be started (No ffmpeg exe" in said
    assert "pip install --force-reinstall imageio-ffmpeg" in said
    monkeypatch.setattr(ffmpeg.imageio_ffmpeg, "get_ffmpeg_exe", lambda: "/nowhere/ffmpeg")
    assert "cannot be started" in failure(clip, tmp_path / "out" / "x.mp4")


def test_a_failing_ffmpeg(tmp_path, clip, program):
    program("echo 'Unknown encoder libx264'; echo frame=1; exit 8")
    said = failure(clip, tmp_path / "out" / "x.mp4")
    assert said.endswith("x.mp4 cannot be made: ffmpeg failed (Unknown encoder libx264).")
    program("exit 9")
    assert "ffmpeg failed (status 9)" in failure(clip, tmp_path / "out" / "x.mp4")


def test_a_full_disk(tmp_path, clip, program):
    program("echo 'av_interleaved_write_frame(): No space left on device'; exit 228")
    said = failure(clip, tmp_path / "out" / "x.mp4")
    assert said.endswith("No space left on device; make room, then run the same command again.")


def test_a_really_full_disk(clip):
    graph = ffmpeg.ffmpeg.input(str(clip)).output("/dev/full", f="rawvideo")
    with pytest.raises(
        PublishError, match=r"^/dev/full cannot be made: No space left on device; make room"
    ):
        ffmpeg.run(graph, Path("/dev/full"), seconds=2.0)


def test_an_interruption_stops_ffmpeg_and_leaves_nothing(tmp_path, clip):
    def stop(share):
        raise KeyboardInterrupt

    (tmp_path / "out").mkdir()
    with pytest.raises(KeyboardInterrupt):
        transcode(clip, tmp_path / "out" / "x.mp4", row(), observer=stop)
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_cannot_be_written_to(tmp_path, clip):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(
        PublishError, match=r"x\.mp4 cannot be written: .*; delete what stands at .*out, then"
    ):
        transcode(clip, tmp_path / "out" / "x.mp4", row())


def test_a_clip_that_is_broken(tmp_path):
    (tmp_path / "clip.mp4").write_bytes(b"no video")
    with pytest.raises(PublishError, match=r"clip\.mp4 cannot be read"):
        transcode(tmp_path / "clip.mp4", tmp_path / "x.mp4", row())


def test_only_videos(tmp_path, clip):
    with pytest.raises(PublishError, match="no video is kept as gif"):
        transcode(clip, tmp_path / "loop.gif", row("loop.gif"))
