import pickle
import shutil
from contextlib import contextmanager
from dataclasses import replace

import pytest

from epochreel.crew.crew import Crew, Died, perform
from epochreel.crew.local import Processes
from epochreel.errors import ClipError
from epochreel.film import rendering, requests
from epochreel.film.production import Observer, produce
from epochreel.film.requests import Request

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
        self.train(200, 14)
        self.wait(1)

def place(epoch):
    if 150 < epoch < 200:  # which no rehearsal shows
        {trouble}
    return np.array([[np.cos(epoch), np.sin(epoch)]])
"""
SECONDS = 16


class Told(Observer):
    """What was told of a production."""

    def __init__(self):
        self.errors, self.films, self.drawn, self.left, self.pauses = [], [], 0, 0, 0

    def planned(self, request, plan, tasks):
        self.left += sum(len(part.frames) for task in tasks for part in task.parts)

    def drew(self, request, frames):
        self.drawn += frames

    def finished(self, request, film):
        self.films.append(film)

    def failed(self, request, error):
        self.errors.append(error)

    @contextmanager
    def paused(self):
        self.pauses += 1
        yield


class Here(Crew):
    """A crew in this process, whose workers do what they are called for when they are waited for.

    `reverse` lets the last who was called be the first to be done; `deaths` are the calls, by
    their numbers, that their workers die over.
    """

    def __init__(self, count, reverse=False, deaths=()):
        self.count, self.reverse, self.deaths = count, reverse, deaths
        self.calls, self.called = {}, []

    def __exit__(self, *_):
        self.calls = None

    def call(self, worker, function, *arguments):
        self.calls[worker] = function, arguments
        self.called.append(function.__name__)

    def wait(self):
        worker = list(self.calls)[-1 if self.reverse else 0]
        function, arguments = self.calls.pop(worker)
        requests._ready.cache_clear()
        if len(self.called) in self.deaths:
            return [(worker, Died("killed by signal 9"))]
        outcome = pickle.loads(perform(function, *arguments))
        return [(worker, outcome)]

    def share(self, folder):
        return Processes(1).share(folder)


@pytest.fixture(autouse=True)
def fresh():
    yield
    requests._ready.cache_clear()


def request(name="tiny", **variant):
    """A request by the file's whole path, for a worker has this project, not the test's."""
    made = Request.of(name, quality="low", **variant)
    return replace(made, scene=str(made.path))


def stars(project, trouble="pass", name="stars"):
    source = STARS.format(trouble=trouble)
    (project / "scenes" / f"{name}.py").write_text(source)
    return request(name)


def films(project):
    """Everything that was drawn, and what is said of it."""
    kept = (".mp4", ".json")
    return {p.relative_to(project): p.read_bytes() for p in project.rglob("*") if p.suffix in kept}


def alone(project, *names):
    """What one process makes of clips."""
    for name in names:
        rendering.render(name, quality="low", progress=False)
    made = films(project)
    shutil.rmtree(project / "renders")
    return made


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_bytes_are_the_same_whatever_the_workers_and_their_order(project, count, reverse):
    wanted = [request(), stars(project)]
    expected = alone(project, "tiny", "stars")
    told = Told()
    with Here(count, reverse) as crew:
        made = produce(wanted, crew, observer=told)
    assert films(project) == expected
    assert [path.name for path in made] == ["Tiny.mp4", "Stars.mp4"]
    assert sorted(told.films) == sorted(made)
    assert told.drawn == told.left
    assert not list(project.rglob(".*.part-*"))


def test_a_long_play_is_cut(project):
    wanted = stars(project)
    with Here(1) as crew:
        produce([wanted], crew)
    lengths = sorted(path.name.split("_")[1] for path in project.rglob(".segments/**/*.mp4"))
    # 14 s at 4 frames a second are 56 frames in three stretches.
    assert lengths == ["00000.mp4"] * 3 + ["00018.mp4", "00037.mp4"]


def test_a_second_production_draws_nothing(project):
    wanted = stars(project)
    with Here(1) as crew:
        produce([wanted], crew)
        before, calls = films(project), len(crew.called)
        produce([wanted], crew)
    assert films(project) == before
    assert crew.called[calls:] == ["plan"]


def test_nor_does_one_process_after_it(project, monkeypatch):
    wanted = stars(project)
    with Here(2) as crew:
        produce([wanted], crew)
    before = films(project)

    def drawn(*_):
        raise AssertionError

    monkeypatch.setattr("epochreel.film.writer.to_video_frame", drawn)
    rendering.render("stars", quality="low", progress=False)
    assert films(project) == before


def test_what_is_drawn_already_is_kept(project):
    wanted = stars(project)
    with Here(1) as crew:
        produce([wanted], crew)
        lost, *others = sorted(project.rglob(".segments/**/*.mp4"))
        content = lost.read_bytes()
        lost.unlink()
        kept = [path.stat().st_ino for path in others]
        told = Told()
        produce([wanted], crew, observer=told)
    assert lost.read_bytes() == content
    assert [path.stat().st_ino for path in others] == kept
    assert told.drawn == told.left < 4 * SECONDS


def test_force_draws_all_again(project):
    wanted, told = stars(project), Told()
    with Here(2) as crew:
        produce([wanted], crew)
        before = films(project)
        produce([wanted], crew, force=True, observer=told)
    assert films(project) == before
    assert told.drawn == 4 * SECONDS


def test_a_scene_that_raises_fails_alone(project):
    bad = stars(project, "raise ClipError(f'There is no place at epoch {epoch:g}.')")
    told = Told()
    with Here(3) as crew:
        made = produce([bad, request()], crew, observer=told)
    assert made[0] is None
    assert made[1].name == "Tiny.mp4"
    [error] = told.errors
    assert str(error).startswith("There is no place at epoch 1")
    assert "in place" in error.__notes__[0]  # where in the scene
    assert not list(project.rglob("Stars.mp4"))
    assert not list(project.rglob(".*.part-*"))


def test_a_scene_that_cannot_be_played_fails_alone(project):
    (project / "scenes" / "empty.py").write_text(
        "from epochreel import Clip\nclass Empty(Clip):\n    def construct(self): pass"
    )
    told = Told()
    with Here(1) as crew:
        made = produce([request("empty"), request()], crew, observer=told)
    assert [film and film.name for film in made] == [None, "Tiny.mp4"]
    assert "plays nothing" in str(told.errors[0])


def test_what_workers_died_over_is_done_by_others(project):
    wanted = stars(project)
    expected = alone(project, "stars")
    told = Told()
    with Here(2, deaths=(1, 3)) as crew:
        produce([wanted], crew, observer=told)
    assert films(project) == expected
    assert told.drawn == told.left == 4 * SECONDS


def test_a_task_over_which_all_die_fails_its_clip_alone(project):
    told = Told()
    with Here(1, deaths=(1, 2, 3)) as crew:
        made = produce([stars(project), request()], crew, observer=told)
    assert [film and film.name for film in made] == [None, "Tiny.mp4"]
    [error] = told.errors
    assert isinstance(error, ClipError)
    assert "stars 16:9 dark low cannot be drawn" in str(error)
    assert "(killed by signal 9)" in str(error)


def test_a_run_that_a_clip_asks_for_is_recorded_here_and_lent(project, tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / "runs"))
    trainer = tmp_path / "still.py"
    trainer.write_text(
        "from dataclasses import dataclass\n"
        "@dataclass(frozen=True)\nclass Config:\n    epochs: int = 1\n    level: float = 2.0\n"
        "def data(config): ...\ndef build(config): ...\n"
        "def train(config, recorder):\n"
        "    for epoch in range(config.epochs + 1):\n"
        "        recorder.snapshot(epoch, loss=config.level)\n"
    )
    (project / "scenes" / "levels.py").write_text(
        "from epochreel import Clip\n"
        "from epochreel.runs import training\n"
        "class Levels(Clip):\n"
        "    def construct(self):\n"
        f"        run = training.record({str(trainer)!r}, level=3.0)\n"
        "        self.say(f'{run.scalar(\"loss\")[1][0]:g}')\n"
    )
    told = Told()
    with Here(1) as crew:
        produce([request("levels")], crew, observer=told)
    assert not told.errors
    assert crew.called[:2] == ["plan", "plan"]
    assert told.pauses == 1
    assert len(list((tmp_path / "runs").iterdir())) == 1
    [told_of] = project.rglob("clip.json")
    assert '"text": "3"' in told_of.read_text()


def test_a_scene_of_one_piece_is_drawn_by_one(project):
    (project / "scenes" / "steps.py").write_text(
        "from epochreel import Clip\n"
        "from manim import Square\n"
        "class Steps(Clip):\n"
        "    def construct(self):\n"
        "        square = Square().add_updater(lambda each, dt: each.rotate(0.1 * dt))\n"
        "        self.add(square)\n"
        "        self.wait(9)\n"
    )
    wanted = request("steps")
    expected = alone(project, "steps")
    assert len([path for path in expected if path.suffix == ".mp4"]) == 2  # not cut either
    with Here(2) as crew:
        produce([wanted], crew)
        assert crew.called == ["plan"]
    assert films(project) == expected


def test_a_worker_that_sees_another_clip_than_was_planned(project):
    wanted = stars(project)
    with Here(1) as crew:
        crew.call(0, requests.plan, wanted)
        [(_, planned)] = crew.wait()
    strange = replace(planned.value.segments[0], name="another")
    with pytest.raises(ClipError, match="comes out otherwise here"):
        requests.draw(wanted, [strange])


def test_processes_draw_the_same_also_when_one_is_killed(project):
    mark = project / "mark"
    trouble = (
        f"if not Path({str(mark)!r}).exists():\n"
        f"            Path({str(mark)!r}).touch()\n"
        "            os.kill(os.getpid(), signal.SIGKILL)"
    )
    wanted, told = stars(project, trouble), Told()
    with Processes(2) as crew:
        produce([wanted], crew, observer=told)
    assert mark.exists()
    made = films(project)
    shutil.rmtree(project / "renders")
    assert alone(project, "stars") == made
    assert told.drawn == told.left == 4 * SECONDS


def test_a_full_disk_is_a_sentence(project, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", str(project / "renders" / "x.mp4"))

    monkeypatch.setattr("epochreel.film.production.note", full)
    with Here(1) as crew, pytest.raises(ClipError, match="make room"):
        produce([request()], crew)
    assert not list(project.rglob(".*.part-*"))
