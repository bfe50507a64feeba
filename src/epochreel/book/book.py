"""What a book takes of a clip: its main figure at some epochs, as tables and as pictures.

Beside the tables lie, for each epoch and theme, a LaTeX file that PGFPlots draws from them, and the
same figure drawn by Matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from math import isfinite
from pathlib import Path

from PIL import Image

from epochreel import Run, files
from epochreel.book import preamble, pyplot
from epochreel.book.figures import Figure, picture, still
from epochreel.book.moments import tell
from epochreel.book.pgfplots import to_tex
from epochreel.book.tables import Table, scalar_tables, table_of, to_text
from epochreel.errors import PublishError, writing
from epochreel.look.style import THEMES
from epochreel.marks.kinds import Bytes, Heat, Mesh

__all__ = ["export", "parse_epochs"]


def parse_epochs(words: str) -> list[float]:
    """Read epochs apart by commas. Raises PublishError for a word that is no epoch."""
    epochs = []
    for word in words.split(","):
        try:
            epoch = float(word)
        except ValueError:
            epoch = -1.0
        if not isfinite(epoch) or epoch < 0:
            raise PublishError(
                f"{word.strip()!r} is no epoch; give numbers from 0 on with commas: 0,300,2000."
            )
        epochs.append(epoch)
    return epochs


def export(
    name: str,
    *,
    epochs: Iterable[float] | None = None,
    to: Path | None = None,
    themes: Iterable[str] = THEMES,
    run: Run | None = None,
    notify: Callable[[str], None] = print,
) -> list[Path]:
    """Write the tables and figures of a clip, and return the paths.

    `epochs` are by default the last one, `to` is renders/NAME/book. `run` replaces the recording of
    the clip's own trainer. Without Matplotlib its pictures are left out, which `notify` is told.

    Raises ClipError for an unknown clip, one without a figure, and an epoch that is not shown;
    PublishError where files cannot be written.
    """
    clip = Path(name).stem
    folder = files.ROOT / "renders" / clip / "book" if to is None else to
    texts: dict[str, str] = {preamble.NAME: preamble.preamble()}
    stills: dict[str, Bytes] = {}
    pictures: dict[str, Figure] = {}
    wanted = None if epochs is None else list(dict.fromkeys(epochs))
    for theme in themes:
        story = tell(name, wanted, theme=theme, run=run)
        for epoch, figure in story.figures.items():
            stem = f"{clip}-{epoch:g}"
            named: dict[str, str] = {}
            for mark in figure.data:
                table = table_of(mark)
                named[mark.name] = file = _file(f"{stem}-{mark.name}", table, theme)
                texts[file] = to_text(table)
                if isinstance(mark, Heat | Mesh):
                    stills[still(mark, file, theme)] = picture(mark)
            own = f"{stem}-print" if theme == "print" else stem
            title = f"The main figure of the clip {clip} at epoch {epoch:g}, {theme} theme."
            texts[f"{own}.tex"] = to_tex(figure, named, title, own)
            pictures[own] = figure
        for label, each in story.runs.items():
            for kind, table in scalar_tables(each).items():
                texts["-".join(filter(None, (clip, label, f"{kind}.dat")))] = to_text(table)
    if not pyplot.installed():
        notify(pyplot.MISSING)
        pictures = {}
    return _write(folder, texts, stills, pictures)


def _file(stem: str, table: Table, theme: str) -> str:
    """The name of a table, with its theme where it holds colours."""
    coloured = any(name == "red" for name, _ in table.columns)
    return f"{stem}{f'-{theme}' if coloured else ''}.dat"


def _write(
    folder: Path, texts: dict[str, str], stills: dict[str, Bytes], pictures: dict[str, Figure]
) -> list[Path]:
    """Write all files aside, and give them their names when all are whole."""
    try:
        with writing(folder, PublishError):
            folder.mkdir(parents=True, exist_ok=True)
            with files.aside(folder / "files") as aside:
                for file, text in texts.items():
                    (aside / file).write_text(text, encoding="utf-8")
                for file, pixels in stills.items():
                    Image.fromarray(pixels).save(aside / file)
                for stem, figure in pictures.items():
                    ends = (".pdf", ".png")
                    pyplot.draw(figure, [aside / f"{stem}-matplotlib{end}" for end in ends])
                return [path.replace(folder / path.name) for path in sorted(aside.glob("[!.]*"))]
    finally:
        with suppress(OSError):
            folder.rmdir()  # where nothing is in it
