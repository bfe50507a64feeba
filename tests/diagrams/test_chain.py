import itertools

import numpy as np
import pytest
from manim import RIGHT, UP

from epochreel.diagrams.chain import chain, cost, module, variable
from epochreel.look.style import THEMES, load
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset

STYLE = load("dark")
WIDE = Box(-7, -1, 7, 1)
TALL = Box(-2, -4, 2, 4)
SLIVERS = [Box(-1.5, -1, 1.5, 1), Box(-1, -1.3, 1, 1.3)]


def parts():
    return [
        variable("bold(x)", STYLE, observed=True),
        module("f", STYLE, colour="lavender", direction=RIGHT),
        variable("bold(h)", STYLE),
        cost("C", STYLE),
    ]


def edges(mobject):
    points = np.concatenate([m.points for m in mobject.get_family() if len(m.points)])
    return points.min(axis=0)[:2], points.max(axis=0)[:2]


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_wear_the_colours_of_the_book(theme):
    style = load(theme)
    assert cost("C", style)[0].get_stroke_color().to_hex().lower() == style.palette["red"]
    encoder = module("f", style, colour="lavender", direction=RIGHT)[0]
    assert encoder.get_stroke_color().to_hex().lower() == style.palette["lavender"]
    observed, hidden = (variable("x", style, observed=seen)[0] for seen in (True, False))
    assert observed.get_fill_color().to_hex().lower() == style.chrome.observed
    assert (observed.get_fill_opacity(), hidden.get_fill_opacity()) == (1, 0)


def test_symbols_stand_in_the_middle_of_their_shapes():
    for shape, symbol in (variable("bold(x)", STYLE), cost("C", STYLE)):
        assert isinstance(symbol, Typeset)
        assert symbol.get_center() == pytest.approx(shape.get_center(), abs=1e-6)


@pytest.mark.parametrize("direction", [RIGHT, UP, -RIGHT])
def test_the_round_side_of_a_module_points_where_the_signal_goes(direction):
    shape = module("f", STYLE, colour="aqua", direction=direction)[0]
    along = shape.points @ direction
    across = shape.points @ np.array([-direction[1], direction[0], 0])
    # At the far end only the tip of the arc, at the near end the whole height of the box.
    assert np.ptp(across[along > along.max() - 1e-3]) < 0.2
    assert np.ptp(across[along < along.min() + 1e-3]) == pytest.approx(1)


@pytest.mark.parametrize(("box", "direction"), [(WIDE, RIGHT), (TALL, UP)])
def test_a_chain_is_parts_and_arrows_in_the_order_of_the_signal(box, direction):
    members = parts()
    chained = chain(members, [""] * 4, box, STYLE, direction=direction)
    assert list(chained[::2]) == members
    assert len(chained) == 7
    places = [member.get_center() @ direction for member in chained]
    assert places == sorted(places)
    axis = int(direction[1])
    for before, after in itertools.pairwise(chained):
        assert edges(before)[1][axis] < edges(after)[0][axis]


@pytest.mark.parametrize(
    ("box", "direction"), [(WIDE, RIGHT), (TALL, UP), (SLIVERS[0], RIGHT), (SLIVERS[1], UP)]
)
def test_a_chain_fits_into_its_box(box, direction):
    chained = chain(parts(), [""] * 4, box, STYLE, direction=direction)
    low, high = edges(chained)
    axis = int(direction[1])
    limits = [(box.left, box.right), (box.bottom, box.top)][axis]
    assert limits[0] - 1e-6 <= low[axis] < high[axis] <= limits[1] + 1e-6
    assert (low + high)[axis] == pytest.approx(sum(limits), abs=1e-6)
    for before, after in itertools.pairwise(chained):
        assert edges(before)[1][axis] <= edges(after)[0][axis] + 1e-6


def test_notes_stand_beside_their_parts_and_move_with_them():
    for direction, box in ((RIGHT, WIDE), (UP, TALL)):
        members = parts()
        chain(members, ["", "2 → 100", "", ""], box, STYLE, direction=direction)
        shape, _, note = members[1]
        assert isinstance(note, Typeset)
        if direction[1]:
            assert edges(note)[0][0] > edges(shape)[1][0]
        else:
            assert edges(note)[1][1] < edges(shape)[0][1]
        assert len(members[0]) == 2


def test_every_part_needs_a_note():
    with pytest.raises(ValueError, match="shorter than arguments"):
        chain(parts(), ["", ""], WIDE, STYLE)
