"""What holds for the project as a whole, whoever adds to it."""

import ast
import graphlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import epochreel

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "epochreel"
MODULES = sorted(SOURCE.rglob("*.py"))
TRAINERS = sorted((ROOT / "trainers").glob("[!_]*.py"))
SCENES = sorted((ROOT / "scenes").glob("[!_]*.py"))

# From the ground floor up; a room counts as one. A module imports from its floor or below.
FLOORS = (
    {"errors", "files", "look", "marks", "raster"},
    {"crew", "runs", "notation"},
    {"callbacks", "layers"},
    {"panels", "diagrams"},
    {"film"},
    {"media"},
    {"book", "checks", "deck", "gallery", "notebook", "publish", "studio"},
    {"cli", "new"},
)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of what is imported when the code runs, wherever the import stands."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        yield from imported(node)


def public() -> dict[str, str]:
    """The home of each public name, as `__init__.pyi` has it."""
    return {
        alias.name: f"epochreel.{node.module}"
        for node in parsed(SOURCE / "__init__.pyi").body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def module_of(name: str) -> str:
    """The module or package of the house that an imported name stands in."""
    parts = name.split(".")
    if len(parts) == 2 and parts[1] in public():
        return public()[parts[1]]
    while parts and not (
        (path := SOURCE.parent.joinpath(*parts)).is_dir() or path.with_suffix(".py").is_file()
    ):
        parts.pop()
    return ".".join(parts)


def edges() -> dict[str, set[str]]:
    """For each module the modules that it imports."""
    graph: dict[str, set[str]] = {}
    for path in MODULES:
        own = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        own = own.removesuffix(".__init__")
        names = (name for name in imported(parsed(path)) if name.startswith("epochreel."))
        graph[own] = {module_of(name) for name in names} - {own, "epochreel"}
    return graph


def room(module: str) -> str:
    return module.split(".")[1]


def test_every_module_stands_on_a_floor() -> None:
    assert {room(module) for module in edges() if "." in module} == set().union(*FLOORS)


def test_modules_import_from_no_floor_above() -> None:
    floor = {name: level for level, names in enumerate(FLOORS) for name in names}
    above = [
        f"{own} imports {other}"
        for own, others in edges().items()
        for other in others
        if "." in own and floor[room(other)] > floor[room(own)]
    ]
    assert not above


def test_no_two_modules_import_each_other() -> None:
    graphlib.TopologicalSorter(edges()).prepare()


def test_the_public_names_are_told_in_order_and_each_is_there() -> None:
    assert epochreel.__all__ == sorted(public())
    for name in epochreel.__all__:
        assert getattr(epochreel, name) is not None


def test_a_name_has_one_meaning() -> None:
    classes = [
        node.name
        for path in MODULES
        for node in parsed(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert sorted(classes) == sorted(set(classes))


@pytest.mark.parametrize("path", [*MODULES, *TRAINERS, *SCENES], ids=lambda path: path.stem)
def test_a_module_holds_one_idea(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", [*MODULES, *TRAINERS, *SCENES], ids=lambda path: path.stem)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert path.stat().st_size == 0 or ast.get_docstring(parsed(path))


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_a_scene_file_defines_one_clip(path: Path) -> None:
    # One, so that `manim scenes/NAME.py` renders it without asking which.
    classes = [node for node in parsed(path).body if isinstance(node, ast.ClassDef)]
    bases = [ast.unparse(base) for node in classes for base in node.bases]
    assert [base for base in bases if base.endswith(("Clip", "Scene"))] == ["Clip"]


@pytest.mark.parametrize("path", TRAINERS, ids=lambda path: path.stem)
def test_a_trainer_knows_no_manim(path: Path) -> None:
    assert not [name for name in imported(parsed(path)) if name.split(".")[0] == "manim"]


@pytest.mark.parametrize("path", [*MODULES, *TRAINERS, *SCENES], ids=lambda path: path.stem)
def test_nothing_is_ever_unpickled(path: Path) -> None:
    tree = parsed(path)
    names = {name.split(".")[0] for name in imported(tree)}
    forbidden = {"pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
    calls = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    loads = [call for call in calls if call.startswith("torch.load")]
    if path.stem == "importing":  # others' checkpoints: their weights, and the error of all else
        assert "from pickle import UnpicklingError" in path.read_text("utf-8")
        assert "import pickle" not in path.read_text("utf-8")
        assert [call for call in loads if "weights_only=True" not in call] == []
        return
    assert not names & forbidden
    assert loads == []
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle"
    ]


def test_no_tracked_file_is_large() -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    sizes = {path.name: path.stat().st_size for path in paths if path.exists()}
    assert {name: size for name, size in sizes.items() if size > 300_000} == {}


def test_tests_that_share_something_stay_with_one_worker(request):
    """With pytest 9.2 pytest-xdist 3.8 forgets the groups without a word, and all is made twice."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    assert alone or request.node.nodeid.endswith("@test_project"), "Set up anew: ./scripts/setup"
