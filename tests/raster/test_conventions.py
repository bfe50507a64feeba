"""What all kernels have in common: clip, position, alpha, opacity, bad numbers, wrong arguments."""

import numpy as np
import pytest

from epochreel import raster
from tests.raster.pictures import assert_same, blank, whole

RED, GREEN = (200, 40, 90, 255), (20, 220, 60, 128)


def discs(pixels, clip, x, y, opacity=1.0):
    raster.discs(
        pixels, clip, [(x + 5.25, y + 6.5), (x + 9, y + 8)], [1.25, 4.5], [RED, GREEN], opacity
    )


def polylines(pixels, clip, x, y, opacity=1.0):
    vertices = np.add([(2.5, 3.25), (14, 9), (4, 12.5), (1.5, 14), (13, 1.75)], (x, y))
    raster.polylines(pixels, clip, vertices, [0, 3, 5], 2.5, [RED, GREEN], opacity)


def arrows(pixels, clip, x, y, opacity=1.0):
    tails, tips = [(x + 2.5, y + 3), (x + 13, y + 4.25)], [(x + 14, y + 12.5), (x + 3, y + 13)]
    raster.arrows(pixels, clip, tails, tips, 2, 6, 5, [RED, GREEN], opacity)


def polygons(pixels, clip, x, y, opacity=1.0):
    vertices = np.add([(2.5, 3.25), (14, 5), (6, 12.5), (10, 2.5), (14.5, 13), (3, 14)], (x, y))
    raster.polygons(pixels, clip, vertices, [0, 3, 6], [RED, GREEN], opacity)


def rectangle(pixels, clip, x, y, opacity=1.0):
    raster.rectangle(pixels, clip, x + 2.5, y + 3.25, x + 12.75, y + 14.5, GREEN, opacity)


def tiles(pixels, clip, x, y, opacity=1.0):
    colours = [[RED, GREEN], [GREEN, (90, 90, 250, 255)]]
    raster.tiles(
        pixels, clip, x + 2.5, y + 3.25, x + 12.75, y + 14.5, colours, 0.75, opacity=opacity
    )


def stamp(pixels, clip, x, y, opacity=1.0):
    mask = (np.add.outer(np.arange(12), np.arange(14)) * 10).astype(np.uint8)
    raster.stamp(pixels, clip, mask, x + 1, y + 2, GREEN, opacity)


def over(pixels, clip, x, y, opacity=1.0):
    overlay = blank(14, 15)
    discs(overlay, whole(overlay), -1, -1)
    raster.over(pixels, clip, overlay, x + 1, y + 1, opacity)


def wedges(pixels, clip, x, y, opacity=1.0):
    normals = np.array([(1, 0.25), (-0.5, 1), (-0.25, -1.5)])
    planes = np.column_stack([normals, -normals @ (x + 8.5, y + 7.25)])
    raster.wedges(pixels, clip, planes, [RED, GREEN, (90, 90, 250, 255)], opacity)


VALUES = np.add.outer(np.arange(5) ** 2, np.arange(6) * 3.0)


def field(pixels, clip, x, y, opacity=1.0):
    table = np.linspace(RED, GREEN, 256).astype(np.uint8)
    raster.field(
        pixels, clip, VALUES, x + 2.5, y + 3.25, x + 12.75, y + 14.5, table, 3, 25, opacity
    )


def image(pixels, clip, x, y, opacity=1.0):
    table = np.linspace(RED, GREEN, 256).astype(np.uint8)
    raster.image(
        pixels, clip, VALUES, x + 2.5, y + 3.25, x + 12.75, y + 14.5, table, 3, 25, opacity
    )


def sprites(pixels, clip, x, y, opacity=1.0):
    masks = (np.arange(10 * 11 + 7 * 5) * 3 % 256).astype(np.uint8)
    places, sizes = [(x + 2, y + 3), (x + 5, y + 6)], [(10, 11), (7, 5)]
    raster.sprites(pixels, clip, masks, [0, 110], sizes, places, [RED, GREEN], opacity)


def level_lines(pixels, clip, x, y, opacity=1.0):
    edges = x + 2.5, y + 3.25, x + 12.75, y + 14.5
    raster.level_lines(pixels, clip, VALUES, *edges, [5, 15], 2, [RED, GREEN], opacity)


def surface(pixels, clip, x, y, opacity=1.0):
    vertices = [[(2.5, 3, 5), (13, 2, 9)], [(4, 12.25, 2), (11, 14, 7)], [(14, 7.5, 0), (2, 5, 1)]]
    colours = np.array([[RED, GREEN], [GREEN, RED], [RED, GREEN]], np.uint8)
    depth = raster.depth_buffer(clip)
    raster.surface(pixels, depth, clip, np.add(vertices, (x, y, 0)), colours, opacity)


