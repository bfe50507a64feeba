from pathlib import Path

from epochreel.crew.alone import Alone
from epochreel.crew.crew import Raised, Returned


def half(number):
    return 10 / number


def test_what_is_called_is_done_when_it_is_waited_for():
    with Alone() as crew:
        assert crew.wait() == []
        crew.call(0, half, 5)
        assert crew.wait() == [(0, Returned(2.0))]
        assert crew.wait() == []


def test_what_is_raised_is_given():
    with Alone() as crew:
        crew.call(0, half, 0)
        [(worker, outcome)] = crew.wait()
    assert worker == 0
    assert isinstance(outcome, Raised)
    assert isinstance(outcome.error, ZeroDivisionError)


def test_a_folder_is_where_it_is():
    assert Alone().share(Path("there")).path() == Path("there")
