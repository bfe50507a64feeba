"""Whatever is killed at whatever moment: what has its name is whole, and the next one ends well.

Recorders are killed in `tests/runs/test_kill.py` as well.
"""

import os
import random
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from epochreel import Run, files
from tests.faults.conftest import asides, content

pytestmark = pytest.mark.xdist_group("faults")  # which share a process and what it made
KILLS = int(os.environ.get("EPOCHREEL_KILLS", "1000"))
"""How often the long test kills."""
SHARES = {
    "render": 5,
    "force": 1,
    "alpha": 1,
    "publish": 4,
    "still": 0.5,
    "sheet": 0.5,
    "gallery": 2,
    "export": 1,
    "new": 1,
    "import": 1,
    "train": 3,
    "kernel": 1,
}
"""Of all kills, how many parts fall to a command."""


def require_sound(command, root, reference):
    """All that has its name is whole, and just what it would be without the kill."""
    if command in ("train", "restart"):  # whose files grow
        for path in root.glob("runs/*/run.json"):
            run = Run.open(path.parent)
            assert run.scalars == [] or np.isfinite(run.scalar("loss")[1]).all()
        return
    for name, told in content(root).items():
        assert told == reference.get(name), name


def kill(server, command, moments):
    """Kill a command, let it go on and kill it again, at these moments; give how often it died."""
    reference, _ = server.reference(command)
    root = server.project(command)
    killed = 0
    for moment in moments:
        answer = server.run(command, root, at=moment)
        killed += answer["status"] == -signal.SIGKILL
        assert answer["status"] in (0, -signal.SIGKILL), answer["said"]
        require_sound(command, root, reference)
        if answer["status"] == 0 or (command == "new" and content(root) == reference):
            break  # it has nothing more to do, and says so
    else:
        server.finish("train" if command == "restart" else command, root)
    assert content(root) == reference
    if command in ("new", "kernel"):  # which write no more, and the next that writes there tidies
        for left in asides(root):
            files.tidy(left.parent)
    assert asides(root) == []
    require_no_process(root)
    shutil.rmtree(root)
    return killed


def require_no_process(root):
    """Nothing that a killed one started is at work."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ends
            assert f"{root}/".encode() not in process.read_bytes()


@pytest.mark.parametrize(
    "command", ["render", "publish", "gallery", "export", "new", "import", "train"]
)
def test_kills_at_moments_of_all_kinds(server, command):
    _, count = server.reference(command)
    assert kill(server, command, [count * part // 8 for part in (3, 2, 1)]) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("command", SHARES)
def test_kills_at_every_moment_and_again(server, command):
    _, count = server.reference(command)
    due, chance, killed = KILLS * SHARES[command] / sum(SHARES.values()), random.Random(command), 0
    every = chance.sample(range(count), count)
    while killed < due:
        first = every.pop() if every else chance.randrange(count)
        again = [chance.randrange(count) for _ in range(chance.randrange(3))]
        killed += kill(server, command, [first, *again])
    print(f"{command}: {killed} kills, {count} moments")
