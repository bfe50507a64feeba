import numpy as np
import pytest
from PIL import Image

from epochreel.errors import ClipError
from epochreel.film.frames import frame
from epochreel.look.style import load, rgba
from epochreel.media.mosaic import GAP
from epochreel.publish import clip_sheet
from epochreel.publish.clip_sheet import write_clip_sheet
from tests.scenes.test_scenes import TINY


def sheet(tmp_path, **options):
    path = write_clip_sheet(TINY, tmp_path / "sheet.png", quality="low", **options)
    with Image.open(path) as picture:
        return np.asarray(picture).astype(int)


def test_shapes_stand_side_by_side(tmp_path):
    at = ("1.5",)
    picture = sheet(tmp_path, at=at, aspects="1:1,16:9")
    height = 480
    np.testing.assert_array_equal(
        picture[GAP : GAP + height, GAP : GAP + 480],
        frame(TINY, 1.5, aspect="1:1", quality="low")[..., :3],
    )
    assert picture.shape[1] in range(480 + 852 + 6 * GAP, 480 + 856 + 6 * GAP)
    words = picture[GAP + height : -GAP]
    assert (words.max(axis=2) > 150).sum() > 100  # under both
    assert (words[:, 480 + 2 * GAP :].max(axis=2) > 150).sum() > 50


@pytest.mark.parametrize(
    ("options", "count"),
    [({}, 24), ({"frames": 5}, 5), ({"every": 0.75}, 5), ({"at": ("0,1", "2")}, 3)],
)
def test_as_many_moments_as_are_asked_for(tmp_path, options, count):
    picture = sheet(tmp_path, aspects="16:9", columns=50, **options)
    # Paper between the tiles, in a row of pixels through them.
    paper = (picture[GAP + 2] == 48).all(axis=1)
    assert np.diff(paper.astype(int)).clip(0).sum() == count


def test_areas_are_outlined_in_their_places(tmp_path):
    picture = sheet(tmp_path, at=("0",), aspects="16:9", areas=True)[GAP : GAP + 480]
    yellow = (picture[:, GAP : GAP + 854] == rgba(load("dark").palette["yellow"])[:3]).all(axis=2)
    # The slots together take the safe area, 5 to 95 % of the frame.
    rows, columns = np.flatnonzero(yellow.sum(axis=1) > 350), np.flatnonzero(yellow.sum(0) > 350)
    assert abs(rows[[0, -1]] - [0.05 * 480, 0.95 * 480]).max() <= 2
    assert abs(columns[[0, -1]] - [0.05 * 854, 0.95 * 854]).max() <= 2
    # Between them stand the right edge of the aside and, by a gap, the left one of the hero.
    high = yellow[:, columns[0] + 2 : columns[-1] - 1].sum(axis=0) > 400
    aside, hero = np.flatnonzero(high) + columns[0] + 2
    assert 0.3 * 854 < aside < hero < 0.5 * 854


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"at": ("1",), "frames": 2}, "moments of --at or those of --every or --frames"),
        ({"every": 1, "frames": 2}, "not both"),
        ({"frames": 0}, "at least 1, not 0"),
        ({"columns": 0, "frames": 1, "aspects": "1:1"}, "columns of a sheet must be at least 1"),
        ({"at": ("7",), "aspects": "1:1"}, r"Tiny lasts 3\.13 s"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(tmp_path, options, sentence):
    with pytest.raises(ClipError, match=sentence):
        sheet(tmp_path, **options)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_is_told_before_the_clip_is_played(tmp_path, monkeypatch):
    monkeypatch.setattr(clip_sheet, "shots", lambda *_, **__: pytest.fail("played"))
    with pytest.raises(ClipError, match=r"There is no folder .*nowhere for the sheet"):
        write_clip_sheet(TINY, tmp_path / "nowhere" / "sheet.png")
