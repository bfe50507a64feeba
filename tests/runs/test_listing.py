"""Sizes and ages as a person reads them; the list itself is held by the command's tests."""

import pytest

from epochreel.runs.listing import age, size


@pytest.mark.parametrize(
    ("count", "text"), [(999, "999 B"), (1000, "1 kB"), (4_230_000, "4.23 MB"), (5e10, "50 GB")]
)
def test_size(count, text):
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 s"), (59, "59 s"), (60, "1 min"), (7199, "1 h"), (86400 * 2.5, "2 d")],
)
def test_age(seconds, text):
    assert age(seconds) == text
