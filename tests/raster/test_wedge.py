import numpy as np
import pytest

from epochreel.raster import TILE, wedge_shades, wedges
from tests.raster.pictures import assert_same, blank, whole

PALETTE = np.random.default_rng(5).integers(0, 256, (6, 4)).astype(np.uint8)
PALETTE[:, 3] = 255
BLACK = (0, 0, 0, 255)


def drawn(planes, opacity=1.0, size=64, colours=PALETTE, background=BLACK):
    pixels = blank(size, size, background)
    wedges(pixels, whole(pixels), planes, colours[: len(planes)], opacity)
    return pixels


@pytest.mark.parametrize("seed", range(6))
def test_against_the_largest_score_at_16_by_16_points_of_each_pixel(seed, tmp_path):
    generator = np.random.default_rng(seed)
    normals = generator.normal(size=(2 + seed % 5, 2))
    planes = np.column_stack(
        [normals, -normals @ (30.2, 33.7) + generator.normal(size=len(normals))]
    )
    at = (np.arange(64 * 16) + 0.5) / 16
    scores = (
        planes[:, 0, None, None] * at
        + planes[:, 1, None, None] * at[:, None]
        + planes[:, 2, None, None]
    )
    colours = PALETTE[scores.argmax(axis=0)].astype(float)
    expected = colours.reshape(64, 16, 64, 16, 4).mean(axis=(1, 3))
    assert_same(drawn(planes), np.rint(expected).astype(np.uint8), 24, tmp_path)


def test_regions_of_one_colour_show_no_seam():
    planes = np.random.default_rng(7).normal(size=(5, 3)) * (1, 1, 30)
    same = np.tile(np.array((200, 100, 50, 255), np.uint8), (5, 1))
    for background in (BLACK, (0, 0, 0, 0)):
        pixels = drawn(planes, 0.3, colours=same, background=background)
        assert len(np.unique(pixels.reshape(-1, 4), axis=0)) == 1


def test_a_boundary_divides_its_pixels_by_area():
    white_left = np.array([(255, 255, 255, 255), (0, 0, 0, 255)], np.uint8)
    pixels = drawn([(-1, 0, 20.25), (1, 0, -20.25)], colours=white_left)
    assert (pixels[:, :20, 0] == 255).all()
    assert (pixels[:, 20, 0] == 64).all()
    assert (pixels[:, 21:, 0] == 0).all()
    flat = drawn([(0, -3, 30.75), (0, 0, 0)], colours=white_left)
    assert (flat[:10, :, 0] == 255).all()
    assert (flat[10, :, 0] == 64).all()
    assert (flat[11:, :, 0] == 0).all()


def test_of_equal_planes_the_first_wins():
    pixels = drawn([(1, 2, 3), (1, 2, 3), (0, 0, -1e6)])
    assert (pixels == PALETTE[0]).all()


def test_one_plane_fills_the_clip():
    assert (drawn([(0, 0, 0)]) == PALETTE[0]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_plane_that_is_not_finite_has_no_region(bad):
    planes = [(1.0, 0, -32), (bad, 0, 0), (-1, 0, 32)]
    expected = drawn([planes[0], planes[2]], colours=PALETTE[[0, 2]])
    assert (drawn(planes) == expected).all()
    assert (drawn([(bad, bad, bad)]) == BLACK).all()


@pytest.mark.parametrize("scale", [1e-9, 1, 1e9, 1e200])
def test_the_scale_of_the_scores_does_not_matter(scale):
    planes = np.array([(1, 0.5, -40), (-0.3, 1, -20), (-1, -1, 60)])
    difference = drawn(planes * scale).astype(int) - drawn(planes)
    assert np.abs(difference).max() <= 1


def scores(seed, size):
    generator = np.random.default_rng(seed)
    normals = generator.normal(size=(2 + seed % 5, 2))
    return np.column_stack([normals, -normals @ generator.uniform(0, size, 2)])


@pytest.mark.parametrize("seed", range(10))
def test_tiles_of_one_shade_are_painted_alike_and_most_have_one(seed):
    """A second drawing, its boundaries moved, is the first where the shades are equal and known."""
    clip, size = (5, 20, 190, 170), 200
    pictures, shades = [], []
    moved = scores(seed, size)
    moved[0] += (0.01, 0.02, 1.5)
    for planes in (scores(seed, size), moved):
        pixels = blank(size, size, (9, 50, 90, 255))
        wedges(pixels, clip, planes, PALETTE[: len(planes)], 0.4)
        pictures.append(pixels)
        shades.append(wedge_shades(pixels, clip, planes, PALETTE[: len(planes)], 0.4))
    known = (shades[0] == shades[1]) & (shades[0] >= 0)
    for row, column in np.argwhere(known):
        tile = np.s_[TILE * row : TILE * (row + 1), TILE * column : TILE * (column + 1)]
        np.testing.assert_array_equal(pictures[0][tile], pictures[1][tile])
    painted = (pictures[0] != (9, 50, 90, 255)).any(axis=-1)
    outside = np.kron(shades[0] == 0, np.ones((TILE, TILE), bool))[:size, :size]
    assert not (painted & outside).any()
    inside = shades[0][2:10, 1:11]
    boundaries = sum(
        len(np.unique(pictures[0][TILE * r : TILE * r + TILE, TILE * c : TILE * c + TILE], axis=1))
        > 1
        for r in range(2, 10)
        for c in range(1, 11)
    )
    assert (inside > 0).sum() >= 80 - 2 * boundaries - 12


def test_another_colour_or_opacity_is_another_shade():
    pixels, planes = blank(48, 48), [(0, 0, 1), (0, 0, 0)]
    shades = [
        wedge_shades(pixels, whole(pixels), planes, [colour, BLACK], opacity)[1, 1]
        for colour in ((1, 2, 3, 255), (1, 2, 4, 255), (1, 2, 3, 100))
        for opacity in (1, 0.5)
    ]
    assert len(set(shades)) == 6
    assert min(shades) > 0


def test_equal_scores_and_none_have_no_known_shade():
    pixels = blank(32, 32)
    assert (wedge_shades(pixels, whole(pixels), [(1, 2, 3)] * 2, PALETTE[:2]) == -1).all()
    assert not wedge_shades(pixels, whole(pixels), [], []).any()


@pytest.mark.parametrize("seed", range(6))
def test_only_damaged_tiles_are_painted_and_they_as_ever(seed):
    size, clip = 100, (3, 10, 97, 88)
    planes = scores(seed, size)
    damaged = np.random.default_rng(seed).random((7, 7)) < 0.4
    full, part = blank(size, size, (9, 50, 90, 255)), blank(size, size, (9, 50, 90, 255))
    expected = part.copy()
    wedges(full, clip, planes, PALETTE[: len(planes)], 0.6)
    wedges(part, clip, planes, PALETTE[: len(planes)], 0.6, damaged)
    where = np.kron(damaged, np.ones((TILE, TILE), bool))[:size, :size]
    expected[where] = full[where]
    np.testing.assert_array_equal(part, expected)


def test_damage_has_the_shape_of_the_frame():
    with pytest.raises(ValueError, match=r"damaged must be truths of shape \(4, 4\)"):
        wedges(blank(64, 64), (0, 0, 64, 64), [(1, 2, 3)], PALETTE[:1], 1, np.ones((3, 4), bool))
