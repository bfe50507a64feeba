"""Commands that record runs, list them, and begin a clip."""

from __future__ import annotations

import ast
from dataclasses import fields
from typing import Any

import click

from epochreel.cli.group import epochreel
from epochreel.cli.options import crew_options
from epochreel.errors import RunError
from epochreel.runs import training
from epochreel.runs.sources import parsed


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
        trainer = _Trainer(
            name,
            callback=_train,
            help=ast.get_docstring(parsed(path)),
            params=[click.Option(["--restart"], is_flag=True, help="Forget what is recorded.")],
        )
        crew_options(trainer)
        return trainer


def _train(restart: bool, on: str, jobs: int | None, address: str | None, **values: Any) -> None:
    from epochreel.crew.hiring import crew
    from epochreel.runs.trainings import record_all, trainings

    name = click.get_current_context().command.name
    assert name is not None
    wanted = trainings(name, values)
    if len(wanted) == 1 and (on, address) == ("local", None):
        config = training.configure(training.find(name), **wanted[0].config)
        click.echo(training.record(name, config, restart=restart).path)
        return
    with crew(on, jobs, address) as hired:
        errors = record_all(wanted, hired, elsewhere=on != "local", restart=restart)
    for each in wanted:
        click.echo(errors.get(each) or each.path, err=each in errors)
    if errors:
        click.get_current_context().exit(1)


@epochreel.group(cls=_Trainers)
def train() -> None:
    """Record a trainer's run, or several: a number may be several, as in --seed 1,2,3.

    The runs of all combinations are recorded side by side. One that is recorded already is left
    alone, an interrupted one goes on.
    """


@epochreel.command(name="import")
@click.argument("folder")
@click.option("--to", metavar="FOLDER", help="Where the run is to lie; among the others if left.")
@click.option("--trainer", default="", help="The name a scene asks for; the folder's if left.")
@click.option("--restart", is_flag=True, help="Replace a run that lies there.")
def import_(folder: str, to: str | None, trainer: str, restart: bool) -> None:
    """Read the checkpoints in a folder as a run, to film a training that is over.

    They are files that torch.save or safetensors wrote of nets' state_dicts, each with its epoch
    in it or in its name. Nothing but weights is unpickled.
    """
    from epochreel.runs.importing import import_checkpoints

    run = import_checkpoints(folder, to, trainer=trainer, restart=restart, progress=True)
    first, last = run.epochs[0], run.epochs[-1]
    held = ", ".join([*run.nets, *run.tensors, *run.scalars])
    click.echo(f"{run.path}\nepochs {first} to {last}, {len(run.epochs)} in all: {held}")


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
