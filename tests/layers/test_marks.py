"""What a layer says it draws is what it draws: against Cairo, and by hand in space."""

import math

import cairo
import numpy as np
import pytest

from epochreel import layers
from epochreel.layers import (
    Areas,
    Bars,
    Canvas,
    Counter,
    Curves3D,
    LevelLines,
    LevelLines3D,
    Points,
    Points3D,
    Surface,
    Tiles,
)
from epochreel.layers.layer import Layer
from epochreel.layers.stage import Names, Stage
from epochreel.look.ramps import ramp
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.marks.kinds import PIXEL, Discs, Heat, Strokes, Words
from epochreel.notation.maths import formula, text
from epochreel.panels.panel3d import Panel3D
from tests.layers.planes import FACTORIES, RED, WHITE, Rectangle, width

STYLE = load("dark")
FLAT = np.zeros((9, 9))


def page():
    """640 × 320 pixels, 40 a unit, of a frame as high as a clip's."""
    return Canvas(np.zeros((320, 640, 4), np.uint8), 16.0, 8.0)


def painted(marks):
    """Coverage of marks by Cairo, each by itself, added up; (h, w), 255 is one."""
    total = np.zeros((320, 640))
    for mark in marks:
        surface = cairo.ImageSurface(cairo.FORMAT_A8, 640, 320)
        pen = cairo.Context(surface)
        pen.translate(320, 160)
        pen.scale(40, -40)
        pen.rectangle(mark.box.left, mark.box.bottom, mark.box.width, mark.box.height)
        pen.clip()
        if isinstance(mark, Discs):
            for (x, y), radius in zip(mark.seat.to_scene(mark.points), mark.radius, strict=True):
                pen.arc(x, y, radius, 0, math.tau)
                pen.fill()
        elif isinstance(mark, Strokes):
            pen.set_line_width(mark.width)
            pen.set_line_cap(cairo.LINE_CAP_ROUND)
            pen.set_line_join(cairo.LINE_JOIN_ROUND)
            for path in mark.lines:
                for at in mark.seat.to_scene(path).tolist():
                    pen.line_to(*at)
                pen.new_sub_path()
            pen.stroke()
        else:
            for outline in mark.outlines():
                for at in outline.tolist():
                    pen.line_to(*at)
                pen.close_path()
                pen.fill()
        surface.flush()
        total += mark.opacity * np.frombuffer(surface.get_data(), np.uint8).reshape(320, -1)
    return np.minimum(total, 255)


