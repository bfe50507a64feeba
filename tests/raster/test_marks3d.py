import numpy as np
import pytest

from epochreel.raster import (
    depth_buffer,
    discs,
    discs3d,
    polylines,
    polylines3d,
    project,
    sample,
    surface,
)
from epochreel.raster.scratch import zeroed
from tests.raster.pictures import WHITE, assert_same, blank

SIZE = 120
CLIP = (0, 0, SIZE, SIZE)


def step(at=60, near=0.0, far=1000.0):
    """A buffer whose left part is near and whose right part is far."""
    depth = depth_buffer(CLIP)
    depth[:, :at], depth[:, at:] = near, far
    return depth


def line(depth, z0=0.0, z1=0.0, width=3.0, **options):
    pixels = blank(SIZE, SIZE)
    vertices = [(10.5, 60, z0), (110.5, 60, z1)]
    polylines3d(pixels, depth, CLIP, vertices, [0, 2], width, WHITE, **options)
    return pixels[..., 3]


def test_in_empty_space_lines_and_discs_are_those_of_the_plane(tmp_path):
    vertices = np.random.default_rng(0).uniform(0, SIZE, (12, 3))
    flat, deep = blank(SIZE, SIZE), blank(SIZE, SIZE)
    polylines(flat, CLIP, vertices[:, :2], [0, 5, 12], 2.5, WHITE, 0.8)
    polylines3d(deep, depth_buffer(CLIP), CLIP, vertices, [0, 5, 12], 2.5, WHITE, 0.8)
    assert_same(deep, flat, 1, tmp_path)
    flat, deep = blank(SIZE, SIZE), blank(SIZE, SIZE)
    discs(flat, CLIP, vertices[:, :2], 4.5, WHITE, 0.8)
    discs3d(deep, depth_buffer(CLIP), CLIP, vertices, 4.5, WHITE, 0.8)
    assert_same(deep, flat, 1, tmp_path)


def test_what_is_behind_is_hidden_and_the_edge_is_soft():
    alpha = line(step(), 500, 500)
    assert not alpha[:, :59].any()
    assert (alpha[60, 61:110] == 255).all()
    assert 0 < alpha[60, 59] < alpha[60, 60] < 255
    assert (line(step(), -500, -500) == line(depth_buffer(CLIP))).all()


def test_hidden_parts_may_show_faintly():
    alpha = line(step(), 500, 500, hidden_opacity=0.25)
    assert alpha[60, 30] == round(255 * 0.25)
    assert alpha[60, 90] == 255


def test_a_line_dives_through_a_wall_where_it_meets_it():
    depth = np.full((SIZE, SIZE), 50, np.float32)
    alpha = line(depth, 0, 100, bias=0.0, width=2.0)[60]  # at depth x − 10.5
    assert (alpha[12:58] == 255).all()
    assert not alpha[67:].any()
    brought = line(depth, 0, 100, bias=20.0, width=2.0)[60]
    assert (brought[12:78] == 255).all()
    assert not brought[87:].any()


@pytest.mark.parametrize("slope", [0, 1, -2, 3.5])
def test_on_a_surface_as_steep_as_allowed_marks_are_whole(slope):
    x, y = np.meshgrid([0, SIZE], [0, SIZE])
    vertices = np.stack([x, y, slope * y], -1).astype(float)
    depth = depth_buffer(CLIP)
    surface(blank(SIZE, SIZE), depth, CLIP, vertices, np.full((2, 2, 4), 255, np.uint8))
    assert (line(depth, 60 * slope, 60 * slope) == line(depth_buffer(CLIP))).all()
    lying, free = blank(SIZE, SIZE), blank(SIZE, SIZE)
    discs3d(lying, depth, CLIP, [(50, 60, 60 * slope)], 6, WHITE)
    discs3d(free, depth_buffer(CLIP), CLIP, [(50, 60, 60 * slope)], 6, WHITE)
    assert (lying == free).all()


