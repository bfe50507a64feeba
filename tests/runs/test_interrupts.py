"""Ctrl-C at every instruction of a snapshot and every flush of a commit."""

import os
import signal
import sys
import threading
from contextlib import suppress

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run
from epochreel.runs import buffer
from epochreel.runs.interrupts import held_back

RECORDING = ("recorder.py", "buffer.py", "nets.py", "tensors.py")


@pytest.fixture(autouse=True)
def heard():
    """Ctrl-C is heard, although a shell has the tests in its background, where it is not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted_at(instruction, call, *arguments):
    """Call with a Ctrl-C before the n-th instruction of the recorder; whether it was reached."""
    left = instruction

    def trace(frame, event, _):
        nonlocal left
        if not frame.f_code.co_filename.endswith(RECORDING):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left < 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call(*arguments)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_a_snapshot_is_whole_or_not_there_wherever_it_is_interrupted(tmp_path, monkeypatch):
    monkeypatch.setattr(buffer, "SNAPSHOTS", 10_000)
    monkeypatch.setattr(buffer, "EPOCHS", 10_000)
    net = torch.nn.Linear(1, 1, bias=False)
    moved = [torch.nn.Parameter(torch.zeros(1, 1)) for _ in range(2)]
    count = torch.zeros((), dtype=torch.int64)
    net.register_buffer("count", count)

    def epoch_of(epoch):
        net.weight = moved[epoch % 2]  # so that the net is looked at anew
        net.weight.data.fill_(epoch)
        count.fill_(epoch)
        recorder.snapshot(epoch, net=net, w=np.full(2, epoch), loss=epoch)

    epoch, reached = 0, True
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        while reached:
            reached = interrupted_at(epoch, epoch_of, epoch)
            epoch += 1
    assert epoch > 500
    run = Run.open(tmp_path / "run")
    epochs, losses = run.scalar("loss")
    assert run.epochs.tolist() == epochs.tolist() == losses.tolist()
    assert run.epochs[-1] == epoch - 1
    for each in run.epochs:
        values = run.parameters(each)
        assert values["weight"] == values["count"] == each
        assert run.tensor("w", each).tolist() == [each, each]


# A loop over `epochs` flushes a state before its first snapshot.
@pytest.mark.parametrize(
    ("looping", "flush"),
    [(False, flush) for flush in range(10)] + [(True, flush) for flush in range(4, 14)],
)
def test_ctrl_c_in_a_commit_loses_nothing_that_was_handed_over(
    tmp_path, monkeypatch, flush, looping
):
    monkeypatch.setattr(buffer, "SNAPSHOTS", 4)
    path, net, real = tmp_path / "run", torch.nn.Linear(1, 1), os.fsync
    recorder = Recorder.create(path, trainer="mine")
    flushes = 0

    def interrupting(descriptor):
        nonlocal flushes
        if flushes == flush:
            signal.raise_signal(signal.SIGINT)
        flushes += 1
        real(descriptor)

    monkeypatch.setattr(os, "fsync", interrupting)
    begun = []

    def record():
        with recorder:
            for epoch in recorder.epochs(5, net=net) if looping else range(6):
                begun.append(epoch)
                recorder.snapshot(epoch, net=net, loss=epoch)

    with pytest.raises(KeyboardInterrupt):
        record()
    run = Run.open(path)
    assert run.epochs.tolist() == run.scalar("loss")[0].tolist() == begun
    if not looping:
        return
    with Recorder.resume(path) as resumed:
        for epoch in resumed.epochs(5, net=net):
            resumed.snapshot(epoch, net=net, loss=epoch)
    assert Run.open(path).epochs.tolist() == list(range(6))


def test_ctrl_c_is_held_back_to_the_end_and_then_told():
    reached = []

    @held_back()
    def inside():
        signal.raise_signal(signal.SIGINT)
        reached.append("end")

    with pytest.raises(KeyboardInterrupt):
        inside()
    assert reached == ["end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_are_left_alone():
    ended = []

    def inside():
        with held_back():
            ended.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert ended == [signal.default_int_handler]


def test_nothing_is_held_back_for_good():
    with suppress(ValueError), held_back():
        raise ValueError
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
