import itertools
from dataclasses import replace

import networkx
import numpy as np
import pytest
from manim import FadeIn, FadeOut, Group, ReplacementTransform

from epochreel.diagrams import Diagram, Edge, cost, delay, module, node, operation, variable
from epochreel.diagrams.nodes import traced
from epochreel.errors import ClipError
from epochreel.look.style import SHORTER_SIDE, THEMES, load
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset
from tests.diagrams.test_nodes import far_from, inside

STYLE = load("dark")
BOXES = {
    "16:9": Box(-6.4, -2.3, 6.4, 3.6),
    "1:1": Box(-3.6, -2.5, 3.6, 3.6),
    "4:5": Box(-3.6, -3.2, 3.6, 4.5),
    "9:16": Box(-3.6, -4.2, 3.6, 4.0),
}
PREDICTOR = {
    "x": variable("bold(x)", observed=True),
    "first": module("W_1"),
    "second": module("W_2", note="7 → 5"),
    "cost": cost("C"),
    "y": variable("bold(y)", observed=True),
}
CHAIN = ["x -> first -> second -> cost", "y -> cost"]


def random_graph(seed):
    """Up to 9 nodes of all kinds, up to 12 edges, back edges and labels among them."""
    rng = np.random.default_rng(seed)
    kinds = [variable, module, cost, operation, delay, lambda label: node()]
    names = [f"n{k}" for k in range(rng.integers(1, 10))]
    labels = ["h", "W_1", "bold(x)[t]", '"max"', "tilde(bold(y))"]
    nodes = {}
    for name in names:
        nodes[name] = rng.choice(kinds)(str(rng.choice(labels)))
        if rng.random() < 0.3:
            nodes[name] = replace(nodes[name], note="2 → 100")
    graph = networkx.gnp_random_graph(len(names), 0.25, seed=seed, directed=True)
    pairs = [pair for pair in graph.edges if pair[0] < pair[1] or rng.random() < 0.15][:12]
    edges = [
        Edge(
            f"n{start} -> n{end}",
            label=str(rng.choice(["", "", "h"])),
            route=str(rng.choice(["", "straight", "elbow", "bend"])),
        )
        for start, end in pairs
    ]
    return nodes, edges


def corners(mobject):
    points = np.concatenate([m.points[:, :2] for m in mobject.get_family() if len(m.points)])
    return points.min(axis=0), points.max(axis=0)


def assert_inside(drawn, box):
    low, high = corners(drawn)
    assert (low >= [box.left - 1e-6, box.bottom - 1e-6]).all()
    assert (high <= [box.right + 1e-6, box.top + 1e-6]).all()


@pytest.mark.parametrize("aspect", BOXES)
@pytest.mark.parametrize("seed", range(12))
def test_random_graphs_fit_and_are_read_and_nothing_overlaps(aspect, seed):
    nodes, edges = random_graph(seed)
    drawn = Diagram(nodes, edges, BOXES[aspect], STYLE)
    assert_inside(drawn, BOXES[aspect])
    texts = [m for m in drawn.get_family() if isinstance(m, Typeset)]
    assert all(text.cap >= STYLE.type.small * SHORTER_SIDE - 1e-9 for text in texts)
    for one, other in itertools.combinations(drawn.nodes.values(), 2):
        (low, high), (left, right) = corners(one), corners(other)
        assert ((high < left - 0.05) | (right < low - 0.05)).any()
    for (start, end), wire in drawn.edges.items():
        begin, tip = wire.path[[0, -1]]
        assert far_from(begin, traced(drawn.node(start).shape)) < 5e-3
        assert far_from(tip, traced(drawn.node(end).shape)) < 5e-3


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
@pytest.mark.parametrize("seed", range(12))
def test_edges_pass_beside_the_nodes_that_they_do_not_join(aspect, seed):
    nodes, edges = random_graph(100 + seed)
    drawn = Diagram(nodes, [replace(each, route="") for each in edges], BOXES[aspect], STYLE)
    for join, wire in drawn.edges.items():
        for name, other in drawn.nodes.items():
            within = [inside(wire.path, path).any() for path in traced(other.shape)]
            assert name in join or not any(within)


