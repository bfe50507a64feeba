"""The shapes of what layers draw, written as their docstrings write them, and checked."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from epochreel.errors import ClipError

__all__ = ["alike", "as_array", "between", "check", "offsets"]

Pattern: TypeAlias = tuple[int | str, ...]

Quantities: TypeAlias = Mapping[str, NDArray[Any]]

NUMBERS = "biuf"  # kinds of NumPy's types


def as_array(layer: str, name: str, values: Any) -> NDArray[Any]:
    """Read a quantity of a layer as an array. Raises ClipError where it is no array of numbers."""
    try:
        array = np.asarray(values)
    except (ValueError, TypeError, RuntimeError) as error:
        raise ClipError(f"{layer} cannot read its {name} as an array: {error}") from error
    if array.dtype.kind not in NUMBERS:
        raise ClipError(f"{layer} takes numbers as {name}, not an array of type {array.dtype}.")
    return array


def alike(one: Quantities, other: Quantities) -> bool:
    """Whether the quantities that both have may be mixed: in shape, or one for all of the other."""
    return all(
        short.shape == long.shape[long.ndim - short.ndim :]
        for name in one.keys() & other.keys()
        for short, long in [sorted((one[name], other[name]), key=np.ndim)]
    )


def between(
    start: Quantities, target: Quantities, share: float, shapes: Mapping[str, str]
) -> dict[str, NDArray[Any]]:
    """Quantities on their way to others that are alike; what only one side has is as at the start.

    What is written with a last side of 4 is a colour, and stays one.
    """
    mixed = dict(start)
    for name in start.keys() & target.keys():
        one, other = start[name], target[name]
        if not np.array_equal(one, other):
            both = (1 - share) * one.astype(np.float64) + share * other
            colour = shapes.get(name, "").endswith("4)")
            mixed[name] = np.rint(both).clip(0, 255).astype(np.uint8) if colour else both
    return mixed


def offsets(paths: NDArray[Any]) -> NDArray[np.int64]:
    """Where each path, (S, D) or (L, S, D), begins among the vertices of all; the end, too."""
    count = 1 if paths.ndim == 2 else len(paths)
    vertices: int = paths.shape[-2]
    return np.arange(count + 1, dtype=np.int64) * vertices


def check(layer: str, shapes: Mapping[str, str], values: dict[str, NDArray[Any]]) -> None:
    """Hold the quantities of a layer to their shapes, in the order of `shapes`.

    A shape is written "(N, 2)", several "(4,) or (N, 4)", one number "a number". A letter is the
    same count wherever it stands, and one where an alternative leaves it out; small letters are
    the sides of a lattice, at least 2. An empty list is one of no rows. Raises ClipError.
    """
    given = tuple((name, values[name].shape) for name in shapes if name in values)
    for name, shape in _held(layer, tuple(shapes.items()), given):
        values[name] = values[name].reshape(shape)


@functools.lru_cache(maxsize=4096)
def _held(
    layer: str,
    shapes: tuple[tuple[str, str], ...],
    given: tuple[tuple[str, tuple[int, ...]], ...],
) -> list[tuple[str, tuple[int, ...]]]:
    """The shapes that empty lists are to have, if all others are as they should be."""
    counts: dict[str, int] = {}
    empty = []
    written_of = dict(shapes)
    for name, shape in given:
        written = written_of[name]
        patterns = _patterns(written)
        if shape == (0,) and len(patterns[-1]) > 1:
            shape = tuple(0 if isinstance(side, str) else side for side in patterns[-1])
            empty.append((name, shape))
        found = next(
            (f for f in (_match(p, shape, counts) for p in patterns) if f is not None), None
        )
        letters = set().union(*map(_letters, patterns))
        if found is None:
            known = [f"{side} = {counts[side]}" for side in sorted(letters) if side in counts]
            known += [f"{side} ≥ 2" for side in sorted(letters - set(counts)) if side.islower()]
            where = f" with {', '.join(known)}" if known else ""
            what = f"an array of shape {shape}" if shape else "one number"
            raise ClipError(f"{layer} takes {name} {written}{where}, not {what}.")
        counts |= dict.fromkeys(letters - set(counts), 1) | found
    return empty


@functools.cache
def _patterns(written: str) -> tuple[Pattern, ...]:
    """The alternatives of a shape as tuples of lengths and letters."""
    return tuple(
        ()
        if alternative == "a number"
        else tuple(
            int(side) if side.isdigit() else side
            for side in alternative.strip("()").replace(",", " ").split()
        )
        for alternative in written.split(" or ")
    )


def _letters(pattern: Pattern) -> set[str]:
    return {side for side in pattern if isinstance(side, str)}


def _match(
    pattern: Pattern, shape: tuple[int, ...], counts: Mapping[str, int]
) -> dict[str, int] | None:
    """The counts of a pattern's letters in a shape; None where it does not fit."""
    if len(pattern) != len(shape):
        return None
    found = {**counts}
    for side, length in zip(pattern, shape, strict=True):
        wanted = found.setdefault(side, length) if isinstance(side, str) else side
        if wanted != length or (isinstance(side, str) and side.islower() and length < 2):
            return None
    return found
