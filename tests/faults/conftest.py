"""Commands that are killed and held up, and projects for them."""

import itertools
import json
import shutil
from pathlib import Path

import pytest
import torch

from epochreel import files
from tests.forking import Forks

SCENE = '''
import numpy as np
from epochreel import Clip, Points, hero


class Dot(Clip):
    """A dot moves."""

    title = "A dot"
    layout = hero()
    figure = ("hero",)

    def construct(self):
        panel = self.panel("hero", reach=1.5)
        self.add(Points(panel, place, radius=14))
        self.train(100, 0.5)
        self.train(200, 0.5)


def place(epoch):
    return np.array([[np.cos(epoch), np.sin(epoch)]])
'''
TRAINER = """
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Config:
    epochs: int = 12
    seed: int = 0


def data(config):
    return torch.arange(3.0)


def build(config):
    return torch.nn.Linear(1, 1)


def train(config, recorder):
    torch.manual_seed(config.seed)
    x, net = data(config)[:, None], build(config)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        loss = (net(x) - 3 * x).square().mean()
        recorder.snapshot(epoch, net=net, loss=loss)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
"""
KERNEL = """
from epochreel.raster.compiling import kernel


@kernel
def double(x):
    return 2 * x
"""
KILLABLE = "tests.faults.killable:obey"
REFUSED = 3  # as in killable.py, which imports all that is slow to import
NEEDED = {"force": "render", "gallery": "render", "restart": "train"}
"""What has to be done before a command."""


class Server:
    """Runs commands in projects of its folder."""

    def __init__(self, forks: Forks, folder: Path) -> None:
        self.forks, self.folder = forks, folder
        self.numbers, self.undisturbed = itertools.count(), {}

    def run(self, command, root, at=None, then=None):
        """Run a command, and stop it before a moment; see `killable`."""
        return self.forks.ask(KILLABLE, command=command, root=str(root), at=at, then=then)

    def finish(self, command, root):
        """Run a command to its end, and give how many moments it had."""
        answer = self.run(command, root)
        assert answer["status"] == 0, answer["said"]
        return answer["moments"]

    def project(self, command):
        """A project in which a command can be run."""
        root = self.folder / f"{next(self.numbers)}"
        (root / "scenes").mkdir(parents=True)
        (root / "scenes" / "dot.py").write_text(SCENE)
        (root / "falling.py").write_text(TRAINER)
        (root / "doubling.py").write_text(KERNEL)
        shutil.copy(files.ROOT / "manim.cfg", root)
        (root / "checkpoints").mkdir()
        for epoch in range(3):
            state = {"weight": torch.full((2, 2), float(epoch))}
            torch.save(state, root / "checkpoints" / f"net-{epoch}.pt")
        if command in NEEDED:
            self.finish(NEEDED[command], root)
        return root

    def reference(self, command):
        """What a command makes when nothing disturbs it, and the number of its moments."""
        if command not in self.undisturbed:
            root = self.project(command)
            moments = self.finish(command, root)
            assert not asides(root)
            self.undisturbed[command] = content(root), moments
        return self.undisturbed[command]


@pytest.fixture(scope="session")
def server(forks, tmp_path_factory):
    return Server(forks, tmp_path_factory.mktemp("faults"))


def asides(root):
    """What lies aside below a folder."""
    return [path for path in root.rglob("*") if "part-" in path.name or ".tmp." in path.name]


def content(root):
    """What all files say that have their names; of what tells times and places, only its parts."""
    found = {}
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        # Manim's list of segments is for nobody, segments without a ground go in the end, and
        # run.json has the checksum of the one state that it is resumed from.
        passing = ("part-", "partial_movie_file_list", "-alpha/.segments", "__pycache__", "/state-")
        if path.is_file() and not any(part in name for part in passing):
            found[name] = path.read_bytes()
            if path.name == "published.json":
                found[name] = sorted(json.loads(found[name]))
            elif path.name == "run.json":
                told = json.loads(found[name].replace(str(root).encode(), b""))
                found[name] = {key: told[key] for key in told.keys() - {"created", "checksum"}}
    return found
