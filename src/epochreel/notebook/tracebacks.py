"""Errors of a person's own scene, without the thirty calls that lead to it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, TypeVar

import manim

from epochreel.errors import EpochreelError
from epochreel.files import PACKAGE

__all__ = ["begun_by_the_scene"]

OURS = str(PACKAGE), str(Path(manim.__file__).parent), contextlib.__file__

Given = ParamSpec("Given")
Made = TypeVar("Made")


def begun_by_the_scene(show: Callable[Given, Made]) -> Callable[Given, Made]:
    """Let the traceback of what a scene raises, as it is shown, begin where its own code does."""

    @wraps(show)
    def shown(*given: Given.args, **options: Given.kwargs) -> Made:
        try:
            return show(*given, **options)
        except EpochreelError:  # which is a sentence, see there
            raise
        except Exception as error:
            raise error.with_traceback(_own(error.__traceback__)) from None

    return shown


def _own(traceback: TracebackType | None) -> TracebackType | None:
    """The rest of a traceback from the first call on that is neither ours nor Manim's."""
    rest = traceback
    while rest is not None and rest.tb_frame.f_code.co_filename.startswith(OURS):
        rest = rest.tb_next
    return rest or traceback
