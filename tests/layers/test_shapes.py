"""A quantity of another shape than a layer draws is one sentence, at once or when it changes."""

import re

import numpy as np
import pytest
import torch

from epochreel.errors import ClipError
from epochreel.layers import (
    Areas,
    Arrows,
    Bars,
    Cross,
    Curves3D,
    Field,
    LevelLines,
    LevelLines3D,
    Lines,
    Points,
    Points3D,
    Regions,
    ScaleBar,
    Surface,
    VectorField,
)
from epochreel.layers.shapes import check, offsets
from epochreel.look.style import load
from epochreel.panels.legend import ScaleArrow
from epochreel.panels.panel import Box, Panel
from epochreel.panels.panel3d import Panel3D
from tests.layers.planes import RED, WHITE, Rectangle, canvas

PAIRS, TRIPLES, SQUARE = np.zeros((7, 2)), np.zeros((7, 3)), np.zeros((3, 4))
ARROWS = {"width": 1, "colours": RED}

WRONG = [
    (Points, {"positions": np.zeros((7, 1))}, "positions (N, 2), not an array of shape (7, 1)"),
    (Points, {"positions": np.zeros(2)}, "positions (N, 2), not an array of shape (2,)"),
    (
        Points,
        {"positions": PAIRS, "radius": np.ones(6)},
        "radius a number or (N,) with N = 7, not an array of shape (6,)",
    ),
    (
        Points,
        {"positions": PAIRS, "colours": [RED] * 5},
        "colours (4,) or (N, 4) with N = 7, not an array of shape (5, 4)",
    ),
    (Points, {"positions": PAIRS, "halo": [RED] * 7}, "halo (4,), not an array of shape (7, 4)"),
    (Lines, {"vertices": TRIPLES}, "vertices (S, 2) or (L, S, 2), not an array of shape (7, 3)"),
    (
        Lines,
        {"vertices": [PAIRS, PAIRS], "colours": [RED] * 3},
        "colours (4,) or (L, 4) with L = 2, not an array of shape (3, 4)",
    ),
    (
        Lines,
        {"vertices": PAIRS, "colours": [RED] * 7},
        "colours (4,) or (L, 4) with L = 1, not an array of shape (7, 4)",
    ),
    (Lines, {"vertices": PAIRS, "width": [1, 2]}, "width a number, not an array of shape (2,)"),
    (Areas, {"corners": TRIPLES}, "corners (S, 2) or (L, S, 2), not an array of shape (7, 3)"),
    (Cross, {"width": 1, "colours": [RED, RED]}, "colours (4,), not an array of shape (2, 4)"),
    (
        ScaleBar,
        {"length": [1, 2], "at": (0, 0), "width": 1, "colours": RED},
        "length a number, not an array of shape (2,)",
    ),
    (Arrows, {"tails": PAIRS, "tips": TRIPLES, **ARROWS}, "tips (N, 2), not an array"),
    (
        Arrows,
        {"tails": PAIRS[:6], "tips": PAIRS, **ARROWS},
        "tails (1, 2) or (N, 2) with N = 7, not an array of shape (6, 2)",
    ),
    (
        VectorField,
        {"positions": PAIRS, "vectors": PAIRS[:6]},
        "positions (1, 2) or (N, 2) with N = 6, not an array of shape (7, 2)",
    ),
    (Regions, {"weights": TRIPLES, "biases": np.zeros(7)}, "weights (K, 2), not an array"),
    (
        Regions,
        {"weights": PAIRS, "biases": np.zeros((7, 1))},
        "biases (K,) with K = 7, not an array of shape (7, 1)",
    ),
    (Bars, {"heights": PAIRS}, "heights (K,), not an array of shape (7, 2)"),
    (
        Bars,
        {"heights": np.zeros(3), "colours": [RED] * 4},
        "colours (4,) or (K, 4) with K = 3, not an array of shape (4, 4)",
    ),
    (
        Field,
        {"values": np.zeros(12), "low": 0, "high": 1},
        "values (h, w) with h ≥ 2, w ≥ 2, not an array of shape (12,)",
    ),
    (
        Field,
        {"values": [[1, 2, 3]], "low": 0, "high": 1},
        "values (h, w) with h ≥ 2, w ≥ 2, not an array of shape (1, 3)",
    ),
    (
        LevelLines,
        {"values": SQUARE, "levels": [0, 1], "colours": [RED] * 3},
        "colours (4,) or (L, 4) with L = 2, not an array of shape (3, 4)",
    ),
    (Points3D, {"positions": PAIRS}, "positions (N, 3), not an array of shape (7, 2)"),
    (Curves3D, {"vertices": PAIRS}, "vertices (S, 3) or (L, S, 3), not an array of shape (7, 2)"),
    (
        Surface,
        {"shape": np.zeros(3)},
        "shape (h, w) or (h, w, 3) with h ≥ 2, w ≥ 2, not an array of shape (3,)",
    ),
    (
        Surface,
        {"shape": SQUARE, "colours": np.zeros((4, 3, 4))},
        "colours (4,) or (h, w, 4) with h = 3, w = 4, not an array of shape (4, 3, 4)",
    ),
    (
        LevelLines3D,
        {"heights": TRIPLES[..., None], "levels": [0]},
        "heights (h, w) with h ≥ 2, w ≥ 2, not an array",
    ),
]


