"""What recording costs: time over the bare loop, resident memory, and a read at a random epoch.

Run it alone, `python tests/benchmarks/bench_recorder.py`, or through `make bench`.
"""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from epochreel import Recorder, Run, geometric


def recording_ratio(folder: Path, epochs: int = 1024) -> float:
    """Time of the flagship's epoch with a recorder over that without, taken in turns.

    The epochs are compared by their medians, so that whatever else the machine is doing falls on
    both alike; commits are too rare for a median and enter by their mean.
    """
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(2, 100), torch.nn.ReLU(), torch.nn.Linear(100, 2), torch.nn.Linear(2, 5)
    )
    optimiser = torch.optim.Adam(net.parameters())
    inputs, classes = torch.randn(5000, 2), torch.randint(5, (5000,))

    def epoch() -> tuple[torch.Tensor, torch.Tensor]:
        output = net(inputs)
        loss = torch.nn.functional.cross_entropy(output, classes)
        accuracy = (output.argmax(1) == classes).float().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss, accuracy

    bare, recorded, commits = [], [], []
    with Recorder.create(folder, trainer="bench") as recorder:
        loop = recorder.epochs(epochs - 1, net=net, optimiser=optimiser)
        clock = time.perf_counter
        for _ in range(epochs):
            start = clock()
            loss, accuracy = epoch()
            loss.item(), accuracy.item()  # any loop that shows its loss does as much
            bare.append(clock() - start)
            start = clock()
            number = next(loop)
            commits.append(clock() - start)
            start = clock()
            loss, accuracy = epoch()
            recorder.snapshot(number, net=net, loss=loss, accuracy=accuracy)
            recorded.append(clock() - start)
    median = statistics.median
    return (median(recorded) + statistics.mean(commits)) / median(bare)


def resident() -> int:
    """Bytes of resident memory."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS in /proc/self/status")


def memory_growth(folder: Path, epochs: int = 18_000, count: int = 2_000) -> int:
    """Greatest growth of resident memory, in bytes, over a recording with 20,000 parameters."""
    net = torch.nn.Linear(199, 100)
    with Recorder.create(
        folder, trainer="bench", schedule=geometric(epochs - 1, count)
    ) as recorder:
        before = most = resident()
        for epoch in recorder.epochs(epochs - 1, net=net):
            recorder.snapshot(epoch, net=net, loss=1 / (epoch + 1))
            if epoch % 50 == 0:
                most = max(most, resident())
    return most - before


def read_latency(folder: Path, reads: int = 2_000) -> float:
    """Median seconds of `run.parameters` at random epochs, warm, over all the shards."""
    run = Run.open(folder)
    rng = np.random.default_rng(0)
    times = []
    for epoch in rng.uniform(0, run.epochs[-1], 2 * reads):
        start = time.perf_counter()
        run.parameters(epoch)
        times.append(time.perf_counter() - start)
    return statistics.median(times[reads:])


def rows() -> list[tuple[str, float, str]]:
    """Every figure as (name, value, unit)."""
    with tempfile.TemporaryDirectory() as folder:
        ratio = recording_ratio(Path(folder) / "ratio")
        growth = memory_growth(Path(folder) / "memory")
        latency = read_latency(Path(folder) / "memory")
    return [
        ("recording every epoch, over the bare loop", 100 * (ratio - 1), "%"),
        ("memory added by 18,000 epochs of 20,000 parameters", growth / 2**20, "MB"),
        ("run.parameters at a random epoch", 1e6 * latency, "µs"),
    ]


def main() -> None:
    """Print the figures."""
    for name, value, unit in rows():
        print(f"{name:55} {value:8.2f} {unit}")


if __name__ == "__main__":
    main()
