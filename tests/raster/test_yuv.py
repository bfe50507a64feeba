import io

import numpy as np
import pytest

from epochreel.raster import yuv420
from tests.raster.pictures import blank

av = pytest.importorskip("av")


def planes(height, width):
    half = (height // 2, width // 2)
    return np.zeros((height, width), np.uint8), np.zeros(half, np.uint8), np.zeros(half, np.uint8)


def formula(rgb):
    """Recommendation ITU-R BT.709-6, items 3 and 4, for 8 bits, in float64."""
    red, green, blue = np.moveaxis(rgb / 255.0, -1, 0)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 219 * luma + 16, 224 * (blue - luma) / 1.8556 + 128, 224 * (red - luma) / 1.5748 + 128


def test_every_plane_is_within_rounding_of_the_formula():
    image = np.random.default_rng(0).integers(0, 256, (64, 96, 4)).astype(np.uint8)
    corners = np.array(np.meshgrid([0, 255], [0, 255], [0, 255])).reshape(3, 8).T
    image[:2, :16, :3] = np.repeat(corners, 2, axis=0)
    y, u, v = planes(64, 96)
    yuv420(image, y, u, v)
    blocks = image[..., :3].reshape(32, 2, 48, 2, 3).mean(axis=(1, 3))
    assert np.abs(y - formula(image[..., :3])[0]).max() < 0.51
    assert np.abs(u - formula(blocks)[1]).max() < 0.51
    assert np.abs(v - formula(blocks)[2]).max() < 0.51


def test_grey_has_no_chroma():
    grey = np.repeat(np.arange(256, dtype=np.uint8), 8).reshape(2, -1, 1).repeat(4, axis=2)
    y, u, v = planes(2, 1024)
    yuv420(np.ascontiguousarray(grey), y, u, v)
    assert (u == 128).all()
    assert (v == 128).all()
    assert (y.min(), y.max()) == (16, 235)


@pytest.mark.parametrize("seed", range(8))
def test_of_rectangles_only_they_are_written_to_whole_samples_of_colour(seed):
    generator = np.random.default_rng(seed)
    image = generator.integers(0, 256, (40, 48, 4)).astype(np.uint8)
    whole, part = planes(40, 48), tuple(np.full_like(plane, 3) for plane in planes(40, 48))
    yuv420(image, *whole)
    corners = generator.integers(-4, 44, (seed % 4, 2))
    clips = np.hstack([corners, corners + generator.integers(0, 30, corners.shape)]).tolist()
    yuv420(image, *part, clips)
    inside = np.zeros((40, 48), bool)
    for left, top, right, bottom in clips:
        inside[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    blocks = inside.reshape(20, 2, 24, 2).any(axis=(1, 3))
    written = blocks.repeat(2, axis=0).repeat(2, axis=1), blocks, blocks
    for plane, made, where in zip(whole, part, written, strict=True):
        np.testing.assert_array_equal(made, np.where(where, plane, 3))


def test_padded_planes_keep_their_padding():
    image = np.random.default_rng(1).integers(0, 256, (4, 6, 4)).astype(np.uint8)
    tight = planes(4, 6)
    yuv420(image, *tight)
    wide = (
        np.full((4, 32), 77, np.uint8),
        np.full((2, 16), 77, np.uint8),
        np.full((2, 16), 77, np.uint8),
    )
    padded = wide[0][:, :6], wide[1][:, :3], wide[2][:, :3]
    yuv420(image, *padded)
    for plane, expected, buffer in zip(padded, tight, wide, strict=True):
        assert (plane == expected).all()
        assert (buffer[:, plane.shape[1] :] == 77).all()


def test_flat_colours_survive_encoding_and_decoding():
    levels = (0, 36, 73, 127, 188, 255)
    colours = np.array(np.meshgrid(levels, levels, levels)).reshape(3, -1).T.astype(np.uint8)
    squares = colours.reshape(12, 18, 3).repeat(16, axis=0).repeat(16, axis=1)
    image = np.dstack([squares, np.full(squares.shape[:2], 255, np.uint8)])
    y, u, v = planes(*image.shape[:2])
    yuv420(image, y, u, v)
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=60, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = image.shape[1], image.shape[0], "yuv420p"
        frame = av.VideoFrame.from_ndarray(
            np.concatenate([p.ravel() for p in (y, u, v)]).reshape(
                image.shape[0] * 3 // 2, image.shape[1]
            ),
            format="yuv420p",
        )
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)
    file.seek(0)
    with av.open(file) as container:
        decoded = next(container.decode(video=0))
        rgb = decoded.to_ndarray(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709")
    centres = rgb.reshape(12, 16, 18, 16, 3)[:, 6:10, :, 6:10].mean(axis=(1, 3))
    assert np.abs(centres - colours.reshape(12, 18, 3)).max() <= 3


@pytest.mark.parametrize(
    ("image", "shapes", "message"),
    [
        (blank(3, 4), ((3, 4), (1, 2), (1, 2)), "must be even, not 4 × 3"),
        (blank(4, 4), ((4, 5), (2, 2), (2, 2)), "plane y must be"),
        (blank(4, 4), ((4, 4), (2, 2), (2, 1)), "plane v must be"),
        (np.zeros((4, 4, 3), np.uint8), ((4, 4), (2, 2), (2, 2)), "pixels must be"),
    ],
)
def test_planes_that_do_not_fit_are_refused(image, shapes, message):
    with pytest.raises(ValueError, match=message):
        yuv420(image, *(np.zeros(shape, np.uint8) for shape in shapes))


def test_planes_with_scattered_pixels_are_refused():
    y, u, v = planes(4, 4)
    with pytest.raises(ValueError, match="rows of plane y must be contiguous"):
        yuv420(blank(4, 4), np.zeros((4, 8), np.uint8)[:, ::2], u, v)
    with pytest.raises(ValueError, match="rows of plane u must be contiguous"):
        yuv420(blank(4, 4), y, np.zeros((2, 2), np.uint8)[::-1], v)


def test_an_empty_image():
    yuv420(blank(0, 0), *planes(0, 0))
