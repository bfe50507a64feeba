"""What is told to those who look on, in what order."""

import asyncio
import threading

import pytest

from epochreel.crew.crew import Died, Returned
from epochreel.errors import EpochreelError
from epochreel.runs.store import read_header, runs_root
from epochreel.studio import desk, studio
from epochreel.studio.orders import looks_of
from epochreel.studio.studio import Studio
from tests.studio.conftest import Here
from tests.studio.story import TRAINS, write, write_trainer

LONG = 60  # seconds, in which it comes on any machine


class Frail(Here):
    """A process that dies over its first frame."""

    left = 1

    def wait(self):
        _, arguments = self._called
        if arguments[0] == "draw" and Frail.left:
            Frail.left, self._called = 0, None
            desk._desk.reels.clear()
            return [(0, Died("was killed by signal 9"))]
        return super().wait()


async def until(heard, what, value=None):
    """Wait for something to be told, of a value if one is given, and give all that was before."""
    told = []
    async with asyncio.timeout(LONG):
        while True:
            told.append(await heard.get())
            if told[-1][0] == what and value in (None, told[-1][2]):
                return told


def attended(scene, work, hire=Here):
    """What comes of `work(studio, heard, look)` in a studio that is open."""

    async def opened():
        looks = looks_of(scene, "16:9", "dark", "low")
        opened = Studio(looks, hire)
        async with opened.open():
            with opened.audience(looks) as heard:
                return await work(opened, heard, looks[0])

    return asyncio.run(opened())


def test_a_clip_is_played_drawn_and_checked(at_desk, tmp_path):
    async def work(studio, heard, look):
        told = await until(heard, "findings")
        return [what for what, *_ in told], await studio.frame(look, 0), told[-1][2]

    told, frame, found = attended(write(tmp_path), work)
    assert told == ["playing", "fault", "clip", "playing", "checking", "findings"]
    assert frame[:2] == b"\xff\xd8"
    assert found == []


def test_what_was_told_is_told_to_who_comes_later(at_desk, tmp_path):
    async def work(studio, heard, look):
        await until(heard, "findings")
        with studio.audience([look]) as later:
            return {(what, name) for what, name, _ in await until(later, "findings")}

    assert {("clip", "16:9 dark"), ("findings", "16:9 dark")} <= attended(write(tmp_path), work)


def test_another_look_is_played_once_it_is_shown(at_desk, tmp_path):
    scene = write(tmp_path)
    (other,) = looks_of(scene, "1:1", "print", "low")

    async def work(studio, heard, look):
        with pytest.raises(EpochreelError, match="1:1 print is not shown"):
            await studio.frame(other, 0)
        with studio.audience([other]) as later:
            while True:
                *_, (_, name, clip) = await until(later, "clip")
                if name == other.name:
                    return clip["width"], clip["height"], await studio.frame(other, 0)

    width, height, _ = attended(scene, work)
    assert width == height == 180


def test_a_missing_run_is_trained_and_the_clip_played_then(at_desk, tmp_path, monkeypatch):
    monkeypatch.setattr(studio, "STEP", 0.01)
    trainer = write_trainer(tmp_path)

    async def work(studio, heard, look):
        begun = await until(heard, "training")
        told = await until(heard, "clip")
        return begun[-1][2]["trainer"], told[-1][2]["run"], [what for what, *_ in begun + told]

    scene = write(tmp_path, second=TRAINS, trainer=str(trainer))
    name, run, told = attended(scene, work)
    assert name == "line"
    assert read_header(runs_root() / run).complete
    assert told.index("training") < told.index("clip")


def test_a_training_that_fails_says_so(at_desk, tmp_path):
    trainer = write_trainer(tmp_path)
    trainer.write_text(trainer.read_text("utf-8").replace("slopes = ", "slopes = 1 / 0, "), "utf-8")

    async def work(studio, heard, look):
        return (await until(heard, "fault"))[-1][2]

    scene = write(tmp_path, second=TRAINS, trainer=str(trainer))
    assert attended(scene, work).startswith("ZeroDivisionError: division by zero (")


