import math

import numpy as np
import pytest

from epochreel.raster import depth_buffer, project, rectangle, shade, surface
from epochreel.raster.scratch import zeroed
from tests.raster.pictures import WHITE, assert_same, blank, coverage, whole

MAGENTA = (255, 0, 255, 255)
GREEN = (40, 200, 60, 255)
SIZE = 160


def sphere(count=(33, 64), radius=1.0):
    polar, around = np.meshgrid(
        np.linspace(0, math.pi, count[0]), np.linspace(0, math.tau, count[1]), indexing="ij"
    )
    return radius * np.stack(
        [np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], -1
    )


def hills(count=(30, 40)):
    y, x = np.meshgrid(np.linspace(-1, 1, count[0]), np.linspace(-1, 1, count[1]), indexing="ij")
    return np.stack([x, y, 0.4 * np.sin(4 * x) * np.cos(4 * y)], -1)


def painted(vertices, colour=WHITE):
    return np.broadcast_to(np.array(colour, np.uint8), (*np.shape(vertices)[:2], 4))


def seen(points, azimuth=0.6, elevation=0.5, scale=60.0, distance=6.0):
    return project(points, elevation, azimuth, distance, (SIZE / 2, SIZE / 2), scale)


def drawn(vertices, colours=None, background=(0, 0, 0, 0), opacity=1.0, depth=None):
    pixels = blank(SIZE, SIZE, background)
    depth = depth_buffer(whole(pixels)) if depth is None else depth
    colours = painted(vertices) if colours is None else colours
    surface(pixels, depth, whole(pixels), vertices, colours, opacity)
    return pixels


def test_a_closed_sphere_has_the_area_of_its_silhouette_and_no_holes():
    for azimuth in np.linspace(0, 1, 7):
        vertices = project(sphere(), 0.4, azimuth, math.inf, (80.3, 79.8), 60)
        # the ramp lies outside: half a pixel more all around
        assert coverage(drawn(vertices)) == pytest.approx(math.pi * 60.5**2, rel=0.004)
        over = drawn(vertices, painted(vertices, GREEN), MAGENTA)
        y, x = np.indices((SIZE, SIZE)) + 0.5
        inside = np.hypot(x - 80.3, y - 79.8) < 59
        assert (over[inside] == GREEN).all()
        assert (over[np.hypot(x - 80.3, y - 79.8) > 62] == MAGENTA).all()


@pytest.mark.parametrize("opacity", [1.0, 0.4])
def test_one_colour_shows_no_seam_and_is_painted_once(opacity):
    for azimuth in (0, 0.3, 1.1, 2.0):
        pixels = drawn(seen(hills(), azimuth), opacity=opacity)
        levels = np.unique(pixels[..., 3])
        assert levels[-1] == round(255 * opacity)
        # what is only partly covered lies at the silhouette: one full pixel is a neighbour
        full = np.pad(pixels[..., 3] == levels[-1], 2)
        near = np.zeros_like(full)
        for row in range(-2, 3):
            for column in range(-2, 3):
                near |= np.roll(full, (row, column), (0, 1))
        partial = (pixels[..., 3] > 0) & (pixels[..., 3] < levels[-1])
        assert partial.any()
        empty = np.pad(pixels[..., 3] == 0, 2, constant_values=True)
        beside = np.zeros_like(empty)
        for row in range(-2, 3):
            for column in range(-2, 3):
                beside |= np.roll(empty, (row, column), (0, 1))
        assert near[2:-2, 2:-2][partial].all()
        assert beside[2:-2, 2:-2][partial].all()


def test_depth_is_that_of_the_geometry():
    vertices = seen(sphere((65, 128)), distance=math.inf)
    depth = depth_buffer((0, 0, SIZE, SIZE))
    drawn(vertices, depth=depth)
    y, x = np.indices((SIZE, SIZE)) + 0.5
    distance = np.hypot(x - 80, y - 80)
    inner = distance < 50
    np.testing.assert_allclose(depth[inner], -np.sqrt(3600 - distance[inner] ** 2), atol=0.4)
    assert np.isinf(depth[distance > 61]).all()


def test_colours_and_depth_of_a_flat_quad_are_linear(tmp_path):
    vertices = np.array([[(10, 20, 0), (110, 20, 50)], [(10, 100, 80), (110, 100, 130)]], float)
    colours = np.array(
        [[(0, 0, 0, 255), (250, 0, 0, 255)], [(0, 200, 0, 255), (250, 200, 0, 255)]], np.uint8
    )
    depth = depth_buffer((0, 0, SIZE, SIZE))
    pixels = drawn(vertices, colours, depth=depth)
    y, x = np.indices((80, 100)) + 0.5
    np.testing.assert_allclose(depth[20:100, 10:110], 0.5 * x + y, atol=1e-3)
    expected = np.stack([2.5 * x, 2.5 * y, 0 * x, 0 * x + 255], -1)
    assert_same(pixels[20:100, 10:110], np.rint(expected).astype(np.uint8), 1, tmp_path)


def test_the_order_and_direction_of_the_grid_do_not_matter(tmp_path):
    vertices = seen(hills())
    colours = shade(hills(), painted(vertices, GREEN))
    expected = drawn(vertices, colours)
    flipped = [
        (vertices[::-1, ::-1], colours[::-1, ::-1]),
        (vertices.swapaxes(0, 1), colours.swapaxes(0, 1)),
    ]
    for points, paint in flipped:  # both keep the diagonals of the quads
        assert_same(drawn(points, paint), expected, 3, tmp_path)


