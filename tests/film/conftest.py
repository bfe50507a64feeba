"""What the tests of films share."""

import shutil
from pathlib import Path

import pytest

from epochreel import files
from epochreel.film import rendering

TINY = Path(__file__).parents[1] / "scenes" / "tiny.py"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder like the project's root, with one small clip in it, and a very low quality."""
    (tmp_path / "scenes").mkdir()
    shutil.copy(TINY, tmp_path / "scenes")
    shutil.copy(files.ROOT / "manim.cfg", tmp_path)
    monkeypatch.setattr(files, "ROOT", tmp_path)
    monkeypatch.setitem(rendering.QUALITIES, "low", (144, 4))
    return tmp_path
