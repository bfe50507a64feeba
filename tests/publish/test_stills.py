import dataclasses

import numpy as np
import pytest
from PIL import Image

from epochreel.errors import ClipError, PublishError
from epochreel.look.style import load
from epochreel.media.probe import probe
from epochreel.publish.stills import frame_at, still
from epochreel.publish.targets import read
from tests.publish.filmed import film, frame, noise, rgb

ROWS = read()
STYLE = load("dark")


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return film(tmp_path_factory.mktemp("clip") / "clip.mp4", rate=10)


@pytest.mark.parametrize(("seconds", "place"), [(0, 0), (1.0, 10), (1.05, 10), (3.9, 39), (99, 39)])
def test_the_frame_on_screen_at_a_time(clip, seconds, place):
    shown = frame_at(clip, seconds).to_ndarray(format="rgb24", src_colorspace="itu709")
    assert np.abs(shown.astype(int) - frame(place)[..., :3]).mean() < 2
    assert shown[60, 8 + 4 * place % 200 + 20] == pytest.approx(rgb("green"), abs=3)


@pytest.mark.parametrize("name", ["poster.png", "poster.jpg"])
def test_a_poster_is_the_whole_frame(tmp_path, clip, name):
    still(clip, tmp_path / name, ROWS[name], STYLE, 1.0)
    ROWS[name].check(probe(tmp_path / name))
    picture = np.asarray(Image.open(tmp_path / name))
    assert picture[300, 340] == pytest.approx(rgb("green"), abs=3)
    assert picture[500:].max() <= 3
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_open_graph_picture_holds_the_frame_on_its_ground(tmp_path):
    row, white = ROWS["open-graph.png"], load("print")
    clip = film(tmp_path / "clip.mp4", frames=2, picture=lambda place: frame(place) * 0 + 128)
    still(clip, tmp_path / "open-graph.png", row, white, 0)
    row.check(probe(tmp_path / "open-graph.png"))
    picture = np.asarray(Image.open(tmp_path / "open-graph.png"))
    assert (picture[:, :40] == 255).all()
    assert (picture[:, -40:] == 255).all()
    assert np.abs(picture[:, 41:-41].astype(int) - 128).max() <= 2  # nothing is cut off


def test_a_jpeg_loses_quality_until_it_is_small_enough(tmp_path):
    clip = film(tmp_path / "clip.mp4", frames=1, picture=noise)
    row, target = ROWS["poster.jpg"], tmp_path / "poster.jpg"
    still(clip, target, row, STYLE, 0)
    size = target.stat().st_size
    held = dataclasses.replace(row, largest=0.6e-6 * size)
    still(clip, target, held, STYLE, 0)
    held.check(probe(target))


def test_what_cannot_be_read_or_written(tmp_path, clip):
    row = ROWS["poster.png"]
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    with pytest.raises(ClipError, match=r"broken\.mp4 cannot be read as a video"):
        still(tmp_path / "broken.mp4", tmp_path / "poster.png", row, STYLE, 0)
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match=r"poster\.png cannot be written"):
        still(clip, tmp_path / "file" / "poster.png", row, STYLE, 0)
