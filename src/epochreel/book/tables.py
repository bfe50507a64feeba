"""Tables of numbers as PGFPlots reads them: a header, columns, blank lines between parts."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from epochreel import Run
from epochreel.book.figures import Table

__all__ = ["scalar_tables", "to_text"]


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

    The first table is called "scalars", others by the scalar that they begin with.
    """
    groups: list[tuple[NDArray[np.int64], list[tuple[str, NDArray[np.generic]]]]] = []
    for name in run.scalars:
        epochs, values = run.scalar(name)
        group = next((columns for known, columns in groups if np.array_equal(known, epochs)), None)
        if group is None:
            group = [("epoch", epochs)]
            groups.append((epochs, group))
        group.append((name, values))
    names = ["scalars", *(columns[1][0] for _, columns in groups[1:])]
    tables = (Table(tuple(columns)) for _, columns in groups)
    return dict(zip(names, tables, strict=True))
