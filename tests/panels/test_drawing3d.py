import numpy as np
import pytest

from epochreel.look.hues import paint
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.panels.drawing import RANKS
from epochreel.panels.panel3d import Panel3D

STYLE = load("dark")
FLAT = np.zeros((5, 5))


def space(**options):
    limits = {"x": (-2, 2), "y": (-1, 1), "z": (0, 4)}
    return Panel3D(Box(-3, -3, 3, 3), STYLE, **limits, **options)


def test_marks_are_drawn_in_the_order_in_which_they_hide():
    room = space()
    shown = [
        room.surface(FLAT),
        room.levels(FLAT, [1]),
        room.curve([[0, 0, 0], [1, 0, 0]]),
        room.scatter([[0, 0, 1]]),
    ]
    order = [mark.z_index for mark in shown]
    assert order == sorted(order)
    assert len(set(order)) == 4
    assert order[0] > RANKS["cross"]


def test_colours_and_sizes_go_by_their_names():
    room = space()
    curve = room.curve([[0, 0, 0], [1, 0, 0]], "E", width="arrow")
    points = room.scatter(np.zeros((2, 3)), np.array([0, 1]), size="marker")
    assert curve.values["colours"].tolist() == paint(STYLE, "E").tolist()
    assert curve.values["width"] == STYLE.line.arrow
    assert points.values["radius"] == STYLE.size.marker
    assert points.values["colours"].tolist() == STYLE.marks(np.array([0, 1])).tolist()
    assert room.scatter(np.zeros((2, 3)), size=[3, 5]).values["radius"][1] == 5
    one = room.surface(FLAT, "ytilde", opacity=0.5)
    assert (one.colours() == paint(STYLE, "ytilde")).all()
    assert one.opacity == 0.5


def test_an_energy_is_a_surface_over_the_whole_floor_with_lines_on_it():
    sheet, lines = space().energy(lambda points: points[:, 0] + 2, levels=[1, 3], samples=11)
    vertices = sheet.vertices()
    assert vertices.shape == (11, 22, 3)  # twice as long as wide
    np.testing.assert_allclose(vertices[..., 2], vertices[..., 0] + 2, atol=1e-6)
    assert lines.levels.tolist() == [1, 3]
    assert len(space().energy(lambda points: points[:, 0])) == 1


@pytest.mark.parametrize("theme", ["dark", "print"])
def test_hues_are_those_of_the_theme(theme):
    style = load(theme)
    room = Panel3D(Box(-3, -3, 3, 3), style, x=(0, 1), y=(0, 1), z=(0, 1))
    assert room.scatter([[0, 0, 0]], "y").values["colours"].tolist() == paint(style, "y").tolist()
