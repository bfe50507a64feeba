"""Open a file of pictures, whatever it turns out to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av

__all__ = ["MALFORMED", "pictures_in"]

LARGEST = 2**26
"""Pixels of a frame, four times those of 8K: a damaged head may ask for gigabytes."""
MALFORMED = av.error.FFmpegError, OSError, ValueError
"""What reading a malformed file raises, those of `pictures_in` included."""


@contextmanager
def pictures_in(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a file whose first video stream can be decoded, and says its size, rate and times.

    Raises one of `MALFORMED` for what is none.
    """
    # Titles may be in no encoding; nobody reads them.
    with av.open(str(path), metadata_errors="replace") as container:
        if not container.streams.video:
            raise ValueError("it has no pictures")
        stream = container.streams.video[0]
        context = stream.codec_context
        if context is None or context.pix_fmt is None:
            raise ValueError("its pictures are of no codec that is known")
        if not 0 < context.width * context.height <= LARGEST:
            raise ValueError(f"its pictures are {context.width} × {context.height}")
        if not stream.average_rate or not stream.time_base:
            raise ValueError("it says nothing of when its pictures are shown")
        context.options = {"max_pixels": str(LARGEST)}
        yield container