def test_lines_on_a_curved_surface_do_not_break():
    at = np.linspace(-1, 1, 60)
    x, y = np.meshgrid(at, at)
    z = 0.3 * np.sin(3 * x) * np.cos(3 * y)
    world = np.stack([x, y, z], -1)
    along = np.stack([np.linspace(-0.9, 0.9, 200), np.full(200, 0.3)], 1)
    on = np.column_stack([along, sample(z, at, at, along)])

    def seen(points, azimuth):
        return project(points, 0.9, azimuth, 6, (60, 60), 45)

    for azimuth in np.linspace(0, 6, 13):
        depth = depth_buffer(CLIP)
        surface(
            blank(SIZE, SIZE),
            depth,
            CLIP,
            seen(world, azimuth),
            np.full((60, 60, 4), 255, np.uint8),
        )
        pixels, free = blank(SIZE, SIZE), blank(SIZE, SIZE)
        vertices = seen(on, azimuth)
        polylines3d(pixels, depth, CLIP, vertices, [0, 200], 2, WHITE)
        polylines3d(free, depth_buffer(CLIP), CLIP, vertices, [0, 200], 2, WHITE)
        assert_shown = pixels[..., 3].sum() / free[..., 3].sum()
        assert assert_shown > 0.99


def test_a_disc_behind_an_edge_is_cut_by_it():
    pixels = blank(SIZE, SIZE)
    discs3d(pixels, step(), CLIP, [(60, 60, 500)], 10, WHITE)
    alpha = pixels[..., 3].astype(float) / 255
    assert alpha.sum() == pytest.approx(np.pi * 50, rel=0.02)
    assert not alpha[:, :59].any()


def test_nearer_discs_lie_on_farther_ones_in_any_order():
    centres, colours = [(50, 60, 10), (56, 60, 90)], [(255, 0, 0, 255), (0, 0, 255, 255)]
    one, other = blank(SIZE, SIZE), blank(SIZE, SIZE)
    discs3d(one, depth_buffer(CLIP), CLIP, centres, [9, 8], colours)
    discs3d(other, depth_buffer(CLIP), CLIP, centres[::-1], [8, 9], colours[::-1])
    assert (one == other).all()
    assert one[60, 52].tolist() == [255, 0, 0, 255]


def test_moving_a_mark_in_depth_fades_it():
    levels = []
    for z in np.linspace(40, 60, 41):
        pixels = blank(SIZE, SIZE)
        discs3d(pixels, np.full((SIZE, SIZE), 50, np.float32), CLIP, [(60.5, 60.5, z)], 3, WHITE)
        levels.append(int(pixels[60, 60, 3]))
    assert levels[0] == 255
    assert levels[-1] == 0
    assert min(np.diff(levels)) > -140
    assert max(np.diff(levels)) <= 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_depth_that_is_not_finite_draws_nothing(bad):
    pixels = blank(SIZE, SIZE)
    vertices = [(10, 60, 0), (60, 60, bad), (110, 60, 0)]
    polylines3d(pixels, depth_buffer(CLIP), CLIP, vertices, [0, 3], 3, WHITE)
    discs3d(pixels, depth_buffer(CLIP), CLIP, [(60, 60, bad)], 3, WHITE)
    assert not pixels.any()


@pytest.mark.parametrize("size", [0, -1])
def test_no_size_draws_nothing(size):
    assert not line(depth_buffer(CLIP), width=size).any()
    pixels = blank(SIZE, SIZE)
    discs3d(pixels, depth_buffer(CLIP), CLIP, [(60, 60, 0)], size, WHITE)
    assert not pixels.any()


def test_the_clip_has_its_own_depth():
    clip = (30, 40, 90, 80)
    pixels = blank(SIZE, SIZE)
    depth = depth_buffer(clip)
    depth[:, :30] = 0
    vertices = [(10.5, 60, 5e2), (110.5, 60, 5e2)]
    polylines3d(pixels, depth, clip, vertices, [0, 2], 3, WHITE)
    discs3d(pixels, depth, clip, [(70, 50, 500), (45, 50, 500)], 4, WHITE)
    alpha = pixels[..., 3]
    assert not alpha[:, :59].any()
    assert not alpha[:, 90:].any()
    assert (alpha[60, 61:90] == 255).all()
    assert alpha[50, 70] == 255
    assert not zeroed((SIZE, SIZE), np.uint8).any()
