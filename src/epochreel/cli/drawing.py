"""Commands that draw clips: whole films, frames, contact sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from epochreel.cli.group import epochreel
from epochreel.cli.options import CUT, LOOKS, MOMENT, QUALITY, SHAPES, crew_options, hired
from epochreel.errors import EpochreelError


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
@crew_options
def sheet(
    clip: Path,
    every: float | None,
    frames: int | None,
    columns: int | None,
    output: Path,
    on: str,
    jobs: int | None,
    address: str | None,
    **of_clip: Any,
) -> None:
    """Lay frames of a clip out on one picture, with time codes.

    CLIP is a clip's name or the file of its scene, rendered or not, whose shapes stand side by
    side with the numbers of their plays; or a video file.
    """
    given = {name: value for name, value in of_clip.items() if value}
    if clip.suffix in ("", ".py"):
        from epochreel.publish.clip_sheet import write_clip_sheet

        options = {"every": every, "frames": frames, "columns": columns, **given}
        with hired(on, jobs, address) as crew:
            path = write_clip_sheet(clip, output, crew=crew, **options)
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
@crew_options
def render(
    names: tuple[str, ...],
    force: bool,
    dry_run: bool,
    on: str,
    jobs: int | None,
    address: str | None,
    **variant: Any,
) -> None:
    """Render clips by the names of their scenes, or all of them; what is drawn already stays."""
    from rich.console import Console

    from epochreel.film.production import produce
    from epochreel.film.series import Display, count, series

    requests = series(names, **variant)
    with hired(on, jobs, address) as crew:
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
