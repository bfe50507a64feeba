"""The errors a person can cause; every message is one sentence with the value and the remedy."""

import difflib
from collections.abc import Iterable

__all__ = [
    "ClipError",
    "CrewError",
    "EpochreelError",
    "PublishError",
    "RunError",
    "StyleError",
    "choices",
    "did_you_mean",
]


class EpochreelError(Exception):
    """Something the user can put right; the command line prints the message alone."""


class StyleError(EpochreelError):
    """The stylesheet has a missing, unknown or malformed entry."""


class RunError(EpochreelError):
    """A run cannot be written, resumed or read."""


class ClipError(EpochreelError):
    """A clip cannot be laid out or rendered as asked."""


class CrewError(EpochreelError):
    """Workers cannot be had, or none of them lives."""


class PublishError(EpochreelError):
    """A file for a platform cannot be made, or breaks one of the platform's limits."""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return "did you mean 'name'?" with the closest of the known names, "" if none is close."""
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""


def choices(name: object, known: Iterable[str]) -> str:
    """Return how a sentence about an unknown name ends: the closest known one, or all of them."""
    names = list(known)
    return did_you_mean(name, names) or f"choose from {', '.join(names) or 'none'}."