def test_what_is_nearer_wins_whichever_comes_first():
    far = np.array([[(20, 20, 9), (140, 20, 9)], [(20, 140, 9), (140, 140, 9)]], float)
    near = np.array([[(60, 60, 1), (100, 60, 1)], [(60, 100, 1), (100, 100, 1)]], float)
    for order in (((far, GREEN), (near, WHITE)), ((near, WHITE), (far, GREEN))):
        pixels = blank(SIZE, SIZE, MAGENTA)
        depth = depth_buffer(whole(pixels))
        for vertices, colour in order:
            surface(pixels, depth, whole(pixels), vertices, painted(vertices, colour))
        assert (pixels[60:100, 60:100] == WHITE).all()
        assert (pixels[22:138, 22:58] == GREEN).all()
        assert (pixels[:18] == MAGENTA).all()


def test_surfaces_that_meet_cut_each_other():
    one = np.array([[(20, 20, 0), (140, 20, 12)], [(20, 140, 0), (140, 140, 12)]], float)
    other = one * (1, 1, -1) + (0, 0, 12)
    pixels = blank(SIZE, SIZE)
    depth = depth_buffer(whole(pixels))
    surface(pixels, depth, whole(pixels), one, painted(one, GREEN))
    surface(pixels, depth, whole(pixels), other, painted(other, MAGENTA))
    assert (pixels[30:130, 25:79] == GREEN).all()
    assert (pixels[30:130, 82:135] == MAGENTA).all()


def test_the_edge_is_a_ramp_of_one_pixel_outside():
    for x in (40, 40.25, 40.6, 40.99):
        vertices = np.array([[(x, 20, 0), (140, 20, 0)], [(x, 140, 0), (140, 140, 0)]])
        row = drawn(vertices)[80, :, 3].astype(float) / 255
        assert row[30:50].sum() == pytest.approx(50 - x + 0.5, abs=0.01)
        assert ((row[30:50] > 0) & (row[30:50] < 1)).sum() <= 1


def test_a_fold_is_soft_against_the_surface_behind_it():
    """As a hill hides more of what is behind it, no pixel steps from one grey to the other."""
    points = hills((80, 120))
    greys = np.interp(seen(points, 0.7, 0.25, 70)[..., 2], [-60, 60], [255, 0])
    colours = np.stack([greys, greys, greys, np.full_like(greys, 255)], -1).astype(np.uint8)
    frames = [
        drawn(seen(points, azimuth, 0.25, 70), colours).astype(int)
        for azimuth in np.linspace(0.7, 0.702, 6)
    ]
    folds = np.abs(np.diff(frames[0][..., 0], axis=0))[40:120].max()
    assert folds > 60
    steps = np.abs(np.diff(frames, axis=0)).max(axis=-1)
    assert (steps > 20).sum() <= 3  # where two silhouettes meet, one of them has the pixel


def test_turning_a_little_changes_little():
    vertices, after = seen(hills(), 0.6), seen(hills(), 0.6005)
    colours = shade(hills(), painted(vertices, GREEN))
    change = np.abs(drawn(vertices, colours).astype(int) - drawn(after, colours))[..., 3]
    moved = np.hypot(*(after - vertices)[..., :2].reshape(-1, 2).T).max()
    assert moved < 0.06
    assert change.max() < 255 * moved * 2 + 3
    assert (change > 0).mean() < 0.05


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_quads_with_a_broken_corner_are_left_out(bad, axis):
    at = np.linspace(20, 140, 7)
    x, y = np.meshgrid(at, at)
    vertices = np.stack([x, y, 0 * x], -1)
    vertices[3, 3, axis] = bad
    alpha = drawn(vertices)[..., 3]
    assert not alpha[70:79, 70:79].any()
    assert (alpha[22:58, 22:138] == 255).all()
    assert (alpha[102:138, 22:138] == 255).all()


def test_seen_edge_on_a_sheet_is_a_thin_line_and_a_point_is_nothing():
    line = np.array([[(20, 80, 0), (140, 80, 0)], [(20, 80, 5), (140, 80, 5)]], float)
    assert coverage(drawn(line)) < 250
    assert not drawn(np.full((5, 5, 3), 80.0)).any()


def test_behind_something_nearer_nothing_is_drawn():
    depth = np.full((SIZE, SIZE), -1e6, np.float32)
    assert not drawn(seen(hills()), depth=depth).any()
    assert (depth == -1e6).all()


def test_drawing_into_a_clip_keeps_the_rest_and_the_buffers_clean(tmp_path):
    vertices = seen(hills())
    expected = drawn(vertices)
    pixels = blank(SIZE, SIZE)
    clip = 40, 60, 130, 110
    surface(pixels, depth_buffer(clip), clip, vertices, painted(vertices))
    outside = np.ones((SIZE, SIZE), bool)
    outside[60:110, 40:130] = False
    assert_same(pixels[60:110, 40:130], expected[60:110, 40:130], 1, tmp_path)
    assert not pixels[outside].any()
    assert not zeroed((2 * SIZE, SIZE), np.uint32).any()
    assert not zeroed((SIZE, SIZE), np.uint8).any()


def test_translucent_layers_show_the_picture_below():
    pixels = blank(SIZE, SIZE, (0, 0, 0, 255))
    rectangle(pixels, whole(pixels), 0, 0, SIZE, SIZE, (200, 0, 0, 255))
    vertices = np.array([[(20, 20, 0), (140, 20, 0)], [(20, 140, 0), (140, 140, 0)]], float)
    colours = painted(vertices, (0, 0, 200, 128))
    surface(pixels, depth_buffer(whole(pixels)), whole(pixels), vertices, colours, 0.5)
    np.testing.assert_allclose(pixels[80, 80], (150, 0, 50, 255), atol=1)