class Slow(Here):
    """A process that is at one order until it is ended."""

    order = "record"

    def __init__(self):
        super().__init__()
        self.ended = threading.Event()

    def wait(self):
        if self._called[1][0] != self.order:
            return super().wait()
        self._called = None
        assert self.ended.wait(LONG)
        return [(0, Died("was killed by signal 9"))]

    def kill(self):
        self.ended.set()


def test_a_training_of_code_that_is_no_more_is_given_up(at_desk, tmp_path, monkeypatch):
    monkeypatch.setattr(studio, "STEP", 0.01)
    trainer = write_trainer(tmp_path, rate=0.4)
    scene = write(tmp_path, second=TRAINS, trainer=str(trainer))

    async def work(studio, heard, look):
        await until(heard, "training")
        write(tmp_path)
        told = [*await until(heard, "clip"), *await until(heard, "playing", False)]
        return [value for what, _, value in told if what in ("training", "fault")]

    assert attended(scene, work, Slow) == [None, None]


def test_a_scene_that_never_ends_is_ended_after_the_next_save(at_desk, tmp_path, monkeypatch):
    monkeypatch.setattr(studio, "STEP", 0.01)
    monkeypatch.setattr(studio, "PATIENCE", 0)
    scene = write(tmp_path, "blue")
    hired = []

    def hire():
        hired.append(Here() if hired else type("Endless", (Slow,), {"order": "play"})())
        return hired[-1]

    async def work(studio, heard, look):
        await until(heard, "playing", True)
        write(tmp_path, "aqua")
        return [value for what, _, value in await until(heard, "clip") if what == "fault"]

    assert attended(scene, work, hire) == [None]


def test_a_dead_process_is_followed_by_another(at_desk, tmp_path):
    async def work(studio, heard, look):
        await until(heard, "clip")
        with pytest.raises(EpochreelError, match="was killed by signal 9"):
            await studio.frame(look, 3)
        await until(heard, "playing", True)
        await until(heard, "playing", False)
        return await studio.frame(look, 3)

    Frail.left = 1
    assert attended(write(tmp_path), work, Frail)[:2] == b"\xff\xd8"


def test_what_else_a_dead_process_had_played_is_played_anew(at_desk, tmp_path, monkeypatch):
    monkeypatch.setattr(studio, "DRAWERS", 1)
    scene = write(tmp_path)
    (other,) = looks_of(scene, "1:1", "dark", "low")

    async def work(studio, heard, look):
        await until(heard, "clip")
        with studio.audience([other]) as later:
            while (await until(later, "clip"))[-1][1] != other.name:
                pass
            await until(later, "playing", False)
            with pytest.raises(EpochreelError, match="was killed by signal 9"):
                await studio.frame(look, 3)
            await until(later, "playing", False)
            await until(later, "playing", False)
            return await studio.frame(other, 3)

    Frail.left = 1
    assert attended(scene, work, Frail)[:2] == b"\xff\xd8"


def test_looks_that_end_their_process_do_not_end_it_for_ever(at_desk, tmp_path, monkeypatch):
    monkeypatch.setattr(studio, "DRAWERS", 1)
    scene = write(tmp_path)
    looks = looks_of(scene, "16:9,1:1", "dark", "low")
    orders = []

    class Deadly(Here):
        def wait(self):
            orders.append(self._called[1][0])
            self._called = None
            return [(0, Died("was killed by signal 11"))]

    async def opened():
        opened = Studio(looks, Deadly)
        async with opened.open():
            with opened.audience(looks) as heard:
                for _ in looks:
                    await until(heard, "fault")
                for _ in range(9):  # each after what was asked for before it
                    with pytest.raises(EpochreelError, match="was killed by signal 11"):
                        await opened.frame(looks[0], 0)
        return orders.count("play")

    assert asyncio.run(opened()) <= 3  # the second is tried again with the first, and no more


def test_what_is_noted_is_heard_while_the_order_goes_on(monkeypatch):
    monkeypatch.setattr(studio, "STEP", 0.01)

    class Noting:
        async def ask(self, order, note):
            note.write_text('["noted"]', "utf-8")
            await heard.wait()
            return Returned(order)

    def tell(noted):
        told.append(noted)
        heard.set()

    told, heard = [], asyncio.Event()
    assert asyncio.run(studio.overheard(Noting(), tell, "check")) == Returned("check")
    assert told[0] == ["noted"]
