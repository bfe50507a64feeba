"""What is called is of Python's own library: a worker has it without importing what tests do."""

import json
import os
import select
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from epochreel.crew import local
from epochreel.crew.crew import Died, Raised, Returned
from epochreel.crew.local import Processes
from epochreel.errors import CrewError


@pytest.fixture
def started(monkeypatch):
    """The processes that were started."""
    found = []

    class Process(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            found.append(self)

    monkeypatch.setattr(local, "Popen", Process)
    return found


def outcome(crew, worker, function, *arguments):
    crew.call(worker, function, *arguments)
    ((number, came),) = crew.wait()
    assert number == worker
    return came


def test_a_call_gives_what_its_function_returns():
    with Processes(1) as crew:
        assert crew.count == 1
        assert outcome(crew, 0, Fraction, 6, 4) == Returned(Fraction(3, 2))
        assert outcome(crew, 0, Counter, "noon") == Returned(Counter(n=2, o=2))


def test_a_call_that_is_killed_comes_back_and_the_next_one_starts_another():
    with Processes(1) as crew:
        crew.call(0, signal.pause)
        crew.kill()
        assert crew.wait() == [(0, Died("killed by signal 9"))]
        assert outcome(crew, 0, Fraction, 6, 4) == Returned(Fraction(3, 2))


def test_workers_start_when_they_are_first_called_and_stay(started):
    with Processes(3) as crew:
        assert not started
        assert crew.wait() == []
        first = outcome(crew, 1, os.getpid)
        assert first == Returned(started[0].pid)
        assert outcome(crew, 1, sys.setrecursionlimit, 1234) == Returned(None)
        assert outcome(crew, 1, sys.getrecursionlimit) == Returned(1234)
        assert len(started) == 1
        assert outcome(crew, 0, os.getpid) == Returned(started[1].pid) != first


def test_who_is_done_first_is_told_first():
    reading, writing = os.pipe()
    with Processes(2) as crew:
        crew.call(0, Path.read_bytes, Path(f"/proc/{os.getpid()}/fd/{reading}"))
        crew.call(1, os.getppid)
        assert crew.wait() == [(1, Returned(os.getpid()))]
        os.write(writing, b"now")
        os.close(writing)
        assert crew.wait() == [(0, Returned(b"now"))]
    os.close(reading)


def test_what_a_function_raises_comes_with_its_traceback_and_the_worker_lives_on():
    with Processes(1) as crew:
        pid = outcome(crew, 0, os.getpid)
        raised = outcome(crew, 0, json.loads, "[1, 2")
        assert isinstance(raised, Raised)
        assert isinstance(raised.error, json.JSONDecodeError)
        assert raised.error.pos == 5
        assert "in raw_decode" in "".join(raised.error.__notes__)
        assert outcome(crew, 0, os.getpid) == pid


def test_what_cannot_travel_back_is_an_error():
    with Processes(1) as crew:
        pid = outcome(crew, 0, os.getpid)
        value = outcome(crew, 0, open, "/dev/null")
        assert "cannot pickle" in str(value.error)
        assert outcome(crew, 0, os.getpid) == pid


def test_an_error_that_cannot_travel_is_told(tmp_path, monkeypatch):
    (tmp_path / "odd.py").write_text(
        "class Odd(Exception):\n"
        "    def __init__(self, one, two):\n"
        "        super().__init__(f'{one} and {two}')\n"
        "def odd():\n"
        "    raise Odd('salt', 'pepper')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    from odd import odd

    with Processes(1) as crew:
        raised = outcome(crew, 0, odd)
    assert isinstance(raised.error, CrewError)
    assert str(raised.error) == "Odd: salt and pepper"
    assert "in odd" in raised.error.__notes__[0]


def test_a_function_that_is_not_there_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "passing.py").write_text("def by():\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    from passing import by

    (tmp_path / "passing.py").unlink()
    with Processes(1) as crew:
        raised = outcome(crew, 0, by)
    assert isinstance(raised.error, ModuleNotFoundError)


def test_arguments_that_cannot_be_sent_leave_the_worker_free():
    with Processes(1) as crew:
        with pytest.raises((AttributeError, TypeError, ValueError)):
            crew.call(0, len, lambda: 0)
        assert outcome(crew, 0, len, "four") == Returned(4)


def test_a_worker_that_is_killed_amid_a_call_is_replaced(started):
    with Processes(2) as crew:
        assert outcome(crew, 1, os.getpid) == Returned(started[0].pid)
        crew.call(1, signal.pause)
        started[0].kill()
        assert crew.wait() == [(1, Died("killed by signal 9"))]
        assert outcome(crew, 1, os.getpid) == Returned(started[1].pid)
        assert outcome(crew, 1, os._exit, 3) == Died("ended with status 3")
        assert outcome(crew, 1, sys.exit, 4) == Died("ended with status 4")
        assert outcome(crew, 1, os.getpid) == Returned(started[3].pid)


def test_a_worker_that_died_while_it_was_free_is_told_at_its_next_call(started):
    with Processes(1) as crew:
        outcome(crew, 0, os.getpid)
        started[0].kill()
        os.waitid(os.P_PID, started[0].pid, os.WEXITED | os.WNOWAIT)
        assert outcome(crew, 0, os.getpid) == Died("killed by signal 9")
        assert outcome(crew, 0, os.getpid) == Returned(started[1].pid)


def test_workers_that_die_and_die_are_given_up(started):
    sentence = (
        "3 workers in a row have died, the last one ended with status 7: "
        r"give them more memory, or take fewer of them with --jobs\."
    )
    with Processes(1) as crew:
        for _ in range(2):
            assert outcome(crew, 0, os._exit, 7) == Died("ended with status 7")
        assert isinstance(outcome(crew, 0, json.loads, ""), Raised)  # which came back
        for _ in range(2):
            assert outcome(crew, 0, os._exit, 7) == Died("ended with status 7")
        with pytest.raises(CrewError, match=sentence):
            outcome(crew, 0, os._exit, 7)
    assert len(started) == 6 - 1  # the one that raised is the one that died next


def test_no_room_for_another_process(monkeypatch):
    monkeypatch.setattr(local, "Popen", partial(_refuse, OSError(11, "Try again")))
    with Processes(1) as crew, pytest.raises(CrewError, match=r"started \(Try again\): take fewer"):
        crew.call(0, os.getpid)


def _refuse(error, *arguments, **options):
    raise error


@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_worker(count):
    with pytest.raises(CrewError, match=f"jobs must be at least 1, not {count}"):
        Processes(count)


def test_leaving_ends_all_whatever_they_are_at(started):
    with pytest.raises(ZeroDivisionError), Processes(3) as crew:  # noqa: PT012
        crew.call(0, signal.pause)
        crew.call(2, signal.pause)
        raise ZeroDivisionError
    assert [process.returncode for process in started] == [-9, -9]


def test_an_interruption_reaches_the_one_that_waits_alone(started):
    with pytest.raises(KeyboardInterrupt), Processes(2) as crew:  # noqa: PT012
        crew.call(0, os.getsid, 0)
        assert crew.wait() == [(0, Returned(started[0].pid))]  # not in a terminal's foreground
        crew.call(0, signal.pause)
        crew.call(1, os.kill, os.getpid(), signal.SIGINT)
        while True:
            crew.wait()
    assert [process.returncode for process in started] == [-9, -9]


def test_workers_end_with_the_process_that_has_them():
    program = (
        "import os, signal; from epochreel.crew.local import Processes; crew = Processes(2)\n"
        "crew.call(0, os.getpid); print(crew.wait()[0][1].value)\n"
        "crew.call(0, signal.pause); crew.call(1, os.getpid)\n"
        "print(crew.wait()[0][1].value, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    driver = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False)
    assert driver.returncode == -9
    pids = [int(pid) for pid in driver.stdout.split()]
    assert len(pids) == 2
    for pid in pids:
        with suppress(ProcessLookupError):
            select.select([os.pidfd_open(pid)], [], [])  # until it ends, or the test with it


def test_a_shared_folder_lies_where_it_is(tmp_path):
    (tmp_path / "words").write_text("here")
    with Processes(1) as crew:
        shared = crew.share(tmp_path)
        assert outcome(crew, 0, type(shared).path, shared) == Returned(tmp_path)
