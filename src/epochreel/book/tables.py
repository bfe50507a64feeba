"""Tables of numbers as PGFPlots reads them: a header, columns, blank lines between parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from epochreel import Run
from epochreel.marks.kinds import (
    PIXEL,
    Arrowheads,
    Bytes,
    Discs,
    Floats,
    Heat,
    Mark,
    Mesh,
    Pillars,
    Polygons,
    Strokes,
)

__all__ = ["FEW", "Table", "class_columns", "palette", "scalar_tables", "table_of", "to_text"]

Column: TypeAlias = tuple[str, NDArray[np.generic]]

FEW = 16
"""Colours of points and arrows that are told apart by a class; more are written out."""


@dataclass(frozen=True)
class Table:
    """Named columns (N,); `lengths` are the rows of each part, which blank lines set apart."""

    columns: tuple[Column, ...]
    lengths: tuple[int, ...] = ()

    def __getitem__(self, name: str) -> NDArray[np.generic]:
        return dict(self.columns)[name]


def table_of(mark: Mark) -> Table:
    """What is measured or computed in a mark."""
    match mark:
        case Discs():
            return _discs(mark)
        case Strokes():
            return _strokes(mark)
        case Polygons():
            which = palette(mark.colours)[1]
            lengths = [len(polygon) for polygon in mark.polygons]
            outlines = _places(np.concatenate([np.empty((0, 2)), *mark.polygons]), None)
            return Table((*outlines, ("class", np.repeat(which, lengths))), tuple(lengths))
        case Pillars():
            at = np.arange(len(mark.heights))
            places = ("y", -at) if mark.lying else ("x", at)
            return Table((places, ("height", mark.heights), *class_columns(mark.colours)))
        case Arrowheads():
            (x, y), (u, v) = mark.tails.T, (mark.tips - mark.tails).T
            arrows = (("x", x), ("y", y), ("u", u), ("v", v), ("size", mark.shrink))
            return Table((*arrows, *class_columns(mark.colours, FEW)))
        case Heat():
            rows, columns = mark.values.shape[:2]
            across, up = np.meshgrid(*mark.lattice)
            names = ("value",) if mark.values.ndim == 2 else ("red", "green", "blue")
            values = zip(names, mark.values.reshape(rows * columns, -1).T, strict=True)
            return Table((("x", across.ravel()), ("y", up.ravel()), *values), (columns,) * rows)
        case Mesh():
            rows, columns = mark.depth.shape
            vertices = _places(mark.points.reshape(-1, 2), mark.data.reshape(-1, 3))
            return Table((*vertices, ("depth", mark.depth.ravel())), (columns,) * rows)
    raise NotImplementedError(f"There is no table of {type(mark).__name__}.")


def _discs(mark: Discs) -> Table:
    """Where points are, and of which class."""
    columns = [*_places(mark.points, mark.data), *class_columns(mark.colours, FEW)]
    if mark.radius.min() < mark.radius.max():
        columns.append(("radius", mark.radius / PIXEL))
    if mark.seen is not None:
        columns.append(("seen", mark.seen.astype(int)))
    return Table(tuple(columns))


def _strokes(mark: Strokes) -> Table:
    """Line after line."""
    lengths = [len(line) for line in mark.lines]
    points = np.concatenate([np.empty((0, 2)), *mark.lines])
    data = None if mark.data is None else np.concatenate([np.empty((0, 3)), *mark.data])
    columns = list(_places(points, data))
    if mark.levels is not None:
        columns.append(("level", np.repeat(mark.levels, lengths)))
    else:
        columns.extend(class_columns(np.repeat(mark.colours, lengths, axis=0)))
    if mark.seen is not None:
        columns.append(("seen", np.repeat(mark.seen, lengths).astype(int)))
    return Table(tuple(columns), tuple(lengths))


def _places(points: Floats, data: Floats | None) -> tuple[Column, ...]:
    """Columns x and y; those of space and where it is seen, right and up, where there are such."""
    if data is None:
        return ("x", points[:, 0]), ("y", points[:, 1])
    space = tuple(zip(("x", "y", "z"), data.T, strict=True))
    return (*space, ("right", points[:, 0]), ("up", points[:, 1]))


def palette(colours: Bytes) -> tuple[Bytes, NDArray[np.int64]]:
    """Different colours (K, 4) in the order of their first use, and which each is of (N,)."""
    found, first, which = np.unique(colours, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return found[order], np.argsort(order)[which.ravel()]


def class_columns(colours: Bytes, few: float = inf) -> tuple[Column, ...]:
    """Columns that tell colours (N, 4): none for one, `class` for a few, else their channels."""
    different, which = palette(colours)
    if len(different) == 1:
        return ()
    if len(different) <= few:
        return (("class", which),)
    return tuple(zip(("red", "green", "blue", "alpha"), colours.T, strict=True))


def to_text(table: Table) -> str:
    """Write a table: a row of names, then numbers of nine digits, which give a float32 back.

    A blank line ends each part: a line, the outline of a region, or a row of a lattice.
    """
    names = " ".join(name for name, _ in table.columns)
    words = [_words(values) for _, values in table.columns]
    rows = [" ".join(row) for row in zip(*words, strict=True)]
    ends = list(accumulate(table.lengths)) or [len(rows)]
    starts = [0, *ends[:-1]]
    parts = ["\n".join(rows[start:end]) for start, end in zip(starts, ends, strict=True)]
    return f"{names}\n" + "\n\n".join(part for part in parts if part) + "\n"


def _words(values: NDArray[np.generic]) -> list[str]:
    if values.dtype.kind in "iub":
        return [str(int(value)) for value in values]
    return [f"{value:.9g}" for value in values.tolist()]


def scalar_tables(run: Run) -> dict[str, Table]:
    """Return the scalars of a run over its epochs, those of the same epochs in one table.

    The first table is called "scalars", others by the scalar that they begin with. Names of scalars
    become words, which can name a column and a file: "train/my loss" is "train-my-loss".
    """
    groups: list[tuple[NDArray[np.int64], list[tuple[str, NDArray[np.generic]]]]] = []
    for name, word in _distinct_words(run.scalars).items():
        epochs, values = run.scalar(name)
        group = next((columns for known, columns in groups if np.array_equal(known, epochs)), None)
        if group is None:
            group = [("epoch", epochs)]
            groups.append((epochs, group))
        group.append((word, values))
    names = ["scalars", *(columns[1][0] for _, columns in groups[1:])]
    tables = (Table(tuple(columns)) for _, columns in groups)
    return dict(zip(names, tables, strict=True))


def _distinct_words(names: list[str]) -> dict[str, str]:
    """Words of letters, digits, "_", "." and "-" by name, all different; what is one stays so."""
    words = {name: re.sub(r"[^\w.-]+", "-", name) or "-" for name in names}
    taken = {"epoch", "scalars"}  # what is called so already
    for name in sorted(names, key=lambda name: name != words[name]):
        while words[name] in taken:
            words[name] += "-"
        taken.add(words[name])
    return words
