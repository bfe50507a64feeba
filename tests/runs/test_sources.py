import textwrap
from pathlib import Path

import pytest

from epochreel import files
from epochreel.errors import EpochreelError
from epochreel.runs import training
from epochreel.runs.sources import code, imported, sources
from tests.mutations import LONG, mutations, others, outcomes, put_in_place

MADE = {
    "film.py": """
        import numpy as np
        import beside, house.rooms.hall
        from house import attic
        from trainers.system import data
        from epochreel import Clip
        def late():
            from late import value
    """,
    "beside.py": "from sub.deep import x",
    "sub/deep.py": "from . import next_door\nfrom .. import up\nfrom ..over import y",
    "sub/next_door.py": "",
    "up.py": "",
    "over.py": "import film",
    "late.py": "value = 1",
    "house/__init__.py": "",
    "house/attic.py": "",
    "house/rooms/__init__.py": "import lamp",
    "house/rooms/hall.py": "",
    "lamp.py": "",
    "unused.py": "",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A checkout with a trainer and, elsewhere, a scene that imports in all the ways there are."""
    monkeypatch.setattr(files, "ROOT", tmp_path / "checkout")
    trainer = tmp_path / "checkout" / "trainers" / "system.py"
    trainer.parent.mkdir(parents=True)
    trainer.write_text("data = 1")
    for name, text in MADE.items():
        path = tmp_path / "scenes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return tmp_path / "scenes"


def test_every_file_that_is_imported_counts_and_no_other(project):
    assert set(sources(project / "film.py")) == {*MADE, "trainers/system.py"} - {"unused.py"}


def test_the_project_s_own_trainers_know_what_they_share():
    plain = sources(Path(training.locate("classifier_plain")))
    assert {path.name for path in plain.values()} >= {"classifier_plain.py", "classifier_unwarp.py"}
    assert not any(path.is_relative_to(files.PACKAGE) for path in plain.values())


@pytest.mark.parametrize("name", sorted(set(MADE) - {"unused.py", "film.py"}))
def test_an_edit_of_any_of_them_is_another_code(project, name):
    before = code(project / "film.py")
    with (project / name).open("a") as file:
        file.write("\nedited = 1\n")
    assert code(project / "film.py") != before


def test_what_cannot_change_a_number_costs_nothing(project):
    before = code(project / "film.py")
    (project / "late.py").write_text('"""What it is."""\n\n# why\nvalue  =  (1)\n')
    (project / "unused.py").write_text("edited = 1")
    assert code(project / "film.py") == before
    text = (project / "film.py").read_text()
    (project / "film.py").write_text(text.replace("late():", 'late():\n    """Say."""'))
    assert code(project / "film.py") == before


def test_the_code_is_the_same_wherever_the_checkout_lies(project, tmp_path):
    before = code(project / "film.py")
    project.rename(tmp_path / "moved")
    assert code(tmp_path / "moved" / "film.py") == before


def test_a_file_that_is_no_python_is_a_sentence(project):
    (project / "late.py").write_text("value =")
    with pytest.raises(EpochreelError, match=r"late\.py is no Python that can be read: invalid"):
        code(project / "film.py")


# --- damaged on its way

SOURCE = b'''"""A module as trainers are, with a little of everything."""

from dataclasses import dataclass

FAR = 1e3


@dataclass(frozen=True)
class Config:
    epochs: int = 10
    seed: int = 7
    name: str = "spiral \\u00fc"


def data(config):
    rows = [[number**2, {"x": FAR}] for number in (1, 2)]
    return rows if config.seed else None


build = train = data
'''


@pytest.mark.parametrize("count", [400, LONG])
def test_a_mutated_source_is_imported_or_is_a_sentence(tmp_path, count):
    path = tmp_path / "mine.py"

    def read():
        trainer = training.find(str(path))
        training.fingerprint(trainer, training.configure(trainer))

    found = outcomes(path, mutations(SOURCE, count), read)
    assert found["told"] > count / 3
    assert found["read"] > count / 10


@others
def test_what_is_no_file_is_a_sentence(tmp_path, kind):
    path = tmp_path / "mine.py"
    put_in_place(kind, path)
    for read in (code, lambda path: imported(path, "mine"), lambda path: training.find(str(path))):
        with pytest.raises(EpochreelError, match=r"mine\.py"):
            read(path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "import helper",
            r"film\.py cannot be imported: ZeroDivisionError: .*; mend .*helper\.py:2",
        ),
        ("def f(:", r"film\.py is no Python that can be read: invalid syntax \(film\.py, line 1\)"),
        ("x = '\\0'\0", r"film\.py is no Python that can be read: .*null bytes"),
        ("import helpers", r"ModuleNotFoundError: No module named 'helpers'; mend .*film\.py:1"),
        ("-" * 200_000 + "1", r"film\.py is no Python that can be read: "),
    ],
)
def test_what_goes_wrong_in_an_import_is_told_with_its_place(tmp_path, monkeypatch, text, sentence):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "helper.py").write_text("one = 1\none / 0\n")
    path = tmp_path / "film.py"
    path.write_text(text)
    with pytest.raises(EpochreelError, match=sentence) as told:
        imported(path, "film")
    assert "\n" not in str(told.value)


def test_a_file_whose_name_is_no_utf_8_has_a_code(tmp_path):
    path = tmp_path / "caf\udce9.py"
    path.write_text("x = 1")
    assert len(code(path)) == 64
