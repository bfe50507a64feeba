import json
import os
import re
import signal
from pathlib import Path

import numpy as np
import pytest

from epochreel import Run
from epochreel.crew.crew import Died, Raised, Returned
from epochreel.crew.local import Processes
from epochreel.errors import RunError
from epochreel.runs import store, trainings
from tests.runs.test_training import TOY

TOY = (
    TOY
    + """
    if config.rate == 7:
        raise ZeroDivisionError("no rate")
"""
)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The path of a trainer of the user's own, its runs in a folder of the test's own."""
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / "runs"))
    path = tmp_path / "toy.py"
    path.write_text(TOY)
    return path


class Crew:
    """Two workers who are the caller, one after the other; some calls they die over."""

    count = 2

    def __init__(self, *dying):
        self.dying, self.calls, self._waiting = [*dying], [], {}

    def call(self, worker, function, *arguments):
        assert worker not in self._waiting
        self.calls.append((function.__name__, arguments[1]["seed"]))
        self._waiting[worker] = function, arguments

    def wait(self):
        worker, (function, arguments) = self._waiting.popitem()
        if arguments[1]["seed"] in self.dying:
            self.dying.remove(arguments[1]["seed"])
            return [(worker, Died("killed by signal 9"))]
        try:
            return [(worker, Returned(function(*arguments)))]
        except Exception as error:
            return [(worker, Raised(error))]


def shards(path):
    return {file.name: file.read_bytes() for file in path.glob("*.safetensors")}


def header(path):
    told = json.loads((path / "run.json").read_text("utf-8"))
    return {name: value for name, value in told.items() if name not in ("created", "checksum")}


def test_a_number_with_commas_is_several_and_all_combinations_are_made(toy):
    values = {"seed": "1,2", "rate": "0.5,0.25", "label": "one, two", "epochs": "3", "noisy": True}
    wanted = trainings.trainings(str(toy), values)
    configs = [(each.config["seed"], each.config["rate"]) for each in wanted]
    assert configs == [(1, 0.5), (1, 0.25), (2, 0.5), (2, 0.25)]
    assert {each.config["label"] for each in wanted} == {"one, two"}
    assert {each.config["epochs"] for each in wanted} == {3}
    assert [each.title for each in wanted][1:3] == ["toy seed 1 rate 0.25", "toy seed 2 rate 0.5"]
    assert len({each.path for each in wanted}) == 4
    assert len(trainings.trainings(str(toy), {"seed": "1,1,01"})) == 1


@pytest.mark.parametrize("seeds", ["1,,2", "1,two", "1,-2"])
def test_each_of_several_values_is_checked(toy, seeds):
    with pytest.raises(
        RunError, match=r"seed must be (a whole number|at least 0), not '(|two|-2)'"
    ):
        trainings.trainings(str(toy), {"seed": seeds})


def test_trainings_by_processes_are_those_of_one(toy, tmp_path, monkeypatch):
    wanted = trainings.trainings(str(toy), {"seed": "1,2,3"})
    with Processes(2) as crew:
        assert trainings.record_all(wanted, crew, elsewhere=False) == {}
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / "alone"))
    for each in wanted:
        trainings.record_here(each.name, each.config, False)
        alone = tmp_path / "alone" / each.path.name
        assert shards(alone) == shards(each.path) != {}
        assert header(alone) == header(each.path)
    log = toy.with_suffix(".log")
    assert log.read_text() == "trained\n" * 6


def test_what_is_recorded_stays_and_restart_records_it_again(toy):
    wanted = trainings.trainings(str(toy), {"seed": "1,2"})
    crew = Crew()
    assert trainings.record_all(wanted[:1], crew, elsewhere=False) == {}
    before = (wanted[0].path / "run.json").read_bytes()
    assert trainings.record_all(wanted, crew, elsewhere=False) == {}
    assert crew.calls == [("record_here", 1), ("record_here", 2)]
    assert (wanted[0].path / "run.json").read_bytes() == before
    assert trainings.record_all(wanted, crew, elsewhere=False, restart=True) == {}
    assert (wanted[0].path / "run.json").read_bytes() != before


def test_one_that_fails_says_why_and_the_others_go_on(toy):
    wanted = trainings.trainings(str(toy), {"rate": "1,7,1e30,0.1"})
    (wanted[3].path).mkdir(parents=True)
    (wanted[3].path / "run.json").write_text("{")
    errors = trainings.record_all(wanted, Crew(), elsewhere=False)
    assert {*errors} == {*wanted[1:]}
    assert errors[wanted[1]].startswith("toy rate 7: ZeroDivisionError: no rate")
    assert re.match(r"toy rate 1e30: The scalar 'loss' is (inf|nan) at epoch \d", errors[wanted[2]])
    assert "run.json is damaged" in errors[wanted[3]]
    assert Run.open(wanted[0].path).complete


def test_a_training_whose_worker_died_begins_again_and_is_given_up_at_last(toy):
    wanted = trainings.trainings(str(toy), {"seed": "1,2"})
    crew = Crew(1, 2, 2, 2)
    errors = trainings.record_all(wanted, crew, elsewhere=False)
    assert {each.title: told for each, told in errors.items()} == {
        "toy seed 2": "toy seed 2: its worker dies every time (killed by signal 9); "
        "give it more memory."
    }
    assert sorted(crew.calls) == [("record_here", 1)] * 2 + [("record_here", 2)] * 3
    assert Run.open(wanted[0].path).complete


def test_a_run_recorded_elsewhere_lands_whole_and_like_one_of_here(toy, tmp_path, monkeypatch):
    wanted = trainings.trainings(str(toy), {"seed": "1,2"})
    crew = Crew(2)
    root = os.environ["EPOCHREEL_RUNS"]
    assert trainings.record_all(wanted, crew, elsewhere=True) == {}
    assert os.environ["EPOCHREEL_RUNS"] == root
    assert crew.calls.count(("record_elsewhere", 2)) == 2
    assert sorted(path.name for path in Path(root).iterdir()) == sorted(
        each.path.name for each in wanted
    )
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / "alone"))
    for each in wanted:
        trainings.record_here(each.name, each.config, False)
        alone = tmp_path / "alone" / each.path.name
        assert shards(alone) == shards(each.path) != {}
        assert header(alone) == header(each.path)
        assert Run.open(each.path).complete


def test_what_lands_takes_the_place_of_an_unfinished_run_but_not_of_one_at_work(toy):
    (wanted,) = trainings.trainings(str(toy), {"seed": "1"})
    toy.with_suffix(".stop").touch()
    with pytest.raises(KeyboardInterrupt):
        trainings.record_here(wanted.name, wanted.config, False)
    toy.with_suffix(".stop").unlink()
    partial = (wanted.path / "run.json").read_bytes()
    with store.lock(wanted.path):
        (told,) = trainings.record_all([wanted], Crew(), elsewhere=True).values()
    assert "Another recorder is writing the run" in told
    assert (wanted.path / "run.json").read_bytes() == partial
    assert trainings.record_all([wanted], Crew(), elsewhere=True) == {}
    assert Run.open(wanted.path).complete
    assert not [*wanted.path.parent.glob(".*")]


def test_an_interrupted_landing_leaves_what_was_there(toy, monkeypatch):
    (wanted,) = trainings.trainings(str(toy), {})
    content = {"run.json": np.zeros(3, np.uint8)}
    monkeypatch.setattr(os, "fsync", lambda descriptor: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        trainings.land(content, wanted.path)
    assert not wanted.path.exists()
    assert not [*wanted.path.parent.iterdir()]
