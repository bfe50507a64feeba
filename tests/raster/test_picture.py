import numpy as np

from epochreel.raster import over, stamp, straight
from tests.raster.pictures import blank, whole


def premultiplied(shape, generator):
    alpha = generator.integers(0, 256, (*shape, 1))
    colour = generator.integers(0, 256, (*shape, 3)) * alpha / 255
    return np.concatenate([np.rint(colour), alpha], axis=-1).astype(np.uint8)


def source_over(above, below, opacity=1.0):
    above = above * opacity
    return above + below * (1 - above[..., 3:] / 255)


def test_over_is_source_over_within_rounding():
    generator = np.random.default_rng(0)
    below, above = premultiplied((30, 50), generator), premultiplied((30, 50), generator)
    above[::3] = 0
    above[1::3, ::2, 3] = 255
    for opacity, tolerance in ((1.0, 0.5), (0.4, 1.5)):
        drawn = below.copy()
        over(drawn, whole(drawn), above, 0, 0, opacity)
        assert np.abs(drawn - source_over(above, below, opacity)).max() <= tolerance


def test_over_falls_where_it_is_put_and_is_cut_at_the_border():
    overlay = blank(10, 12, (10, 20, 30, 255))
    pixels = blank()
    over(pixels, whole(pixels), overlay, -4, 35)
    expected = blank()
    expected[35:, :8] = (10, 20, 30, 255)
    assert (pixels == expected).all()


def test_over_holds_colours_that_are_brighter_than_their_alpha():
    pixels = blank(2, 2, (200, 200, 200, 255))
    over(pixels, whole(pixels), blank(2, 2, (250, 0, 0, 100)), 0, 0)
    assert tuple(pixels[0, 0]) == (255, 122, 122, 255)


def test_stamp_paints_every_level_of_coverage():
    mask = np.arange(256, dtype=np.uint8)[None]
    pixels = blank(1, 256, (0, 0, 0, 255))
    stamp(pixels, whole(pixels), mask, 0, 0, (255, 128, 0, 255))
    np.testing.assert_array_equal(pixels[0, :, 0], np.arange(256))
    np.testing.assert_array_equal(pixels[0, :, 1], np.floor(128 * np.arange(256) / 255 + 0.5))
    assert (pixels[..., 2:] == (0, 255)).all()


def test_stamp_takes_a_read_only_part_of_a_larger_mask():
    mask = np.zeros((20, 20), np.uint8)
    mask[5:9, 5:9] = 255
    mask.flags.writeable = False
    pixels = blank()
    stamp(pixels, whole(pixels), mask[4:10, 4:10], 10, 20, (1, 2, 3, 255))
    assert (pixels[21:25, 11:15] == (1, 2, 3, 255)).all()
    assert pixels[..., 3].sum() == 16 * 255


def test_straight_undoes_premultiplication():
    alpha, colour = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    pixels = np.zeros((256, 256, 4), np.uint8)
    pixels[..., :3] = np.floor(colour * alpha / 255 + 0.5)[..., None]
    pixels[..., 3] = alpha
    before = pixels.copy()
    copy = straight(pixels)
    assert (pixels == before).all()
    assert (copy[0] == 0).all()
    exact = pixels[1:, :, :3] * 255.0 / pixels[1:, :, 3:]
    assert np.abs(copy[1:, :, :3] - exact).max() <= 0.5 + 1e-9
    assert (copy[..., 3] == alpha).all()
    assert (copy[255, :, 0] == np.arange(256)).all()


def test_straight_holds_colours_that_are_brighter_than_their_alpha():
    assert tuple(straight(blank(1, 1, (200, 50, 0, 100)))[0, 0]) == (255, 128, 0, 100)
