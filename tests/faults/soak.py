"""Rounds of record, render, edit, render, publish in one process, for as long as one likes.

`python -m tests.faults.soak 30 minutes` goes on for 30 minutes, or so many `rounds`. A line of JSON
tells what is held after each round and what it took, and the last one how much of it has grown.
"""

import ctypes
import gc
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from epochreel import files
from epochreel.film import rendering
from epochreel.publish import publication, publish, targets
from epochreel.runs import training
from tests.faults.conftest import TRAINER
from tests.forking import forked
from tests.publish.small import row

SCENE = '''
import numpy as np
from epochreel import Clip, Points, hero


class Soaked(Clip):
    """A line falls."""

    title = "A line"
    trainer = "{trainer}"
    layout = hero()

    def construct(self):
        net = self.nets("net")
        panel = self.panel("hero", reach=1.5)
        places = np.linspace(-1, 1, {points})
        self.add(Points(panel, lambda epoch: np.stack([places, falling(net, places, epoch)], 1)))
        self.readings("loss")
        self.say("It *falls* by $bold(h)$.")
        self.train(12, 0.5)


def falling(net, places, epoch):
    return net(places[:, None])(epoch)[:, 0] / 3
'''
EDITS = 2
"""So many constants take turns, so that as many films are in the cache once all had theirs."""
WARM = 4
"""Rounds after which nothing may grow any more."""


@dataclass(frozen=True)
class Usage:
    """What the process holds after a round: bytes, counts; and the seconds of processor it took."""

    resident: int
    descriptors: int
    threads: int
    files: int
    temporary: int
    seconds: float


class Soak:
    """A project in which rounds are gone; to be used in a `with`, which puts all back."""

    def __init__(self, root: Path) -> None:
        self.root, self.temporary, self.rounds = root, root / "tmp", 0
        (root / "scenes").mkdir()
        self.temporary.mkdir()
        shutil.copy(files.ROOT / "manim.cfg", root)
        (root / "falling.py").write_text(TRAINER)
        rows = {each.file: each for each in (row("x.mp4", frame_rate=2), row("poster.png"))}
        files.ROOT = root
        os.environ["EPOCHREEL_RUNS"] = str(root / "runs")
        os.environ["TMPDIR"] = tempfile.tempdir = str(self.temporary)
        rendering.QUALITIES["high"] = (144, 4)
        publication.check = lambda path: []
        targets.read = lambda: rows

    def round(self) -> Usage:
        """Record, render, edit, render, publish; give what is held then."""
        start = self._seconds()
        trainer = self.root / "falling.py"
        training.record(trainer, restart=True, progress=False)
        for _ in range(2):
            self.rounds += 1
            scene = SCENE.format(trainer=trainer, points=5 + self.rounds % EDITS)
            (self.root / "scenes" / "soaked.py").write_text(scene)
            rendering.render("soaked", progress=False)
        publish.publish(["soaked"], progress=False)
        gc.collect()
        # What glibc keeps of the encoders' threads goes up and down by 50 MB, and is free.
        ctypes.CDLL(None).malloc_trim(0)
        return Usage(
            resident=int(Path("/proc/self/statm").read_text("ascii").split()[1])
            * os.sysconf("SC_PAGESIZE"),
            descriptors=len(list(Path("/proc/self/fd").iterdir())),
            threads=threading.active_count(),
            files=sum(path.is_file() for path in self.root.rglob("*")),
            temporary=len(list(self.temporary.rglob("*"))),
            seconds=self._seconds() - start,
        )

    def _seconds(self) -> float:
        """Of processor, this process's and of those that it waited for."""
        return sum(os.times()[:4])


def growth(values: list[float]) -> float:
    """How much values grow from the first to the last, by the median of all slopes (Theil, Sen)."""
    slopes = [
        (after - before) / (there - here)
        for here, before in enumerate(values)
        for there, after in enumerate(values[here + 1 :], here + 1)
    ]
    return statistics.median(slopes) * (len(values) - 1)


def grown(usages: list[Usage]) -> dict[str, float]:
    """How much each thing grew after the warm-up."""
    rows = [asdict(usage) for usage in usages[WARM:]]
    return {name: growth([each[name] for each in rows]) for name in rows[0]}


def usages(count: float, unit: str) -> Iterator[Usage]:
    """Go rounds for so many minutes, or so many of them; yield what is held after each."""
    start, gone = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder))
        while count > (gone if unit == "rounds" else (time.monotonic() - start) / 60):
            yield soak.round()
            gone += 1


def obey(count: float, unit: str) -> list[dict[str, float]]:
    """Go rounds in a fork; give what is held after each, and last how much of it has grown."""

    def told() -> list[dict[str, float]]:
        gone = list(usages(count, unit))
        return [*map(asdict, gone), grown(gone)]

    return forked(told)


def main(count: float, unit: str) -> None:
    """Go rounds and print what comes of them."""
    gone = []
    for usage in usages(count, unit):
        gone.append(usage)
        print(json.dumps(asdict(usage)), flush=True)
    print(json.dumps(grown(gone)))


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
