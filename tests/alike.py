"""Train, render, publish, show and export a clip in a project, and tell what came of it.

Run with the project's folder as its argument: prints a line of JSON with a digest of each file,
without what tells the time or where the project lies.
"""

import hashlib
import json
import os
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path

from epochreel import cli, files
from epochreel.film import rendering
from epochreel.publish import publication, targets
from epochreel.runs import training
from tests.forking import forked
from tests.publish.small import small

TRAINER = '''
"""Three classes."""

from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Config:
    epochs: int = 4
    seed: int = 1


def data(config):
    generator = torch.Generator().manual_seed(config.seed)
    return torch.randn(24, 2, generator=generator), torch.arange(24) % 3


def build(config):
    torch.manual_seed(config.seed)
    embedding = nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 2))
    return nn.Sequential(OrderedDict(embedding=embedding, classifier=nn.Linear(2, 3)))


def train(config, recorder):
    (x, labels), net = data(config), build(config)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.1)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        loss = nn.functional.cross_entropy(net(x), labels)
        recorder.snapshot(epoch, net=net, loss=loss)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
'''
SCENE = '''
import numpy as np
from manim import FadeIn

from epochreel import Clip, beat, grid, multiples
from trainers.alike import data


class Alike(Clip):
    """A bit of everything that is drawn."""

    title = "Alike — a bit of each"
    trainer = "alike"
    layout = multiples(4)
    figure = ("1", "2")

    def measure(self):
        x, self.labels = (tensor.numpy() for tensor in data(self.config))
        net = self.nets()
        self.h = net.layer("embedding")(x)
        self.lattice = net.layer("embedding")(grid((-1, 1), (-1, 1), 0.5, 4))
        self.weights = net["classifier.weight"], net["classifier.bias"]
        self.energy = lambda points: -net(points)[:, 0]
        self.results = {"Loss": f"{float(self.recorded('loss')(4)):.3f}"}

    @beat("All of it")
    def show(self):
        plane = self.panel("1", reach=2, title="cal(H)")
        heat = self.panel("2", reach=2, cross=False, mapped=True)
        space = self.panel3d("3", x=(-2, 2), y=(-2, 2), z=(-3, 3))
        self.add(
            plane, plane.regions(*self.weights), plane.grid(self.lattice),
            plane.scatter(self.h, hue=self.labels), heat,
            heat.energy(self.energy, low=-3, high=3, levels=np.arange(-3, 3), samples=31), space,
            space.energy(self.energy, levels=[-1, 1], samples=21),
            self.matrix("4", self.weights[0], name="bold(W)", high=2, decimals=2),
        )  # fmt: skip
        self.train(4, 1)
        self.play(FadeIn(self.formula("bold(h) = f(bold(x))")), run_time=0.5)
        self.say("All of it, *at once*.")
'''
OF_PATHS = "partial_movie_file_list.txt", "published.json"
"""What notes where files lie, and when they were written."""
COMMANDS = (
    ("train", "alike"),
    ("render", "alike", "--quality", "low", "--jobs", os.environ.get("JOBS", "1")),
    ("publish", "alike", "--to", "x,gif,captions"),
    ("gallery",),
    ("export", "alike", "--theme", "print"),
)


def obey(project: str) -> dict[str, str]:
    """Do all that there is to do in a project in a fork; see `tests.forking`."""

    def done() -> dict[str, str]:
        files.ROOT, training.TRAINERS = Path(project), Path(project) / "trainers"
        sys.path.insert(0, project)
        sys.modules.pop("trainers", None)  # which are those of the checkout
        os.environ["EPOCHREEL_RUNS"] = f"{project}/runs"
        os.chdir(project)
        return made(Path(project))

    return forked(done)


def made(project: Path) -> dict[str, str]:
    """Do all that there is to do in a project; a digest of each file that comes of it."""
    rendering.QUALITIES |= {"low": (144, 4), "high": (144, 4)}
    publication.check = lambda path: []
    rows = {name: small(row) for name, row in targets.read().items()}
    targets.read = lambda *_: rows
    for command in COMMANDS:
        with redirect_stdout(sys.stderr):
            failed = cli.epochreel(command, standalone_mode=False)
        if failed:  # no assertion: the command would go with it where there are none
            raise RuntimeError(command)
    digests = {}
    for path in sorted([*project.glob("renders/**/*"), *project.glob("runs/**/*")]):
        if path.is_file() and path.name not in OF_PATHS:
            content = path.read_bytes()
            if path.name == "run.json":
                content = re.sub(rb'"(created|checksum)":\s*"[^"]*"', b"", content)
            digests[str(path.relative_to(project))] = hashlib.sha256(content).hexdigest()
    return digests


if __name__ == "__main__":
    if "ONE_CORE" in os.environ:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(json.dumps(made(Path(sys.argv[1]))))
