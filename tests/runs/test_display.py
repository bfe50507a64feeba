"""A notebook shows what a run holds, and nothing that it holds becomes markup."""

from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run, every
from epochreel.runs.display import COLUMNS, HEIGHT, MARGIN, WIDTH, readings

SCRIPT = "<script>alert(1)</script>"


def shown(run):
    """The rows of what is shown: heading, text and the points of a curve."""
    root = ElementTree.fromstring(run._repr_html_())
    rows = {}
    for row in root.iter("tr"):
        line = row.find(".//polyline")
        points = (
            None
            if line is None
            else np.array([pair.split(",") for pair in line.get("points").split()], float)
        )
        rows[row.findtext("th")] = ("".join(row[1].itertext()), points)
    return root, rows


@pytest.fixture
def run(tmp_path):
    net = torch.nn.Linear(2, 3)
    options = {"trainer": SCRIPT, "config": {"rate": 0.1, "note": SCRIPT}, "schedule": every(100)}
    with Recorder.create(tmp_path / "run", **options) as recorder:
        for epoch in range(1001):
            items = {"net": net, "points": torch.zeros(4, 2), SCRIPT: -1.0}
            spike = 50.0 * (epoch == 777)
            recorder.snapshot(epoch, loss=10.0 ** (-epoch / 250), noise=spike, **items)
    return Run.open(tmp_path / "run")


def test_a_run_shows_what_it_holds(run):
    root, rows = shown(run)
    assert rows["epochs"][0] == "11 snapshots from 0 to 1000"
    assert rows["net"][0] == "net of 9 numbers"
    assert rows["points"][0] == "tensor, float32 [4, 2]"
    assert rows["rate"][0] == "0.1"
    assert rows["loss"][0] == "1 → 0.0001 (logarithmic)"
    assert str(run.path) in root.findtext(".//code")


def test_curves_are_those_of_the_scalars(run):
    _, rows = shown(run)
    loss, noise, level = (rows[name][1] for name in ("loss", "noise", SCRIPT))
    ends = [[MARGIN, MARGIN], [WIDTH - MARGIN, HEIGHT - MARGIN]]
    np.testing.assert_allclose(loss[[0, -1]], ends)  # over the whole picture, falling
    share = (loss[:, 0] - MARGIN) / (WIDTH - 2 * MARGIN)  # straight: a power of ten each 250
    np.testing.assert_allclose(loss[:, 1], MARGIN + share * (HEIGHT - 2 * MARGIN), atol=0.11)
    peak = noise[noise[:, 1].argmin()]  # one epoch of 1,001 is not lost
    np.testing.assert_allclose(peak, [MARGIN + 0.777 * (WIDTH - 2 * MARGIN), MARGIN], atol=0.06)
    assert len(noise) <= 2 * COLUMNS + 2
    assert set(level[:, 1]) == {MARGIN}  # what never changes is a straight line


def test_readings_tell_what_is_there_at_an_epoch(run):
    rows = {
        row.findtext("th"): row for row in ElementTree.fromstring(readings(run, 250)).iter("tr")
    }
    assert set(rows) == {"loss", "noise", SCRIPT}
    assert rows["loss"].findtext(".//div") == "0.1"
    dot = rows["loss"].find(".//circle")
    place = float(dot.get("cx")), float(dot.get("cy"))
    expected = [MARGIN + (WIDTH - 2 * MARGIN) / 4, MARGIN + (HEIGHT - 2 * MARGIN) / 4]
    np.testing.assert_allclose(place, expected, atol=0.06)


def test_a_scalar_that_is_not_given_yet_is_a_dash(tmp_path):
    with Recorder.create(tmp_path / "run", trainer="late") as recorder:
        recorder.snapshot(0, loss=1.0)
        recorder.snapshot(1, loss=1.0, late=2.0)
    rows = ElementTree.fromstring(readings(Run.open(tmp_path / "run"), 0)).iter("tr")
    late, loss = sorted(rows, key=lambda row: row.findtext("th"))
    assert (late.findtext(".//div"), late.find(".//circle")) == ("–", None)
    assert loss.findtext(".//div") == "1"


def test_nothing_recorded_becomes_markup(run):
    root, rows = shown(run)
    assert not list(root.iter("script"))
    assert SCRIPT in "".join(root.itertext())
    assert rows["note"][0] == SCRIPT


def test_a_run_without_snapshots_shows_that(tmp_path):
    with Recorder.create(tmp_path / "run", trainer="none"):
        pass
    assert shown(Run.open(tmp_path / "run"))[1] == {"epochs": ("none", None)}
