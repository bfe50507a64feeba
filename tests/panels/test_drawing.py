import numpy as np
import pytest
from manim import Rectangle, ValueTracker

from epochreel.layers import Field, LevelLines
from epochreel.look.style import THEMES, load, rgba
from epochreel.marks.box import Box
from epochreel.panels.drawing import RANKS
from epochreel.panels.panel import Panel
from epochreel.runs.functions import EPOCH, varying

BOX = Box(-4, -2, 4, 2)


def panel(theme="dark", **options):
    options = {"x": (-2, 2), "y": (-1, 1)} | options
    return Panel(BOX, load(theme), clock=ValueTracker(0), **options)


def square(points):
    return (np.asarray(points, np.float64) ** 2).sum(axis=1)


def test_marks_are_ordered_by_what_they_are_not_by_when_they_are_added():
    axes = panel()
    made = [
        axes.symbol("h", (0, 0)),
        axes.probe([[0, 0]]),
        axes.arrows([[0, 0]], [[1, 1]]),
        axes.scatter([[0, 0]]),
        axes.segments(np.zeros((2, 2)), np.ones((2, 2))),
        axes.curve([[0, 0], [1, 1]]),
        axes.grid(np.zeros((1, 2, 2))),
        axes.energy(square, high=1, levels=[0.5]).lines,
        axes.regions(np.eye(2), np.zeros(2)),
        axes.energy(square, high=1).field,
    ]
    ranks = [mark.z_index for mark in made]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)
    assert RANKS["others"] == 0


@pytest.mark.parametrize("theme", THEMES)
def test_marks_over_a_map_wear_the_dark_theme_and_a_rim_in_every_theme(theme):
    plain, mapped = panel(theme), panel(theme, mapped=True)
    dark = load("dark")
    over, bare = (axes.scatter([[0, 0]], "y") for axes in (mapped, plain))
    assert over.values["colours"].tolist() == rgba(dark.role("y")).tolist()
    assert over.values["halo"].tolist() == rgba(dark.chrome.background).tolist()
    assert bare.values["colours"].tolist() == rgba(load(theme).role("y")).tolist()
    assert "halo" not in bare.values


def test_names_over_a_map_stand_on_a_plate():
    plates = [
        [part for part in panel(mapped=mapped, x_label="y_1").labels if isinstance(part, Rectangle)]
        for mapped in (False, True)
    ]
    assert [len(found) for found in plates] == [0, 1]


def test_an_energy_is_sampled_over_the_panel_and_has_its_bar():
    axes = panel(bar_box=Box(5, -2, 6, 2))
    energy = axes.energy(square, high=5, levels=[1, 2], bar="F", samples=9)
    assert isinstance(energy.field, Field)
    assert isinstance(energy.lines, LevelLines)
    assert energy.bar is not None
    values = energy.field.values["values"]
    assert values.shape == (9, 18)
    assert values[0, 0] == pytest.approx(5)  # the corner (−2, −1)
    assert values[4, 0] == pytest.approx(4)
    assert panel().energy(square, high=5, bar="F").bar is None  # there is no slot for one


def test_an_energy_may_be_a_function_of_clocks():
    axes = panel()
    clock = ValueTracker(2)
    factor = varying(lambda t: t, clock)
    field = axes.energy(lambda points: factor * square(points), high=5, samples=5).field
    assert field.clocks == (clock,)
    assert field.values["values"][0, 0] == pytest.approx(10)
    grown = axes.scatter(varying(lambda epoch: [[epoch, 0]], EPOCH))
    assert grown.clocks == (axes.clock,)


def test_segments_join_functions_and_arrays():
    clock = ValueTracker(3)
    ends = varying(lambda t: np.full((4, 2), t), clock)
    lines = panel().segments(np.zeros((4, 2)), ends)
    assert lines.values["vertices"].shape == (4, 2, 2)
    assert lines.values["vertices"][0].tolist() == [[0, 0], [3, 3]]


