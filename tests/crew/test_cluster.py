"""Actors of a cluster of two nodes on this machine; what is called is of Python's own library.

Skipped without Ray, which `pip install -e '.[cluster]'` brings.
"""

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from fractions import Fraction

import pytest

from epochreel import files
from epochreel.crew.crew import Died, Raised, Returned
from epochreel.errors import RunError
from epochreel.runs import training

pytest.importorskip("ray")

from ray.cluster_utils import Cluster as Nodes

from epochreel.crew.cluster import Cluster

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def nodes():
    """A head and another node, with two processors each: one for each of two drivers."""
    cluster = Nodes(
        initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False}
    )
    cluster.add_node(num_cpus=2)
    yield cluster
    cluster.shutdown()


@pytest.fixture(scope="module")
def crew(nodes):
    with Cluster(nodes.address, 2) as crew:
        yield crew


def outcome(crew, worker, function, *arguments):
    crew.call(worker, function, *arguments)
    ((number, came),) = crew.wait()
    assert number == worker
    return came


def test_workers_start_when_they_are_first_called_and_stay(crew):
    assert crew.count == 2
    assert crew.wait() == []
    assert outcome(crew, 0, Fraction, 6, 4) == Returned(Fraction(3, 2))
    pids = [outcome(crew, worker, os.getpid).value for worker in (0, 1, 0)]
    assert pids[0] == pids[2] != pids[1]
    assert outcome(crew, 1, sys.setrecursionlimit, 1234) == Returned(None)
    assert outcome(crew, 1, sys.getrecursionlimit) == Returned(1234)


def test_a_worker_has_a_copy_of_the_project_and_nothing_of_the_checkout(crew):
    settings = outcome(crew, 0, files.settings).value
    assert settings.name == "manim.cfg"
    copy = settings.parent
    assert copy.is_relative_to(files.ROOT) is files.ROOT.is_relative_to(copy) is False
    listed = outcome(crew, 1, os.listdir, copy).value
    assert {"epochreel", "scenes", "trainers", "manim.cfg"} <= {*listed}
    assert not {"src", "assets", "runs", "renders", "tests"} & {*listed}
    assert outcome(crew, 0, training.names) == Returned(training.names())


def test_what_a_function_raises_comes_with_its_traceback_and_the_worker_lives_on(crew):
    pid = outcome(crew, 0, os.getpid)
    raised = outcome(crew, 0, json.loads, "[1, 2")
    assert isinstance(raised.error, json.JSONDecodeError)
    assert "in raw_decode" in "".join(raised.error.__notes__)
    raised = outcome(crew, 0, training.locate, "no_such_trainer")
    assert isinstance(raised.error, RunError)
    assert str(raised.error).startswith("There is no trainer 'no_such_trainer' in trainers/; ")
    assert "cannot pickle" in str(outcome(crew, 0, open, "/dev/null").error)
    assert outcome(crew, 0, os.getpid) == pid


def test_a_function_that_is_not_there_is_an_error(crew, tmp_path, monkeypatch):
    (tmp_path / "passing.py").write_text("def by():\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    from passing import by

    (tmp_path / "passing.py").unlink()
    raised = outcome(crew, 0, by)
    assert isinstance(raised, Raised)
    assert "passing" in str(raised.error)


def test_a_worker_that_is_killed_amid_a_call_is_replaced(crew):
    pid = outcome(crew, 1, os.getpid).value
    crew.call(1, signal.pause)
    crew.call(0, os.getpid)
    assert [number for number, _ in crew.wait()] == [0]
    os.kill(pid, signal.SIGKILL)
    assert crew.wait() == [(1, Died("killed"))]
    fresh = outcome(crew, 1, os.getpid)
    assert isinstance(fresh, Returned)
    assert fresh.value != pid
    assert outcome(crew, 1, os._exit, 3) == Died("killed")
    assert isinstance(outcome(crew, 1, os.getpid), Returned)


def test_a_shared_folder_reaches_a_node_once_and_is_read_only(crew, tmp_path):
    run = tmp_path / "moons-12345678"
    (run / "deep").mkdir(parents=True)
    (run / "run.json").write_bytes(b"{}")
    (run / "deep" / "rows").write_bytes(bytes(range(256)) * 5000)
    (run / "empty").touch()
    (run / ".aside").touch()
    shared = crew.share(run)
    assert crew.share(run) is shared
    first = outcome(crew, 0, type(shared).path, shared).value
    assert first.name == run.name
    assert not first.is_relative_to(tmp_path)
    names = sorted(path.relative_to(first) for path in first.rglob("*"))
    assert [str(name) for name in names] == ["deep", "deep/rows", "empty", "run.json"]
    for name in ("deep/rows", "empty", "run.json"):
        assert (first / name).read_bytes() == (run / name).read_bytes()
        assert (first / name).stat().st_mode & 0o777 == 0o444
    number = first.stat().st_ino
    again = outcome(crew, 0, type(shared).path, shared).value
    assert (again, again.stat().st_ino) == (first, number)


DRIVER = """
import os, signal, sys, time
from pathlib import Path
from epochreel.crew.cluster import Cluster

if __name__ == "__main__":
    with Cluster(sys.argv[1] or None, 2) as crew:
        for worker in range(2):
            crew.call(worker, os.getpid)
        pids = []
        while len(pids) < 2:
            pids += [outcome.value for _, outcome in crew.wait()]
        print(*pids, flush=True)
        crew.call(0, signal.pause)
        crew.call(1, os.kill, os.getpid(), int(sys.argv[2]))
        while True:
            crew.wait()
"""


@pytest.mark.parametrize("place", ["cluster", "own"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_the_process_that_has_them(nodes, place, number):
    address = nodes.address if place == "cluster" else ""
    driver = subprocess.run(
        [sys.executable, "-c", DRIVER, address, str(int(number))],
        capture_output=True,
        env={name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"},
        text=True,
        check=False,
    )
    assert driver.returncode == -number
    assert driver.stderr.count("\n") == driver.stderr.count("Traceback") == 0 or (
        number == signal.SIGINT and driver.stderr.endswith("KeyboardInterrupt\n")
    )
    pids = [int(pid) for pid in driver.stdout.split()]
    assert len(pids) == 2
    for pid in pids:
        with suppress(ProcessLookupError):
            select.select([os.pidfd_open(pid)], [], [])  # until it ends, or the test with it
