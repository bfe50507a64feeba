"""A cluster that loses a node or a worker for want of memory, and none at all.

Skipped without Ray.
"""

import os
from pathlib import Path

import pytest

from epochreel.crew.crew import Died, Returned
from epochreel.errors import CrewError

pytest.importorskip("ray")

from ray.cluster_utils import Cluster as Nodes

from epochreel.crew.cluster import Cluster

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1:9", r"\(.*refused\)"),
        ("127.0.0.1:many", r"\(invalid literal .*\)"),
    ],
)
def test_no_cluster_is_a_sentence(address, why):
    with pytest.raises(CrewError, match=rf"^There is no Ray cluster at {address} {why}.*: start"):
        Cluster(address)


def pids(crew):
    """Call every worker until it answers; what it answers, and why workers died meanwhile."""
    for worker in range(crew.count):
        crew.call(worker, os.getpid)
    answers, reasons = {}, []
    while len(answers) < crew.count:
        for worker, outcome in crew.wait():
            match outcome:
                case Died(reason):
                    reasons.append(reason)
                    crew.call(worker, os.getpid)
                case Returned(pid):
                    answers[worker] = pid
    return answers, reasons


def test_what_was_on_a_lost_node_is_told_and_all_can_be_done_on_what_is_left():
    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    other = nodes.add_node(num_cpus=1)
    with Cluster(nodes.address, 3) as crew:  # more than there are processors
        before, reasons = pids(crew)
        assert not reasons
        nodes.remove_node(other, allow_graceful=False)
        while not reasons:  # its workers live on for a moment
            after, reasons = pids(crew)
        assert {*reasons} == {"lost with its node"}
        stayed = {*before.values()} & {*after.values()}
        assert len(stayed) in (1, 2)
        assert len({*after.values()}) == 3
    nodes.shutdown()


HOARD = "kept = []\nwhile True:\n    kept.append(bytearray(1 << 26))"


def test_a_worker_for_which_there_is_no_memory_is_told_and_replaced(monkeypatch):
    told = Path("/proc/meminfo").read_text("utf-8").splitlines()
    free = {line.split(":")[0]: int(line.split()[1]) for line in told}
    used = 1 - free["MemAvailable"] / free["MemTotal"]
    if used > 0.8:
        pytest.skip("this machine has no memory to spare")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_memory_usage_threshold", f"{used + 0.1:.2f}")
    monkeypatch.setenv("RAY_memory_monitor_refresh_ms", "50")
    with Cluster(count=1) as crew:
        crew.call(0, exec, HOARD)
        assert crew.wait() == [(0, Died("for want of memory"))]
        crew.call(0, os.getppid)
        ((_, again),) = crew.wait()
        assert isinstance(again, Returned)
