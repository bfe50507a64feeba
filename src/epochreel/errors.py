"""The errors a person can cause; every message is one sentence with the value and the remedy."""


class EpochreelError(Exception):
    """Something the user can put right; the command line prints the message alone."""


class StyleError(EpochreelError):
    """The stylesheet has a missing, unknown or malformed entry."""


class RunError(EpochreelError):
    """A run cannot be written, resumed or read."""


class ClipError(EpochreelError):
    """A clip cannot be laid out or rendered as asked."""


class PublishError(EpochreelError):
    """A file for a platform cannot be made, or breaks one of the platform's limits."""
