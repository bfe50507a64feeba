"""A clip's film below a cell."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epochreel.errors import ClipError
from epochreel.film import clip_json, rendering
from epochreel.film.clip import Clip
from epochreel.notebook.sizes import shown_size
from epochreel.notebook.tracebacks import begun_by_the_scene

__all__ = ["Screening", "film"]

LARGEST = 50_000_000
"""Bytes of a film that a notebook holds; it is saved with it, and half as large again."""


@dataclass(frozen=True)
class Screening:
    """A film in the file `path`, which a notebook shows in this size; `alt` says what it is."""

    path: Path
    width: int
    height: int
    alt: str

    def _repr_html_(self) -> str:
        content = b64encode(self.path.read_bytes()).decode()
        return (
            f'<video controls loop playsinline width="{self.width}" height="{self.height}" '
            f'style="max-width: 100%; height: auto" aria-label="{html.escape(self.alt)}" '
            f'src="data:video/mp4;base64,{content}"></video>'
        )


@begun_by_the_scene
def film(clip: str | Path | type[Clip], *, quality: str = "low", **variant: Any) -> Screening:
    """Render a clip, the class, its name in scenes/ or the path of its file, and return its film.

    What is drawn already is not drawn again. For `variant` see `rendering.render`: aspect, theme,
    cut and run. Raises ClipError as that does, and for a film that is too large for a notebook.
    """
    with _bar() as observer:
        path = rendering.render(clip, quality=quality, progress=False, observer=observer, **variant)
    if (size := path.stat().st_size) > LARGEST:
        raise ClipError(
            f"{path} has {size / 1e6:.0f} MB, too much to lie in a notebook: show it in a lower "
            "quality, or open the file."
        )
    told = clip_json.read(path.parent)
    return Screening(
        path,
        *shown_size(told["width"], told["height"]),
        f"{told['title']}. {told['story']}".strip(),
    )


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None] | None]:
    """Give what hears of the frames that are done, and tells them below the cell meanwhile."""
    try:
        from IPython.core.getipython import get_ipython
        from IPython.display import HTML, display
    except ImportError:
        yield None
        return
    if get_ipython() is None:
        yield None
        return
    handle = display(HTML(""), display_id=True)
    told = -1

    def observe(done: int, total: int) -> None:
        nonlocal told
        if (percent := 100 * done // max(total, 1)) != told:
            told = percent
            bar = f'<progress max="{total}" value="{done}" aria-label="drawn"></progress>'
            handle.update(HTML(f"{bar} frame {done} of {total}"))

    try:
        yield observe
    finally:
        handle.update(HTML(""))
