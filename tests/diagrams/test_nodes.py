import itertools

import numpy as np
import pytest

from epochreel.diagrams.nodes import (
    SIDES,
    Node,
    cost,
    decoder,
    delay,
    encoder,
    gate,
    module,
    node,
    operation,
    traced,
    variable,
)
from epochreel.errors import ClipError, StyleError
from epochreel.look.style import SHORTER_SIDE, THEMES, load

STYLE = load("dark")
RIGHT, UP = np.array([1.0, 0.0]), np.array([0.0, 1.0])
LABELS = ["h", "bold(x)[t + 1]", '"log softargmax"', "sum_(i=1)^N e^(beta x_i)"]
LABELLED = [variable, module, encoder, decoder, cost, delay, operation]
PARTS = [
    *(make("W_1") for make in LABELLED),
    node(),
    *map(gate, ("and", "nand", "or", "xor", "not")),
]


def inside(places, polygon):
    """Which places (N, 2) a polygon (S, 2) holds: a ray to the right leaves it an odd time."""
    (x0, y0), (x1, y1) = polygon.T, np.roll(polygon, -1, axis=0).T
    x, y = places[:, :1], places[:, 1:]
    between = (y0 > y) != (y1 > y)
    at = x0 + (y - y0) / np.where(y1 == y0, 1, y1 - y0) * (x1 - x0)
    return (between & (x < at)).sum(axis=1) % 2 == 1


def colour(paint):
    return paint.to_hex().lower()


def far_from(place, paths):
    """The distance of a place from polylines, by their segments."""
    far = []
    for path in paths:
        for a, b in itertools.pairwise(path):
            share = np.clip((place - a) @ (b - a) / max((b - a) @ (b - a), 1e-12), 0, 1)
            far.append(np.linalg.norm(a + share * (b - a) - place))
    return min(far)


@pytest.mark.parametrize("make", LABELLED)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(("direction", "unit"), [(RIGHT, 1.0), (UP, 0.4)])
def test_a_label_fits_its_shape_however_long(make, label, direction, unit):
    drawn = Node(make(label), STYLE, direction, unit)
    shape, words = drawn
    glyphs = np.concatenate([glyph.points[:, :2] for glyph in words])
    assert inside(glyphs, traced(shape)[0]).all()
    assert words.cap >= STYLE.type.small * SHORTER_SIDE - 1e-9


def test_a_short_label_leaves_a_variable_round_and_a_cost_square():
    for part in (variable("h"), cost("C")):
        shape = Node(part, STYLE, RIGHT)[0]
        assert shape.width == pytest.approx(0.88)
        assert shape.height == pytest.approx(0.88)
    points = Node(variable("h"), STYLE, RIGHT)[0].get_all_points()
    assert np.linalg.norm(points[::4], axis=1) == pytest.approx(0.44, abs=1e-3)


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_wear_the_colours_of_the_book(theme):
    style = load(theme)

    def border(part):
        return colour(Node(part, style, RIGHT)[0].get_stroke_color())

    assert border(cost("C")) == style.palette["red"]
    assert border(encoder("h")) == border(module("W_1")) == style.palette["lavender"]
    assert border(decoder("h")) == border(module("g")) == style.palette["aqua"]
    assert border(module("W", hue="k")) == style.palette["yellow"]
    assert border(gate("xor")) == style.chrome.axis
    seen, hidden = (Node(variable("x", observed=o), style, RIGHT)[0] for o in (True, False))
    assert colour(seen.get_fill_color()) == style.chrome.observed
    assert (seen.get_fill_opacity(), hidden.get_fill_opacity()) == (1, 0)
    with pytest.raises(StyleError, match="did you mean 'lavender'"):
        border(module("W", hue="lavendr"))


@pytest.mark.parametrize("direction", [RIGHT, UP])
def test_the_round_side_of_a_module_points_where_the_signal_goes(direction):
    outline = traced(Node(module("f"), STYLE, direction)[0])[0]
    along, across = outline @ direction, outline @ direction[::-1]
    # At the far end only the tip of the arc, at the near end the whole height of the box.
    assert np.ptp(across[along > along.max() - 1e-3]) < 0.2
    assert np.ptp(across[along < along.min() + 1e-3]) == pytest.approx(1)


def test_an_encoder_narrows_and_a_decoder_widens():
    for part, sign in ((encoder("f"), 1), (decoder("g"), -1)):
        outline = traced(Node(part, STYLE, RIGHT)[0])[0]
        near, far = (np.ptp(outline[sign * outline[:, 0] * s > 0.4, 1]) for s in (-1, 1))
        assert near > 1.4 * far


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("direction", [RIGHT, UP])
def test_ports_lie_on_the_border_of_their_side(part, direction):
    drawn = Node(part, STYLE, direction).shift([2.0, -1.0, 0.0])
    for side, share in itertools.product([*SIDES, "in", "out"], (0.25, 0.5, 0.75)):
        assert far_from(drawn.port(side, share), traced(drawn.shape)) < 5e-3
    towards = {"in": -direction, "out": direction} | SIDES
    for side in towards:
        assert (drawn.port(side) - drawn.middle) @ towards[side] > 0
    assert drawn.port("top", 0.25)[0] < drawn.port("top", 0.75)[0]
    assert drawn.port("left", 0.25)[1] > drawn.port("left", 0.75)[1]


def test_the_border_of_a_circle_lies_a_radius_away():
    drawn = Node(variable("h"), STYLE, RIGHT).shift([1.0, 2.0, 0.0])
    for angle in np.linspace(0, 6, 7):
        towards = np.array([np.cos(angle), np.sin(angle)])
        assert drawn.border(3 * towards) == pytest.approx([1, 2] + 0.44 * towards, abs=2e-3)


def test_a_note_stands_beside_its_shape():
    drawn = Node(module("f", note="2 → 100"), STYLE, RIGHT)
    drawn.annotate("bottom")
    assert drawn.note.get_top()[1] < drawn.shape.get_bottom()[1]
    drawn.annotate("right")
    assert drawn.note.get_left()[0] > drawn.shape.get_right()[0]
    Node(module("f"), STYLE, RIGHT).annotate("right")  # nothing to be put


def test_unknown_gates_and_sides_are_sentences():
    with pytest.raises(ClipError, match=r"no gate 'nxor'; did you mean 'xor'\?"):
        gate("nxor")
    with pytest.raises(ClipError, match=r"no side 'botom'; did you mean 'bottom'\?"):
        Node(node(), STYLE, UP).port("botom")
