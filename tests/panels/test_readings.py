import numpy as np
import pytest
import torch
from manim import ValueTracker

from epochreel.errors import RunError
from epochreel.layers.areas import Areas
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.panels.readings import EpochCounter, Reading, readings
from epochreel.panels.strip import Strip
from epochreel.runs.recorder import Recorder
from epochreel.runs.run import Run

STYLE = load("dark")
TALL, WIDE, MIDDLING = Box(0, 0, 4.5, 5.5), Box(0, 0, 7.2, 1.3), Box(0, 0, 5.2, 1.3)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run"
    net = torch.nn.Linear(1, 1)
    with Recorder.create(path, trainer="t") as recorder:
        for epoch in range(101):
            recorder.snapshot(epoch, net=net, loss=2.0 / (epoch + 1), share=epoch / 100)
    return Run.open(path)


def inside(mobject, box):
    points = np.concatenate([m.points for m in mobject.get_family() if len(m.points)])
    low, high = points.min(axis=0)[:2], points.max(axis=0)[:2]
    return bool(
        (low >= [box.left - 0.05, box.bottom - 0.05]).all()
        and (high <= [box.right + 0.05, box.top + 0.05]).all()
    )


@pytest.mark.parametrize("box", [TALL, WIDE, MIDDLING])
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_everything_stands_in_its_slot_and_nothing_on_another(run, box, count):
    wanted = ["loss", Reading("share", percent=True), Reading("loss", "again", logarithmic=True)]
    drawn = readings(wanted[:count], box, run, ValueTracker(100), STYLE)
    assert isinstance(drawn[0], EpochCounter)
    assert [isinstance(part, Strip) for part in drawn[1:]] == [True] * count
    assert inside(drawn, box)


def test_strips_are_below_each_other_in_a_tall_box_and_beside_each_other_in_a_wide_one(run):
    for box, axis in ((TALL, 1), (WIDE, 0)):
        _, one, other = readings(["loss", "share"], box, run, ValueTracker(0), STYLE)
        apart = np.abs(one.get_center() - other.get_center())[:2]
        assert apart[axis] > 1
        assert apart[1 - axis] < 0.3


def test_the_epoch_may_have_a_box_of_its_own(run):
    own = Box(5, 4, 6.5, 5.5)
    drawn = readings(["loss"], TALL, run, ValueTracker(7), STYLE, epoch_box=own)
    assert inside(drawn[0], own)
    assert drawn[0].get_right()[0] == pytest.approx(own.right)


def test_limits_and_digits_follow_the_values(run):
    assert Reading("loss")._limits(np.array([0.02, 2.0])) == (0.0, 2.0)
    assert Reading("loss")._limits(np.array([90.0, 91.0])) == (90.0, 91.0)
    assert Reading("share", percent=True)._limits(np.array([0.2, 0.9])) == (0, 100)
    low, high = Reading("loss", logarithmic=True)._limits(np.array([0.1, 10.0]))
    assert low < 0.1 < 10 < high
    short = Reading("loss", until=10).strip(WIDE, run, ValueTracker(0), STYLE)
    assert isinstance(short, Strip)


def test_a_scalar_that_is_not_there_is_a_sentence(run):
    with pytest.raises(RunError, match=r"no scalar .*'los'.*[Dd]id you mean 'loss'"):
        readings(["los"], TALL, run, ValueTracker(0), STYLE)


def test_limits_hold_the_band_behind_an_average(tmp_path):
    net = torch.nn.Linear(1, 1)
    with Recorder.create(tmp_path / "run", trainer="t") as recorder:
        for epoch in range(101):
            recorder.snapshot(epoch, net=net, loss=1.0 + 9.0 * (epoch % 2))
    strip = Reading("loss", mean=50, logarithmic=True).strip(
        TALL, Run.open(tmp_path / "run"), ValueTracker(0), STYLE
    )
    band = next(part for part in strip.get_family() if isinstance(part, Areas))
    bottom, top = np.log10([1, 10])
    assert band.view.limits[2] < bottom
    assert band.view.limits[3] > top