def test_the_signal_goes_to_the_right_in_a_wide_box_and_upwards_in_a_tall_one():
    for box, axis in ((BOXES["16:9"], 0), (Box(-1.8, -4, 1.8, 4), 1)):
        drawn = Diagram(PREDICTOR, CHAIN, box, STYLE)
        line = [drawn.node(name).middle for name in ("x", "first", "second", "cost")]
        assert (np.diff(line, axis=0)[:, axis] > 0).all()
        assert np.ptp(line, axis=0)[1 - axis] < 1e-3
        beside = drawn.node("y").middle - drawn.node("cost").middle
        assert beside[axis] == pytest.approx(0, abs=1e-6)
        assert beside[1 - axis] * (1 - 2 * (axis == 0)) > 0  # below, or at the right


def test_where_only_the_other_direction_is_large_it_is_taken():
    narrow = Box(-1.2, -1.1, 1.2, 1.1)  # wider than tall, but two words do not stand side by side
    nodes = {"a": module('"softargmax"'), "b": module('"predictor"')}
    drawn = Diagram(nodes, ["a -> b"], narrow, STYLE)
    assert drawn.node("b").middle[1] > drawn.node("a").middle[1]
    assert_inside(drawn, narrow)


def test_layers_are_as_far_apart_as_what_travels_between_them_needs():
    box = BOXES["9:16"]
    near, far = (Diagram(PREDICTOR, CHAIN, box, STYLE, gap=gap) for gap in (0, 1.2))
    lengths = [
        np.linalg.norm(np.diff(drawn.edge("x", "first").path[[0, -1]], axis=0))
        for drawn in (near, far)
    ]
    assert lengths[0] < 1.2 - 1e-6 < lengths[1]
    assert_inside(far, box)


def test_members_come_in_the_order_of_the_signal():
    drawn = Diagram(PREDICTOR, CHAIN, BOXES["16:9"], STYLE)
    names = {id(n): name for name, n in drawn.nodes.items()}
    names |= {id(wire): "->" for wire in drawn.edges.values()}
    told = " ".join(names[id(member)] for member in drawn)
    assert told == "x -> first -> second y -> -> cost"


@pytest.mark.parametrize("box", BOXES.values())
def test_one_part_alone_stands_in_the_middle(box):
    drawn = Diagram({"x": variable("bold(x)")}, [], box, STYLE)
    assert drawn.get_center() == pytest.approx(box.centre, abs=1e-6)
    assert len(drawn) == 1


def test_notes_wider_than_their_nodes_reach_into_the_gaps_and_leave_the_nodes_large():
    def height(note):
        nodes = {"y": variable("y"), "f": module("f", note=note), "h": variable("h")}
        nodes |= {"g": module("g", note=note), "ytilde": variable("tilde(y)")}
        drawn = Diagram(nodes, ["y -> f -> h -> g -> ytilde"], Box(-3.6, 0, 3.6, 2), STYLE)
        return drawn.node("f").shape.height

    assert height("2 → 100 → 100 → 1") > 0.75 * height("")


def test_loops_and_delays_stay_clear_of_the_nodes_that_they_pass():
    nodes = {name: module(name) for name in "abc"} | {"d": delay()}
    drawn = Diagram(nodes, ["a -> b -> c", "c -> a", "b -> b"], BOXES["16:9"], STYLE)
    low, high = corners(drawn.node("b").shape)
    assert drawn.edge("c", "a").path[:, 1].max() > high[1] + 0.2
    assert high[1] < drawn.edge("b", "b").path[:, 1].max()
    assert low[0] < drawn.edge("b", "b").path[:, 0].min()
    held = Diagram(nodes, ["a -> b -> c", "b -> d -> b"], BOXES["16:9"], STYLE)
    assert held.node("d").middle[0] == pytest.approx(held.node("b").middle[0])
    assert held.edge("b", "d").path[-1][0] > held.edge("d", "b").path[0][0]


@pytest.mark.parametrize("theme", THEMES)
def test_edges_wear_their_hue_and_carry_their_label(theme):
    style = load(theme)
    nodes = {"a": module("f"), "b": module("g")}
    drawn = Diagram(nodes, [Edge("a -> b", label="bold(h)", hue="h")], BOXES["1:1"], style)
    shaft, tip, label = drawn.edge("a", "b")
    assert shaft.get_stroke_color().to_hex().lower() == style.role("h")
    assert tip.get_fill_color().to_hex().lower() == style.role("h")
    assert label.source == "bold(h)"
    assert corners(label)[0][1] > shaft.get_top()[1]


