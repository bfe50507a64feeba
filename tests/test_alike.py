"""The same bytes of everything, whatever the environment and wherever the project lies."""

import json
import locale
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.alike import SCENE, TRAINER

pytestmark = pytest.mark.xdist_group("faults")  # which share a process
ROOT = Path(__file__).parents[1]
PLAIN = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
TURKISH = "tr_TR.UTF-8"  # where a capital i has a dot


def turkish() -> str:
    """The locale in which most goes wrong, if it is installed."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, TURKISH)
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return TURKISH


VARIATIONS = {
    "hashes": {"PYTHONHASHSEED": "4711"},
    "threads": {"OMP_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"},
    "C": {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "locale": {"LC_ALL": turkish(), "LANG": turkish()},
    "time zone": {"TZ": "Asia/Kolkata"},
    "one core": {"ONE_CORE": "1"},
    "processes": {"JOBS": "3"},
    "no home": {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/proc/none"},
}


def begun(project: Path) -> Path:
    """A project with a trainer and a scene."""
    for folder, text in {"trainers": TRAINER, "scenes": SCENE}.items():
        (project / folder).mkdir(parents=True)
        (project / folder / "alike.py").write_text(text, "utf-8")
    (project / "trainers" / "__init__.py").touch()
    shutil.copy(ROOT / "manim.cfg", project)
    return project


def made(project: Path, *, cwd: Path | None = None, umask: int = 0o022, **environment: str):
    """Everything that comes of a checkout: digests of files by their names."""
    begun(project)
    for name in ("src", "assets", "tests"):
        (project / name).symlink_to(ROOT / name)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", project / "tests" / "alike.py", project],
        cwd=cwd or project,
        env=os.environ
        | {"PYTHONPATH": f"{project / 'src'}:{project}", "EPOCHREEL_RUNS": str(project / "runs")}
        | PLAIN
        | environment,
        umask=umask,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def plain(forks, tmp_path_factory):
    project = begun(tmp_path_factory.mktemp("plain") / "project")
    found = forks.ask("tests.alike:obey", project=str(project))
    ends = {Path(path).suffix for path in found}
    assert {".mp4", ".gif", ".png", ".safetensors", ".json", ".srt", ".html", ".tex"} <= ends
    return found


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted({name for name, _ in one.items() ^ other.items()})


def test_two_processes_that_differ_in_everything_make_the_same_bytes(plain, tmp_path):
    environment: dict[str, str] = {}
    for name in VARIATIONS.keys() - {"processes"}:  # each of which imports all once more
        environment |= VARIATIONS[name]
    found = made(tmp_path / "ein Ort", cwd=Path("/"), umask=0o077, **environment)
    assert differences(plain, found) == []


@pytest.mark.slow
@pytest.mark.parametrize("variation", VARIATIONS)
def test_no_single_thing_changes_a_byte(plain, tmp_path, variation):
    assert differences(plain, made(tmp_path / "project", **VARIATIONS[variation])) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["elsewhere", "of a blank and an ä"])
def test_neither_the_folder_nor_where_one_stands_changes_a_byte(plain, tmp_path, place):
    assert differences(plain, made(tmp_path / place, cwd=Path("/"), umask=0o077)) == []


@pytest.mark.slow
def test_without_assertions_clips_are_drawn_again_to_the_same_bytes(plain, tmp_path):
    """Their functions are others then, and so are the keys of plays."""
    found = made(tmp_path / "project", PYTHONOPTIMIZE="1")
    keyed = ("clip.json", "published.json")
    changed = [Path(name) for name in differences(plain, found)]
    assert not [path for path in changed if path.name not in keyed and ".segments" not in str(path)]
