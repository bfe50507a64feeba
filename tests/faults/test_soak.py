"""However long one works in one process, nothing grows: memory, files, descriptors, or the time."""

import os

import pytest

pytestmark = pytest.mark.xdist_group("faults")  # which share a process and what it made
MINUTES = float(os.environ.get("EPOCHREEL_SOAK", "30"))
"""How long the long test goes on."""


@pytest.mark.parametrize(
    ("count", "unit"),
    [(7, "rounds"), pytest.param(MINUTES, "minutes", marks=pytest.mark.slow)],
)
def test_rounds_of_record_render_edit_render_publish_leave_nothing_behind(forks, count, unit):
    *rounds, grown = forks.ask("tests.faults.soak:obey", count=count, unit=unit)
    print(f"{len(rounds)} rounds; grown: {grown}")
    for name in ("descriptors", "threads", "files", "temporary"):
        assert grown[name] == 0, name
    assert grown["resident"] < 0.02 * rounds[0]["resident"]
    assert grown["seconds"] < 0.5