def polylines3d(pixels, clip, x, y, opacity=1.0):
    vertices = np.add([(2.5, 3.25, 0), (14, 9, 3), (4, 12.5, 0), (1.5, 14, 0)], (x, y, 0))
    depth = raster.depth_buffer(clip)
    raster.polylines3d(pixels, depth, clip, vertices, [0, 2, 4], 2.5, [RED, GREEN], opacity)


def discs3d(pixels, clip, x, y, opacity=1.0):
    centres = [(x + 5.25, y + 6.5, 0), (x + 9, y + 8, 2)]
    depth = raster.depth_buffer(clip)
    raster.discs3d(pixels, depth, clip, centres, [1.25, 4.5], [RED, GREEN], opacity)


def ribbon(pixels, clip, x, y, opacity=1.0):
    tops = y + np.array([[2.5, 3], [6, 9.25], [4, 4], [1, 12]])
    raster.ribbon(pixels, clip, x + 3, tops, tops + 4.25, GREEN, opacity)


LOCAL = [discs, polylines, arrows, polygons, rectangle, ribbon, stamp, over]
LOCAL += [image, sprites, field, level_lines, surface, polylines3d, discs3d, tiles]
ALL = [*LOCAL, wedges]


@pytest.mark.parametrize("draw", ALL)
def test_nothing_leaks_out_of_the_clip_and_nothing_changes_within(draw, tmp_path):
    unclipped, clipped = blank(24, 24, (0, 0, 60, 255)), blank(24, 24, (0, 0, 60, 255))
    left, top, right, bottom = clip = (7, 6, 15, 14)
    draw(unclipped, whole(unclipped), 2, 2)
    draw(clipped, clip, 2, 2)
    expected = blank(24, 24, (0, 0, 60, 255))
    expected[top:bottom, left:right] = unclipped[top:bottom, left:right]
    assert_same(clipped, expected, 1, tmp_path)


@pytest.mark.parametrize("draw", ALL)
def test_a_clip_beyond_the_image_is_the_image(draw, tmp_path):
    inside, beyond = blank(24, 24), blank(24, 24)
    draw(inside, whole(inside), 14, -5)
    draw(beyond, (-100, -100, 1000, 1000), 14, -5)
    assert inside.any()
    assert_same(inside, beyond, 1 if draw is surface else 0, tmp_path)


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize("clip", [(5, 5, 5, 20), (20, 5, 10, 20), (30, 30, 40, 40), (-9, -9, 0, 0)])
def test_an_empty_clip_draws_nothing(draw, clip):
    pixels = blank(24, 24)
    draw(pixels, clip, 2, 2)
    assert not pixels.any()


@pytest.mark.parametrize("draw", LOCAL)
def test_whole_pixels_of_translation_give_identical_bytes(draw):
    here, there = blank(60, 80), blank(60, 80)
    draw(here, whole(here), 5, 4)
    draw(there, whole(there), 5 + 37, 4 + 23)
    assert here.any()
    assert (np.roll(here, (23, 37), (0, 1)) == there).all()


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize("opacity", [1.0, 0.6])
def test_a_transparent_picture_laid_over_a_colour_equals_drawing_on_it(draw, opacity, tmp_path):
    colour = np.array((30, 160, 220, 255), np.uint8)
    alone, direct = blank(20, 20), blank(20, 20, tuple(colour))
    draw(alone, whole(alone), 1, 1, opacity)
    draw(direct, whole(direct), 1, 1, opacity)
    assert (alone[..., :3] <= alone[..., 3:]).all(), "not premultiplied"
    composited = alone + colour * (1 - alone[..., 3:] / 255.0)
    assert_same(direct, np.rint(composited).astype(np.uint8), 2, tmp_path)


@pytest.mark.parametrize("draw", ALL)
def test_opacity_is_held_within_zero_and_one(draw):
    pixels, full, more = blank(), blank(), blank()
    draw(pixels, whole(pixels), 2, 2, -0.1)
    assert not pixels.any()
    draw(full, whole(full), 2, 2, 1.0)
    draw(more, whole(more), 2, 2, 1.1)
    assert (full == more).all()
    with pytest.raises(ValueError, match="opacity must be a number"):
        draw(pixels, whole(pixels), 2, 2, float("nan"))


@pytest.mark.parametrize("draw", ALL)
def test_drawing_twice_gives_the_same_bytes(draw):
    first, second = blank(), blank()
    draw(first, whole(first), 2, 2)
    draw(second, whole(second), 2, 2)
    assert (first == second).all()


