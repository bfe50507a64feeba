import itertools

import networkx
import numpy as np
import pytest

from epochreel.diagrams.layering import layered, places


def edges(*lines):
    return {
        pair: number
        for number, line in enumerate(lines)
        for pair in itertools.pairwise(line.split())
    }


def order_of(*lines):
    joins = edges(*lines)
    return layered(dict.fromkeys(name for join in joins for name in join), joins)


def nodes_of(layer):
    return [item for item in layer if isinstance(item, str)]


def test_a_node_stands_behind_the_last_that_feeds_it():
    order = order_of("x f g y", "x y", "x g")
    assert [nodes_of(layer) for layer in order.layers] == [["x"], ["f"], ["g"], ["y"]]
    assert order.bends["x", "y"] == [("x", "y", 1), ("x", "y", 2)]
    assert order.bends["f", "g"] == []
    assert order.beside == {}


def test_one_node_alone_is_a_layer():
    assert layered(["x"], {}).layers == [["x"]]
    assert layered([], {}).layers == []


def test_what_only_feeds_one_node_stands_beside_it():
    order = order_of("x f ytilde C", "y C")
    assert order.beside == {"y": ("C", 1)}
    assert nodes_of(order.layers[-1]) == ["C"]


def test_what_is_only_fed_by_one_stands_on_its_other_side():
    order = order_of("h0 c1 c2 h2", "x1 c1", "c1 y1", "x2 c2", "c2 y2")
    assert order.beside == {"x1": ("c1", 1), "y1": ("c1", -1), "x2": ("c2", 1), "y2": ("c2", -1)}
    assert [nodes_of(layer) for layer in order.layers] == [["h0"], ["c1"], ["c2"], ["h2"]]


def test_what_is_asked_to_stands_beside_though_no_line_before_leads_on():
    joins = edges("h0 c1", "c1 y1")
    order = layered(["h0", "c1", "y1"], joins, [("c1", "y1")])
    assert order.beside == {"y1": ("c1", -1)}
    assert layered(["h0", "c1", "y1"], joins).beside == {}


def test_a_third_at_one_node_stands_in_the_layer_before():
    order = order_of("x f C", "a C", "b C", "c C")
    assert order.beside == {"a": ("C", 1), "b": ("C", -1)}
    assert set(nodes_of(order.layers[1])) == {"f", "c"}


def test_an_edge_that_closes_a_circle_leads_back():
    assert order_of("x f h", "h f").back == [("h", "f")]
    assert order_of("x x").back == [("x", "x")]


def test_what_only_leads_back_stands_beside_where_it_leads():
    order = order_of("x cell h y", "h delay cell")
    assert order.back == [("delay", "cell")]
    assert order.beside == {"delay": ("cell", -1)}
    assert [nodes_of(layer) for layer in order.layers] == [["x"], ["cell"], ["h"], ["y"]]


def test_crossings_that_need_not_be_are_undone():
    order = layered(["a", "b", "p", "q"], {("a", "q"): 0, ("b", "p"): 0})
    first, second = order.layers
    assert (first[0] == "a") == (second[0] == "q")


def test_a_chain_is_straight_and_a_fan_is_even():
    order = order_of("x q s h", "x k s", "x v s")
    sizes = dict.fromkeys("xqksvh", (1.0, 0.5, 0.5))
    at = places(order, sizes, [0.6, 0.6, 0.6], 0.4, 0.6)
    assert [at[name][0] for name in "xqsh"] == pytest.approx([0.5, 2.1, 3.7, 5.3])
    levels = sorted(at[name][1] for name in "qkv")
    assert np.diff(levels) == pytest.approx([1.4, 1.4])
    assert [at[name][1] for name in "xsh"] == pytest.approx([levels[1]] * 3, abs=1e-3)


def test_a_long_edge_runs_level_where_it_is_alone():
    order = order_of("x q s m h", "x v m")
    sizes = dict.fromkeys("xqsmvh", (1.0, 0.5, 0.5))
    at = places(order, sizes, [0.6] * 4, 0.4, 0.6)
    (bend,) = order.bends["v", "m"]
    assert at[bend][1] == pytest.approx(at["v"][1], abs=1e-3)


def test_neighbours_keep_their_distance_whatever_the_graph():
    for seed in range(30):
        rng = np.random.default_rng(seed)
        count = int(rng.integers(2, 12))
        graph = networkx.gnp_random_graph(count, 0.3, seed=seed)
        joins = {(f"n{a}", f"n{b}"): k for k, (a, b) in enumerate(graph.edges)}
        names = [f"n{k}" for k in range(count)]
        order = layered(names, joins)
        standing = [item for layer in order.layers for item in layer if isinstance(item, str)]
        assert sorted([*standing, *order.beside]) == sorted(names)
        sizes = {name: tuple(rng.uniform(0.3, 1.5, 3)) for name in names}
        at = places(order, sizes, [0.5] * (len(order.layers) - 1), 0.2, 0.3)
        for one, other in itertools.combinations(names, 2):
            apart = abs(at[one][0] - at[other][0]) - (sizes[one][0] + sizes[other][0]) / 2
            low, high = sorted((one, other), key=lambda name: at[name][1])
            aside = at[high][1] - sizes[high][1] - at[low][1] - sizes[low][2]
            assert apart > 0.5 - 1e-6 or aside > 0.2 - 1e-6
        for start, end in joins:
            if (start, end) in order.bends:
                assert at[start][0] < at[end][0]
