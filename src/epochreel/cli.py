"""The command line: `epochreel --help` lists the commands.

What is slow to import (torch, Manim) is imported by the command that needs it.
"""

from __future__ import annotations

import ast
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from epochreel.errors import REMEDIES, EpochreelError, RunError, refusal, writing
from epochreel.files import whole
from epochreel.runs import training
from epochreel.runs.sources import parsed

THEME = click.option(
    "--theme", type=click.Choice(["dark", "print"]), default="dark", show_default=True
)
CORES = 2  # that one rendering keeps busy: 31 ms of processor time in 14 ms, a frame at 1080p60
INTERRUPTED = 130  # what a shell says of a command stopped by Ctrl-C


class _Sentences(click.Group):
    """A group that tells the user's own errors in one sentence each, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EpochreelError as error:
            click.echo(error, err=True)
            ctx.exit(1)
        except OSError as error:
            if error.errno not in REMEDIES:
                raise
            click.echo(f"{error.filename or 'A file'} is refused: {refusal(error)}", err=True)
            ctx.exit(1)
        except KeyboardInterrupt as interrupt:
            click.echo(str(interrupt) or "Interrupted.", err=True)
            ctx.exit(INTERRUPTED)


class _Trainer(click.Command):
    """A trainer as a command: the fields of its Config are the options."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        assert self.name is not None
        config = training.find(self.name).Config
        options: list[click.Parameter] = [
            click.Option(
                [f"--{field.name.replace('_', '-')}", field.name],
                default=field.default,
                show_default=True,
                type=click.UNPROCESSED,  # training.configure converts and checks
                metavar=type(field.default).__name__.upper(),
            )
            for field in fields(config)
        ]
        return options + super().get_params(ctx)


class _Trainers(click.Group):
    """The trainers, by name or by the path of a .py file; imported only when one is chosen."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return training.names()

    def get_command(self, ctx: click.Context, name: str) -> click.Command:
        path = training.locate(name)
        return _Trainer(
            name,
            callback=_train,
            help=ast.get_docstring(parsed(path)),
            params=[click.Option(["--restart"], is_flag=True, help="Forget what is recorded.")],
        )


def _train(restart: bool, **values: Any) -> None:
    name = click.get_current_context().command.name
    assert name is not None
    click.echo(training.record(name, restart=restart, **values).path)


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="epochreel")
def epochreel() -> None:
    """Film networks while they train."""


@epochreel.group(cls=_Trainers)
def train() -> None:
    """Record a trainer's run.

    A run that is recorded already is left alone, an interrupted one goes on.
    """


@epochreel.command()
@click.argument("name")
def new(name: str) -> None:
    """Begin a clip: write a trainer and a scene that work, to be changed into one's own.

    NAME is in snake_case, as in three_arms. Nothing is overwritten.
    """
    from epochreel.new import begin

    paths = begin(name)
    click.echo("\n".join(map(str, paths)))
    click.echo(f"\nNow:\n  manim -p {paths[1]}\n  epochreel sheet {name}")
    if paths[2:]:
        click.echo(f"  pytest {paths[2]}\n  pytest tests/scenes -k {name} --update-pictures")
        click.echo("and, when it is done, its line and its picture in docs/clips.md.")


@epochreel.command(name="list")
def list_runs() -> None:
    """List the recorded runs."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from epochreel import runs_under
    from epochreel.runs.listing import row
    from epochreel.runs.store import runs_root

    runs, errors = runs_under()
    table = Table("trainer", "run", box=None, header_style="bold", pad_edge=False)
    for column in ("epochs", "size", "age", "loss"):
        table.add_column(column, justify="right")
    table.add_column("state")
    for run in runs:
        try:
            table.add_row(*map(Text, row(run)))
        except RunError as unreadable:
            errors.append(unreadable)
    if table.rows:
        Console().print(table)
    elif not errors:
        click.echo(f"There are no runs in {runs_root()}; `epochreel train NAME` records one.")
    for error in errors:
        click.echo(error, err=True)


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


QUALITY = click.Choice(["low", "medium", "high", "4k"])
CUT = click.option(
    "--cut",
    type=click.Choice(["full", "short"]),
    default="full",
    show_default=True,
    help="The short one leaves optional parts out.",
)
SHAPES = "all, or some of 16:9, 1:1, 4:5 and 9:16"
LOOKS = "all, or some of dark and print"
MOMENT = "Seconds, such as 17.5,33, or a beat, where it begins; repeatable."