@pytest.mark.parametrize(
    "draw", [draw for draw in LOCAL if draw not in (ribbon, sprites, stamp, over)]
)
@pytest.mark.parametrize("where", [np.nan, np.inf, -np.inf, 1e6, -1e6, 1e300])
def test_shapes_nowhere_or_far_away_draw_nothing(draw, where):
    pixels = blank()
    draw(pixels, whole(pixels), where, 3)
    draw(pixels, whole(pixels), 3, where)
    assert not pixels.any()


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (1, 1)])
def test_the_smallest_images(draw, shape):
    pixels = blank(*shape)
    draw(pixels, whole(pixels), -8, -8)


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((8, 8, 3), np.uint8),
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.float32),
        np.zeros((8, 16, 4), np.uint8)[:, ::2],
    ],
)
def test_pixels_of_another_kind_are_refused(draw, pixels):
    with pytest.raises(ValueError, match="pixels must be a C-contiguous uint8"):
        draw(pixels, (0, 0, 8, 8), 0, 0)


@pytest.mark.parametrize("draw", ALL)
def test_read_only_pixels_and_broken_clips_are_refused(draw):
    pixels = blank()
    with pytest.raises(ValueError, match="clip must be"):
        draw(pixels, (0, 0, 8), 0, 0)
    pixels.flags.writeable = False
    with pytest.raises(ValueError, match="writeable"):
        draw(pixels, whole(pixels), 0, 0)


def test_nothing_to_draw():
    pixels = blank()
    clip = whole(pixels)
    raster.discs(pixels, clip, [], 3, RED)
    raster.discs(pixels, clip, np.empty((0, 2)), [], [])
    raster.polylines(pixels, clip, [], [], 2, RED)
    raster.polylines(pixels, clip, [(3, 3)], [0, 0, 1], 2, RED)
    raster.polygons(pixels, clip, [], [0], np.empty((0, 4), np.uint8))
    raster.polygons(pixels, clip, [(3, 3), (9, 9)], [0, 1, 2], RED)
    raster.arrows(pixels, clip, [], [], 2, 6, 5, RED)
    raster.wedges(pixels, clip, [], [])
    raster.level_lines(pixels, clip, VALUES, 0, 0, 20, 20, [], 2, RED)
    depth = raster.depth_buffer(clip)
    raster.surface(pixels, depth, clip, np.empty((0, 4, 3)), np.empty((0, 4, 4), np.uint8))
    raster.surface(pixels, depth, clip, np.ones((1, 4, 3)), np.ones((1, 4, 4), np.uint8))
    raster.polylines3d(pixels, depth, clip, [], [], 2, RED)
    raster.discs3d(pixels, depth, clip, [], 2, RED)
    raster.ribbon(pixels, clip, 3, np.empty((0, 4)), np.empty((0, 4)), RED)
    raster.stamp(pixels, clip, np.empty((0, 3), np.uint8), 0, 0, RED)
    raster.over(pixels, clip, blank(0, 3), 0, 0)
    raster.sprites(pixels, clip, np.empty(0, np.uint8), [], [], [], RED)
    assert not pixels.any()


def test_arguments_may_be_read_only_strided_or_of_another_number_type():
    expected, drawn = blank(), blank()
    centres = np.array([(5.5, 6.25), (20, 21)])
    raster.discs(expected, whole(expected), centres, 3, RED)
    strided = np.repeat(centres.astype(np.float32), 2, axis=0)[::2]
    strided.flags.writeable = False
    raster.discs(drawn, whole(drawn), strided, np.float64(3), np.array([RED, RED]))
    assert (expected == drawn).all()


