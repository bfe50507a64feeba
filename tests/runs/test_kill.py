"""Runs survive kill -9 at any instant, and resuming ends equal to never having been stopped."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from epochreel import Run

EPOCHS = 25  # as in killable.py


class Server:
    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("killable.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def train(self, path, *, resume=False, kill=None):
        order = {"path": str(path), "resume": resume, "kill": kill}
        print(json.dumps(order), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.process.stdin.close()
    server.process.stdout.close()
    assert server.process.wait() == 0


@pytest.fixture(scope="module")
def whole(server, tmp_path_factory):
    """A run that was never stopped, and how its child ended."""
    path = tmp_path_factory.mktemp("whole") / "run"
    answer = server.train(path)
    assert answer["status"] == 0
    run = Run.open(path)
    assert run.complete
    assert run.epochs.tolist() == sorted({*range(0, EPOCHS + 1, 2), 5})
    return run, answer


def require_prefix(run, whole):
    """Every committed snapshot is there, and is that of the run never stopped."""
    assert run.epochs.tolist() == whole.epochs[: len(run.epochs)].tolist()
    for epoch in run.epochs:
        values, expected = run.parameters(epoch), whole.parameters(epoch)
        assert values.keys() == expected.keys()
        for name, value in expected.items():
            np.testing.assert_array_equal(values[name], value, err_msg=name)
        np.testing.assert_array_equal(run.tensor("noise", epoch), whole.tensor("noise", epoch))
    for name in run.scalars:
        epochs, values = run.scalar(name)
        np.testing.assert_array_equal(epochs, whole.scalar(name)[0][: len(epochs)])
        np.testing.assert_array_equal(values, whole.scalar(name)[1][: len(epochs)])


def require_equal(path, whole):
    run = Run.open(path)
    assert run.complete
    assert len(run.epochs) == len(whole.epochs)
    require_prefix(run, whole)
    assert run.digest == whole.digest
    assert {file.name for file in run.path.iterdir()} == {f.name for f in whole.path.iterdir()}


def test_kill_before_every_flush_and_rename(server, whole, tmp_path):
    run, answer = whole
    assert answer["operations"] > 30
    for operation in range(answer["operations"]):
        path = tmp_path / f"{operation}"
        killed = server.train(path, kill={"operation": operation})
        assert killed["status"] == -signal.SIGKILL
        committed = path.with_suffix(".committed")
        if not committed.exists():  # before the run itself was there: start again
            assert server.train(path)["status"] == 0
        else:
            assert (path / "run.json").read_bytes() == committed.read_bytes()
            require_prefix(Run.open(path), run)
            assert not Run.open(path).complete or operation >= answer["operations"] - 1
            assert server.train(path, resume=True)["status"] == 0
        require_equal(path, run)


@pytest.mark.parametrize("moment", range(12))
def test_kill_at_any_time_and_again(server, whole, tmp_path, moment):
    run, answer = whole
    path = tmp_path / "run"
    kill = {"seconds": answer["seconds"] * (moment + 0.5) / 12}
    for _ in range(2):
        server.train(path, resume=(path / "run.json").exists(), kill=kill)
        if (path / "run.json").exists():
            require_prefix(Run.open(path), run)
    status = server.train(path, resume=(path / "run.json").exists())["status"]
    assert status == 0
    require_equal(path, run)