def test_an_edge_goes_from_the_side_that_it_is_told():
    nodes = {"a": module("f"), "b": module("g")}
    drawn = Diagram(
        nodes, [Edge("a -> b", start="top", end="bottom", route="straight")], BOXES["1:1"], STYLE
    )
    path = drawn.edge("a", "b").path
    assert path[0] == pytest.approx(drawn.node("a").port("top"), abs=1e-6)
    assert path[-1] == pytest.approx(drawn.node("b").port("bottom"), abs=1e-6)


def test_several_are_joined_at_once_and_their_ends_are_apart():
    nodes = {name: variable(name) for name in "xabc"} | {"f": module("f")}
    drawn = Diagram(nodes, ["x -> a, b, c -> f"], BOXES["16:9"], STYLE)
    assert len(drawn.edges) == 6
    ends = sorted(drawn.edge(name, "f").path[-1][1] for name in "abc")
    assert np.diff(ends).min() > 0.1


def test_what_cannot_be_drawn_is_a_sentence():
    nodes, box = {"a": module("f"), "b": module("g")}, BOXES["1:1"]
    with pytest.raises(ClipError, match=r"no node 'c'; choose from a, b"):
        Diagram(nodes, ["a -> c"], box, STYLE)
    with pytest.raises(ClipError, match="'a' joins nothing"):
        Diagram(nodes, ["a"], box, STYLE)
    with pytest.raises(ClipError, match="a -> b is there twice"):
        Diagram(nodes, ["a -> b", "a -> b"], box, STYLE)
    with pytest.raises(ClipError, match="cannot be a 'elbw'; did you mean 'elbow'"):
        Edge("a -> b", route="elbw")
    with pytest.raises(ClipError, match=r"2 nodes does not fit into 0.6 × 0.3 units"):
        Diagram(nodes, ["a -> b"], Box(0, 0, 0.6, 0.3), STYLE)
    drawn = Diagram(nodes, ["a -> b"], box, STYLE)
    with pytest.raises(ClipError, match="no edge 'b -> a'; did you mean 'a -> b'"):
        drawn.edge("b", "a")
    with pytest.raises(ClipError, match="no node 'z'"):
        drawn.node("z")


def test_a_copy_is_a_diagram_of_its_own():
    drawn = Diagram(PREDICTOR, CHAIN, BOXES["16:9"], STYLE)
    copied = Group(drawn).copy()[0].shift([0, 1, 0])
    assert copied.node("x") in copied.submobjects
    moved = copied.node("x").middle - drawn.node("x").middle
    assert moved == pytest.approx([0, 1])


def test_what_two_diagrams_have_moves_and_all_else_leaves_or_comes():
    one = Diagram(PREDICTOR, CHAIN, BOXES["16:9"], STYLE)
    nodes = {**PREDICTOR, "second": module("W_3"), "z": variable("bold(z)")}
    del nodes["first"]
    other = Diagram(nodes, ["x -> second -> cost", "y, z -> cost"], BOXES["9:16"], STYLE)
    changes = one.into(other)
    assert [each.rate_func(0) for each in changes] == [0] * len(changes)
    assert [each.rate_func(1) for each in changes] == [1] * len(changes)

    def acted(kind):
        return {each.mobject for each in changes if type(each) is kind}

    def parts(drawn, names, joins):
        return {*(drawn.node(name) for name in names), *(drawn.edge(*join) for join in joins)}

    # What is called the same is another brick where it is described otherwise.
    moved = parts(one, ["x", "cost", "y"], [("y", "cost")])
    assert acted(ReplacementTransform) == moved
    assert acted(FadeOut) == {*one} - moved
    assert acted(FadeIn) == {*other} - parts(other, ["x", "cost", "y"], [("y", "cost")])
    for each in changes:
        if type(each) is ReplacementTransform:
            each.begin()
            each.interpolate(1)
            wanted = np.stack(corners(each.target_mobject))
            assert np.stack(corners(each.mobject)) == pytest.approx(wanted, abs=1e-6)


def test_bricks_that_leave_are_gone_before_those_that_are_new_come():
    one = Diagram(PREDICTOR, CHAIN, BOXES["16:9"], STYLE)
    other = Diagram({"z": variable("bold(z)")}, [], BOXES["16:9"], STYLE)
    shares = np.linspace(0, 1, 101)
    leave, come = (
        np.array([each.rate_func(share) for share in shares])
        for each in (one.into(other)[0], one.into(other)[-1])
    )
    assert ((leave == 1) | (come == 0)).all()
