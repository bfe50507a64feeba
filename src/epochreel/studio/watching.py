"""Saved files, as they are saved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from epochreel.look.style import SHEET

__all__ = ["saved"]


async def saved(folders: set[Path], more: asyncio.Queue[set[Path]]) -> AsyncIterator[None]:
    """Give a turn whenever Python in one of the folders, or the stylesheet, was saved.

    Folders that come out of the queue `more` are watched from then on as well.
    """
    while True:
        wide_enough = asyncio.Event()
        widening = asyncio.create_task(_widen(folders, more, wide_enough))
        try:
            async for _ in awatch(
                *(folder for folder in folders if folder.is_dir()),
                watch_filter=_Code(),
                step=50,
                debounce=200,
                recursive=False,
                stop_event=wide_enough,
            ):
                yield
        finally:
            widening.cancel()
        yield  # for what was saved in between


async def _widen(
    folders: set[Path], more: asyncio.Queue[set[Path]], widened: asyncio.Event
) -> None:
    while (new := await more.get()) <= folders:
        pass
    folders |= new
    widened.set()


class _Code(DefaultFilter):
    """What an editor saves, without what it keeps beside it."""

    def __call__(self, change: Change, path: str) -> bool:
        counts = path.endswith(".py") or Path(path) == SHEET
        return counts and super().__call__(change, path)
