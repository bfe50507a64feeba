"""However long one works in one process, nothing grows: memory, files, descriptors, or the time."""

import json
import os

import pytest

from tests.filming import python

MINUTES = float(os.environ.get("EPOCHREEL_SOAK", "30"))
"""How long the long test goes on."""


def soak(count, unit):
    """What is held after the first round, what grew since the warm-up, and the number of rounds."""
    program = (
        "import sys; from tests.faults.soak import main; main(float(sys.argv[1]), sys.argv[2])"
    )
    *rounds, grown = map(json.loads, python(program, count, unit).splitlines())
    return rounds[0], grown, len(rounds)


@pytest.mark.parametrize(
    ("count", "unit"),
    [(10, "rounds"), pytest.param(MINUTES, "minutes", marks=pytest.mark.slow)],
)
def test_rounds_of_record_render_edit_render_publish_leave_nothing_behind(count, unit):
    first, grown, rounds = soak(count, unit)
    print(f"{rounds} rounds; grown: {grown}")
    for name in ("descriptors", "threads", "files", "temporary"):
        assert grown[name] == 0, name
    # What the system's allocator keeps of the encoders' threads, in steps and not for ever.
    assert grown["resident"] < 0.05 * first["resident"]
    assert grown["seconds"] < 0.5