def cells(picture):
    """Means over squares of eight pixels."""
    height, width = picture.shape
    return picture.reshape(height // 8, 8, width // 8, 8).mean(axis=(1, 3))


MORE = {
    "bars": lambda plane: Bars(plane, [2, -1, 3.5], width=0.6, colours=WHITE),
    "lying bars": lambda plane: Bars(plane, [2, 1, 3.5], width=0.6, colours=WHITE, lying=True),
    "outlines": lambda plane: Areas(
        plane,
        [[-1, -1], [1, -1], [0, 2]],
        at=[[2, 2], [7, 3]],
        turn=[20, 170],
        fill=0,
        width=width(8),
        colours=WHITE,
    ),
    "tiles": lambda plane: Tiles(
        plane, np.ones((6, 10)), low=0, high=1, gap=0.3, table=ramp(STYLE)
    ),
    "areas": lambda plane: Areas(plane, [[1, 1], [9, 2], [3, 8]], colours=WHITE),
}


@pytest.mark.parametrize("kind", [*FACTORIES, *MORE])
def test_marks_cover_what_is_drawn(kind):
    layer, sheet = (FACTORIES | MORE)[kind](Rectangle()), page()
    marks = layer.marks(sheet)
    if isinstance(marks[0], Heat | Words):
        pytest.skip("pictures are compared in the tests of a book, words in those of labels")
    layer.draw(sheet)
    apart = np.abs(cells(painted(marks)) - cells(sheet.pixels[..., 3].astype(float)))
    assert apart.max() < (60 if kind in ("arrows", "vector field") else 24)  # round or flat ends
    assert apart.mean() < 1


def test_every_layer_says_what_it_draws():
    kinds = [kind for kind in vars(layers).values() if isinstance(kind, type)]
    silent = [k for k in kinds if issubclass(k, Layer) and k.marks is Layer.marks]
    assert set(silent) == {layers.DataLayer, layers.Layer}


def test_level_lines_leave_gaps_for_their_numbers():
    ramp = np.tile(np.linspace(0, 6, 7)[:, None], (1, 11))
    plane = Rectangle()
    ray = [[5, 0], [5, 6]]
    bare, numbered = (
        LevelLines(plane, ramp, [3], labels=labels, ray=ray) for labels in (False, True)
    )
    (whole,) = bare.marks(page())
    parts, number = numbered.marks(page())
    assert len(whole.lines) == 1
    assert len(parts.lines) == 2
    assert parts.levels.tolist() == [3, 3]
    assert number.source == "3"
    assert number.box.centre[:2] == pytest.approx((0, 0), abs=0.2)


# --- in space


def space(**options):
    options = {"x": (-1, 1), "y": (-1, 1), "z": (-1, 1), "size": (2, 2, 2)} | options
    return Panel3D(Box(-4, -4, 4, 4), STYLE, **options)


def sheet():
    return Canvas(np.zeros((400, 400, 4), np.uint8), 8.0, 8.0)


def test_points_below_a_surface_are_hidden_and_the_farthest_come_first():
    panel, one = space(elevation=90), sheet()
    plate = Surface(panel, FLAT, colours=RED, opacity=0.75)
    dots = Points3D(panel, [[0, 0, 0.9], [0.5, 0, -0.9], [-0.5, 0.2, 0]], radius=10)
    (mesh,) = plate.marks(one)
    (discs,) = dots.marks(one)
    assert mesh.data.shape == (9, 9, 3)
    assert discs.data.tolist() == [[0.5, 0, -0.9], [-0.5, 0.2, 0], [0, 0, 0.9]]
    assert discs.seen.tolist() == [False, True, True]
    assert discs.hidden == pytest.approx(0.25)  # what the plate lets through
    assert discs.radius == pytest.approx(10 * PIXEL)
    np.testing.assert_allclose(discs.points, panel.to_scene(discs.data)[:, :2], atol=1e-6)
    assert dots.marks(sheet())[0].seen.all()  # without the plate


def test_a_curve_through_a_surface_is_cut_where_it_goes_under():
    panel, one = space(elevation=80), sheet()
    Surface(panel, FLAT, colours=RED).marks(one)
    way = np.column_stack([np.linspace(-0.9, 0.9, 41), np.zeros(41), np.linspace(0.8, -0.8, 41)])
    (strokes,) = Curves3D(panel, way, hidden=0.2).marks(one)
    assert strokes.seen.tolist() == [True, False]
    assert strokes.hidden == pytest.approx(0.2)
    above, below = strokes.data
    assert above[0].tolist() == way[0].tolist()
    assert below[-1].tolist() == way[-1].tolist()
    assert above[-1].tolist() == below[0].tolist()
    assert abs(below[0, 2]) < 0.1
    np.testing.assert_allclose(strokes.lines[0], panel.to_scene(above)[:, :2], atol=1e-6)


def test_level_lines_in_space_know_their_levels():
    panel = space(elevation=70)
    ramp = np.linspace([-1] * 9, [1] * 9, 9)
    lines = LevelLines3D(panel, ramp, [-0.5, 0.5, 7], colours=[RED, WHITE, RED])
    (strokes,) = lines.marks(sheet())
    assert strokes.levels.tolist() == [-0.5, 0.5]
    assert strokes.colours.tolist() == [list(RED), list(WHITE)]
    (none,) = LevelLines3D(panel, ramp, [7]).marks(sheet())
    assert none.lines == ()


def test_the_stage_says_where_its_edges_and_names_are():
    panel, one = space(azimuth=-60, elevation=30, x_label="y_1", z_label="C"), sheet()
    (stage,) = (part for part in panel.get_family() if isinstance(part, Stage))
    (names,) = (part for part in panel.get_family() if isinstance(part, Names))
    grid, edges = stage.marks(one)
    assert len(grid.lines) == 10
    corners = [[a, b, -1] for a in (-1, 1) for b in (-1, 1)]
    seen = np.concatenate(edges.lines)
    for corner in panel.to_scene(corners)[:, :2]:
        assert np.abs(seen - corner).max(axis=1).min() < 1e-6
    assert {mark.source for mark in names.marks(one)} == {"y_1", "C"}
    for mark in names.marks(one):
        names.draw(one)
        left, top = one.to_pixels([[mark.box.left, mark.box.top]])[0]
        right, bottom = one.to_pixels([[mark.box.right, mark.box.bottom]])[0]
        inside = one.pixels[math.floor(top) : math.ceil(bottom), int(left) : math.ceil(right)]
        assert inside.any()


# --- texts


def test_a_text_says_its_source_and_so_does_its_copy():
    title = formula("bold(h)_1 = 2", STYLE).shift([1, 2, 0])
    for each in (title, title.copy().scale(0.5).move_to(title)):
        (words,) = each.marks()
        assert (words.source, words.maths) == ("bold(h)_1 = 2", True)
        assert words.box.centre == pytest.approx(title.get_center(), abs=1e-6)
        assert (words.cap, words.baseline) == pytest.approx((each.cap, each.baseline))
        assert words.coloured
    (plain,) = text("Some $x$", STYLE).set_color("#ff0000").marks()
    assert (plain.maths, plain.coloured) == (False, False)
    assert plain.colour.tolist() == list(RED)


def test_a_text_that_has_faded_is_none():
    words = text("gone", STYLE)
    assert words.set_opacity(0.25).marks()[0].opacity == pytest.approx(0.25)
    assert words.set_opacity(0).marks() == ()


def test_a_counter_is_its_number_in_its_slots():
    plane = Rectangle()
    counter = Counter(plane.clock, STYLE, digits=3, prefix="epoch~")
    plane.clock.set_value(42)
    (words,) = counter.marks(page())
    assert isinstance(words, Words)
    assert words.source == "42"
    assert len(words.glyphs) == 2
    left, right = counter.points[:, 0]
    assert (words.slots.left, words.slots.right) == pytest.approx((left, right))
    assert left + (right - left) / 4 < words.box.left < words.box.right <= right
    assert counter.copy().set_opacity(0).marks(page()) == ()
    (beside,) = counter.submobjects[0].marks()
    assert beside.source == "epoch~"


def test_no_points_are_marks_too():
    (discs,) = Points(Rectangle(), np.empty((0, 2))).marks(page())
    assert discs.points.shape == (0, 2)
