"""What travels to a cluster, and how a command hires; no Ray is needed for either."""

import subprocess
import sys
import threading

import numpy as np
import pytest

from epochreel import files
from epochreel.crew import hiring, parcels
from epochreel.crew.crew import Returned
from epochreel.errors import CrewError


def test_a_folders_content_is_named_by_its_files_names_and_bytes(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        (folder / "a" / "b").mkdir(parents=True)
        (folder / "a" / "b" / "c").write_bytes(b"\x00\xff")
        (folder / "d").touch()
        (folder / ".part").write_text(folder.name)
    content = parcels.read(one)
    assert {name: data.tobytes() for name, data in content.items()} == {
        "a/b/c": b"\x00\xff",
        "d": b"",
    }
    name = parcels.digest(content)
    assert len(name) == 32
    assert parcels.digest(parcels.read(other)) == name
    (other / "d").write_bytes(b"e")
    assert parcels.digest(parcels.read(other)) != name
    (other / "d").write_bytes(b"")
    (other / "d").rename(other / "e")
    assert parcels.digest(parcels.read(other)) != name


def test_a_folder_is_unpacked_once_whoever_wants_it(tmp_path):
    content = {"run.json": np.arange(9, dtype=np.uint8), "deep/er": np.zeros(0, np.uint8)}
    folder = tmp_path / "there" / "moons-1"
    threads = [threading.Thread(target=parcels.unpack, args=[content, folder]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {path.name for path in folder.parent.iterdir()} == {"moons-1", "moons-1.lock"}
    unpacked = parcels.read(folder)
    assert {name: data.tolist() for name, data in unpacked.items()} == {
        "deep/er": [],
        "run.json": [*range(9)],
    }
    number = (folder / "run.json").stat().st_ino
    parcels.unpack({"run.json": np.zeros(1, np.uint8)}, folder)  # which is there already
    assert (folder / "run.json").stat().st_ino == number


def test_a_project_is_laid_out_as_a_wheel_and_its_folder(tmp_path):
    parcels.lay_out(tmp_path)
    laid = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert {"manim.cfg", "epochreel/assets/style.toml", "epochreel/crew/crew.py"} <= laid
    assert {path.name for path in (tmp_path / "scenes").iterdir()} == {
        path.name for path in (files.ROOT / "scenes").glob("*.py")
    }
    assert not [name for name in laid if "__pycache__" in name or name.endswith(".safetensors")]
    assert "epochreel/assets/runs" not in laid
    assert "epochreel/runs/run.py" in laid
    program = "from epochreel import files; print(files.ROOT, files.ASSETS, files.RUNS)"
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [
        str(tmp_path),
        str(tmp_path / "epochreel" / "assets"),
        str(tmp_path / "runs"),
    ]


def test_a_project_in_a_folder_of_its_own_has_its_scenes_and_settings(tmp_path, monkeypatch):
    own, laid = tmp_path / "own", tmp_path / "laid"
    (own / "scenes").mkdir(parents=True)
    (own / "runs").mkdir()
    for name in ("scenes/whirl.py", "film.py", "notes.txt", "runs/run.json"):
        (own / name).touch()
    (own / "manim.cfg").write_text("[CLI]\n")
    laid.mkdir()
    monkeypatch.setattr(files, "ROOT", own)
    parcels.lay_out(laid)
    assert {path.name for path in laid.iterdir()} == {
        *("epochreel", "scenes", "film.py", "manim.cfg")
    }
    assert (laid / "manim.cfg").read_text() == "[CLI]\n"


def test_processes_are_hired_by_default_one_for_each_processor(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    with hiring.crew("local") as crew:
        assert crew.count == 3
    with hiring.crew("local", 2) as crew:
        assert crew.count == 2
        crew.call(1, len, "four")
        assert crew.wait() == [(1, Returned(4))]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rai",), r"There is no place 'rai' for workers; did you mean 'ray'\?"),
        (("local", 0), r"The number of jobs must be at least 1, not 0\."),
        (("local", 2, "head:6379"), "The address head:6379 is one of a cluster: say `--on ray`"),
    ],
)
def test_what_cannot_be_hired_is_a_sentence(arguments, sentence):
    with pytest.raises(CrewError, match=sentence):
        hiring.crew(*arguments)


def test_without_ray_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "epochreel.crew.cluster", raising=False)
    for name in ("USAGE_STATS_ENABLED", "DEDUP_LOGS_SKIP_REGEX", "IGNORE_UNHANDLED_ERRORS"):
        monkeypatch.setenv(f"RAY_{name}", "")
    monkeypatch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    with pytest.raises(CrewError, match=r"not installed here: `pip install -e '\.\[cluster\]'`"):
        hiring.crew("ray")
