"""The errors a person can cause; every message is one sentence with the value and the remedy."""

import difflib
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "REMEDIES",
    "ClipError",
    "CrewError",
    "DeckError",
    "EpochreelError",
    "PublishError",
    "RunError",
    "StyleError",
    "choices",
    "did_you_mean",
    "refusal",
    "writing",
]


class EpochreelError(Exception):
    """Something the user can put right; command line and notebook print the message alone."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of all calls that led here."""
        return [f"Error: {self}"]


class StyleError(EpochreelError):
    """The stylesheet has a missing, unknown or malformed entry."""


class RunError(EpochreelError):
    """A run cannot be written, resumed or read."""


class ClipError(EpochreelError):
    """A clip cannot be laid out or rendered as asked."""


class CrewError(EpochreelError):
    """Workers cannot be had, or none of them lives."""


class DeckError(EpochreelError):
    """A deck cannot be read, or shows what there is not."""


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


REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "make room"),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "allow writing there"),
    **dict.fromkeys(
        (errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ELOOP), "delete what stands at {}"
    ),
    errno.EIO: "see to the disk",
}
"""What helps where a disk refuses to be written to, by the number of the error."""


def refusal(error: OSError, then: str = "run the same command again") -> str:
    """Return how a sentence about what the disk refuses ends: the reason and the remedy."""
    if error.errno is None:  # Pillow's own
        return f"{error}; make room, then {then}."
    remedy = REMEDIES.get(error.errno, "choose another place").format(_in_the_way(error))
    return f"{error.strerror}; {remedy}, then {then}."


def _in_the_way(error: OSError) -> str:
    """What is no folder on the way to a file, or else the file itself."""
    path = Path(error.filename2 or error.filename or "its place")
    way = (each for each in reversed((path, *path.parents)) if os.path.lexists(each))
    return str(next((each for each in way if not each.is_dir()), path))


@contextmanager
def writing(place: object, kind: type[EpochreelError], **then: str) -> Iterator[None]:
    """Turn what the system refuses while a place is written to into one sentence of this kind."""
    try:
        yield
    except OSError as error:
        raise kind(f"{place} cannot be written: {refusal(error, **then)}") from error