def test_a_signal_is_a_waveform_stems_or_a_spectrogram():
    axes = panel(x=(0, 2), y=(-1, 1))
    samples = np.sin(np.arange(8000))
    waveform = axes.waveform(samples, "x", shown=(0.5, 1))
    assert waveform.extent.tolist() == [0, 2]
    assert waveform.values["colours"].tolist() == rgba(load("dark").role("x")).tolist()
    stems = axes.stems([1, 2], "h", positions=[0.5, 1])
    assert stems.stems[:, 1].tolist() == [[0.5, 1], [1, 2]]
    # Windows of 0.05 s, the last of which begins at 1.95 s.
    field = axes.spectrogram(samples, rate=4000, window=200, step=100)
    assert field.extent.ravel() == pytest.approx([0.025, 1.975, 0, 2000])
    assert field.values["values"].shape == (101, 79)
    # sin n has 4000 / 2π = 637 hertz.
    assert np.argmax(field.values["values"][:, 40]) * 20 == pytest.approx(637, abs=10)


def test_words_follow_functions_of_clocks_and_wear_a_hue():
    clock = ValueTracker(0)
    at = varying(lambda t: [[t, 0]], clock)
    axes = panel(mapped=True, theme="print")
    labels = axes.words(at, ['"a"'], "y", towards=(1, 0), size="label")
    assert labels.values["colours"].tolist() == rgba(load("dark").role("y")).tolist()
    assert labels.style is load("dark")
    assert labels.size == axes.style.type.label
    clock.set_value(1)
    labels.update()
    assert labels.values["positions"].tolist() == [[1, 0]]
    assert "colours" not in axes.words(at, ["x"]).values


def test_polygons_are_full_faint_within_an_outline_or_an_outline_alone():
    axes = panel()
    shape = [[0, 0], [1, 0], [0, 1]]
    full, faint, alone = (
        axes.polygons(shape, "y", at=[1, 1], turn=30, **options)
        for options in ({}, {"outline": True}, {"outline": True, "fill": 0.0})
    )
    assert (full.inside, full.thickness) == (1, 0)
    assert (faint.inside, faint.thickness) == (axes.style.opacity.region, axes.style.line.outline)
    assert alone.inside == 0


def test_an_image_runs_from_zero_s_colour_to_the_hue_and_signed_from_minus_high_on():
    axes = panel()
    grey, signed = axes.image(np.eye(2)), axes.image(np.eye(2), "signed", high=3)
    assert (grey.low, grey.high) == (0, 1)
    assert (signed.low, signed.high) == (-3, 3)
    assert grey.table[-1].tolist() == rgba(load("dark").palette["grey"]).tolist()
    assert axes.image(np.eye(2), low=0.5).low == 0.5
    assert grey.z_index == RANKS["field"]


def test_panels_fill_their_box_at_equal_units():
    axes = panel(x=(-1, 1), y=(-1, 1), equal=True)
    assert axes.view.limits == (-2, 2, -1, 1)
    zoom = axes.zoom((-3, 3), (-3, 3))
    zoom.begin()
    zoom.finish()
    assert axes.view.limits == pytest.approx((-6, 6, -3, 3))


def test_a_panel_is_transferred_with_its_layers_and_names_that_can_be_read():
    axes = panel(title="cal(H)")
    points = axes.scatter([[0, 0]])
    box = Box(0, 0, 2, 2)
    moved, labels = axes.transfer(box, points)
    for animation in (moved.build(), labels.build()):
        animation.begin()
        animation.finish()
    assert axes.box.width == pytest.approx(2)
    assert axes.box.centre == pytest.approx(box.centre)
    assert points.magnification == pytest.approx(0.25)
    style = load("dark")
    assert axes.labels.height == pytest.approx(
        panel(title="cal(H)").labels.height * style.type.label / style.type.title, rel=1e-3
    )
