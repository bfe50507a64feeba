"""The group of all commands: what a person can put right is one sentence."""

from __future__ import annotations

from typing import Any

import click

from epochreel.errors import REMEDIES, EpochreelError, refusal

__all__ = ["epochreel"]

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


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="epochreel")
def epochreel() -> None:
    """Film networks while they train."""
