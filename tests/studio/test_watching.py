"""A turn for each save, and none for anything else."""

import asyncio
from contextlib import suppress

from epochreel.studio import watching
from epochreel.studio.watching import saved

LONG = 20  # seconds, in which it comes on any machine


def turns(folder, *steps, more=()):
    """How many turns there were after each step, the last of which must give one."""

    async def counted():
        count, wider = 0, asyncio.Queue()
        begun = asyncio.Event()

        async def count_on():
            nonlocal count
            async for _ in saved({folder}, wider):
                count += 1
                begun.set()

        task = asyncio.create_task(count_on())
        # It watches once it gives a turn for a file that is written again and again.
        while not count:
            (folder / "first.py").write_text(str(count))
            with suppress(TimeoutError):
                await asyncio.wait_for(begun.wait(), 0.3)
        await asyncio.sleep(0.5)  # those of the first file are over
        for each in more:
            wider.put_nowait({each})
        before = count
        for step in steps:
            step()
        async with asyncio.timeout(LONG):
            while count == before:
                begun.clear()
                await begun.wait()
        task.cancel()
        return count - before

    return asyncio.run(counted())


def test_python_counts_and_nothing_else_does(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "SHEET", tmp_path / "style.toml")
    others = ("notes.txt", "other.toml", "#clip.py#", ".#clip.py", "clip.py~")
    writes = [lambda name=name: (tmp_path / name).write_text("") for name in others]
    assert turns(tmp_path, *writes, lambda: (tmp_path / "clip.py").write_text("")) == 1


def test_the_stylesheet_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "SHEET", tmp_path / "style.toml")
    assert turns(tmp_path, lambda: (tmp_path / "style.toml").write_text("")) == 1


def test_a_file_that_is_renamed_into_its_place_counts(tmp_path):
    (tmp_path / "aside").write_text("")
    assert turns(tmp_path, lambda: (tmp_path / "aside").rename(tmp_path / "clip.py")) == 1