def panel(kind):
    if kind.__name__.endswith("3D") or kind is Surface:
        return Panel3D(Box(-3, -3, 3, 3), load("dark"), x=(-1, 1), y=(-1, 1), z=(-1, 1))
    return Rectangle()


@pytest.mark.parametrize(("kind", "quantities", "sentence"), WRONG)
def test_a_wrong_shape_is_told_with_the_layer_and_the_quantity(kind, quantities, sentence):
    with pytest.raises(ClipError, match=re.escape(f"{kind.__name__} takes {sentence}")):
        kind(panel(kind), **quantities)


VARYING = [
    (Points, {"positions": PAIRS}, "positions"),
    (Points, {"positions": PAIRS, "radius": np.ones(7)}, "radius"),
    (Lines, {"vertices": PAIRS}, "vertices"),
    (Areas, {"corners": PAIRS}, "corners"),
    (Arrows, {"tails": PAIRS, "tips": PAIRS, **ARROWS}, "tips"),
    (VectorField, {"positions": PAIRS, "vectors": PAIRS}, "vectors"),
    (Regions, {"weights": PAIRS, "biases": np.zeros(7)}, "weights"),
    (Bars, {"heights": np.zeros(3)}, "heights"),
    (Field, {"values": SQUARE, "low": 0, "high": 1}, "values"),
    (LevelLines, {"values": SQUARE, "levels": [0.5]}, "values"),
    (Points3D, {"positions": TRIPLES}, "positions"),
    (Curves3D, {"vertices": TRIPLES}, "vertices"),
    (Surface, {"shape": SQUARE}, "shape"),
    (LevelLines3D, {"heights": SQUARE, "levels": [0]}, "heights"),
]


@pytest.mark.parametrize(("kind", "quantities", "name"), VARYING)
def test_a_shape_that_becomes_wrong_is_told_when_it_is_drawn(kind, quantities, name):
    plane = panel(kind)

    def value(epoch):
        return quantities[name] if epoch < 1 else np.zeros(5 * (1,))

    layer = kind(plane, **{**quantities, name: value})
    plane.clock.set_value(1)
    layer.update(0)
    with pytest.raises(ClipError, match=rf"{kind.__name__} takes {name} .*\(1, 1, 1, 1, 1\)\.$"):
        layer.draw(canvas())


def test_the_counts_may_change_together():
    plane = Rectangle()
    layer = Points(
        plane,
        lambda epoch: np.zeros((1 + int(epoch), 2)),
        colours=lambda epoch: [WHITE] * (1 + int(epoch)),
    )
    plane.clock.set_value(3)
    layer.update(0)
    assert layer.values["colours"].shape == (4, 4)


def test_a_layer_within_another_object_goes_by_its_public_name():
    axes = Panel(Box(-3, -3, 3, 3), load("dark"), x=(-1, 1), y=(-1, 1))
    with pytest.raises(ClipError, match=r"^VectorField cannot read its vectors"):
        ScaleArrow(axes, np.zeros(3), scale=1, label="1")


def test_an_empty_list_is_no_rows():
    assert Points(Rectangle(), []).values["positions"].shape == (0, 2)
    assert Bars(Rectangle(), [], colours=RED).values["heights"].shape == (0,)


def test_what_is_no_array_of_numbers_is_told():
    with pytest.raises(ClipError, match="Points cannot read its positions as an array"):
        Points(Rectangle(), [[1, 2], [3]])
    with pytest.raises(ClipError, match="Points cannot read its positions as an array"):
        Points(Rectangle(), torch.zeros(3, 2, requires_grad=True))
    with pytest.raises(ClipError, match="Points takes numbers as positions, not an array of type"):
        Points(Rectangle(), [["a", "b"]])


def test_a_number_where_rows_are_wanted_is_told_as_a_number():
    with pytest.raises(ClipError, match=r"^It takes rows \(N,\), not one number\.$"):
        check("It", {"rows": "(N,)"}, {"rows": np.array(3)})


def test_offsets_count_the_vertices_before_each_path():
    assert offsets(np.zeros((5, 2))).tolist() == [0, 5]
    assert offsets(np.zeros((3, 4, 2))).tolist() == [0, 4, 8, 12]
    assert offsets(np.zeros((0, 4, 3))).tolist() == [0]
