from itertools import pairwise

import numpy as np
import pytest
from manim import Scene, ValueTracker

from epochreel.errors import ClipError
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.panels.matrix import Matrix
from epochreel.panels.products import add, appear, multiply, outer

BOX, STYLE = Box(-1, -1, 1, 1), load("dark")


def matrix(*shape):
    return Matrix(BOX, np.ones(shape), STYLE, ValueTracker(0))


def at(animation, share):
    """What is lit of the operands and shown of the result at a share of the animation."""
    animation.begin()
    animation.interpolate(share)
    lit = [
        np.broadcast_to(1.0 if each.tiles.light is None else each.tiles.light, each.shape)
        for each, _ in animation.operands
    ]
    return *lit, animation.result.tiles.reveal


def test_a_row_and_a_column_meet_in_a_cell():
    left, right, result = matrix(2, 4), matrix(4, 3), matrix(2, 3)
    for step in range(6):
        row, column = divmod(step, 3)
        rows, columns, shown = at(multiply(left, right, result), (step + 0.5) / 6)
        np.testing.assert_allclose(rows, np.eye(2)[row][:, None] * np.ones(4), atol=1e-9)
        np.testing.assert_allclose(columns, np.ones(4)[:, None] * np.eye(3)[column], atol=1e-9)
        assert (shown.ravel()[:step] == 1).all()
        assert 0 < shown.ravel()[step] < 1
        assert not shown.ravel()[step + 1 :].any()


def test_the_light_goes_on_without_a_jump():
    animation = multiply(matrix(3, 2), matrix(2, 3), matrix(3, 3))
    frames = [at(animation, share) for share in np.linspace(0, 0.999, 1000)]
    for before, after in pairwise(frames):
        for one, other in zip(before, after, strict=True):
            assert np.abs(one - other).max() < 0.03
    for rows, columns, _ in frames:
        assert rows.max() > 0.49
        assert columns.max() > 0.49


def test_cells_appear_by_themselves():
    (shown,) = at(appear(matrix(2, 2)), 2.3 / 4)
    assert shown == pytest.approx(np.array([[1, 1], [0.5, 0]]))


def test_vectors_that_stand_or_lie_have_an_outer_product():
    for left, right in (((3, 1), (1, 2)), ((1, 3), (2, 1)), ((3, 1), (2, 1))):
        one, other, shown = at(outer(matrix(*left), matrix(*right), matrix(3, 2)), 3.5 / 6)
        assert one.ravel() == pytest.approx([0, 1, 0])
        assert other.ravel() == pytest.approx([0, 1])
        assert shown.ravel()[:3].tolist() == [1, 1, 1]


def test_a_sum_is_of_cells_that_match():
    one, other, _ = at(add(matrix(2, 2), matrix(2, 2), matrix(2, 2)), 2.5 / 4)
    assert one.tolist() == other.tolist() == [[0, 0], [1, 0]]


def test_nothing_stays_lit_and_all_is_there():
    left, right, result = matrix(2, 2), matrix(2, 2), matrix(2, 2)
    animation = multiply(left, right, result)
    _, _, shown = at(animation, 0)
    assert not shown.any()
    animation.finish()
    assert [each.tiles.light for each in (left, right)] == [None, None]
    assert result.tiles.reveal is None


def test_the_result_comes_in_and_the_rest_stays_where_it_is():
    left, right, result = matrix(2, 2), matrix(2, 2), matrix(2, 2)
    scene = Scene()
    scene.add(left, right)
    multiply(left, right, result)._setup_scene(scene)
    assert scene.mobjects == [left, right, result]
    multiply(left, right, result)._setup_scene(scene)
    assert scene.mobjects == [left, right, result]


def test_a_matrix_times_itself():
    square = matrix(2, 2)
    multiply(square, square, matrix(2, 2)).begin()


@pytest.mark.parametrize(
    ("operation", "shapes", "message"),
    [
        (multiply, [(2, 3), (2, 3), (2, 3)], r"not \(2, 3\), \(2, 3\) and \(2, 3\)"),
        (multiply, [(2, 3), (3, 1), (2, 2)], r"A product takes \(R, K\), \(K, C\)"),
        (outer, [(2, 2), (1, 3), (2, 3)], "An outer product takes vectors"),
        (outer, [(1, 2), (1, 3), (3, 2)], r"not \(1, 2\), \(1, 3\) and \(3, 2\)"),
        (add, [(2, 2), (2, 1), (2, 2)], "A sum takes matrices of one shape"),
    ],
)
def test_shapes_that_do_not_match_are_told(operation, shapes, message):
    with pytest.raises(ClipError, match=message):
        operation(*(matrix(*shape) for shape in shapes))