TABLE = np.zeros((256, 4), np.uint8)
D = raster.depth_buffer((0, 0, 40, 40))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p, c: raster.discs(p, c, [(1, 2, 3)], 1, RED), r"centres must be .*\(N, 2\)"),
        (lambda p, c: raster.discs(p, c, [1, 2], 1, RED), r"centres must be .*\(N, 2\)"),
        (lambda p, c: raster.discs(p, c, [(1, 2)], [1, 2], RED), "radius must be one number or 1"),
        (lambda p, c: raster.discs(p, c, [(1, 2)], 1, [RED, RED]), r"shape \(4,\) or \(1, 4\)"),
        (lambda p, c: raster.discs(p, c, [(1, 2)], 1, (0.1, 0.2, 1.0, 1.0)), "from 0 to 255"),
        (lambda p, c: raster.discs(p, c, [(1, 2)], 1, (0, 0, 256, 255)), "from 0 to 255"),
        (lambda p, c: raster.polylines(p, c, [(1, 2)], [0, 2], 1, RED), "at most 1, the number"),
        (lambda p, c: raster.polylines(p, c, [(1, 2)], [1, 0], 1, RED), "offsets must rise"),
        (lambda p, c: raster.polylines(p, c, [(1, 2)], [0.0, 1.0], 1, RED), "whole numbers"),
        (lambda p, c: raster.polylines(p, c, [(1, 2)], [0, 1], np.nan, RED), "width must be"),
        (lambda p, c: raster.polygons(p, c, [(1, 2)], [-1, 1], RED), "offsets must rise"),
        (lambda p, c: raster.arrows(p, c, [(1, 2)], [], 1, 3, 3, RED), "the same shape"),
        (lambda p, c: raster.arrows(p, c, [(1, 2)], [(3, 4)], 1, np.inf, 3, RED), "head_length"),
        (lambda p, c: raster.wedges(p, c, [(1, 2)], [RED]), r"planes must be .*\(N, 3\)"),
        (lambda p, c: raster.ribbon(p, c, 0, [[1, 2]], [[3]], RED), r"of one shape \(C, S\)"),
        (lambda p, c: raster.ribbon(p, c, 0, [1, 2], [3, 4], RED), r"of one shape \(C, S\)"),
        (lambda p, c: raster.stamp(p, c, np.zeros((2, 2)), 0, 0, RED), "coverage must be uint8"),
        (lambda p, c: raster.field(p, c, [1, 2], 0, 0, 9, 9, TABLE, 0, 1), "values must be"),
        (lambda p, c: raster.field(p, c, VALUES[:1], 0, 0, 9, 9, TABLE, 0, 1), "both at least 2"),
        (lambda p, c: raster.field(p, c, VALUES, 0, 0, 9, 9, TABLE[:9], 0, 1), "table must be"),
        (lambda p, c: raster.field(p, c, VALUES, 0, 0, 9, 9, TABLE, 1, 1), "low must be less"),
        (lambda p, c: raster.image(p, c, [1, 2], 0, 0, 9, 9, TABLE, 0, 1), "values must have"),
        (lambda p, c: raster.image(p, c, [["a"]], 0, 0, 9, 9, TABLE, 0, 1), "values must be num"),
        (lambda p, c: raster.image(p, c, VALUES, 0, 0, 9, 9, TABLE[:9], 0, 1), "table must be"),
        (lambda p, c: raster.image(p, c, VALUES, 0, 0, 9, 9, TABLE, 1, 1), "low must be less"),
        (lambda p, c: raster.sprites(p, c, D, [0], [], [], RED), r"coverage must be uint8 \(C,\)"),
        (lambda p, c: raster.sprites(p, c, TABLE[0], [0.5], [], [], RED), "starts must be whole"),
        (lambda p, c: raster.sprites(p, c, TABLE[0], [0], [2, 2], [], RED), "sizes must be whole"),
        (lambda p, c: raster.sprites(p, c, TABLE[0], [0], [(2, 2)], [], RED), "and 0 places"),
        (
            lambda p, c: raster.sprites(p, c, TABLE[0], [1], [(2, 2)], [(1, 1)], RED),
            "does not lie within the 4 bytes",
        ),
        (lambda p, c: raster.level_lines(p, c, VALUES, 0, 0, 9, 9, 3, 1, RED), "levels must have"),
        (lambda p, c: raster.surface(p, D, c, np.zeros((2, 2)), RED), r"vertices .* \(h, w, 3\)"),
        (lambda p, c: raster.surface(p, D, c, np.zeros((2, 2, 3)), RED), r"shape \(2, 2, 4\)"),
        (lambda p, c: raster.surface(p, D[1:], c, D, RED), r"clip's shape \(40, 40\)"),
        (lambda p, c: raster.discs3d(p, D.astype(float), c, [], 1, RED), "depth must be float32"),
        (lambda p, c: raster.discs3d(p, D, c, [(1, 2)], 1, RED), r"centres must be .*\(N, 3\)"),
        (lambda p, c: raster.polylines3d(p, D, c, [(1, 2)], [0], 1, RED), r"vertices .*\(N, 3\)"),
        (
            lambda p, c: raster.discs3d(p, D, c, [], 1, RED, bias=np.inf),
            "bias must be a finite",
        ),
        (lambda p, c: raster.over(p, c, np.zeros((2, 2, 3), np.uint8), 0, 0), "overlay must be"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    pixels = blank()
    with pytest.raises(ValueError, match=message):
        call(pixels, whole(pixels))
    assert not pixels.any()
