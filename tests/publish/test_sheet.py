from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from epochreel.errors import ClipError
from epochreel.media.mosaic import GAP, WIDTH
from epochreel.publish.sheet import _choose, contact_sheet, write_sheet

FPS = 10


def colour(frame):
    """Return R, G, B in [0, 1] of a flat frame: no two of the first 30 alike."""
    return np.array([(frame % 5) / 4, (frame // 5 % 3) / 2, frame // 15 / 2])


def bt709(rgb):
    """Return limited-range Y, Cb, Cr bytes from the coefficients of ITU-R BT.709."""
    red, green, blue = rgb
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return round(16 + 219 * luma), *(
        round(128 + 224 * difference)
        for difference in ((blue - luma) / 1.8556, (red - luma) / 1.5748)
    )


def make_video(path, frames=30, size=(64, 36), tagged=True, keyframes=7, **container):
    """Write flat frames, planes filled by hand so that no converter is trusted."""
    with av.open(str(path), "w", **container) as output:
        options = {"crf": "1", "g": str(keyframes)}
        stream = output.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        if tagged:
            stream.codec_context.colorspace = stream.codec_context.color_range = 1
        for i in range(frames):
            frame = av.VideoFrame(*size, "yuv420p")
            for plane, value in zip(frame.planes, bt709(colour(i)), strict=True):
                plane.update(bytes([value]) * plane.buffer_size)
            frame.pts, frame.time_base = i, Fraction(1, FPS)
            if tagged:
                frame.colorspace = frame.color_range = 1
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return make_video(tmp_path_factory.mktemp("video") / "clip.mp4")


def tiles(sheet, columns, size=(64, 36)):
    """Return the mean colour in [0, 1] of every tile, row by row; labels are 18 high at 64 wide."""
    width, height = size
    label = round(1.5 * max(12, width // 18))
    tops = range(GAP, sheet.shape[0] - height, height + label + GAP)
    lefts = [GAP + i * (width + GAP) for i in range(columns)]
    return [
        sheet[top + 4 : top + height - 4, left + 4 : left + width - 4].mean((0, 1)) / 255
        for top in tops
        for left in lefts
    ]


@pytest.mark.parametrize("tagged", [True, False])
def test_flat_colours_come_back_within_three_levels(tmp_path, tagged):
    video = make_video(tmp_path / "clip.mp4", tagged=tagged)
    sheet = contact_sheet(video, frames=30, columns=6)
    for i, seen in enumerate(tiles(sheet, 6)):
        np.testing.assert_allclose(seen * 255, colour(i) * 255, atol=3)


@pytest.mark.parametrize("keyframes", [1, 4, 250])
def test_every_shows_the_frame_of_that_second(tmp_path, keyframes):
    video = make_video(tmp_path / "clip.mp4", keyframes=keyframes)
    seen = tiles(contact_sheet(video, every=0.7, columns=5), 5)
    for tile, frame in zip(seen, [0, 7, 14, 21, 28], strict=True):
        np.testing.assert_allclose(tile, colour(frame), atol=0.02)


def test_frames_run_from_the_first_to_the_last(video):
    seen = tiles(contact_sheet(video, frames=3, columns=3), 3)
    for tile, frame in zip(seen, [0, 14, 29], strict=True):
        np.testing.assert_allclose(tile, colour(frame), atol=0.02)


def test_one_frame_is_the_first_and_short_clips_show_all(video, tmp_path):
    assert contact_sheet(video, frames=1).shape == (GAP + 36 + 18 + GAP, 64 + 2 * GAP, 3)
    short = make_video(tmp_path / "short.mp4", frames=2)
    assert contact_sheet(short, columns=9).shape[1] == 2 * 64 + 3 * GAP


@pytest.mark.parametrize(
    ("every", "expected"),
    [(0.5, [0, 1500]), (0.02, [0, 300, 600, 900, 1200, 1500, 1800]), (9.0, [0])],
)
def test_choose_by_hand(every, expected):
    times = [0, 300, 600, 900, 1200, 1500, 1800]  # frames a tenth of a second apart, unit 1/3000 s
    assert _choose(times, 1 / 3000, every, None) == expected


def test_a_time_between_frames_shows_the_one_on_screen():
    assert _choose([5, 15, 25, 35], 0.01, 0.08, None) == [5, 15, 25]


def test_the_sheet_keeps_within_its_width_and_the_clips_aspect(tmp_path):
    wide = make_video(tmp_path / "wide.mp4", frames=12, size=(1280, 720))
    tall = make_video(tmp_path / "tall.mp4", frames=12, size=(720, 1280))
    shapes = [contact_sheet(path).shape for path in (wide, tall)]
    assert all(WIDTH - 12 <= shape[1] <= WIDTH for shape in shapes)
    # 12 tiles: 3 columns of 16:9, 5 of 9:16; 4 and 3 rows.
    width = (WIDTH - 4 * GAP) // 3
    assert shapes[0][0] == GAP + 4 * (round(width * 9 / 16) + round(1.5 * (width // 18)) + GAP)
    width = (WIDTH - 6 * GAP) // 5
    assert shapes[1][0] == GAP + 3 * (round(width * 16 / 9) + round(1.5 * (width // 18)) + GAP)


def test_time_codes_are_drawn_under_their_tiles(video):
    sheet = contact_sheet(video, frames=2, columns=2)
    label = sheet[GAP + 36 : GAP + 36 + 18]
    for left in (GAP, 2 * GAP + 64):
        ink = label[:, left : left + 64].max(2) > 150
        assert 20 < ink.sum() < 300
    assert (label[:, GAP : GAP + 64] != label[:, 2 * GAP + 64 : 2 * GAP + 128]).any()


def test_write_sheet_writes_a_png_whole(video, tmp_path):
    path = write_sheet(video, tmp_path / "sheet.png", frames=4)
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        np.testing.assert_array_equal(np.asarray(picture), contact_sheet(video, frames=4))
    assert [entry.name for entry in tmp_path.iterdir()] == ["sheet.png"]


def test_write_sheet_into_no_folder(video, tmp_path):
    with pytest.raises(ClipError, match=r"nowhere/sheet\.png cannot be written: No such"):
        write_sheet(video, tmp_path / "nowhere" / "sheet.png")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"every": 1, "frames": 2}, "not both"),
        ({"every": 0}, "above 0, not 0"),
        ({"every": float("nan")}, "above 0, not nan"),
        ({"frames": 0}, "frames of a sheet must be at least 1, not 0"),
        ({"columns": -1}, "columns of a sheet must be at least 1, not -1"),
        ({"columns": 51}, "columns of a sheet must be at most 50, not 51"),
    ],
)
def test_values_out_of_range(video, options, sentence):
    with pytest.raises(ClipError, match=sentence):
        contact_sheet(video, **options)


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(ClipError, match=r"There is no video at .*gone\.mp4; render the clip first"):
        contact_sheet(tmp_path / "gone.mp4")


@pytest.mark.parametrize("content", [b"", b"no video at all\n" * 99])
def test_a_file_that_is_no_video_is_a_sentence(tmp_path, content):
    path = tmp_path / "words.mp4"
    path.write_bytes(content)
    with pytest.raises(ClipError, match=r"words\.mp4 cannot be read as a video \(Invalid data"):
        contact_sheet(path)


def test_sound_alone_is_a_sentence(tmp_path):
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate = 8000
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    with pytest.raises(ClipError, match="has no pictures"):
        contact_sheet(path)


@pytest.mark.parametrize("options", [{}, {"options": {"movflags": "faststart"}}])
def test_a_truncated_video_is_a_sentence(tmp_path, options):
    path = make_video(tmp_path / "clip.mp4", size=(320, 180), **options)
    content = Path(path).read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(ClipError, match=r"clip\.mp4 .*; render the clip again"):
        contact_sheet(path)