@epochreel.command()
@click.argument("clip", type=click.Path(path_type=Path))
@click.option("--at", multiple=True, required=True, metavar="MOMENT", help=MOMENT)
@click.option("--aspect", default="16:9", show_default=True, metavar="A,...", help=SHAPES)
@click.option("--theme", default="dark", show_default=True, metavar="T,...", help=LOOKS)
@click.option("--quality", type=QUALITY, default="high", show_default=True)
@CUT
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path),
    help="A folder, or one .png.  [default: renders/NAME/stills]",
)
def still(
    clip: Path,
    at: tuple[str, ...],
    aspect: str,
    theme: str,
    quality: str,
    cut: str,
    output: Path | None,
) -> None:
    """Draw frames of a clip, rendered or not, as pictures.

    CLIP is a clip's name or the file of its scene.
    """
    from epochreel.film.pictures import write_pictures

    for path in write_pictures(
        clip, at, aspects=aspect, themes=theme, quality=quality, cut=cut, output=output
    ):
        click.echo(path)


@epochreel.command()
@click.argument("clip", type=click.Path(path_type=Path))
@click.option("--every", type=float, metavar="SECONDS", help="A frame every so many seconds.")
@click.option("--frames", type=int, metavar="N", help="So many frames.  [default: 24]")
@click.option("--at", multiple=True, metavar="MOMENT", help=MOMENT)
@click.option("--columns", type=int, metavar="C", help="Moments side by side.")
@click.option("--aspect", "aspects", metavar="A,...", help=f"{SHAPES}.  [default: all]")
@click.option("--theme", "themes", metavar="T,...", help=f"{LOOKS}.  [default: dark]")
@click.option("--quality", type=QUALITY, help="[default: medium]")
@click.option(
    "--cut", type=click.Choice(["full", "short"]), help="The short one leaves optional parts out."
)
@click.option("--areas", is_flag=True, default=None, help="Draw the slots of the layout as well.")
@click.option(
    "-o", "output", type=click.Path(path_type=Path), default="sheet.png", show_default=True
)
def sheet(
    clip: Path,
    every: float | None,
    frames: int | None,
    columns: int | None,
    output: Path,
    **of_clip: Any,
) -> None:
    """Lay frames of a clip out on one picture, with time codes.

    CLIP is a clip's name or the file of its scene, rendered or not, whose shapes stand side by
    side with the numbers of their plays; or a video file.
    """
    given = {name: value for name, value in of_clip.items() if value}
    if clip.suffix in ("", ".py"):
        from epochreel.publish.clip_sheet import write_clip_sheet

        path = write_clip_sheet(clip, output, every=every, frames=frames, columns=columns, **given)
    else:
        from epochreel.publish.sheet import write_sheet

        if given:
            option = next(iter(given)).removesuffix("s" if "areas" not in given else "")
            raise EpochreelError(f"--{option} is for a clip's name, and {clip} is a video file.")
        path = write_sheet(clip, output, every=every, frames=frames, columns=columns)
    click.echo(path)


@epochreel.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--aspect", "aspects", default="16:9", show_default=True, metavar="A,...", help=SHAPES
)
@click.option("--theme", "themes", default="dark", show_default=True, metavar="T,...", help=LOOKS)
@click.option("--quality", type=QUALITY, default="high", show_default=True)
@CUT
@click.option("--force", is_flag=True, help="Draw everything again.")
@click.option("--dry-run", is_flag=True, help="Only count what would be drawn, and what it costs.")
@click.option(
    "--jobs",
    type=int,
    metavar="N",
    default=lambda: max((os.cpu_count() or 1) // CORES, 1),
    show_default=f"one for each {CORES} cores",
    help="Processes that draw.",
)
def render(
    names: tuple[str, ...],
    force: bool,
    dry_run: bool,
    jobs: int,
    **variant: Any,
) -> None:
    """Render clips by the names of their scenes, or all of them; what is drawn already stays."""
    from rich.console import Console

    from epochreel.crew.local import Processes
    from epochreel.film.production import produce
    from epochreel.film.series import Display, count, series

    requests = series(names, **variant)
    with Processes(jobs) as crew:
        if dry_run:
            table, errors = count(requests, crew, force=force)
            Console().print(table)
            click.echo("".join(f"{error}\n" for error in errors), nl=False, err=True)
        else:
            with Display(len(requests)) as display:
                produce(requests, crew, observer=display, force=force)
            errors = display.errors
    if errors:
        click.get_current_context().exit(1)


@epochreel.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--to", metavar="TARGET,...", help="Some of the targets.  [default: all]")
@THEME
@click.option("--jobs", type=int, metavar="N", default=1, show_default=True, help="Files at once.")
@click.option("--dry-run", is_flag=True, help="Only list what would be written.")
def publish(names: tuple[str, ...], to: str | None, theme: str, jobs: int, dry_run: bool) -> None:
    """Make every file that platforms, slides and pages take of clips.

    The targets are those of assets/platforms.toml, such as youtube, x, instagram, gif, poster and
    alpha; and captions.
    """
    from epochreel.publish.publish import publish

    wanted = None if to is None else [target.strip() for target in to.split(",")]
    written = publish(names, to=wanted, theme=theme, jobs=jobs, dry_run=dry_run)
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


def main(*arguments: str) -> None:
    """Run the command line; before sys.argv come `arguments`, such as "train" and a name."""
    epochreel([*arguments, *sys.argv[1:]])
