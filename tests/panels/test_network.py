import numpy as np
import pytest
from manim import ValueTracker

from epochreel.errors import ClipError
from epochreel.look.style import load, rgba
from epochreel.marks.box import Box
from epochreel.panels.panel import Panel
from epochreel.runs.functions import EPOCH, varying

STYLE = load("dark")
PLACES = np.array([[0.0, 0], [1, 0], [0, 1]])
EDGES = [(0, 1), (1, 2)]


def panel():
    return Panel(Box(-3, -2, 3, 2), STYLE, x=(-2, 2), y=(-2, 2), clock=ValueTracker(0.0))


def test_edges_join_their_nodes_in_the_colour_of_edges():
    network = panel().network(PLACES, EDGES, hue="h")
    network.lines.evaluate()
    assert network.lines.values["vertices"].tolist() == [[[0, 0], [1, 0]], [[1, 0], [0, 1]]]
    assert network.lines.values["colours"].tolist() == rgba(STYLE.palette["violet"]).tolist()
    assert network.nodes.values["colours"].tolist() == rgba(STYLE.role("h")).tolist()
    assert network.lines.z_index < network.nodes.z_index


@pytest.mark.parametrize("wrapped", [lambda f: f, lambda f: varying(f, EPOCH)])
def test_places_and_weights_follow_the_clock(wrapped):
    axes = panel()
    network = axes.network(
        wrapped(lambda epoch: PLACES * epoch), EDGES, wrapped(lambda epoch: [0.2 * epoch, 9])
    )
    axes.clock.set_value(2.0)
    network.update()
    assert network.lines.values["vertices"].tolist() == [[[0, 0], [2, 0]], [[2, 0], [0, 2]]]
    assert network.lines.values["colours"][:, 3].tolist() == [102, 255]
    assert network.nodes.values["positions"].tolist() == (2 * PLACES).tolist()


def test_a_weight_is_the_opacity_of_its_edge():
    network = panel().network(PLACES, EDGES, [0.0, 0.4])
    assert network.lines.values["colours"][:, 3].tolist() == [0, 102]


def test_messages_go_from_the_first_node_to_the_second_under_the_nodes():
    clock = ValueTracker(0.0)
    network = panel().network(PLACES, EDGES)
    messages = network.messages(clock)
    assert messages.values["positions"].tolist() == [[0, 0], [1, 0]]
    clock.set_value(0.25)
    messages.update()
    assert messages.values["positions"].tolist() == [[0.25, 0], [0.75, 0.25]]
    clock.set_value(1.0)
    messages.update()
    assert messages.values["positions"].tolist() == [[1, 0], [0, 1]]
    assert messages.z_index < network.nodes.z_index


@pytest.mark.parametrize("wrong", [3, -1])
def test_an_edge_to_nowhere_is_a_sentence(wrong):
    with pytest.raises(ClipError, match=f"joins node {wrong} of a network of 3: number the nodes"):
        panel().network(PLACES, [(0, wrong)])
