import errno

import numpy as np
import pytest
from PIL import Image

from epochreel.errors import ClipError
from epochreel.media.mosaic import GAP, WIDTH, Mosaic, time_code, write


def flat(width, height, level):
    return np.full((height, width, 3), level, np.uint8)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(0, "0:00.0"), (9.96, "0:10.0"), (59.94, "0:59.9"), (59.96, "1:00.0"), (601.5, "10:01.5")],
)
def test_time_code(seconds, code):
    assert time_code(seconds) == code


def test_shapes_stand_side_by_side_at_one_height():
    mosaic = Mosaic([(160, 90), (90, 90), (90, 160)], 2, columns=1)
    assert mosaic.sizes == [(160, 90), (90, 90), (51, 90)]
    label = round(1.5 * 12)
    for moment in range(2):
        for shape, (width, height) in enumerate(mosaic.sizes):
            mosaic.place(moment, shape, flat(width, height, 100 + 50 * moment + shape), "")
    assert mosaic.pixels.shape == (GAP + 2 * (90 + label + GAP), 301 + 7 * GAP, 3)
    row = mosaic.pixels[GAP + 45, :, 0]
    for shape, left in enumerate((GAP, 160 + 2 * GAP, 250 + 3 * GAP)):
        assert row[left] == row[left + mosaic.sizes[shape][0] - 1] == 100 + shape
        assert row[left - 1] == 48
    assert mosaic.pixels[GAP + 90 + label + GAP + 45, GAP, 0] == 150


def test_sheets_keep_within_their_width():
    one = Mosaic([(1280, 720)], 24)
    several = Mosaic([(1280, 720), (720, 720), (720, 1280)], 24)
    assert WIDTH - 20 <= one.pixels.shape[1] <= WIDTH
    assert 2 * WIDTH - 40 <= several.pixels.shape[1] <= 2 * WIDTH
    heights = {height for _, height in several.sizes}
    assert len(heights) == 1
    assert one.pixels.shape[1] > one.pixels.shape[0]


def test_the_shapes_of_a_moment_stand_closer_than_moments():
    pixels = Mosaic([(40, 20), (20, 20)], 2, columns=2).pixels
    assert pixels.shape[1] == GAP + 2 * (60 + 5 * GAP)
    assert Mosaic([(40, 20)], 2, columns=2).pixels.shape[1] == GAP + 2 * (40 + GAP)


def test_a_picture_of_another_size_is_scaled_to_its_tile():
    mosaic = Mosaic([(40, 20)], 1)
    mosaic.place(0, 0, flat(80, 40, 200), "")
    np.testing.assert_array_equal(mosaic.pixels[GAP : GAP + 20, GAP : GAP + 40], flat(40, 20, 200))


@pytest.mark.parametrize(("columns", "bound"), [(0, "at least 1"), (51, "at most 50")])
def test_columns_out_of_range(columns, bound):
    with pytest.raises(ClipError, match=f"columns of a sheet must be {bound}, not {columns}"):
        Mosaic([(16, 9)], 4, columns)


def test_a_sheet_is_written_whole(tmp_path):
    path = write(flat(4, 3, 7), tmp_path / "sheet.png")
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("PNG", (4, 3))
    assert [entry.name for entry in tmp_path.iterdir()] == ["sheet.png"]
    with pytest.raises(ClipError, match=r"nowhere/sheet\.png cannot be written: No such"):
        write(flat(4, 3, 7), tmp_path / "nowhere" / "sheet.png")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (OSError("encoder error -2 when writing image file"), "encoder error -2 when writing .*"),
    ],
)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch, error, reason):
    def refuse(image, path, **_):
        path.write_bytes(b"half")
        raise error

    monkeypatch.setattr(Image.Image, "save", refuse)
    with pytest.raises(
        ClipError,
        match=rf"sheet\.png cannot be written: {reason}; make room, then run the same .*\.$",
    ):
        write(np.zeros((2, 2, 3), np.uint8), tmp_path / "sheet.png")
    assert not list(tmp_path.iterdir())
