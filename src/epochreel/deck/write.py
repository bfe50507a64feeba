"""From a deck's file to a page, a video and handouts."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from epochreel import files
from epochreel.deck.deck import read
from epochreel.deck.handout import require_pptx, write_pdf, write_pptx
from epochreel.deck.lecture import lecture
from epochreel.deck.page import Offered, laid_out
from epochreel.deck.video import write_video
from epochreel.errors import PublishError, writing
from epochreel.look.style import load

__all__ = ["write_deck"]

WRITERS = {"mp4": write_video, "pdf": write_pdf, "pptx": write_pptx}
SAID = {
    "mp4": "The lecture as a video with chapters",
    "pdf": "A still of each thought",
    "pptx": "A still of each thought, with notes",
}


def write_deck(
    path: Path,
    *,
    video: bool = True,
    pdf: bool = False,
    pptx: bool = False,
    renders: Path | None = None,
    progress: bool = True,
) -> list[Path]:
    """Write a lecture into `decks/NAME` in the folder of clips; return the paths, the page first.

    NAME is that of the deck's file, without its ending. The page offers each of the other files as
    soon as it is written, and what an earlier call left of them is taken away, for it may tell
    another story. The folder is the project's `renders` unless another is given; `progress` draws
    on stderr.

    Raises DeckError for a deck that cannot be read or shows what there is not, before anything is
    written; ClipError for a title that cannot be set, PublishError for a file that cannot be
    written.
    """
    if pptx:
        require_pptx()
    renders = renders or files.ROOT / "renders"
    shown = lecture(read(path), path, renders)
    style = load(shown.deck.theme)
    folder = renders / "decks" / path.stem
    asked = {"mp4": video, "pdf": pdf, "pptx": pptx}
    targets = {kind: folder / f"{path.stem}.{kind}" for kind in WRITERS}
    write_page = laid_out(shown, folder, style)
    offered: Offered = []
    written = [write_page(offered)]
    # Whenever this is interrupted, the page links to what is there, and is of this deck.
    for target in targets.values():
        with writing(target, PublishError):
            target.unlink(missing_ok=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not progress) as bar:
        for kind in (kind for kind in WRITERS if asked[kind]):
            task = bar.add_task(targets[kind].name, total=1.0)

            def observer(share: float, task: TaskID = task) -> None:
                bar.update(task, completed=share)

            written.append(WRITERS[kind](shown, targets[kind], style, observer=observer))
            write_page(offered := [*offered, (targets[kind].name, SAID[kind])])
    return written
