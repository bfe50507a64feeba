"""Products and sums of matrices, cell by cell: what meets lights up, and its result appears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from manim import Animation, Group, Mobject, Scene, linear
from numpy.typing import NDArray

from epochreel.errors import ClipError
from epochreel.panels.cells import Cells

__all__ = ["CellByCell", "add", "appear", "multiply", "outer"]

Floats: TypeAlias = NDArray[np.float64]

FADE = 0.25  # of a step at either end, in which the light goes on to the next
ARRIVE = 0.6  # of a step in which its cell appears


class CellByCell(Animation):
    """Let the cells of `result`, row by row, appear one after the other.

    Each of the `operands` is a matrix with a function of how much of each cell of the result is
    being computed (R, C), which tells how far its own cells are lit. At the end all are as before.
    """

    def __init__(
        self,
        result: Cells,
        operands: Sequence[tuple[Cells, Callable[[Floats], Floats]]],
        rate_func: Callable[[float], float] = linear,
        **options: Any,
    ) -> None:
        self.result, self.operands = result, tuple(operands)
        together = dict.fromkeys([*(operand for operand, _ in operands), result])
        super().__init__(Group(*together), rate_func=rate_func, introducer=True, **options)

    def create_starting_mobject(self) -> Mobject:
        """No copy is needed."""
        return self.mobject

    def _setup_scene(self, scene: Scene) -> None:
        """Add the result where it is not there yet, and nothing else."""
        if scene is not None and self.result not in scene.get_mobject_family_members():
            scene.add(self.result)

    def interpolate_mobject(self, alpha: float) -> None:
        """Be at this share of the animation, 0 to 1."""
        share = self.rate_func(alpha)
        shape = self.result.shape
        steps = np.arange(shape[0] * shape[1]).reshape(shape)
        at = share * steps.size
        self.result.tiles.reveal = None if share >= 1 else ((at - steps) / ARRIVE).clip(0, 1)
        # Half a step before the first is lit alone, and after the last, all are.
        middle = min(max(at, 0.5), steps.size - 0.5)
        computed = ((0.5 + FADE - np.abs(middle - steps - 0.5)) / (2 * FADE)).clip(0, 1)
        others = 1 - min(at, steps.size - at, 0.5) / 0.5
        for operand, lit in self.operands:
            light = others + (1 - others) * lit(computed)
            operand.tiles.light = None if share >= 1 else light


def appear(matrix: Cells, **options: Any) -> CellByCell:
    """The cells of a matrix, row by row, with nothing that they are computed from."""
    return CellByCell(matrix, (), **options)


def multiply(left: Cells, right: Cells, result: Cells, **options: Any) -> CellByCell:
    """The product (R, C) of left (R, K) and right (K, C): a row and a column light up for a cell.

    Raises ClipError where the shapes are others.
    """
    fits = left.shape[1] == right.shape[0] and result.shape == (left.shape[0], right.shape[1])
    _hold(fits, "A product takes (R, K), (K, C) and gives (R, C)", left, right, result)
    return CellByCell(
        result,
        [
            (left, lambda computed: computed.sum(axis=1, keepdims=True)),
            (right, lambda computed: computed.sum(axis=0, keepdims=True)),
        ],
        **options,
    )


def outer(left: Cells, right: Cells, result: Cells, **options: Any) -> CellByCell:
    """The outer product (R, C) of two vectors of R and C numbers, each standing or lying.

    Raises ClipError where the shapes are others.
    """
    vectors = all(1 in each.shape for each in (left, right))
    fits = vectors and result.shape == (max(left.shape), max(right.shape))
    _hold(fits, "An outer product takes vectors of R and C and gives (R, C)", left, right, result)
    return CellByCell(
        result,
        [
            (left, lambda computed: computed.sum(axis=1).reshape(left.shape)),
            (right, lambda computed: computed.sum(axis=0).reshape(right.shape)),
        ],
        **options,
    )


def add(left: Cells, right: Cells, result: Cells, **options: Any) -> CellByCell:
    """The sum of two matrices of one shape, or what else is computed element by element.

    Raises ClipError where the shapes are others.
    """
    fits = left.shape == right.shape == result.shape
    _hold(fits, "A sum takes matrices of one shape", left, right, result)
    return CellByCell(result, [(left, np.asarray), (right, np.asarray)], **options)


def _hold(fits: bool, rule: str, left: Cells, right: Cells, result: Cells) -> None:
    if not fits:
        raise ClipError(
            f"{rule}, not {_size(left)}, {_size(right)} and {_size(result)}: "
            "give matrices of such shapes, in this order."
        )


def _size(matrix: Cells) -> str:
    return "({}, {})".format(*matrix.shape)
