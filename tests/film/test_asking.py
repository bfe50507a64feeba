import pytest

from epochreel.crew.crew import Died, Raised, Returned
from epochreel.errors import ClipError, RunError
from epochreel.film.asking import ask
from epochreel.film.dealing import DEATHS
from epochreel.film.requests import Request
from epochreel.runs.training import RunMissingError


class Crew:
    """Workers that are done in the order of their calls, with what `outcome` says."""

    def __init__(self, count, outcome):
        self.count, self.outcome, self.calls, self.most = count, outcome, [], 0

    def call(self, worker, function, request, *arguments):
        assert worker not in [number for number, *_ in self.calls]
        self.calls.append((worker, function, request, arguments))
        self.most = max(self.most, len(self.calls))

    def wait(self):
        worker, function, request, arguments = self.calls.pop(0)
        return [(worker, self.outcome(function, request, *arguments))]

    def share(self, folder):
        return folder


REQUESTS = [Request(name) for name in "abcde"]


def name(request, mark):
    return request.scene + mark


@pytest.mark.parametrize("count", [1, 3, 9])
def test_each_order_is_answered(count):
    crew = Crew(count, lambda function, *given: Returned(function(*given)))
    answers = {number: answer.value for number, answer in ask(REQUESTS, crew, name, "!")}
    assert answers == dict(enumerate(["a!", "b!", "c!", "d!", "e!"]))
    assert crew.most == min(count, 5)


def test_what_was_raised_is_given_and_the_others_go_on():
    def outcome(function, request):
        error = ClipError("no") if request.scene == "b" else None
        return Raised(error) if error else Returned(request.scene)

    answers = dict(ask(REQUESTS, Crew(2, outcome), name))
    assert str(answers[1].error) == "no"
    assert [answers[number].value for number in (0, 2, 3, 4)] == ["a", "c", "d", "e"]


def test_what_a_worker_died_over_is_asked_again_but_not_for_ever():
    deaths = []

    def outcome(function, request):
        if request.scene == "c" or (request.scene == "a" and "a" not in deaths):
            deaths.append(request.scene)
            return Died("killed by signal 9")
        return Returned(request.scene)

    answers = dict(ask(REQUESTS, Crew(2, outcome), name))
    assert answers[0].value == "a"
    assert deaths.count("c") == DEATHS
    assert "dies every time (killed by signal 9)" in str(answers[2].error)


def test_a_run_that_is_missing_is_lent(monkeypatch):
    class Run:
        path = "there"

    monkeypatch.setattr(RunMissingError, "found", lambda self: Run)
    pauses = []

    class Pause:
        def __enter__(self):
            pauses.append(1)

        def __exit__(self, *_):
            pass

    def outcome(function, request):
        return Returned(request.lent) if request.lent else Raised(RunMissingError("r", "t", {}))

    [(_, answer)] = ask(REQUESTS[:1], Crew(1, outcome), name, paused=Pause)
    assert answer.value == {"r": "there"}
    assert pauses == [1]


def test_a_run_that_cannot_be_had(monkeypatch):
    def found(self):
        raise RunError("there is none")

    monkeypatch.setattr(RunMissingError, "found", found)
    crew = Crew(1, lambda *_: Raised(RunMissingError("r", "t", {})))
    [(_, answer)] = ask(REQUESTS[:1], crew, name)
    assert str(answer.error) == "there is none"
