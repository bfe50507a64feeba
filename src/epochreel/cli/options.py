"""Options that several commands take."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from epochreel.crew.crew import Crew

__all__ = ["CUT", "LOOKS", "MOMENT", "QUALITY", "SHAPES", "THEME", "crew_options", "hired"]

CORES = 2  # that one rendering keeps busy: 31 ms of processor time in 14 ms, a frame at 1080p60
THEME = click.option(
    "--theme", type=click.Choice(["dark", "print"]), default="dark", show_default=True
)
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


def crew_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command say where it has its work done: `on`, `address` and `jobs`."""
    for option in (
        click.option(
            "--jobs",
            type=int,
            metavar="N",
            help=f"Workers.  [default: one for each {CORES} cores; to train, or on Ray, for each]",
        ),
        click.option(
            "--address",
            metavar="ADDRESS",
            help="Of a Ray cluster.  [default: $RAY_ADDRESS, or one of this machine]",
        ),
        click.option(
            "--on",
            type=click.Choice(["local", "ray"]),
            default="local",
            show_default=True,
            help="Processes of this machine, or a Ray cluster.",
        ),
    ):
        command = option(command)
    return command


def hired(on: str, jobs: int | None, address: str | None) -> Crew:
    """Return the crew that the options ask for; one job on this machine needs no other process."""
    from epochreel.crew.alone import Alone
    from epochreel.crew.hiring import crew

    if on == "local" and address is None:
        if jobs is None:
            jobs = max((os.cpu_count() or 1) // CORES, 1)
        if jobs == 1:
            return Alone()
    return crew(on, jobs, address)
