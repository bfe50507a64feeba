"""The slider of a run, and what is told where there can be none."""

import sys

import pytest

from epochreel import Recorder, Run, RunError


@pytest.fixture
def run(tmp_path):
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        for epoch in range(401):
            recorder.snapshot(epoch, loss=1 - epoch / 800)
    return Run.open(tmp_path / "run")


def test_without_ipywidgets_a_sentence_says_what_brings_it(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(RunError, match=r"pip install 'epochreel\[notebook\]'"):
        run.widget()


@pytest.mark.extras
def test_the_slider_moves_what_is_shown(run):
    pytest.importorskip("ipywidgets")
    asked = []
    controls, _, told = run.widget(lambda epoch: asked.append(epoch) or "a picture").children
    play, slider = controls.children
    assert (slider.min, slider.max, slider.value) == (0, 400, 0)
    assert (play.min, play.max, play.step) == (0, 400, 2)
    assert ">1</div>" in told.value
    slider.value = 100
    assert ">0.875</div>" in told.value
    assert asked == [0, 100]


@pytest.mark.extras
def test_without_pictures_the_scalars_alone_follow(run):
    pytest.importorskip("ipywidgets")
    _, told = run.widget().children
    assert "loss" in told.value


@pytest.mark.extras
def test_a_run_without_snapshots_is_told(tmp_path):
    pytest.importorskip("ipywidgets")
    with Recorder.create(tmp_path / "run", trainer="none"):
        pass
    with pytest.raises(RunError, match="holds no snapshot yet"):
        Run.open(tmp_path / "run").widget()
