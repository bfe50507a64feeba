"""`epochreel new`: what it writes is well written and works at once."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from epochreel import files
from epochreel.cli import epochreel
from epochreel.new import texts
from tests.filming import python

ROOT = Path(__file__).parents[1]
WRITTEN = ("trainers/whirl_pool.py", "scenes/whirl_pool.py", "tests/trainers/test_whirl_pool.py")


@pytest.fixture
def new(tmp_path, monkeypatch):
    """Run the command in a project of the test's own."""
    monkeypatch.setattr(files, "ROOT", tmp_path)
    return lambda name: CliRunner().invoke(epochreel, ["new", name])


def test_the_texts_are_formatted_short_and_have_no_fault(tmp_path):
    for name in ("pyproject.toml", "src"):  # the rules, and what is a package of our own
        (tmp_path / name).symlink_to(ROOT / name)
    for path, text in texts("whirl_pool").items():
        assert len(text.splitlines()) <= 60
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, "utf-8")
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", *WRITTEN],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_folder_of_ones_own_gets_a_trainer_and_a_scene(new, tmp_path):
    result = new("whirl_pool")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == list(WRITTEN[:2])
    assert "manim -p scenes/whirl_pool.py" in result.stdout
    assert "epochreel sheet whirl_pool" in result.stdout
    assert "pytest" not in result.stdout
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == set(WRITTEN[:2])
    tree = ast.parse((tmp_path / WRITTEN[1]).read_text("utf-8"))
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == ["WhirlPool"]


def test_a_checkout_gets_tests_as_well(new, tmp_path):
    (tmp_path / "tests" / "trainers").mkdir(parents=True)
    result = new("whirl_pool")
    assert result.stdout.splitlines()[:3] == list(WRITTEN)
    assert "pytest tests/scenes -k whirl_pool --update-pictures" in result.stdout
    assert (tmp_path / WRITTEN[2]).is_file()


def test_nothing_is_overwritten_nor_half_written(new, tmp_path):
    (tmp_path / "scenes").mkdir()
    (tmp_path / WRITTEN[1]).write_text("mine")
    result = new("whirl_pool")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "There is scenes/whirl_pool.py already; choose another name than 'whirl_pool'.\n"
    )
    assert (tmp_path / WRITTEN[1]).read_text() == "mine"
    assert not (tmp_path / "trainers").exists()


def test_what_cannot_be_written_is_one_sentence(new, tmp_path):
    (tmp_path / "trainers").write_text("a file")
    result = new("whirl_pool")
    assert result.exit_code == 1
    assert result.stderr == (
        f"{tmp_path / WRITTEN[0]} cannot be written: File exists; delete what stands at "
        f"{tmp_path / 'trainers'}, then run the same command again.\n"
    )


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("WhirlPool", "whirl_pool"),
        ("whirl-pool.py", "whirl_pool_py"),
        ("3 arms", "arms"),
        ("GANCritic", "gan_critic"),
        ("../up", "up"),
        ("wirbel_ä", "wirbel"),
        ("", "my_clip"),
    ],
)
def test_a_name_that_is_no_modules_is_one_sentence_with_another(new, tmp_path, name, proposal):
    result = new(name)
    assert result.exit_code == 1
    assert result.stderr == f"{name!r} is no name in snake_case; take {proposal!r} instead.\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["class", "random", "torch"])
def test_a_name_of_pythons_would_stand_in_for_it(new, name):
    result = new(name)
    assert result.exit_code == 1
    assert result.stderr == f"{name!r} is a name of Python's; take '{name}_clip' instead.\n"


def test_what_a_killed_one_began_is_gone_on_with_unless_it_was_edited(new, tmp_path):
    new("whirl_pool")
    scene = tmp_path / WRITTEN[1]
    whole = scene.read_text("utf-8")
    scene.unlink()
    assert new("whirl_pool").exit_code == 0
    assert scene.read_text("utf-8") == whole
    scene.unlink()
    (tmp_path / WRITTEN[0]).write_text("# mine\n", "utf-8")
    result = new("whirl_pool")
    assert result.exit_code == 1
    assert "trainers/whirl_pool.py already" in result.stderr
    assert not scene.exists()


@pytest.mark.slow
def test_in_a_checkout_it_is_tested_and_drawn_at_once(tmp_path):
    """A checkout of links, whose own are trainers, scenes and renders."""
    for name in ("src", "assets", "pyproject.toml", "manim.cfg"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "tests").mkdir()
    for path in ("conftest.py", "filming.py", "pictures.py"):
        (tmp_path / "tests" / path).symlink_to(ROOT / "tests" / path)
    for folder in ("trainers", "tests/trainers", "tests/scenes"):
        (tmp_path / folder).mkdir()
    own = set((ROOT / "tests" / "scenes").glob("*.py"))  # but for those of one clip alone
    for path in own - {*(ROOT / "tests" / "scenes").glob("test_[!s]*.py")}:
        (tmp_path / "tests" / "scenes" / path.name).symlink_to(path)
    paths = f"{tmp_path / 'src'}:{tmp_path}"
    environment = {"PYTHONPATH": paths, "EPOCHREEL_RUNS": str(tmp_path / "runs")}
    command = "import sys; from epochreel.cli import main; main()"
    python(command, "new", "whirl_pool", cwd=tmp_path, **environment)
    tests = "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    python(tests, "-q", WRITTEN[2], cwd=tmp_path, **environment)
    of_clip = ("-q", "tests/scenes", "-m", "not slow")
    python(tests, *of_clip, "-k", "whirl_pool", "--update-pictures", cwd=tmp_path, **environment)
    pictured = "whirl_pool and (looks_as or pictures)"
    python(tests, *of_clip, "-k", pictured, cwd=tmp_path, **environment)
    still = ("still", "whirl_pool", "--at", "2", "--quality", "low", "-o", "still.png")
    python(command, *still, cwd=tmp_path, **environment)
    with Image.open(tmp_path / "still.png") as picture:
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 100
