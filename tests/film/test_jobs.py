import re
import shutil

import pytest

from epochreel.errors import ClipError
from epochreel.film import camera, jobs, rendering

STARS = """
import os, signal
from pathlib import Path
import numpy as np
from epochreel import Clip, Points, hero
from epochreel.errors import ClipError

class Stars(Clip):
    layout = hero()

    def construct(self):
        panel = self.panel("hero", reach=1.5)
        self.add(Points(panel, place, radius=14))
        self.train(100, 1)
        self.train(200, 1)
        self.train(300, 1)

def place(epoch):
    if 100 < epoch < 200:  # which no rehearsal shows
        {trouble}
    return np.array([[np.cos(epoch), np.sin(epoch)]])
"""


@pytest.fixture
def processes(monkeypatch):
    """The processes that were started."""
    started = []

    class Process(jobs.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(jobs, "Popen", Process)
    return started


@pytest.fixture
def frames(monkeypatch):
    """The frames that this process drew."""
    seen = []
    convert = camera.to_video_frame
    monkeypatch.setattr(
        camera, "to_video_frame", lambda *given: (seen.append(1), convert(*given))[1]
    )
    return seen


def render(name, **options):
    options = {"observer": lambda done, total: None} | options
    return rendering.render(name, quality="low", **options).read_bytes()


def films(project):
    return {path.name: path.read_bytes() for path in project.rglob("*.mp4")}


def plays(project):
    return sorted(path for path in project.rglob("*.mp4") if path.name != "Tiny.mp4")


def test_the_bytes_are_the_same_whatever_the_number_of_jobs(project, processes, frames):
    render("tiny")
    alone = films(project)
    assert len(alone) == 6  # five plays and the film
    drawn = len(frames)
    for count in (2, 3):
        shutil.rmtree(project / "renders")
        told = []
        render("tiny", jobs=count, observer=lambda *each: told.append(each))  # noqa: B023
        assert films(project) == alone
        assert len(processes) == count
        assert [process.returncode for process in processes] == [0] * count
        processes.clear()
        assert told == sorted(told)
        assert told[-1] == (12, 12)
    assert len(frames) == drawn  # this process drew none
    assert not list(project.rglob(".*.part-*"))

    render("tiny", jobs=3)
    assert films(project) == alone
    assert not processes
    assert len(frames) == drawn


def test_what_is_drawn_already_is_kept_and_one_play_needs_no_process(project, processes):
    whole = render("tiny")
    lost, *others = plays(project)
    lost.unlink()
    kept = [path.stat().st_ino for path in others]
    assert render("tiny", jobs=2) == whole
    assert not processes
    assert plays(project) == [lost, *others]
    assert [path.stat().st_ino for path in others] == kept


def test_force_draws_all_again_and_in_the_processes_alone(project, processes, frames):
    whole = render("tiny")
    drawn = len(frames)
    before = {path: path.stat().st_ino for path in plays(project)}
    assert render("tiny", jobs=2, force=True) == whole
    assert len(processes) == 2
    assert len(frames) == drawn
    assert len(before) == 5
    assert all(path.stat().st_ino != number for path, number in before.items())


def test_an_error_while_drawing_is_raised_and_ends_all(project, processes):
    source = STARS.format(trouble="raise ClipError(f'There is no place at epoch {epoch:g}.')")
    (project / "scenes" / "stars.py").write_text(source)
    with pytest.raises(ClipError) as raised:
        render("stars", jobs=2)
    assert re.fullmatch(r"There is no place at epoch 1\d\d\.\d+\.", str(raised.value))
    assert "in place" in raised.value.__notes__[0]  # where in the scene
    assert len(processes) == 2
    assert all(process.returncode is not None for process in processes)
    assert not list(project.rglob(".*.part-*"))
    assert not list(project.rglob("Stars.mp4"))


def test_the_play_of_a_process_that_was_killed_is_drawn_after_all(project, processes):
    mark = project / "mark"
    trouble = (
        f"if not Path({str(mark)!r}).exists():\n"
        f"            Path({str(mark)!r}).touch()\n"
        "            os.kill(os.getpid(), signal.SIGKILL)"
    )
    (project / "scenes" / "stars.py").write_text(STARS.format(trouble=trouble))
    told = []
    film = render("stars", jobs=2, force=True, observer=lambda *each: told.append(each))
    assert sorted(process.returncode for process in processes) == [-9, 0]
    assert told[-1] == (12, 12)
    assert not list(project.rglob(".*.part-*"))
    assert render("stars", force=True) == film


def test_an_interruption_ends_all_and_leaves_nothing_half(project, processes):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render("tiny", jobs=2, observer=interrupt)
    assert len(processes) == 2
    assert all(process.returncode is not None for process in processes)
    assert not list(project.rglob(".*.part-*"))
    assert not list(project.rglob("Tiny.mp4"))


def test_of_like_plays_only_the_first_is_drawn_ahead():
    class Writer:
        def is_drawn(self, key, frames):
            return key == "b"

    assert jobs.undrawn(["a", "b", "a", "c"], Writer(), force=False) == [0, 3]
    assert jobs.undrawn(["a", "b", "a", "c"], Writer(), force=True) == [0, 1, 3]


def test_plays_are_dealt_the_longest_first_to_who_has_the_least():
    frames = {0: 3, 1: 1, 2: 5, 3: 2, 4: 2}
    # 2 to one, 0 and 3 to the other; 4 to the one, of two that have 5; 1 to who has 5, not 7.
    assert jobs.shares(frames, 2) == [[2, 4], [0, 1, 3]]
    assert jobs.shares(frames, 5) == [[2], [0], [3], [4], [1]]


def test_less_than_one_job(project):
    with pytest.raises(ClipError, match=r"jobs must be at least 1, not 0\."):
        render("tiny", jobs=0)
