"""Two of anything at once: what comes of it is whole and what one alone makes.

One is stopped before one of its critical moments, the other has its whole turn, and the first goes
on: so every way in which they can meet is met on purpose.
"""

import itertools
import os
import random
import re
import shutil

import pytest

from tests.faults.conftest import NEEDED, REFUSED, asides, content

pytestmark = pytest.mark.xdist_group("faults")  # which share a process and what it made
MEETINGS = int(os.environ.get("EPOCHREEL_MEETINGS", "300"))
"""How often two meet in the long test."""
PAIRS = [
    *[(each, each) for each in ("render", "force", "alpha", "publish", "still", "sheet")],
    *[(each, each) for each in ("gallery", "export", "new", "import", "train", "kernel")],
    *[("render", "publish"), ("publish", "render"), ("force", "gallery"), ("gallery", "force")],
    *[("alpha", "publish"), ("publish", "alpha"), ("publish", "gallery")],
    *[("restart", "train"), ("train", "restart"), ("restart", "restart")],
]
MAY_REFUSE = {
    **dict.fromkeys(("train", "restart"), ("Another recorder is writing", "already holds a run")),
    "import": ("Another recorder is writing", "Directory not empty"),
    "new": ("There is trainers/three_arms.py already",),
}


def meet(server, pair, moment):
    """Stop the first of a pair at a moment and let the second have its turn."""
    first, second = pair
    alone = server.reference(first)[0] | server.reference(second)[0]
    root = server.project(first if first in NEEDED else second)
    answer = server.run(first, root, at=moment, then=second)
    for command, each in ((first, answer), (second, answer["other"])):
        if each is not None:
            assert each["status"] in (0, REFUSED), each["said"]
            if each["status"] == REFUSED:
                assert any(reason in each["said"] for reason in MAY_REFUSE.get(command, ()))
    assert answer["other"] is None or 0 in (answer["status"], answer["other"]["status"])
    if answer["other"] is None:
        server.finish(second, root)
    found = content(root)
    if pair == ("publish", "gallery"):  # whose pages show what is published by then
        for name in [name for name in found if name.endswith("index.html")]:
            del alone[name]
            for link in re.findall(r'"(published/[^"]+)"', found.pop(name).decode()):
                assert (root / "renders" / "dot" / link).is_file()
    assert found == alone
    assert asides(root) == []
    shutil.rmtree(root)


@pytest.mark.parametrize(
    "pair",
    [
        ("render", "publish"),
        ("train", "train"),
        ("new", "new"),
        ("export", "export"),
        ("kernel", "kernel"),
        ("gallery", "gallery"),
        ("alpha", "alpha"),
    ],
    ids="-".join,
)
def test_two_at_once(server, pair):
    count = server.reference(pair[0])[1]
    meet(server, pair, count // 2)


@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_two_at_once_at_many_moments(server, pair):
    count, chance = server.reference(pair[0])[1], random.Random(str(pair))
    moments = chance.sample(range(count), count)
    for moment in itertools.islice(itertools.cycle(moments), -(-MEETINGS // len(PAIRS))):
        meet(server, pair, moment)
