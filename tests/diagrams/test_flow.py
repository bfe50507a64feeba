import copy

import numpy as np
import pytest
from manim import Square

from epochreel import Clip, dim, light
from epochreel.diagrams import Diagram, cost, module, variable
from epochreel.errors import ClipError
from epochreel.look.style import THEMES, load
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset
from tests.filming import film, segments

STYLE = load("dark")
BOX = Box(-6, -2.5, 6, 2.5)


def chain(style=STYLE):
    nodes = {
        "x": variable("bold(x)", observed=True),
        "f": module("f"),
        "y": variable("tilde(bold(y))"),
        "C": cost("C"),
    }
    return Diagram(nodes, ["x -> f -> y -> C"], BOX, style)


def begun(animation):
    animation.begin()
    return animation, animation.animations[0].mobject


def at(animation, share):
    animation.interpolate(share)
    return animation.animations[0].mobject.get_center()[:2].copy()


def shown(value):
    return max(float(m.get_fill_opacity()) for m in value.get_family() if len(m.points))


def colour(wire):
    return wire.shaft.get_stroke_color().to_hex().lower()


def test_a_value_goes_from_the_first_node_to_the_last_at_even_speed():
    drawn = chain()
    flow, value = begun(drawn.flow("x", "f", "y", "C"))
    first, last = drawn.node("x").middle, drawn.node("C").middle
    assert at(flow, 0) == pytest.approx(first, abs=1e-6)
    assert shown(value) == 0  # what is in a node is not seen
    for share in (0.2, 0.5, 0.7):
        assert at(flow, share) == pytest.approx(first + share * (last - first), abs=1e-3)
    assert at(flow, 1) == pytest.approx(last, abs=1e-6)
    assert shown(value) == 0


@pytest.mark.parametrize("theme", THEMES)
def test_it_is_seen_on_the_edges_in_the_colour_of_what_it_comes_from(theme):
    style = load(theme)
    drawn = chain(style)
    flow, value = begun(drawn.flow("x", "f"))
    middle = drawn.edge("x", "f").path[32]
    way = drawn.node("f").middle[0] - drawn.node("x").middle[0]
    flow.interpolate((middle[0] - drawn.node("x").middle[0]) / way)
    assert value.get_center()[:2] == pytest.approx(middle, abs=1e-2)
    assert shown(value) == 1
    assert value[-1].get_fill_color().to_hex().lower() == style.role("x")
    assert colour(drawn.edge("x", "f")) == style.chrome.axis


def test_backward_it_goes_against_the_arrows_and_edges_stay_green_from_then_on():
    drawn, green = chain(), STYLE.palette["green"]
    flow, value = begun(drawn.flow("C", "y", "f", backward=True))
    assert at(flow, 0) == pytest.approx(drawn.node("C").middle, abs=1e-6)
    late, early = drawn.edge("y", "C"), drawn.edge("f", "y")
    assert colour(late) == colour(early) == STYLE.chrome.axis
    length = drawn.node("C").middle[0] - drawn.node("f").middle[0]
    flow.interpolate((drawn.node("C").middle[0] - drawn.node("y").middle[0]) / length)
    assert (colour(late), colour(early)) == (green, STYLE.chrome.axis)
    assert value[-1].get_fill_color().to_hex().lower() == green
    flow.interpolate(1)
    flow.finish()
    assert colour(late) == colour(early) == green
    assert late.tip.get_fill_color().to_hex().lower() == green
    assert colour(drawn.edge("x", "f")) == STYLE.chrome.axis
    assert drawn.edge("f", "y").tip.get_fill_opacity() == 1


def test_a_large_value_does_not_lie_on_the_nodes_that_it_comes_from_and_goes_to():
    drawn = chain()
    flow, value = begun(drawn.flow("x", "f", value="0.3"))
    edge, seen = drawn.edge("x", "f").path[:, 0], 0
    for share in np.linspace(0, 1, 101):
        flow.interpolate(share)
        if shown(value) > 0:
            seen += 1
            assert edge[0] < value.get_left()[0]
            assert value.get_right()[0] < edge[-1]
    assert seen > 10


def test_a_node_swells_while_something_passes_and_is_as_before_in_the_end():
    drawn = chain()
    width = drawn.node("f").shape.stroke_width
    flow, _ = begun(drawn.flow("x", "f", "y"))
    first, last = drawn.node("x").middle[0], drawn.node("y").middle[0]
    flow.interpolate((drawn.node("f").middle[0] - first) / (last - first))
    assert drawn.node("f").shape.stroke_width > 2 * width
    assert drawn.node("x").shape.stroke_width == width
    flow.finish()
    assert drawn.node("f").shape.stroke_width == drawn.node("y").shape.stroke_width == width


@pytest.mark.parametrize("value", ["0.3", Square(0.4)])
def test_words_and_mobjects_travel_as_well(value):
    drawn = chain()
    flow, travelling = begun(drawn.flow("x", "f", value=value))
    texts = [m for m in travelling.get_family() if isinstance(m, Typeset)]
    assert [text.source for text in texts] == ["0.3"] * isinstance(value, str)
    assert travelling is value or isinstance(value, str)
    assert at(flow, 1) == pytest.approx(drawn.node("f").middle, abs=1e-6)


def test_where_it_is_depends_on_nothing_but_the_share_that_is_played():
    def state(flow):
        members = [
            m for each in (flow.mobject, flow.animations[0].mobject) for m in each.get_family()
        ]
        arrays = [(m.points, m.fill_rgbas, m.stroke_rgbas) for m in members]
        return [array.tobytes() for each in arrays for array in each]

    one, _ = begun(chain().flow("C", "y", "f", backward=True, value="g"))
    other, _ = begun(chain().flow("C", "y", "f", backward=True, value="g"))
    for share in np.linspace(0, 0.61, 5):
        one.interpolate(share)
    other.interpolate(0.61)
    assert state(one) == state(other)
    one.interpolate(0.9)
    one.interpolate(0.61)
    assert state(one) == state(other)
    assert state(copy.deepcopy(one)) == state(one)


class Passing(Clip):
    def construct(self):
        nodes = {"x": variable("bold(x)"), "f": module("f"), "C": cost("C")}
        self.drawn = self.diagram(self.safe, nodes, ["x -> f -> C"])
        self.add(self.drawn)
        self.play(self.drawn.flow("x", "f", "C"), run_time=1)
        self.play(self.drawn.flow("C", "f", "x", backward=True, value="1"), run_time=1)
        self.play(dim(self.drawn, but=[self.drawn.node("f")]), run_time=1)
        self.play(light(self.drawn), run_time=1)


def test_a_play_drawn_alone_is_that_of_the_whole(tmp_path):
    whole = film(Passing, tmp_path / "whole")
    assert whole.mobjects == [whole.drawn]
    assert colour(whole.drawn.edge("x", "f")) == STYLE.palette["green"]
    drawn = segments(tmp_path / "whole")
    assert len(drawn) == 4
    for play in range(4):
        alone = {"from_animation_number": play, "upto_animation_number": play}
        film(Passing, tmp_path / str(play), **alone)
        ((name, content),) = segments(tmp_path / str(play)).items()
        assert drawn[name] == content


def test_what_does_not_flow_is_a_sentence():
    drawn = chain()
    with pytest.raises(ClipError, match="through 1 nodes"):
        drawn.flow("x")
    with pytest.raises(ClipError, match="no edge 'x -> y'"):
        drawn.flow("x", "y")
    with pytest.raises(ClipError, match="no edge 'C -> y'"):
        drawn.flow("y", "C", backward=True)
