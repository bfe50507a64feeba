import numpy as np
import pytest
from PIL import Image

from epochreel.errors import ClipError
from epochreel.film.frames import frame
from epochreel.film.pictures import write_pictures
from tests.scenes.test_scenes import TINY


def test_names_tell_clip_second_aspect_and_theme(tmp_path):
    paths = list(
        write_pictures(
            TINY, ["1.5,3"], aspects="1:1", themes="all", quality="low", output=tmp_path / "stills"
        )
    )
    assert [path.name for path in paths] == [
        f"tiny-{second}s-1x1-{theme}.png" for theme in ("dark", "print") for second in ("1.5", "3")
    ]
    with Image.open(paths[0]) as picture:
        drawn = frame(TINY, 1.5, aspect="1:1", quality="low")
        np.testing.assert_array_equal(np.asarray(picture), drawn[..., :3])


def test_one_frame_may_have_a_name_of_its_own(tmp_path):
    path = tmp_path / "new" / "one.png"
    assert list(write_pictures(TINY, ["1"], quality="low", output=path)) == [path]
    with pytest.raises(ClipError, match=r"one\.png is one file for 2 frames; give a folder"):
        list(write_pictures(TINY, ["1,2"], quality="low", output=path))


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(
        ClipError, match=r"file/one\.png cannot be written: File exists; delete what stands at"
    ):
        list(write_pictures(TINY, ["1"], quality="low", output=tmp_path / "file" / "one.png"))
