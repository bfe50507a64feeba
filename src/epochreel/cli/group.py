"""The group of all commands: what a person can put right is one sentence."""

from __future__ import annotations

import configparser
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from epochreel.errors import REMEDIES, EpochreelError, refusal

__all__ = ["epochreel"]

INTERRUPTED = 130  # what a shell says of a command stopped by Ctrl-C
SETTINGS = Path("manim.cfg")  # of the current folder, which Manim reads as it is imported


class _Sentences(click.Group):
    """A group that tells the user's own errors in one sentence each, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        if isinstance(sys.stdout, TextIOWrapper):  # names of files are told as they are
            sys.stdout.reconfigure(errors="surrogateescape")
        try:
            if SETTINGS.exists() and not SETTINGS.is_file():
                raise EpochreelError(f"{SETTINGS.absolute()} is no file; delete it.")
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
        except (configparser.Error, ValueError) as error:
            # Manim has read its settings, and has not come to its end.
            if "manim" in sys.modules or "manim._config.utils" not in sys.modules:
                raise
            reason = " ".join(str(error).split())
            click.echo(f"{SETTINGS.absolute()} cannot be read ({reason}); mend it.", err=True)
            ctx.exit(1)


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="epochreel")
def epochreel() -> None:
    """Film networks while they train."""
