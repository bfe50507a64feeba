import dataclasses

import numpy as np
import pytest
from manim import RIGHT, Group, ValueTracker, VMobject

from epochreel.errors import ClipError
from epochreel.layers import Canvas, Cross, Points
from epochreel.look.style import THEMES, load, rgba
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset
from epochreel.panels.panel import Panel

STYLE = load("dark")
BOX = Box(-4, -3, 0, 1)


def panel(box=BOX, style=STYLE, x=(-1, 3), y=(-2, 2), **options):
    return Panel(box, style, x=x, y=y, **options)


def edges(mobject):
    points = np.concatenate([m.points for m in mobject.get_family() if len(m.points)])
    return *points.min(axis=0)[:2], *points.max(axis=0)[:2]


def test_a_box_knows_its_extent_and_its_parts():
    assert (BOX.width, BOX.height, BOX.centre.tolist()) == (4, 4, [-2, -1, 0])
    assert BOX.part(0.25, 0, 1, 0.5) == Box(-3, -3, 0, -1)
    assert BOX.part(0, 0, 1, 1) == BOX


@pytest.mark.parametrize(
    ("box", "across", "up", "square"),
    [
        (Box(0, 0, 10, 4), 0.5, 0.5, Box(3, 0, 7, 4)),
        (Box(0, 0, 10, 4), 0, 0.5, Box(0, 0, 4, 4)),
        (Box(0, 0, 10, 4), 1, 0, Box(6, 0, 10, 4)),
        (Box(0, 0, 2, 8), 0.5, 1, Box(0, 6, 2, 8)),
    ],
)
def test_the_largest_square_of_a_box(box, across, up, square):
    assert box.square(across, up) == square


def test_data_stand_where_the_limits_say():
    axes = panel()
    assert axes.to_scene(-1, -2).tolist() == [-4, -3, 0]
    assert axes.to_scene(3, 2).tolist() == [0, 1, 0]
    assert axes.to_scene(0, 0).tolist() == [-3, -1, 0]
    assert axes.corners().tolist() == [[-4, -3, 0], [0, -3, 0], [-4, 1, 0]]


def test_a_zoomed_panel_puts_data_elsewhere():
    axes = panel()
    zoom = axes.zoom((-10, 30), (-20, 20))
    zoom.begin()
    zoom.finish()
    assert axes.view.limits == (-10, 30, -20, 20)
    assert axes.to_scene(-10, 20).tolist() == [-4, 1, 0]


def test_to_scene_and_a_layer_agree():
    axes = panel()
    canvas = Canvas(np.zeros((90, 160, 4), np.uint8), 16, 9)
    layer = Points(axes, [[1.3, -0.7]])
    expected = canvas.to_pixels([axes.to_scene(1.3, -0.7)])
    assert layer.to_pixels(canvas, [[1.3, -0.7]]) == pytest.approx(expected)


def test_a_shifted_and_scaled_panel_keeps_its_data():
    axes = panel()
    axes.shift(2 * RIGHT).scale(0.5, about_point=np.zeros(3))
    assert axes.to_scene(-1, -2) == pytest.approx([-1, -1.5, 0])
    assert axes.to_scene(3, 2) == pytest.approx([1, 0.5, 0])


def test_the_box_of_a_panel_is_where_it_stands_now():
    axes = panel()
    assert axes.box == BOX
    axes.shift(2 * RIGHT).scale(0.5, about_point=np.zeros(3))
    assert dataclasses.astuple(axes.box) == pytest.approx((-1, -1.5, 1, 0.5))


def test_title_and_labels_stand_inside_at_the_top_left_and_along_the_axes():
    axes = panel(title="cal(H)", x_label="h_1", y_label="h_2")
    title, x_label, y_label = axes.labels
    for label in axes.labels:
        left, bottom, right, top = edges(label)
        assert BOX.left < left < right < BOX.right
        assert BOX.bottom < bottom < top < BOX.top
    across, up, _ = axes.to_scene(0, 0)
    assert edges(title)[3] == pytest.approx(BOX.top - 0.2, abs=1e-6)
    assert edges(title)[0] == pytest.approx(BOX.left + 0.2, abs=1e-6)
    assert edges(x_label)[2] == pytest.approx(BOX.right - 0.12, abs=1e-6)
    assert edges(x_label)[3] == pytest.approx(up - 0.12, abs=1e-6)
    assert edges(y_label)[0] == pytest.approx(across + 0.12, abs=1e-6)


@pytest.mark.parametrize("limits", [(5, 8), (-8, -5)])
def test_labels_stay_near_the_panel_when_the_origin_is_outside(limits):
    axes = panel(x=limits, y=(-1, 1), y_label="y")
    left, _, right, _ = edges(axes.labels[0])
    assert BOX.left < left < right < BOX.right + 1


@pytest.mark.parametrize("theme", THEMES)
def test_labels_wear_the_colours_of_their_symbols(theme):
    style = load(theme)
    (label,) = panel(style=style, x_label="bold(h)").labels
    assert isinstance(label, Typeset)
    assert label[0].get_fill_color().to_hex().lower() == style.role("h")


def test_without_words_and_lines_there_is_nothing_to_see():
    bare = panel(cross=False)
    assert not [part for part in bare.get_family() if isinstance(part, Cross | Typeset)]
    assert bare.rectangle.get_stroke_width() == 0
    assert panel(outline=True).rectangle.get_stroke_width() > 0


def test_the_cross_is_the_lowest_layer_in_its_colour():
    axes = panel(title="x")
    layers = [part for part in axes.get_family() if len(part.points)]
    assert isinstance(layers[1], Cross)  # above the rectangle alone
    assert layers[1].values["colours"].tolist() == list(rgba(STYLE.chrome.cross))


def test_layers_follow_the_clock_of_their_panel():
    clock = ValueTracker(3)
    layer = Points(panel(clock=clock), lambda epoch: [[epoch, 0]])
    assert layer.clocks == (clock,)
    assert Points(panel(), lambda epoch: [[epoch, 0]]).values["positions"][0, 0] == 0


def test_a_panel_copies_with_its_view():
    axes = panel(title="x")
    twin = axes.copy()
    assert isinstance(twin, Group)
    assert twin.view.limits == axes.view.limits
    assert all(isinstance(label, VMobject) for label in twin.labels)


def test_empty_limits_are_an_error():
    with pytest.raises(ClipError, match="The x limits 3…3 are empty"):
        panel(x=(3, 3))


def test_squares_fill_a_box_row_by_row():
    boxes = Box(0, 0, 10, 4).squares(3, 2, gap=1)
    assert [box.left for box in boxes] == pytest.approx([1.75, 4.25, 6.75] * 2)
    assert [box.top for box in boxes] == pytest.approx([4] * 3 + [1.5] * 3)
    for box in boxes:
        assert [box.width, box.height] == pytest.approx([1.5, 1.5])
