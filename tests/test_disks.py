"""Whatever a disk refuses: one sentence, nothing lost, nothing half, and the next run goes on.

`refusing.c` fails what a command writes at a chosen point, in the libraries under Python too; what
is not reached so, a program that is linked statically, is given a small disk of its own elsewhere.
"""

import errno
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from epochreel import files
from tests.forking import Forks

pytestmark = pytest.mark.xdist_group("faults")  # which share a process
SCENE = '''
import numpy as np
from epochreel import Clip, Points, hero


class Tiny(Clip):
    """A dot turns."""

    title = "Tiny"
    poster = 1.0
    layout = hero()
    figure = ("hero",)

    def construct(self):
        self.beat("Turn")
        panel = self.panel("hero", reach=1.5)
        self.add(panel, Points(panel, place, radius=14))
        self.caption("It *turns*.", run_time=0.5)
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
    epochs: int = 3
    seed: int = 1


def data(config):
    return torch.linspace(0, 1, 4)[:, None]


def build(config):
    torch.manual_seed(config.seed)
    return torch.nn.Linear(1, 1)


def train(config, recorder):
    x, net = data(config), build(config)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        loss = (net(x) - x).square().mean()
        recorder.snapshot(epoch, net=net, loss=loss)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
"""
RENDER = "render tiny --quality low --jobs 1"
GROWING = "runs/", "renders/tiny/published/published.json"
"""What has good states in between, from which the next run has to go on."""
AGAIN = "run the same command again"


@dataclass(frozen=True)
class Command:
    """A command line, what runs before it, and the places that its sentences name."""

    line: str
    places: str
    then: str = AGAIN
    before: list[str] = field(default_factory=list)


COMMANDS = {
    command.line: command
    for command in (
        Command("train small.py", r"The run {}/runs/small-\w{{8}}", "resume it"),
        Command("new whirl_pool", r"{}/(trainers|scenes)/whirl_pool\.py"),
        Command("style --emit css -o style.css", r"style\.css"),
        Command(
            "still tiny --at 1 --quality low", r"{}/renders/tiny/stills/tiny-1s-16x9-dark\.png"
        ),
        Command("sheet tiny --frames 2 --aspect 16:9", r"sheet\.png"),
        Command("sheet renders/tiny/144p4/Tiny.mp4", r"sheet\.png", before=[RENDER]),
        Command(
            RENDER,
            r"{}/renders(/tiny/144p4/clip\.json)?",
            f"({AGAIN}|render again, which goes on from what is drawn)",
        ),
        Command(
            "manim -r 256,144 --fps 4 scenes/tiny.py",
            r"(Error: )?{}/renders/tiny/144p4",
            "render again, which goes on from what is drawn",
        ),
        Command(
            "publish tiny --to poster,captions",
            r"{}/renders(/tiny/(144p4|published)(/\S+)?)?",
            f"({AGAIN}|render again, which goes on from what is drawn)",
        ),
        Command("gallery", r"{}/renders/\S+", before=[RENDER]),
        Command("export tiny", r"{}/renders/tiny/book"),
    )
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = tmp_path_factory.mktemp("disks") / "project"
    (project / "scenes").mkdir(parents=True)
    (project / "trainers").mkdir()
    (project / "scenes" / "tiny.py").write_text(SCENE)
    (project / "small.py").write_text(TRAINER)
    shutil.copy(files.ROOT / "manim.cfg", project)
    return project


class Attack:
    """A command in a project, and what lies there before it and when nothing was refused."""

    def __init__(self, forks: Forks, project: Path, command: Command) -> None:
        self.forks, self.project, self.command = forks, project, command
        self.places = command.places.format(re.escape(str(project)))
        self.kept = project.with_name("kept")
        shutil.copytree(project, self.kept)
        for line in command.before:
            assert self.run(line)["status"] == 0
        shutil.rmtree(self.kept)
        shutil.copytree(project, self.kept)
        self.before = tree(project)
        answer = self.run(command.line)
        assert answer["status"] == 0, answer["errors"]
        self.attempts = answer["attempts"]
        self.whole = tree(project)

    def run(self, line, **refusal):
        order = {"first": None, "number": 0, "once": False} | refusal
        return self.forks.ask(
            "tests.refusing:obey", project=str(self.project), arguments=line.split(), **order
        )

    def at(self, first: int, number: int, *, once: bool = False) -> None:
        """Hold the command to its promises where the disk refuses it something."""
        self.reset()
        answer = self.run(self.command.line, first=first, number=number, once=once)
        assert "Traceback" not in answer["errors"], answer["errors"]
        found = tree(self.project)
        if answer["status"]:
            assert answer["status"] == 1
            told = [line for line in answer["errors"].splitlines() if " cannot be " in line]
            reason = re.escape(os.strerror(number))
            sentence = rf"{self.places} cannot be (written|made): {reason}; [^,;]+, then "
            for line in told:
                assert re.fullmatch(rf"{sentence}{self.command.then}\.", line), line
            assert len(told) == 1 or (told and self.command.line.startswith("publish"))
        else:
            assert once or answer["attempts"] <= first, "nothing was told"
            assert found == self.whole
        for path, content in found.items():  # as it was, or as it is in the end
            if not path.startswith(GROWING):
                assert content in (self.before.get(path), self.whole.get(path)), path
        assert set(self.before) <= set(found)
        if answer["status"]:
            again = self.run(self.command.line)
            assert again["status"] == 0, again["errors"]
            assert tree(self.project) == self.whole

    def reset(self) -> None:
        shutil.rmtree(self.project)
        shutil.copytree(self.kept, self.project)

    def end(self) -> None:
        self.reset()
        shutil.rmtree(self.kept)


def tree(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, without what tells the time and what was read of code."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.parent.name != "__pycache__":
            content = path.read_bytes()
            if path.name in ("run.json", "published.json"):
                content = re.sub(rb'"(created|checksum)":\s*"[^"]*"', b"", content)
                content = re.sub(rb'"stamp":\s*\[[^]]*\]', b"", content)
            # A lock says nothing; a state stays until the next is surely on disk.
            if path.name != "lock" and not path.name.startswith("state-"):
                found[str(path.relative_to(folder))] = content
    return found


@pytest.fixture
def attack(forks, project, request):
    if not forks.refuses:
        pytest.skip("no compiler")
    attack = Attack(forks, project, COMMANDS[request.param])
    yield attack
    attack.end()


FAILURES = (0, errno.EROFS), (0.5, errno.ENOSPC), (1, errno.EDQUOT)
"""From which share of what a command writes on the disk fails, and how."""


@pytest.mark.parametrize(
    ("attack", "share", "number"),
    [
        pytest.param(line, *failure, marks=[pytest.mark.slow] * ((command + kind) % 3 > 0))
        for command, line in enumerate(COMMANDS)
        for kind, failure in enumerate(FAILURES)
    ],
    indirect=["attack"],
)
def test_a_full_disk_and_a_read_only_one(attack, share, number):
    attack.at(round(share * (attack.attempts - 1)), number)


@pytest.mark.slow
@pytest.mark.parametrize("attack", COMMANDS, indirect=True)
@pytest.mark.parametrize(("number", "once"), [(errno.ENOSPC, False), (errno.EIO, True)])
def test_whatever_is_refused_of_all_that_is_written(attack, number, once):
    for first in range(attack.attempts):
        attack.at(first, number, once=once)
