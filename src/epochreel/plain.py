"""Typst markup as plain text."""

import re


def plain(markup: str) -> str:
    """Return the words of Typst markup."""
    return re.sub(r"[$*_]", "", markup).replace("~", " ")
