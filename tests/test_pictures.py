import numpy as np
import pytest
from PIL import Image

from tests.pictures import assert_same_picture, matches_reference, save_reference

PICTURE = np.random.default_rng(0).integers(0, 256, (12, 20, 4)).astype(np.uint8)


def spoilt(by):
    picture = PICTURE.copy()
    picture[5, 7, 1] = (int(picture[5, 7, 1]) + by) % 256
    return picture


def test_equal_and_nearly_equal_pictures_pass(tmp_path):
    assert_same_picture(PICTURE, PICTURE, 0, folder=tmp_path)
    assert_same_picture(np.maximum(PICTURE, 3) - 2, np.maximum(PICTURE, 3), 2, folder=tmp_path)
    assert_same_picture(spoilt(90), PICTURE, 2, share=1 / 240, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_difference_is_told_and_shown(tmp_path):
    with pytest.raises(AssertionError, match=r"at row and column \(5, 7\).*horn\.png"):
        assert_same_picture(spoilt(90), PICTURE, 2, folder=tmp_path, name="horn")
    shown = np.asarray(Image.open(tmp_path / "horn.png"))
    assert shown.shape == (12, 60, 3)
    assert shown[5, 47].tolist() == [0, 255, 0]
    assert not np.delete(shown[5, 40:], 7, axis=0).any()


def test_pictures_of_other_sizes_differ(tmp_path):
    with pytest.raises(AssertionError, match=r"is \(12, 20, 4\), not \(12, 19, 4\)"):
        assert_same_picture(PICTURE, PICTURE[:, 1:], folder=tmp_path)


def test_a_reference_is_missing_until_it_is_written(tmp_path):
    path = tmp_path / "pictures" / "flat.png"
    flat = np.full((8, 8, 4), 200, np.uint8)
    with pytest.raises(AssertionError, match="pytest --update-pictures writes it"):
        matches_reference(flat, path, update=False)
    matches_reference(flat, path, update=True)
    matches_reference(flat, path, update=False)
    with pytest.raises(AssertionError, match="flat is off by up to 100 levels"):
        matches_reference(flat - 100, path, update=False, folder=tmp_path)


def test_a_reference_is_small(tmp_path):
    save_reference(np.tile(PICTURE, (10, 10, 1)), tmp_path / "noise.png")
    assert (tmp_path / "noise.png").stat().st_size < 24_000
