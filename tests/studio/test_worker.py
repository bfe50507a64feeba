"""One thing after the other, and an end to what never ends."""

import asyncio
import threading
from types import SimpleNamespace

from epochreel.crew.crew import Died, Raised, Returned
from epochreel.errors import CrewError
from epochreel.studio.worker import Worker


class Stubborn:
    """A process that is at its first call until it is killed."""

    def __init__(self):
        self.killed, self.calls, self.left = threading.Event(), [], 0

    def call(self, worker, function, order, *arguments):
        self.calls.append(order)

    def wait(self):
        if self.calls == ["play"]:
            self.killed.wait()
            return [(0, Died("killed"))]
        return [(0, Returned(self.calls[-1]))]

    def kill(self):
        self.killed.set()

    def __exit__(self, *_):
        self.left += 1


def test_what_is_ended_comes_back_and_another_process_does_what_follows():
    hired = []

    async def work():
        worker = Worker(lambda: hired.append(Stubborn()) or hired[-1])
        playing = asyncio.create_task(worker.ask("play"))
        while not (hired and hired[0].calls):
            await asyncio.sleep(0)
        drawing = asyncio.create_task(worker.ask("draw"))
        await asyncio.sleep(0)
        worker.end()
        outcomes = await playing, await drawing
        worker.end()  # which is at nothing
        worker.end()
        return outcomes

    assert asyncio.run(work()) == (Died("killed"), Returned("draw"))
    assert [process.calls for process in hired] == [["play"], ["draw"]]
    assert [process.left for process in hired] == [0, 1]


def test_a_process_that_cannot_be_had_is_told_of():
    def refuse(*_):
        raise CrewError("No worker can be started")

    process = SimpleNamespace(call=refuse)
    outcome = asyncio.run(Worker(lambda: process).ask("draw"))
    assert isinstance(outcome, Raised)
    assert "No worker" in str(outcome.error)
