"""Make the page docs/words.md and its pictures from docs/words.py: `python -m docs.page`."""

from __future__ import annotations

import ast
import inspect
import tempfile
import textwrap
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docs.words import Words, recorded
from epochreel.film import rendering
from epochreel.film.frames import Reel

PAGE = Path(__file__).with_name("words.md")
PICTURES = Path(__file__).with_name("words")
HEAD = """# Words

What scenes say about matrices, diagrams, graphs, pictures, signals and code.

A word is a few lines of a clip, `self`; below them is what is on screen half-way through.
The slots are those of `pair()`: "stage", and "left" and "right" of it.
Names in capitals are arrays from the top of [words.py](words.py).
How a scene begins stands under [A scene](../CONTRIBUTING.md#a-scene), every option in docstrings.
`python -m docs.page` makes this page.
"""


def methods() -> list[Callable[..., None]]:
    """Return what shows the words, in their order."""
    return [each for each in vars(Words).values() if hasattr(each, "word")]


def pictures() -> dict[str, NDArray[np.uint8]]:
    """Draw the stage half-way through each word, RGB, by the name of its file."""
    drawn = {}
    with tempfile.TemporaryDirectory() as folder, rendering.configured(__file__, quality="low"):
        reel = Reel(Words, run=recorded(Path(folder)))
        spans = pairwise([*reel.beats.values(), reel.seconds])
        for method, (start, end) in zip(methods(), spans, strict=True):
            frame = reel.frame((start + end) / 2)[..., :3]
            below = reel.slots["stage"].bottom - (1 - reel.slots["stage"].top)
            drawn[f"{method.__name__}.png"] = frame[: round((1 - below) * len(frame))]
    return drawn


def page() -> str:
    """Write the page: of each word its docstring, its lines and its picture."""
    return HEAD + "".join(
        f"\n## {method.word}\n\n{inspect.getdoc(method)}\n\n```python\n{lines(method)}\n```\n\n"
        f"![{method.word}]({PICTURES.name}/{method.__name__}.png)\n"
        for method in methods()
    )


def lines(method: Callable[..., None]) -> str:
    """Return what a method does, without its name and its docstring."""
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(method)))
    (function,) = ast.parse(source).body
    first = function.body[1].lineno
    return textwrap.dedent("\n".join(source.splitlines()[first - 1 :]))


def main() -> None:
    """Write the page and its pictures."""
    PAGE.write_text(page(), "utf-8")
    PICTURES.mkdir(exist_ok=True)
    for name, picture in pictures().items():
        Image.fromarray(picture).save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    main()
