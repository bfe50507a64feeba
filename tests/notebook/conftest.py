"""A notebook's cells, run as plain Python: classes have no file there."""

import shutil
import sys
from types import ModuleType

import pytest
import torch

from epochreel import files
from epochreel.film import rendering

CELL = "cell of a notebook"


class Cells:
    """The names that cells share."""

    def __init__(self):
        self.module = ModuleType("__main__")

    def __call__(self, source):
        """Run a cell and give the value of its last line, where that is an expression."""
        *_, last = lines = source.rstrip().splitlines()
        try:
            compile(last, CELL, "eval")
        except SyntaxError:
            exec(compile(source, CELL, "exec"), vars(self.module))
            return None
        exec(compile("\n".join(lines[:-1]), CELL, "exec"), vars(self.module))
        return eval(last, vars(self.module))

    def __getattr__(self, name):
        return getattr(self.module, name)


@pytest.fixture
def cells(monkeypatch):
    found = Cells()
    monkeypatch.setitem(sys.modules, "__main__", found.module)
    return found


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A project, in which films are tiny."""
    shutil.copy(files.ROOT / "manim.cfg", tmp_path)
    monkeypatch.setattr(files, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a net this small only waits for a second one
    for quality in ("low", "medium"):
        monkeypatch.setitem(rendering.QUALITIES, quality, (144, 4))
    yield tmp_path
    torch.set_num_threads(threads)
