"""Commands that make something of clips and of the stylesheet, or hold them to the rules."""

from __future__ import annotations

from pathlib import Path

import click

from epochreel.cli.group import epochreel
from epochreel.cli.options import LOOKS, SHAPES, THEME, crew_options, hired
from epochreel.errors import EpochreelError, writing
from epochreel.files import whole


@epochreel.command()
@click.option("--emit", type=click.Choice(["tex", "typst", "css", "mpl"]), required=True)
@THEME
@click.option("-o", "output", type=click.Path(path_type=Path), help="A file instead of the screen.")
def style(emit: str, theme: str, output: Path | None) -> None:
    """Write the stylesheet as LaTeX or Typst preamble, CSS variables or Matplotlib style."""
    from epochreel.look import formats
    from epochreel.look.style import load

    text = formats.emit(load(theme), emit)
    if output is None:
        click.echo(text, nl=False)
    else:
        with writing(output, EpochreelError), whole(output) as aside:
            aside.write_text(text, encoding="utf-8")


@epochreel.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--to", metavar="TARGET,...", help="Some of the targets.  [default: all]")
@THEME
@click.option("--dry-run", is_flag=True, help="Only list what would be written.")
@crew_options
def publish(
    names: tuple[str, ...],
    to: str | None,
    theme: str,
    dry_run: bool,
    on: str,
    jobs: int | None,
    address: str | None,
) -> None:
    """Make every file that platforms, slides and pages take of clips.

    The targets are those of assets/platforms.toml, such as youtube, x, instagram, gif, poster and
    alpha; and captions.
    """
    from epochreel.publish.publish import publish

    wanted = None if to is None else [target.strip() for target in to.split(",")]
    with hired(on, jobs, address) as crew:
        written = publish(names, to=wanted, theme=theme, jobs=jobs or 1, dry_run=dry_run, crew=crew)
    if dry_run:
        for path in written:
            click.echo(path)
    if not written:
        click.echo("Everything is published.")


@epochreel.command()
@click.argument("clips", metavar="CLIP...", nargs=-1, required=True)
@click.option("--aspect", "aspects", default="all", show_default=True, metavar="A,...", help=SHAPES)
@click.option("--theme", "themes", metavar="T,...", help=f"{LOOKS}.  [default: rendered, or dark]")
def check(clips: tuple[str, ...], aspects: str, themes: str | None) -> None:
    """Hold videos, or a clip in all its shapes, rendered or not, to the rules of the house.

    Flashes, safe areas, frozen frames and jumps, legibility, colours, length and tags; of what is
    not rendered its texts: time to read them, places, sizes, and none on another.
    """
    from epochreel.checks.check import subjects

    fit = True
    for subject, look in [each for clip in clips for each in subjects(clip, aspects, themes)]:
        try:
            findings = look()
        except EpochreelError as error:
            click.echo(error, err=True)
            fit = False
            continue
        for finding in findings:
            click.echo(f"{subject} at {finding.seconds:.1f} s, {finding.rule}: {finding.sentence}")
        if not findings:
            click.echo(f"{subject} is fit.")
        fit = fit and not findings
    if not fit:
        click.get_current_context().exit(1)


@epochreel.command()
def gallery() -> None:
    """Write pages on which the rendered clips play and are stepped through, epoch by epoch.

    They lie beside the clips, need no network, and work from the disk and from any static host.
    """
    from epochreel.gallery.gallery import write_gallery

    click.echo(write_gallery())


@epochreel.command()
@click.argument("path", metavar="DECK.toml", type=click.Path(path_type=Path))
@click.option("--pdf", is_flag=True, help="A still of each thought as well, as pages.")
@click.option("--pptx", is_flag=True, help="The same as slides with notes (takes python-pptx).")
@click.option("--no-video", is_flag=True, help="The page alone, while a lecture is being written.")
def deck(path: Path, pdf: bool, pptx: bool, no_video: bool) -> None:
    """Make a lecture of title cards and of rendered clips: a page to be told from, and a video.

    DECK.toml has a title and slides, each a card (title, text) or a clip (clip, beats), with notes;
    docs/lecturing.md has one. What comes of it lies in renders/decks/DECK, with all that it needs:
    no network, no server, and it can be carried away.
    """
    from epochreel.deck.write import write_deck

    for written in write_deck(path, video=not no_video, pdf=pdf, pptx=pptx):
        click.echo(written)


@epochreel.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--epoch", "epochs", metavar="EPOCH,...", help="Some of those shown.  [default: the last]"
)
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="DIR", help="[default: renders/NAME/book]"
)
@click.option(
    "--theme",
    type=click.Choice(["dark", "print", "both"]),
    default="both",
    show_default=True,
)
def export(names: tuple[str, ...], epochs: str | None, to: Path | None, theme: str) -> None:
    """Write the main figure of clips for a book, as it is at some epochs.

    Tables for PGFPlots, a LaTeX file that draws them with PGFPlots and compiles with
    latexmk, the same picture by Matplotlib, and the scalars of the run.
    """
    from epochreel.book import book
    from epochreel.look.style import THEMES

    wanted = None if epochs is None else book.parse_epochs(epochs)
    themes = THEMES if theme == "both" else [theme]
    for name in names:
        for path in book.export(name, epochs=wanted, to=to, themes=themes, notify=_warn):
            click.echo(path)


def _warn(sentence: str) -> None:
    click.echo(sentence, err=True)
