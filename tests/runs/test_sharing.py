"""One recorder and several threads, processes forked from its own, or hands on its folder."""

import itertools
import os
import sys
import threading
from contextlib import suppress

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run, RunError
from epochreel.runs import buffer


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run"


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(buffer, "SNAPSHOTS", 4)


@pytest.fixture
def restless_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_take_turns(path, restless_threads):
    count, results = itertools.count(), []

    def record():
        net = torch.nn.Linear(1, 1)
        while (epoch := next(count)) < 600:
            torch.nn.init.constant_(net.weight, epoch)
            try:
                recorder.snapshot(epoch, net=net, w=np.full(50, epoch), loss=epoch)
                results.append(epoch)
            except RunError as error:  # the other one was faster
                results.append(str(error))

    with Recorder.create(path, trainer="mine") as recorder:
        threads = [threading.Thread(target=record) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert all("does not follow" in each for each in results if isinstance(each, str))
    assert len(results) == 600
    run = Run.open(path)
    epochs, losses = run.scalar("loss")
    assert run.epochs.tolist() == epochs.tolist() == losses.tolist()
    assert set(run.epochs) == {each for each in results if isinstance(each, int)}
    for epoch in run.epochs:
        assert run.parameters(epoch)["weight"] == epoch
        assert (run.tensor("w", epoch) == epoch).all()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork")
def test_a_forked_process_neither_holds_nor_writes_the_run(path):
    """As the workers of a DataLoader, which may live on."""
    net = torch.nn.Linear(1, 1)
    recorder = Recorder.create(path, trainer="mine")
    loop = recorder.epochs(9, net=net)
    recorder.snapshot(next(loop), loss=0.0)
    go_on, told = os.pipe(), os.pipe()
    if (child := os.fork()) == 0:
        with suppress(BaseException):
            try:
                recorder.snapshot(1, loss=1.0)
            except RunError as error:
                os.write(told[1], str(error).encode())
            recorder.close()
            os.write(told[1], b" and closed")
            os.read(go_on[0], 1)  # until the parent has done
        os._exit(0)
    try:
        said = b""
        while not said.endswith(b" and closed"):
            said += os.read(told[0], 1000)
        assert b"is closed, or another process has it" in said
        with pytest.raises(RunError, match="Another recorder is writing"):
            Recorder.resume(path)
        recorder.snapshot(1, loss=1.0)
        recorder.close()
        with Recorder.resume(path) as recorder:  # the child lives and has the lock no more
            for epoch in recorder.epochs(2, net=net):
                recorder.snapshot(epoch, loss=float(epoch))
    finally:
        os.write(go_on[1], b"!")
        os.waitpid(child, 0)
        for end in (*go_on, *told):
            os.close(end)
    assert Run.open(path).scalar("loss")[0].tolist() == [0, 1, 2]


def moved(path):
    path.rename(path.with_name("away"))


def replaced_by_a_folder(path):
    moved(path)
    path.mkdir()


def replaced_by_a_run(path):
    moved(path)
    Recorder.create(path, trainer="another").close()


def replaced_by_a_file(path):
    moved(path)
    path.write_text("mine")


@pytest.mark.parametrize(
    "happens", [moved, replaced_by_a_folder, replaced_by_a_run, replaced_by_a_file]
)
def test_a_folder_that_is_another_is_noticed(path, small_shards, happens):
    net, there = torch.nn.Linear(1, 1), []

    def found():
        return [*path.iterdir()] if path.is_dir() else path.exists()

    def record(recorder, meanwhile=None):
        with recorder:
            for epoch in recorder.epochs(11, net=net):
                recorder.snapshot(epoch, net=net, loss=epoch)
                if epoch == 5 and meanwhile:
                    meanwhile(path)
                    there.append(found())

    with pytest.raises(RunError, match="was moved, deleted or replaced while it was recorded"):
        record(Recorder.create(path, trainer="mine"), happens)
    assert there == [found()]
    away = path.with_name("away")
    assert Run.open(away).epochs.tolist() == [0, 1, 2, 3]
    record(Recorder.resume(away))
    assert Run.open(away).epochs.tolist() == list(range(12))
