"""Files appear whole, what killed writers leave aside goes, and only files are read."""

import errno
import fcntl
import os
import signal
import threading
from pathlib import Path

import pytest

from epochreel import files
from epochreel.files import aside, content, tidy, toml, whole
from tests.mutations import LONG, little_memory, mutations, others, put_in_place


def forked(work):
    """Do something in a process of its own and return how it ended."""
    if (child := os.fork()) == 0:
        try:
            work()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "film.mp4"
    target.write_text("old")
    with whole(target) as written:
        written.write_text("new")
        assert target.read_text() == "old"
        assert written.name == target.name  # by which encoders know what is wanted
    assert target.read_text() == "new"
    assert names(tmp_path) == ["film.mp4"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_what_is_raised_leaves_all_as_it_was(tmp_path, error):
    target = tmp_path / "film.mp4"
    target.write_text("old")

    def half():
        with whole(target) as written:
            written.write_text("half")
            (written.parent / "passes.log").touch()
            raise error

    with pytest.raises(error):
        half()
    assert target.read_text() == "old"
    assert names(tmp_path) == ["film.mp4"]


def test_a_refusal_names_the_file_and_not_what_lay_aside(tmp_path):
    target = tmp_path / "film.mp4"
    with pytest.raises(FileNotFoundError) as refused, whole(target):
        pass  # and nothing is written
    assert refused.value.filename == str(target)
    with pytest.raises(FileNotFoundError), whole(tmp_path / "gone" / "film.mp4"):
        pass
    assert names(tmp_path) == []


def test_the_next_writer_takes_away_what_a_killed_one_left(tmp_path):
    def killed():
        with whole(tmp_path / "a.mp4") as written:
            written.write_text("half")
            (written.parent / "passes").mkdir()
            die()

    assert forked(killed) == -signal.SIGKILL
    assert len(names(tmp_path)) == 1
    with whole(tmp_path / "b.mp4") as written:
        assert names(tmp_path) == [written.parent.name]
        written.touch()
    assert names(tmp_path) == ["b.mp4"]


def test_what_earlier_versions_left_goes_and_what_is_a_person_s_stays(tmp_path):
    left = (".0123456789ab.part-a.mp4", ".part-1234-a.mp4", ".0123456789ab.part-a.mp4-passes-0.log")
    for name in (*left, ".partly", "a.part-b", ".a.part"):
        (tmp_path / name).touch()
    (tmp_path / ".part-k3xx_9ab").mkdir()
    (tmp_path / ".part-k3xx_9ab" / "table.dat").touch()
    (tmp_path / ".x.part-link").symlink_to(tmp_path / ".partly")
    tidy(tmp_path)
    assert names(tmp_path) == [".a.part", ".partly", "a.part-b"]
    tidy(tmp_path / "gone")


def test_what_a_living_one_writes_stays(tmp_path):
    with whole(tmp_path / "a") as first, whole(tmp_path / "a") as second:
        first.write_text("first")
        second.write_text("second")
        assert forked(lambda: (tidy(tmp_path), die())) == -signal.SIGKILL
        tidy(tmp_path)
        assert first.exists()
        assert second.exists()
    assert (tmp_path / "a").read_text() == "first"  # which ended last
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("owner", "step"), [(files, "_lock"), (fcntl, "flock")], ids=["made", "opened"]
)
def test_one_that_tidies_between_two_steps_of_a_writer_does_it_no_harm(
    tmp_path, monkeypatch, owner, step
):
    rightly, waiting = getattr(owner, step), [1]

    def interrupted(*arguments):
        if waiting:
            waiting.pop()
            tidy(tmp_path)
            assert names(tmp_path) == []
        return rightly(*arguments)

    monkeypatch.setattr(owner, step, interrupted)
    with whole(tmp_path / "a") as written:
        written.write_text("whole")
    assert not waiting
    assert (tmp_path / "a").read_text() == "whole"
    assert names(tmp_path) == ["a"]


def test_threads_and_processes_write_into_one_folder_at_once(tmp_path):
    def write(number):
        for turn in range(50):
            with whole(tmp_path / f"{turn % 3}") as written:
                written.write_text(str(number) * 1000)

    def process(number):
        threads = [threading.Thread(target=write, args=(n,)) for n in (number, number + 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    children = []
    for number in (0, 2, 4):
        if (child := os.fork()) == 0:
            try:
                process(number)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert names(tmp_path) == ["0", "1", "2"]
    for path in tmp_path.iterdir():
        assert len(set(path.read_text())) == 1
        assert path.stat().st_size == 1000


def test_a_folder_aside_takes_several_files(tmp_path):
    with aside(tmp_path / "files") as place:
        (place / "table.dat").touch()
        assert names(tmp_path) == [place.name]
    assert names(tmp_path) == []


# --- reading

TABLES = b"""# Of tests.
[clip]
name = "spiral"
sizes = [1, 2.5, -3e4, 0x1f, inf]
made = 2026-11-21T12:00:00Z

[clip.inner]
true = {a = [{b = "c"}]}
"""


REASONS = {
    "folder": "Is a directory",
    "pipe": "it is no file",
    "loop": "Too many levels of symbolic links",
    "dangling": "No such file",
    "huge": "it has 8589934592 bytes and may have 10000000",
}


@others
def test_what_is_no_file_is_neither_waited_for_nor_in_memory(tmp_path, kind):
    path = tmp_path / "file"
    put_in_place(kind, path)
    for read in (content, toml):
        with little_memory(), pytest.raises(OSError, match=REASONS[kind]):
            read(path)


def test_a_file_is_read_up_to_its_largest_and_by_its_link(tmp_path):
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"1234")
    link.symlink_to(path)
    assert content(path, 4) == content(link, 4) == b"1234"
    with pytest.raises(OSError, match="it has 4 bytes and may have 3"):
        content(path, 3)
    os.truncate(path, 0)
    assert content(path) == b""


@pytest.mark.parametrize("count", [1000, LONG])
def test_what_is_no_toml_is_a_value_error(tmp_path, count):
    path = tmp_path / "file.toml"
    path.write_bytes(TABLES)
    assert toml(path)["clip"]["inner"] == {"true": {"a": [{"b": "c"}]}}
    refused = 0
    for mutated in mutations(TABLES, count):
        path.write_bytes(mutated)
        try:
            toml(path)
        except ValueError:
            refused += 1
    assert refused > count / 2


def test_a_device_is_written_to_and_stays_one():
    with whole(Path("/dev/null")) as written:
        written.write_text("gone", "utf-8")
    assert Path("/dev/null").is_char_device()


def test_a_disk_that_fills_up_before_the_lock_leaves_no_folder_aside(tmp_path, monkeypatch):
    def full(place):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_lock", full)
    with pytest.raises(OSError, match="No space left"), whole(tmp_path / "film.mp4"):
        pass
    assert names(tmp_path) == []
