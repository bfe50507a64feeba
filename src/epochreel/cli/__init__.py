"""The command line: `epochreel --help` lists the commands.

What is slow to import (torch, Manim) is imported by the command that needs it.
"""

from __future__ import annotations

import sys

from epochreel.cli import deriving, drawing, recording, studio  # noqa: F401  their commands join the group
from epochreel.cli.group import epochreel

__all__ = ["epochreel", "main"]


def main(*arguments: str) -> None:
    """Run the command line; before sys.argv come `arguments`, such as "train" and a name."""
    epochreel([*arguments, *sys.argv[1:]])
