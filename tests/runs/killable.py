"""Trainings that can be killed: forks one for each line of JSON on its standard input.

A line is {"path", "resume", "kill"}; `kill` is null, {"operation": n}, which ends the child by
SIGKILL just before its n-th flush or rename, or {"seconds": s}. The answer, when the child is
gone, is a line {"status", "seconds", "operations"}. Every run.json that was put in place is kept
beside the run, in PATH.committed. Started once, so that the time to import torch is paid once.
"""

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import torch

from epochreel.runs import buffer
from epochreel.runs.recorder import Recorder
from epochreel.runs.schedule import at, every

EPOCHS = 25


def train(path, resume):
    """Adam, a schedule of rates, dropout, and noise from every generator there is."""
    torch.manual_seed(1)
    np.random.seed(2)  # noqa: NPY002
    random.seed(3)
    generator = torch.Generator().manual_seed(4)
    rng = np.random.default_rng(5)
    if resume and json.loads(Path(path, "run.json").read_bytes())["resume"]:
        # Once there is a state to resume from, what the process starts with must not matter.
        torch.manual_seed(99)
        np.random.seed(99)  # noqa: NPY002
        random.seed(99)
        generator.manual_seed(99)
        rng = np.random.default_rng(99)
    net = torch.nn.Sequential(
        torch.nn.Linear(2, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout(), torch.nn.Linear(4, 1)
    )
    optimiser = torch.optim.Adam(net.parameters(), lr=0.05)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimiser, [8, 16])
    recorder = (
        Recorder.resume(path)
        if resume
        else Recorder.create(path, trainer="killable", schedule=every(2) | at([5]))
    )
    keep = {"net": net, "optimiser": optimiser, "scheduler": scheduler}
    with recorder:
        for epoch in recorder.epochs(EPOCHS, **keep, generator=generator, rng=rng):
            x = torch.randn(8, 2, generator=generator) + float(rng.normal())
            recorder.snapshot(epoch, net=net, noise=x, half=epoch / 2)  # amid the body on purpose
            y = torch.randn(8, 1) + np.random.normal() + random.random()  # noqa: NPY002
            optimiser.zero_grad()
            (net(x) - y).square().mean().backward()
            optimiser.step()
            scheduler.step()


def child(path, resume, kill, report):
    buffer.SNAPSHOTS = 6
    operations = 0

    def counted(call):
        def wrapper(*arguments):
            nonlocal operations
            if kill and kill.get("operation") == operations:
                os.kill(os.getpid(), signal.SIGKILL)
            operations += 1
            result = call(*arguments)
            if call is replace and os.fspath(arguments[1]).endswith("run.json"):
                shutil.copyfile(arguments[1], f"{path}.committed")
            return result

        return wrapper

    replace = os.replace
    # A killed process loses nothing that it wrote, flushed or not: spare the disk.
    os.fsync, os.replace = counted(lambda descriptor: None), counted(os.replace)
    train(path, resume)
    os.write(report, str(operations).encode())


def serve():
    torch.set_num_threads(1)  # threads do not survive a fork
    with tempfile.TemporaryDirectory() as folder:
        train(f"{folder}/run", False)  # what torch imports on first use, it imports here
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        start = time.monotonic()
        if (pid := os.fork()) == 0:
            status = 1
            try:
                child(order["path"], order["resume"], order["kill"], writing)
                status = 0
            finally:
                os._exit(status)
        os.close(writing)
        timer = None
        if order["kill"] and "seconds" in order["kill"]:
            timer = threading.Timer(order["kill"]["seconds"], os.kill, (pid, signal.SIGKILL))
            timer.start()
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # the id stays taken until the wait
        if timer:
            timer.cancel()
            timer.join()
        _, status = os.waitpid(pid, 0)
        answer = {
            "status": os.waitstatus_to_exitcode(status),
            "seconds": time.monotonic() - start,
            "operations": int(os.read(reading, 20) or 0),
        }
        os.close(reading)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
