"""What the gallery takes in and what it leaves out, read from the files that it writes."""

import errno
import io
import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from epochreel import files
from epochreel.cli import epochreel
from epochreel.errors import PublishError
from epochreel.gallery.gallery import write_gallery
from tests.gallery.rendered import CLIMB, SCALARS, number_on, put
from tests.mutations import LONG, mutations
from tests.publish.filmed import film


def gallery(monkeypatch, root):
    monkeypatch.setattr(files, "ROOT", root)
    return CliRunner().invoke(epochreel, ["gallery"])


def test_the_command_says_where_it_is(monkeypatch, tmp_path):
    put(tmp_path / "renders", "climb", "480p10", **CLIMB)
    index = tmp_path / "renders" / "index.html"
    result = gallery(monkeypatch, tmp_path)
    assert (result.exit_code, result.stdout) == (0, f"{index}\n")
    poster = tmp_path / "renders" / "climb" / "poster.jpg"
    assert Image.open(io.BytesIO(poster.read_bytes())).size == (1280, 720)
    assert number_on(poster.read_bytes()) == 40
    before = poster.stat().st_mtime_ns
    assert gallery(monkeypatch, tmp_path).exit_code == 0
    assert poster.stat().st_mtime_ns == before
    assert not [*tmp_path.rglob(".part*")]


def test_nothing_rendered_is_a_sentence(monkeypatch, tmp_path):
    result = gallery(monkeypatch, tmp_path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"No clip is rendered in {tmp_path / 'renders'}: `epochreel render NAME` renders one.\n"
    )
    assert not (tmp_path / "renders").exists()


def lacking(folder):
    said = json.loads((folder / "clip.json").read_text())
    del said["epochs"], said["title"]
    (folder / "clip.json").write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda folder: (folder / "clip.json").write_text("{"), "clip.json cannot be read"),
        (lacking, "clip.json lacks epochs, title; render the clip again."),
        (lambda folder: (folder / "Clip.mp4").unlink(), "Clip.mp4 is missing beside its clip.json"),
        (lambda folder: (folder / "Clip.mp4").write_bytes(b"film"), "Clip.mp4 cannot be read as"),
        (
            lambda folder: film(folder / "Clip.mp4", frames=3),
            "Clip.mp4 has 3 frames and its clip.json tells of 80",
        ),
    ],
)
def test_what_cannot_be_shown_is_left_out_and_told_of(tmp_path, harm, sentence):
    harm(put(tmp_path, "broken", "480p10", **CLIMB))
    put(tmp_path, "whole", "480p10", **CLIMB)
    with pytest.raises(PublishError) as told:
        write_gallery(tmp_path)
    assert sentence in str(told.value)
    assert str(told.value).count("\n") == 0
    assert "broken" not in (tmp_path / "index.html").read_text()
    assert (tmp_path / "whole" / "index.html").exists()
    assert not (tmp_path / "broken" / "index.html").exists()


def test_a_name_that_leads_elsewhere_is_refused(tmp_path):
    outside = tmp_path / "x.mp4"
    film(outside, frames=80, rate=10)
    renders = tmp_path / "renders"
    folder = put(renders, "climb", "480p10", **CLIMB)
    said = json.loads((folder / "clip.json").read_text("utf-8")) | {"class": "../../../x"}
    (folder / "clip.json").write_text(json.dumps(said), "utf-8")
    with pytest.raises(PublishError, match=r"clip\.json cannot be read; .*\$\.class"):
        write_gallery(renders)


@pytest.mark.parametrize("count", [75, LONG])
def test_no_damaged_clip_keeps_the_others_from_being_shown(tmp_path, count):
    whole = put(tmp_path, "whole", "480p10", **CLIMB)
    text = (whole / "clip.json").read_text("utf-8")
    for number, content in enumerate(mutations(text.encode(), count)):
        folder = tmp_path / f"harmed-{number}" / "480p10"
        folder.mkdir(parents=True)
        os.link(whole / "Clip.mp4", folder / "Clip.mp4")
        os.link(whole / "Clip.mp4", folder.parent / "poster.jpg")  # as if made before
        (folder / "clip.json").write_bytes(content)
    with pytest.raises(PublishError) as told:
        write_gallery(tmp_path)
    refused = str(told.value).splitlines()
    assert all("clip.json" in sentence for sentence in refused)
    shown = len(list(tmp_path.glob("*/index.html")))
    assert shown + len(refused) == count + 1
    assert len(refused) > count / 2
    assert (tmp_path / "whole" / "index.html").exists()


def test_a_full_disk_leaves_the_old_gallery(tmp_path, monkeypatch):
    put(tmp_path, "climb", "480p10", **CLIMB)
    write_gallery(tmp_path)
    before = (tmp_path / "index.html").read_text()

    def full(path, *_, **__):
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(
        PublishError, match=r"index\.html cannot be written: No space left on device"
    ):
        write_gallery(tmp_path)
    assert (tmp_path / "index.html").read_text() == before
    assert not [*tmp_path.rglob(".part*")]


@pytest.mark.parametrize("stale", ["older", "shorter", "broken"])
def test_a_published_film_plays_only_if_it_is_of_the_rendering(tmp_path, stale):
    folder = put(tmp_path, "climb", "480p10", **CLIMB)
    published = tmp_path / "climb" / "published"
    published.mkdir()
    master = published / "youtube-1080p60.mp4"
    if stale == "older":
        shutil.copy2(folder / "Clip.mp4", master)
        (folder / "Clip.mp4").touch()
    elif stale == "shorter":
        film(master, frames=3)
    else:
        master.write_bytes(b"film")
    write_gallery(tmp_path)
    page = (tmp_path / "climb" / "index.html").read_text()
    assert '<video id="video" src="480p10/Clip.mp4"' in page


def test_the_best_rendering_plays_and_4k_only_where_it_is_alone(tmp_path):
    for folder, quality in (("480p10", "low"), ("2160p10", "4k")):
        put(tmp_path, "both", folder, **CLIMB | {"quality": quality})
    put(tmp_path, "both", "1080p10", **CLIMB | {"quality": "high"})
    put(tmp_path, "both", "1080p10-alpha", **CLIMB | {"quality": "high"})
    put(tmp_path, "large", "2160p10", **CLIMB | {"quality": "4k"})
    write_gallery(tmp_path)
    for clip, folder in (("both", "1080p10"), ("large", "2160p10")):
        page = (tmp_path / clip / "index.html").read_text()
        assert f'<video id="video" src="{folder}/Clip.mp4"' in page


def test_scalars_of_another_run_than_the_epochs_are_not_shown(tmp_path):
    ended = {name: values[:11] for name, values in SCALARS.items()}  # at epoch 40
    put(tmp_path, "climb", "480p10", **CLIMB | {"scalars": ended})
    write_gallery(tmp_path)
    page = (tmp_path / "climb" / "index.html").read_text()
    assert '"runs": {}' in page
